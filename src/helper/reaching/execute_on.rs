//! `ExecuteOnWebserver COMMAND` and its like: a command line in the shell of a machine of a build, or of all
//! (contract 02 §2.6).
//!
//! The scripts run a command that takes less than three seconds twice. Here it runs once.

use std::ffi::{OsStr, OsString};
use std::process::ExitCode;

use anyhow::{Context, ensure};
use clap::Args;

use crate::names::MachineType;
use crate::reach::{self, BuildChoice, Family, MachineChoice, Picked, Reach, TimeLimit};
use crate::ssh::{QUICK, User};

/// The helpers.
pub const FAMILY: Family<Arguments> = Family {
    verb: "ExecuteOn",
    ending: MachineType::script_suffix,
    about: "Runs a command on a {}, or on all of them at the same time. What is not given is asked for.",
    status: "the command's, or 255 from ssh itself; with --machine all 1 if any failed",
    examples: &[
        "'df -h / | tail -1'",
        "--cloudhost vultr --build prod --machine all uptime",
        "--cloudhost vultr --build prod --machine 203.0.113.7 -- ls -l '/var/www/a file'",
    ],
    helper: run,
};

/// What the script for databases replaces by the name of the servers' user.
const USER_MARK: &str = "${SERVER_USERNAME}";

/// The command line.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    build: BuildChoice,

    #[command(flatten)]
    machine: MachineChoice,

    #[command(flatten)]
    limit: TimeLimit,

    /// The command: one word is a command line for the machine's shell, several are passed on word by word
    #[arg(value_name = "COMMAND", trailing_var_arg = true)]
    command: Vec<OsString>,
}

/// Runs the command and hands back its exit status.
///
/// # Errors
/// When there is no command, or the machine cannot be found or reached.
pub fn run(kind: MachineType, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let words = &arguments.command;
    ensure!(
        words.iter().any(|word| !word.is_empty()),
        "there is no command to run; give it as the last argument, such as 'uptime'"
    );
    let (choice, limit) = (&arguments.machine, arguments.limit.timeout);
    let reach = Reach::of(&arguments.build, choice.user.as_deref())?;
    let command_line = command_line(kind, words, reach.user())?;
    match reach.picked(kind, choice)? {
        Picked::One(machine) => reach
            .connection(&machine, QUICK, choice.accept_host_key)?
            .run(&command_line, limit),
        Picked::All(machines) => reach::on_all(&machines, |machine, reader| {
            let connection = reach.connection(machine, QUICK, choice.accept_host_key)?;
            connection.run_reading_along(&command_line, b"", limit, reader)
        }),
    }
}

/// What the machine's shell is given: one word as it is, several so that they arrive as they are.
fn command_line(kind: MachineType, words: &[OsString], user: &User) -> anyhow::Result<OsString> {
    let line = match words {
        [line] => line.clone(),
        words => {
            let words: Option<Vec<&str>> = words.iter().map(|word| word.to_str()).collect();
            let words = words.context(
                "the command has words that are not UTF-8; give it as one word, quoted for the machine's shell",
            )?;
            shell_words::join(words).into()
        }
    };
    Ok(match kind {
        MachineType::Database => naming_the_user(&line, user),
        _ => line,
    })
}

/// The command line for a database with the user's name in place of the mark; nothing else of it changes, unlike in the
/// script, where the build machine's shell has the first go at it.
fn naming_the_user(line: &OsStr, user: &User) -> OsString {
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    let bytes = bstr::ByteSlice::replace(line.as_bytes(), USER_MARK, user.as_str());
    OsString::from_vec(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(kind: MachineType, words: &[&str]) -> String {
        let words: Vec<OsString> = words.iter().map(OsString::from).collect();
        let user = User::new("Xk3J").unwrap();
        let line = command_line(kind, &words, &user).unwrap();
        line.into_string().unwrap()
    }

    #[test]
    fn one_word_is_a_command_line_and_several_arrive_as_they_are() {
        let kind = MachineType::Webserver;
        assert_eq!(line(kind, &["ls  /t* | wc -l"]), "ls  /t* | wc -l");
        assert_eq!(
            line(kind, &["ls", "a b", "it's", "/t*"]),
            "ls 'a b' 'it'\\''s' '/t*'"
        );
    }

    #[test]
    fn on_a_database_the_mark_becomes_the_users_name() {
        let written = "ls  /home/${SERVER_USERNAME}/*";
        assert_eq!(line(MachineType::Database, &[written]), "ls  /home/Xk3J/*");
        assert_eq!(line(MachineType::Webserver, &[written]), written);
    }
}
