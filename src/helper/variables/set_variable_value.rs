//! `SetVariableValue NAME=value`: replaces or appends a line of the active build's `build_environment` (contract 02 §2.1).

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

use anyhow::{Context, ensure};

use crate::build::variables::ensure_readable_by_the_shell;
use crate::command::watch_for_interrupts;
use crate::toolkit::build_directory::BuildDirectory;
use crate::toolkit::build_environment::Assignment;
use crate::toolkit::build_home::BuildHome;

pub const HELP: &str = "\
Sets a variable of the active build: replaces its line or adds one.

Usage: SetVariableValue NAME=value

The value is taken literally: '/', '&' and blanks arrive as they are.

Example:
  SetVariableValue SNAPSHOT_ID=private/12345
";

/// Sets the variable that the first of `words` assigns.
///
/// # Errors
/// When that is no assignment, the shell could not read the line, or the file cannot be written.
pub fn run(words: &[OsString]) -> anyhow::Result<()> {
    ensure!(
        words.len() == 1,
        "expected one argument NAME=value, got {}; quote a value with blanks",
        words.len()
    );
    watch_for_interrupts()?;
    let argument = words.first().context("expected one argument NAME=value")?;
    let assignment = Assignment::parse(argument.as_bytes())?;
    ensure_readable_by_the_shell(&assignment)?;
    BuildDirectory::active(BuildHome::find()?)?.set(&[assignment])
}
