//! `SetVariableValue NAME=value`: replaces or appends a line of the active build's `build_environment` (contract 02 §2.1).

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use bstr::ByteSlice;

use crate::command::{Command, Program, Redactor, Runner};
use crate::files::{self, DirectoryLock, NewMode};
use crate::toolkit::active_build::ActiveBuild;
use crate::toolkit::build_environment::{Assignment, BuildEnvironment};
use crate::toolkit::build_home::BuildHome;

/// What `SetVariableValue --help` prints.
pub const HELP: &str = "\
Sets a variable of the active build: replaces its line or adds one.

Usage: SetVariableValue NAME=value

The value is taken literally: '/', '&' and blanks arrive as they are.

Example:
  SetVariableValue SNAPSHOT_ID=private/12345
";

/// Several writers each need a moment; one that takes longer is stuck.
const LOCK_LIMIT: Duration = Duration::from_secs(60);

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
    let argument = words.first().context("expected one argument NAME=value")?;
    let assignment = Assignment::parse(argument.as_bytes())?;
    ensure_readable_by_the_shell(&assignment)?;
    let build = ActiveBuild::read(BuildHome::find()?)?;
    let _lock = DirectoryLock::acquire(build.directory(), LOCK_LIMIT)?;
    let old = build
        .environment()?
        .unwrap_or_else(|| BuildEnvironment::new(Vec::new()));
    files::replace(
        &build.build_environment(),
        old.with(&assignment).as_bytes(),
        NewMode::Secret,
    )
}

/// Five scripts source `build_environment`, and a line that the shell cannot parse ends them all (contract 04 §4.1).
fn ensure_readable_by_the_shell(assignment: &Assignment) -> anyhow::Result<()> {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"_=./:@,+- ".contains(byte);
    if assignment.line().iter().all(is_plain) {
        return Ok(());
    }
    let shell = Program::at("sh", Path::new("/bin/sh"));
    // The value may be a password: it goes through standard input, and its message stays here.
    let check = Command::reading(&shell, &["-n"]).input([assignment.line(), b"\n:\n"].concat());
    let is_parsed = Runner::new(Redactor::default(), false)
        .run(&check)
        .context("cannot check whether the shell can read the value")?
        .succeeded();
    if !is_parsed {
        bail!(
            "the value for {} has a quote or bracket without its partner, so the scripts that source build_environment \
             would stop there; put a '\\' before it",
            assignment.name().as_bstr()
        );
    }
    Ok(())
}
