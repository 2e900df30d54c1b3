//! From a command line to an exit status: what every binary does around its helper.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{FromArgMatches, Parser};

use crate::console;

/// The word that a shim puts before its own path, so that both ways of starting it look alike:
/// `#!BINARY --shim` makes the kernel run `BINARY --shim SCRIPT ARGUMENTS…`, and the line for `/bin/sh SCRIPT` says the same.
const SHIM: &str = "--shim";

/// The exit status for a command line that cannot be understood, as other command-line programs have it.
const USAGE: u8 = 2;

/// The words a person or a script passed, without the program's name and without what a shim puts before them.
pub fn arguments() -> Vec<OsString> {
    let mut words: Vec<OsString> = std::env::args_os().skip(1).collect();
    if words.first().is_some_and(|word| word == SHIM) {
        words.drain(..words.len().min(2));
    }
    words
}

/// Runs a helper with the words as they are, for those whose first argument may be anything.
pub fn run(name: &str, help: &str, helper: fn(&[OsString]) -> anyhow::Result<()>) -> ExitCode {
    let words = arguments();
    if words.len() == 1 && words.first().is_some_and(|word| word == "--help") {
        return status(
            name,
            console::print(help.as_bytes()).map_err(anyhow::Error::from),
        );
    }
    status(name, helper(&words))
}

/// Parses the arguments, runs a helper with them, and turns its result into an exit status.
pub fn run_parsed<A: Parser>(helper: fn(&A) -> anyhow::Result<()>) -> ExitCode {
    match parsed::<A>(A::command()) {
        Ok((name, arguments)) => status(&name, helper(&arguments)),
        Err(answered) => answered,
    }
}

/// As [`run_parsed`] for a helper whose result is an exit status of its own. Its errors end with `on_error`, which must
/// be none of those that say all is well: nobody shall take an answer that was not given for a good one.
pub fn run_judging<A: Parser>(
    helper: fn(&A) -> anyhow::Result<ExitCode>,
    on_error: ExitCode,
) -> ExitCode {
    let (name, arguments) = match parsed::<A>(A::command()) {
        Ok(parsed) => parsed,
        Err(answered) => return answered,
    };
    helper(&arguments).unwrap_or_else(|why| {
        console::say(format_args!("{name}: {why:#}"));
        on_error
    })
}

/// As [`run_parsed`] for a helper of several names, one of which `command` bears, whose result is an exit status.
pub fn run_command<A: FromArgMatches>(
    command: clap::Command,
    helper: impl FnOnce(&A) -> anyhow::Result<ExitCode>,
) -> ExitCode {
    let (name, arguments) = match parsed::<A>(command) {
        Ok(parsed) => parsed,
        Err(answered) => return answered,
    };
    helper(&arguments).unwrap_or_else(|why| status(&name, Err(why)))
}

/// The exit status of a program that ran in our stead, as ours; what does not fit is a failure all the same.
pub fn passed_on(status: i32) -> ExitCode {
    ExitCode::from(u8::try_from(status).unwrap_or(u8::MAX))
}

/// The program's name and its arguments, or the exit status after help was printed or the arguments were refused.
fn parsed<A: FromArgMatches>(command: clap::Command) -> Result<(String, A), ExitCode> {
    let name = command.get_name().to_owned();
    let words = std::iter::once(OsString::from(&name)).chain(arguments());
    let matches = command.try_get_matches_from(words);
    let error = match matches.and_then(|matches| A::from_arg_matches(&matches)) {
        Ok(parsed) => return Ok((name, parsed)),
        Err(error) => error,
    };
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        let help = console::print_lines([error.to_string().trim_end()]);
        return Err(status(&name, help.map_err(anyhow::Error::from)));
    }
    console::say(format_args!(
        "{name}: {}; try '{name} --help'",
        one_line(&error.to_string())
    ));
    Err(ExitCode::from(USAGE))
}

fn status(name: &str, outcome: anyhow::Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            console::say(format_args!("{name}: {why:#}"));
            ExitCode::FAILURE
        }
    }
}

/// The first paragraph of clap's message, which says what was wrong, on one line.
fn one_line(message: &str) -> String {
    let paragraph = message.split("\n\n").next().unwrap_or_default();
    let words: Vec<&str> = paragraph.split_whitespace().collect();
    let line = words.join(" ");
    line.strip_prefix("error: ").unwrap_or(&line).to_owned()
}
