//! What a machine is asked as root, and what it answers (`machine.sh`).

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::time::Duration;

use anyhow::{Context, bail};
use bstr::ByteSlice;
use jiff::Timestamp;

use crate::command::Stream;
use crate::foreign_text::on_one_line;
use crate::names::Cloudhost;
use crate::reach::{self, Host, Reach};
use crate::ssh::PATIENT;
use crate::toolkit::first_boot::KEPT;

/// What runs on the machine.
pub(super) const SCRIPT: &str = include_str!("machine.sh");

/// The line that the script follows. What comes before it is the password, where sudo did not want it.
const BEGINNING: &str = "#adt";

/// Waits for that line; without it sudo did not let us in.
const WAITING: &str = "n=97; while IFS= read -r l; do if [ \"$l\" = \"#adt\" ]; then n=0; break; fi; done; [ $n = 0 ] || exit $n";

/// The script's file on a webserver or a database.
const MACHINE_FILE: &str = "machine.sh";

/// The script's file on an autoscaler.
const AUTOSCALER_FILE: &str = "scale-ups.sh";

/// Keeps the script as `file` on the machine and runs it: a phase goes on when the connection has ended.
fn keeping(file: &str) -> String {
    format!(
        "{WAITING}; d=${{ADT_MACHINE_ROOT:-}}{KEPT}; umask 077; mkdir -p \"$d\" && cat >\"$d/{file}.new\" && \
         mv \"$d/{file}.new\" \"$d/{file}\" && exec /bin/sh \"$d/{file}\" \"$@\" </dev/null"
    )
}

/// Runs the script and leaves nothing behind.
fn looking() -> String {
    format!("{WAITING}; exec /bin/sh -s -- \"$@\"")
}

/// How long a question may take; a phase goes on by itself.
const QUESTION_LIMIT: Duration = Duration::from_secs(180);

/// How the lines begin that are answers.
const ANSWER: &[u8] = b"adt ";

/// The build's machines, asked as root.
#[derive(Debug)]
pub(super) struct Remote<'a> {
    /// The way to them.
    pub reach: &'a Reach,
    /// The password of the servers' user, which goes over standard input alone.
    pub password: &'a [u8],
    /// Whether the host keys that a machine shows now are trusted.
    pub accepts_new_keys: bool,
}

/// What a machine answers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Facts {
    /// Whether its cron is kept from making backups.
    pub is_held: bool,
    /// How many scripts that make a backup run there.
    pub backups: u32,
    /// Whether it was made of a snapshot and still serves what that holds.
    pub is_new: bool,
    /// Whether an earlier run was cut off while it changed what the machine serves.
    pub is_changing: bool,
    /// The backup that its configuration names.
    pub period: String,
    /// The date of the backup that was installed last.
    pub restored: Option<Timestamp>,
    /// How far a phase is: `running`, `finished`, `failed` or `none`.
    pub state: String,
    /// What the phase says.
    pub said: String,
    /// What the names of the site's tables begin with, once the webroot's backup was checked.
    pub prefix: String,
}

/// A machine that is to be restored.
#[derive(Debug, Clone)]
pub(super) struct Server {
    pub machine: Host,
    /// What it said last.
    pub facts: Facts,
}

impl Remote<'_> {
    /// Asks `machine` for what it holds; nothing is kept there.
    ///
    /// # Errors
    /// When it is not reached, or is not a server of the toolkit.
    pub fn facts(&self, machine: &Host) -> anyhow::Result<Facts> {
        self.asked(machine, &looking(), &["facts".to_owned()])
    }

    /// Has `machine` do `action`; what it holds afterwards.
    ///
    /// # Errors
    /// When it is not reached, or refuses.
    pub fn tell(&self, machine: &Host, words: &[String]) -> anyhow::Result<Facts> {
        self.asked(machine, &keeping(MACHINE_FILE), words)
    }

    /// Has an autoscaler run `script`, and keep it for its cron.
    ///
    /// # Errors
    /// When it is not reached, or refuses.
    pub fn prepare(
        &self,
        machine: &Host,
        cloudhost: Cloudhost,
        script: &str,
    ) -> anyhow::Result<Facts> {
        let boot = keeping(AUTOSCALER_FILE);
        let words = format!("prepare cloudhost={cloudhost}");
        self.run(machine, &as_root(&boot, &words), script.as_bytes())
    }

    fn asked(&self, machine: &Host, boot: &str, words: &[String]) -> anyhow::Result<Facts> {
        let line = as_root(boot, &shell_words::join(words));
        self.run(machine, &line, SCRIPT.as_bytes())
    }

    /// Runs `line` as root with the password and then `input` to read.
    fn run(&self, machine: &Host, line: &str, input: &[u8]) -> anyhow::Result<Facts> {
        let connection = self
            .reach
            .connection(machine, PATIENT, self.accepts_new_keys)?;
        let beginning = format!("\n{BEGINNING}\n");
        let input = [self.password, beginning.as_bytes(), input].concat();
        let (mut answers, mut complaint) = (BTreeMap::new(), None);
        let mut reader = |stream, said: &[u8]| {
            let said = self.reach.runner.redact(said);
            match (stream, answer_in(said.as_bytes())) {
                (Stream::Stdout, Some((name, value))) => {
                    answers.insert(name, value);
                }
                (Stream::Stdout, None) => {}
                (Stream::Stderr, _) => {
                    // Nobody there to read it is no reason to stop halfway.
                    let _ = reach::pass_on(&machine.name, stream, said.as_bytes());
                    complaint = Some(on_one_line(&said));
                }
            }
        };
        let line = OsStr::new(line);
        let status = connection.run_reading_along(line, &input, QUESTION_LIMIT, &mut reader)?;
        if let Some(refused) = answers.get("refused") {
            bail!("{refused}");
        }
        if status != 0 {
            let said = complaint.map_or_else(String::new, |said| format!(": {said}"));
            bail!("it did not do what it was told as root (status {status}){said}");
        }
        Facts::of(&answers)
    }
}

/// The command line that runs `boot` as root with `words`.
fn as_root(boot: &str, words: &str) -> String {
    let boot = shell_words::quote(boot);
    format!(
        "DEBIAN_FRONTEND=noninteractive /usr/bin/sudo -S -E -p '' /bin/sh -c {boot} adt {words}"
    )
}

/// The name and the value in a line that is an answer.
fn answer_in(line: &[u8]) -> Option<(String, String)> {
    let rest = line.strip_prefix(ANSWER)?.to_str_lossy();
    let (name, value) = rest.split_once(' ').unwrap_or((&rest, ""));
    Some((name.to_owned(), on_one_line(value)))
}

impl Facts {
    fn of(answers: &BTreeMap<String, String>) -> anyhow::Result<Self> {
        let text = |name: &str| answers.get(name).cloned().unwrap_or_default();
        let is = |name: &str| text(name) == "yes";
        let number = |name: &str| match text(name).as_str() {
            "" => Ok(0),
            value => value
                .parse::<i64>()
                .with_context(|| format!("it says '{value}' for '{name}', which is no number")),
        };
        let restored = match number("restored")? {
            0 => None,
            seconds => Some(Timestamp::from_second(seconds)?),
        };
        Ok(Self {
            is_held: is("held"),
            backups: u32::try_from(number("backups")?)?,
            is_new: is("new"),
            is_changing: is("changing"),
            period: text("period"),
            restored,
            state: text("state"),
            said: text("said"),
            prefix: text("prefix"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(lines: &[&str]) -> anyhow::Result<Facts> {
        let answers = lines.iter().filter_map(|line| answer_in(line.as_bytes()));
        Facts::of(&answers.collect())
    }

    #[test]
    fn answers_are_told_from_all_else_that_a_machine_prints() {
        let said = facts(&[
            "Welcome",
            "adt held yes",
            "adtheld no",
            "adt backups 2",
            "adt said a  b\x1b[2J",
        ]);
        let expected = Facts {
            is_held: true,
            backups: 2,
            said: "a b[2J".to_owned(),
            ..Facts::default()
        };
        assert_eq!(said.unwrap(), expected);
    }

    #[test]
    fn a_number_that_is_none_is_no_answer() {
        assert!(facts(&["adt backups many"]).is_err());
        assert!(facts(&["adt restored soon"]).is_err());
    }

    #[test]
    fn the_script_is_waited_for_by_its_first_line() {
        assert!(WAITING.contains(&format!("\"{BEGINNING}\"")));
    }
}
