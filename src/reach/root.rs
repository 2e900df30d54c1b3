//! Root on one machine: what is run there with the password of the servers' user.

use std::ffi::OsStr;
use std::time::Duration;

use anyhow::{bail, ensure};
use bstr::ByteSlice;

use super::{Connection, Host, Reach};
use crate::command::Stream;
use crate::foreign_text::{first_words, on_one_line};
use crate::patience::Patience;
use crate::ssh::PATIENT;
use crate::waiting::progress::Progress;

/// How long a question may take.
const QUESTION_LIMIT: Duration = Duration::from_secs(180);

/// What comes after the password where nothing else is given.
const EMPTY_LINE: &[u8] = b"\n";

/// How the lines begin with which a script of ours answers.
const ANSWER: &str = "adt ";

/// How many of the last lines that a command printed are kept, to say why it failed.
const KEPT_LINES: usize = 3;

/// Root on a machine.
#[derive(Debug)]
pub struct Root<'a> {
    reach: &'a Reach,
    connection: Connection<'a>,
    password: Vec<u8>,
    /// What the machine is called, fit for a terminal.
    name: String,
}

/// How a command ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// Its exit status.
    pub status: i32,
    /// The last lines that it printed, secrets masked, fit for a terminal.
    pub last_lines: Vec<String>,
    /// The lines that were answers of a script of ours, without what they begin with.
    pub answers: Vec<String>,
}

impl Reach {
    /// Root on `machine`; `accepts_new_keys` forgets the host keys that are known of it.
    ///
    /// # Errors
    /// When the build says no password, its key cannot be used, or no ssh server answers.
    pub fn root(&self, machine: &Host, accepts_new_keys: bool) -> anyhow::Result<Root<'_>> {
        let password = self.root_password()?;
        Ok(Root {
            reach: self,
            connection: self.connection(machine, PATIENT, accepts_new_keys)?,
            password,
            name: on_one_line(&machine.name),
        })
    }
}

impl End {
    /// The answer called `name`.
    pub fn answer(&self, name: &str) -> Option<&str> {
        let mut answers = self.answers.iter();
        answers.find_map(|answer| answer.strip_prefix(name)?.strip_prefix(' '))
    }

    /// What was said last, as the end of a message; nothing when nothing was said.
    pub fn said(&self) -> String {
        match self.last_lines.as_slice() {
            [] => String::new(),
            lines => format!("; it said last: {}", lines.join(" / ")),
        }
    }
}

impl Root<'_> {
    /// The connection, as the user that logs in.
    pub fn connection(&self) -> &Connection<'_> {
        &self.connection
    }

    /// Runs `command`, a line for the machine's shell that begins with the program, as root, for at most `limit`. The
    /// password goes to sudo on standard input alone, and after it comes one empty line.
    ///
    /// # Errors
    /// When the machine is not reached, or the command does not end in time.
    pub fn run(&self, command: &str, limit: Duration) -> anyhow::Result<End> {
        self.ended(command, EMPTY_LINE, limit)
    }

    fn ended(&self, command: &str, given: &[u8], limit: Duration) -> anyhow::Result<End> {
        let (mut last_lines, mut answers) = (Vec::new(), Vec::new());
        let status = self.reading(command, given, limit, &mut |stream, line| {
            let line = on_one_line(line);
            if let (Stream::Stdout, Some(answer)) = (stream, line.strip_prefix(ANSWER)) {
                answers.push(answer.to_owned());
                return;
            }
            if line.trim().is_empty() {
                return;
            }
            if last_lines.len() == KEPT_LINES {
                last_lines.remove(0);
            }
            last_lines.push(line);
        })?;
        Ok(End {
            status,
            last_lines,
            answers,
        })
    }

    /// As [`Root::run`], where `given` comes on standard input after the password's line in place of the empty line. Where
    /// sudo does not want the password, the command reads that too.
    ///
    /// # Errors
    /// As [`Root::run`].
    pub fn run_giving(&self, command: &str, given: &[u8], limit: Duration) -> anyhow::Result<End> {
        self.ended(command, given, limit)
    }

    /// As [`Root::run`], while the person sees that the machine is at `work`.
    ///
    /// # Errors
    /// As [`Root::run`].
    pub fn work(&self, work: &str, command: &str, limit: Duration) -> anyhow::Result<End> {
        let mut progress = Progress::new(&self.name);
        progress.say(work, "the machine is at it", &Patience::until(limit));
        self.run(command, limit)
    }

    /// What `command` prints, which only looks.
    ///
    /// # Errors
    /// As [`Root::run`], and when it fails.
    pub fn answer(&self, command: &str) -> anyhow::Result<String> {
        let (mut printed, mut complaint) = (String::new(), String::new());
        let status =
            self.reading(
                command,
                EMPTY_LINE,
                QUESTION_LIMIT,
                &mut |stream, line| match stream {
                    Stream::Stdout => {
                        printed.push_str(line.trim_end_matches(['\r', '\n']));
                        printed.push('\n');
                    }
                    Stream::Stderr => complaint = format!(": {}", first_words(line)),
                },
            )?;
        if status != 0 {
            bail!("it did not answer as root (status {status}){complaint}");
        }
        ensure!(printed.len() < 1 << 16, "its answer is too long to be one");
        Ok(printed)
    }

    fn reading(
        &self,
        command: &str,
        given: &[u8],
        limit: Duration,
        reader: &mut dyn FnMut(Stream, &str),
    ) -> anyhow::Result<i32> {
        let line = format!("DEBIAN_FRONTEND=noninteractive /usr/bin/sudo -S -E -p '' {command}");
        let input = [&self.password[..], b"\n", given].concat();
        let runner = &self.reach.runner;
        let line = OsStr::new(&line);
        self.connection
            .run_reading_along(line, &input, limit, &mut |stream, said| {
                reader(stream, &runner.redact(said.trim_end()));
            })
    }
}
