//! `SetVariableValue NAME=value`: replaces or appends a line of the active build's `build_environment` (contract 02 §2.1).

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use anyhow::{Context, ensure};
use bstr::ByteSlice;

use crate::command::{Command, Program, Redactor, Runner, watch_for_interrupts};
use crate::toolkit::build_directory::BuildDirectory;
use crate::toolkit::build_environment::Assignment;
use crate::toolkit::build_home::BuildHome;

/// What `SetVariableValue --help` prints.
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

/// Sets `variables` of `build`, all of them in one step.
///
/// # Errors
/// When the shell could not read one of the lines, or the file cannot be written.
pub fn set(build: &BuildDirectory, variables: &[(&str, &[u8])]) -> anyhow::Result<()> {
    let mut assignments = Vec::new();
    for (name, value) in variables {
        let assignment = Assignment::parse(&[name.as_bytes(), b"=", value].concat())?;
        ensure_readable_by_the_shell(&assignment)?;
        assignments.push(assignment);
    }
    build.set(&assignments)
}

/// Five scripts source `build_environment`: a line that the shell cannot parse ends them all, and one that goes on in the
/// next line takes that line's variable away (contract 04 §4.1).
fn ensure_readable_by_the_shell(assignment: &Assignment) -> anyhow::Result<()> {
    let line = assignment.line();
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"_=./:@,+- ".contains(byte);
    if line.iter().all(is_plain) {
        return Ok(());
    }
    ensure!(
        is_parsed(&[line, b"\n:\n"].concat())?,
        "the value for {} has a quote or bracket without its partner, so the scripts that source build_environment \
         would stop there; put a '\\' before it",
        assignment.name().as_bstr()
    );
    // A here-document would make text of the bracket that nothing opens.
    let backslashes = line.iter().rev().take_while(|byte| **byte == b'\\');
    ensure!(
        backslashes.count() % 2 == 0 && !is_parsed(&[line, b"\n)\n"].concat())?,
        "the value for {} has a '\\' at its end or a '<<', so the scripts that source build_environment would take the \
         next line for a part of it; put a '\\' before it",
        assignment.name().as_bstr()
    );
    Ok(())
}

/// Whether the shell can parse `script`. It holds a value that may be a password, so it goes through standard input.
fn is_parsed(script: &[u8]) -> anyhow::Result<bool> {
    let shell = Program::at("sh", Path::new("/bin/sh"));
    let check = Command::reading(&shell, &["-n"]).input(script);
    let output = Runner::new(Redactor::default(), false)
        .run(&check)
        .context("cannot check whether the shell can read the value")?;
    Ok(output.succeeded())
}
