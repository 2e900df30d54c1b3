//! Setting a build's variables, such as its servers' user, which two steps of a build do (contract 03 §3.4 steps 3 and 5).

use std::path::Path;

use anyhow::{Context, ensure};
use bstr::ByteSlice;

use crate::command::{Command, Program, Redactor, Runner};
use crate::toolkit::build_directory::BuildDirectory;
use crate::toolkit::build_environment::Assignment;
use crate::toolkit::credentials::ServerCredentials;

/// Writes the user and password into the build's `credentials/` and sets `SERVER_USER` and `SERVER_USER_PASSWORD`.
///
/// # Errors
/// When something cannot be written; the next run then finishes it.
pub fn install_server_user(
    build: &BuildDirectory,
    credentials: &ServerCredentials,
) -> anyhow::Result<()> {
    build.keep_server_user(credentials)?;
    set(
        build,
        &[
            ("SERVER_USER", &credentials.user),
            ("SERVER_USER_PASSWORD", &credentials.password),
        ],
    )
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
///
/// # Errors
/// When the shell could not read the line.
pub fn ensure_readable_by_the_shell(assignment: &Assignment) -> anyhow::Result<()> {
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
