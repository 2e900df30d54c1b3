//! From a command line to an exit status: what is done around every helper.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{FromArgMatches, Parser};

use crate::console;

/// The word that a shim puts before its own path, so that both ways of starting it look alike:
/// `#!PROGRAM --shim` makes the kernel run `PROGRAM --shim SCRIPT ARGUMENTS…`, and the line for `/bin/sh SCRIPT` says the same.
const SHIM: &str = "--shim";

/// The exit status for a command line that cannot be understood, as other command-line programs have it.
pub const USAGE: u8 = 2;

/// What `--version` says after a name: the version, and the commit in brackets where it is known (`build.rs`).
pub const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), env!("ADT_COMMIT"));

/// How the section about exit statuses begins, in every help text.
const EXIT_STATUS: &str = "Exit status:";

/// Those that every helper has, unless its help says something else.
const USUAL_STATUSES: &str = "\n  0  it is done\n  1  it failed, and standard error says why";

/// The words a person or a script passed, of those that the program was called with: without what a shim puts before them.
pub fn without_shim(mut words: Vec<OsString>) -> Vec<OsString> {
    if words.first().is_some_and(|word| word == SHIM) {
        words.drain(..words.len().min(2));
    }
    words
}

/// The name of the file that the program was called by: its own, or that of the shim that started it.
pub fn called_as() -> OsString {
    let mut words = std::env::args_os();
    let program = words.next().unwrap_or_default();
    let path = match words.next() {
        Some(word) if word == SHIM => words.next().unwrap_or_default(),
        _ => program,
    };
    Path::new(&path).file_name().unwrap_or(&path).to_owned()
}

/// Runs a helper with the words as they are, for those whose first argument may be anything. Only a word that stands alone
/// can be a question to the helper itself: no caller passes such a one.
pub fn run(
    name: &str,
    words: &[OsString],
    help: &str,
    helper: fn(&[OsString]) -> anyhow::Result<()>,
) -> ExitCode {
    let alone = match words {
        [word] => word.to_str(),
        _ => None,
    };
    match alone {
        Some("--help" | "-h") => printed(name, &help_text(help)),
        Some("--version" | "-V") => printed(name, &format!("{name} {VERSION}\n")),
        _ => status(name, helper(words)),
    }
}

/// A help text with the section about exit statuses.
pub fn help_text(help: &str) -> String {
    if help.contains(EXIT_STATUS) {
        return help.to_owned();
    }
    format!("{help}\n{EXIT_STATUS}{USUAL_STATUSES}\n")
}

/// A command line as every helper has it: our version, and the section about exit statuses.
pub fn dressed(command: clap::Command) -> clap::Command {
    let after = command.get_after_help().map(ToString::to_string);
    let after = after.unwrap_or_default();
    let command = command.version(VERSION);
    if after.contains(EXIT_STATUS) {
        return command;
    }
    command.after_help(format!(
        "{after}{}{EXIT_STATUS}{USUAL_STATUSES}\n  \
         2  the command line cannot be understood; nothing was done",
        if after.is_empty() { "" } else { "\n\n" }
    ))
}

/// Parses the words, runs a helper with them, and turns its result into an exit status.
pub fn run_parsed<A: Parser>(words: &[OsString], helper: fn(&A) -> anyhow::Result<()>) -> ExitCode {
    match parsed::<A>(A::command(), words) {
        Ok((name, arguments)) => status(&name, helper(&arguments)),
        Err(answered) => answered,
    }
}

/// As [`run_parsed`] for a helper whose result is an exit status of its own. Its errors end with `on_error`, which must
/// not be a status that says all is well: a missing answer must never be read as success.
pub fn run_judging<A: Parser>(
    words: &[OsString],
    helper: fn(&A) -> anyhow::Result<ExitCode>,
    on_error: ExitCode,
) -> ExitCode {
    let (name, arguments) = match parsed::<A>(A::command(), words) {
        Ok(parsed) => parsed,
        Err(answered) => return answered,
    };
    helper(&arguments).unwrap_or_else(|why| {
        console::say(format_args!("{name}: {why:#}"));
        on_error
    })
}

/// As [`run_parsed`] for a helper that has several names, one of which `command` has, and whose result is an exit status.
pub fn run_command<A: FromArgMatches>(
    words: &[OsString],
    command: clap::Command,
    helper: impl FnOnce(&A) -> anyhow::Result<ExitCode>,
) -> ExitCode {
    let (name, arguments) = match parsed::<A>(command, words) {
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
fn parsed<A: FromArgMatches>(
    command: clap::Command,
    words: &[OsString],
) -> Result<(String, A), ExitCode> {
    let name = command.get_name().to_owned();
    let own = OsString::from(&name);
    let words = std::iter::once(&own).chain(words);
    let matches = dressed(command).try_get_matches_from(words);
    let error = match matches.and_then(|matches| A::from_arg_matches(&matches)) {
        Ok(parsed) => return Ok((name, parsed)),
        Err(error) => error,
    };
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        let text = error.to_string();
        return Err(printed(&name, &format!("{}\n", text.trim_end())));
    }
    console::say(format_args!(
        "{name}: {}; try '{name} --help'",
        one_line(&error.to_string())
    ));
    Err(ExitCode::from(USAGE))
}

/// Prints an answer about the program itself.
pub fn printed(name: &str, text: &str) -> ExitCode {
    status(
        name,
        console::print(text.as_bytes()).map_err(anyhow::Error::from),
    )
}

/// The exit status of `outcome`, whose error is said.
pub fn status(name: &str, outcome: anyhow::Result<()>) -> ExitCode {
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
