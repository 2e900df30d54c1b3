//! Mails about this machine, sent as the toolkit's own scripts send theirs: by `SendEmail.sh`, which knows the account.

use std::path::Path;
use std::time::Duration;

use anyhow::Context;

use super::Build;
use crate::command::{Command, Program, Runner};
use crate::foreign_text::on_one_line;
use crate::toolkit::build_environment::BuildEnvironment;

/// The toolkit's script.
const SEND_EMAIL: &str = "providerscripts/email/SendEmail.sh";

/// How long sending one may take. The script asks for this machine's address first, and a mail server after that.
const LIMIT: Duration = Duration::from_secs(300);

/// What the script sends no mail without.
const NEEDED: [&str; 4] = [
    "SYSTEM_FROMEMAIL_ADDRESS",
    "SYSTEM_TOEMAIL_ADDRESS",
    "SYSTEM_EMAIL_USERNAME",
    "SYSTEM_EMAIL_PASSWORD",
];

/// No word of a program may have 128 kB, and a mail is to be read.
const LONGEST_BYTES: usize = 50_000;

/// How long a line of a mail may be, in characters.
const LONGEST_LINE: usize = 500;

/// How much it matters: which of them are sent is a setting of the build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Something is wrong, or looks as if it were.
    Error,
    /// It is sent whatever the setting.
    Mandatory,
}

/// A mail to whoever the build's settings name.
#[derive(Debug)]
pub struct Mail<'a> {
    /// What it is about.
    pub subject: &'a str,
    /// What it says, of any number of lines.
    pub message: &'a str,
    /// How much it matters.
    pub level: Level,
}

/// Whether the build has what a mail needs.
///
/// # Errors
/// When a setting is not UTF-8.
pub fn can_be_sent(environment: &BuildEnvironment) -> anyhow::Result<bool> {
    for name in NEEDED {
        if environment.text(name)?.is_empty() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What this machine is called.
///
/// # Errors
/// When the system does not say it.
pub fn machine_name() -> anyhow::Result<String> {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname");
    Ok(on_one_line(
        &name.context("cannot read the name of this machine")?,
    ))
}

impl Mail<'_> {
    /// Sends it with the settings of `build`.
    ///
    /// # Errors
    /// When the script is not there, fails or does not end.
    pub fn send(&self, build: &Build, runner: &Runner) -> anyhow::Result<()> {
        let script = build.home().path().join(SEND_EMAIL);
        let level = match self.level {
            Level::Error => "ERROR",
            Level::Mandatory => "MANDATORY",
        };
        let message = fit_for_the_mailer(self.message);
        // It is a script of the toolkit, whose mode depends on what the toolkit did last.
        let shell = Program::at("SendEmail.sh", Path::new("/bin/sh"));
        let words = [
            script.as_os_str(),
            self.subject.as_ref(),
            message.as_ref(),
            level.as_ref(),
        ];
        let send = Command::changing(&shell, &words).timeout(LIMIT);
        runner
            .output(&send)
            .with_context(|| format!("the mail '{}' could not be sent", self.subject))?;
        Ok(())
    }
}

/// The text as the toolkit's mailers take it. `SendEmail.sh` hands the message to sendemail without quotes: it arrives as
/// words, patterns among them become the names of files, one with a `-` before it is an option, and `0` ends the message.
/// All of it would be one line, but sendemail ends a line at `\n`.
fn fit_for_the_mailer(text: &str) -> String {
    let mut fit = String::new();
    for line in text.lines() {
        let words = line.split_whitespace().map(|word| {
            let word: String = word.chars().filter_map(harmless).collect();
            match word.as_str() {
                "0" => "'0'".to_owned(),
                _ if word.starts_with('-') => format!("'{word}'"),
                _ => word,
            }
        });
        let line = words.collect::<Vec<_>>().join(" ");
        let characters: Vec<char> = line.chars().collect();
        for part in characters.chunks(LONGEST_LINE) {
            fit.extend(part);
            fit.push_str(" \\n\n");
        }
        if characters.is_empty() {
            fit.push_str("\\n\n");
        }
        if fit.len() > LONGEST_BYTES {
            fit.push_str("and more, which is left out here");
            break;
        }
    }
    fit
}

/// A character that no shell takes for more than itself; nothing for one that only moves a cursor.
fn harmless(character: char) -> Option<char> {
    match character {
        '*' | '?' => Some('_'),
        '[' => Some('('),
        ']' => Some(')'),
        _ if character.is_control() => None,
        _ => Some(character),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_of_a_mail_is_an_option_a_pattern_or_its_end() {
        assert_eq!(
            fit_for_the_mailer("--- SUMMARY ---\n\nInfected files: 0\n/tmp/[a]*?\u{1b}\n"),
            "'---' SUMMARY '---' \\n\n\\n\nInfected files: '0' \\n\n/tmp/(a)__ \\n\n"
        );
    }

    #[test]
    fn a_long_mail_is_cut_below_what_a_program_can_be_given() {
        let text = "x".repeat(1000) + "\n";
        let fit = fit_for_the_mailer(&text.repeat(1000));
        assert!(fit.len() < 60_000 && fit.ends_with("left out here"));
        assert!(fit.lines().all(|line| line.len() <= LONGEST_LINE + 3));
    }
}
