//! The only place that starts a process: timeout, retry with backoff, redaction, and recording for `--dry-run`.
//!
//! A command is a value. Building it, running it and decoding its answer are three things; only the second needs a process.

mod attached;
mod change;
mod failure;
mod interrupt;
mod plain_words;
mod process;
mod reading_along;
mod redact;
mod refused;
mod runner;
#[cfg(any(test, fuzzing))]
mod scripted;
mod shared;
mod stop;
mod tool;

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::time::Duration;

use bstr::ByteSlice;

pub use change::Change;
pub use failure::Failure;
pub use interrupt::{on_interrupt_say, watch_for_interrupts};
pub use reading_along::Stream;
pub use redact::Redactor;
pub use refused::{Refusals, Refused};
pub use runner::Runner;
#[cfg(any(test, fuzzing))]
pub use scripted::Scripted;
pub use stop::Stop;
pub use tool::{Program, Tool};

/// Whether a command changes anything at the provider, which decides what `--dry-run` does with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It only reads, so it may be repeated, and `--dry-run` runs it.
    Reads,
    /// It creates or deletes, so it is run once, and `--dry-run` only prints it.
    Changes,
}

/// A command line to run: a value that can be compared and printed. Its words are never secret, save where a tool leaves
/// no choice: see [`Command::shown_as`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    program: Program,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    timeout: Duration,
    effect: Effect,
    input: Vec<u8>,
    stand_ins: Vec<(OsString, String)>,
    trace: Option<&'static str>,
}

impl Command {
    /// A command that only reads.
    pub fn reading<A: AsRef<OsStr>>(program: &Program, arguments: &[A]) -> Self {
        Self::new(program, arguments, Effect::Reads)
    }

    /// A command that creates, changes or deletes something.
    pub fn changing<A: AsRef<OsStr>>(program: &Program, arguments: &[A]) -> Self {
        Self::new(program, arguments, Effect::Changes)
    }

    fn new<A: AsRef<OsStr>>(program: &Program, arguments: &[A], effect: Effect) -> Self {
        Self {
            program: program.clone(),
            arguments: arguments
                .iter()
                .map(|word| word.as_ref().to_owned())
                .collect(),
            environment: Vec::new(),
            timeout: crate::patience::call_limit(),
            effect,
            input: Vec::new(),
            stand_ins: Vec::new(),
            trace: None,
        }
    }

    /// Sets an environment variable for the command alone; the way to hand it a secret.
    #[must_use]
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Sets how long the command may take.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets what the command reads on standard input; nothing when never called.
    #[must_use]
    pub fn input(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.input = bytes.into();
        self
    }

    /// Shows `stand_in` wherever the command is printed, in place of `word`, which is long or nobody else's business.
    #[must_use]
    pub fn shown_as(mut self, word: impl Into<OsString>, stand_in: impl Into<String>) -> Self {
        self.stand_ins.push((word.into(), stand_in.into()));
        self
    }

    /// Keeps what the command says of its requests out of messages: the lines of standard error that begin with `mark`.
    #[must_use]
    pub fn tracing(mut self, mark: &'static str) -> Self {
        self.trace = Some(mark);
        self
    }

    /// `stderr` without the lines that are only a trace.
    fn without_trace<'a>(&self, stderr: &'a [u8]) -> Cow<'a, [u8]> {
        let Some(mark) = self.trace else {
            return Cow::Borrowed(stderr);
        };
        let lines = stderr.lines_with_terminator();
        let others = lines.filter(|line| !line.starts_with(mark.as_bytes()));
        Cow::Owned(others.collect::<Vec<_>>().concat())
    }

    fn shown<'a>(&'a self, word: &'a OsStr) -> Cow<'a, str> {
        let stand_in = self.stand_ins.iter().find(|(hidden, _)| hidden == word);
        match stand_in {
            Some((_, shown)) => Cow::Borrowed(shown),
            None => word.to_string_lossy(),
        }
    }

    /// The name of the tool it runs, for messages.
    pub fn tool(&self) -> &str {
        self.program.name()
    }

    /// What it does, in the words that come before its options, such as `doctl compute droplet list`.
    pub(crate) fn deed(&self) -> String {
        let is_option = |word: &&OsString| word.as_encoded_bytes().starts_with(b"-");
        let mut words = self.arguments.iter().peekable();
        while let Some(option) = words.next_if(is_option) {
            // exo's and doctl's `-O json`, which some callers put first, and the settings of the datastore's tools.
            if option.len() == 2 || LEADING_OPTIONS.iter().any(|it| option == it) {
                words.next();
            }
        }
        let words = words.take_while(|word| !is_option(word));
        let words = words.map(|word| self.shown(word));
        let tool = std::iter::once(Cow::Borrowed(self.tool()));
        shell_words::join(tool.chain(words))
    }

    /// Whether it changes anything.
    pub fn effect(&self) -> Effect {
        self.effect
    }

    fn words(&self) -> impl Iterator<Item = &OsStr> {
        self.program
            .words()
            .iter()
            .chain(&self.arguments)
            .map(OsString::as_os_str)
    }
}

impl fmt::Display for Command {
    /// The command as a person would type it, each word quoted for the shell where it needs to be.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = self.words().map(|word| self.shown(word)).collect();
        formatter.write_str(&shell_words::join(words))
    }
}

/// The options that stand before the deed and have their value in the next word.
const LEADING_OPTIONS: [&str; 5] = [
    "--config",
    "--credentials-file",
    "--endpoint-url",
    "--s3-endpoint",
    "--timestamp",
];

/// What a command that ran to its end left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The exit status; 128 + the signal's number when a signal ended it, as a shell says it.
    pub status: i32,
    /// Standard output, as it is.
    pub stdout: Vec<u8>,
    /// Standard error, as it is.
    pub stderr: Vec<u8>,
}

impl Output {
    /// Whether the exit status is 0.
    pub fn succeeded(&self) -> bool {
        self.status == 0
    }

    /// Whether the command said `words` on either stream.
    pub fn says(&self, words: &str) -> bool {
        self.stdout.contains_str(words) || self.stderr.contains_str(words)
    }
}

#[cfg(test)]
mod tests;
