//! The only place that starts a process: timeout, retry with backoff, redaction, and recording for `--dry-run`.
//!
//! A command is a value. Building it, running it and decoding its answer are three things; only the second needs a process.

mod failure;
mod interrupt;
mod process;
mod redact;
#[cfg(any(test, fuzzing))]
mod scripted;
mod tool;

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::time::{Duration, Instant};

use bstr::ByteSlice;

pub use failure::Failure;
pub use interrupt::{on_interrupt_say, watch_for_interrupts};
pub use redact::Redactor;
#[cfg(any(test, fuzzing))]
pub use scripted::Scripted;
pub use tool::{Program, Tool};

/// A command that took this long to fail has repeated its request by itself (s3cmd for 45 s, s5cmd for 88 s); asking
/// again would only take as long again.
const SLOW_FAILURE: Duration = Duration::from_secs(40);

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

/// Runs commands, all with the same secrets to hide and the same answer to `--dry-run`.
#[derive(Debug)]
pub struct Runner {
    redactor: Redactor,
    dry_run: bool,
    repeat_delays: Vec<Duration>,
    #[cfg(any(test, fuzzing))]
    scripted: Option<Scripted>,
}

impl Default for Runner {
    fn default() -> Self {
        Self::new(Redactor::default(), false)
    }
}

impl Runner {
    /// A runner that hides `redactor`'s secrets in everything it reports; with `dry_run` it prints each command
    /// and runs only those that read.
    pub fn new(redactor: Redactor, dry_run: bool) -> Self {
        Self {
            redactor,
            dry_run,
            repeat_delays: scaled(&[1, 2, 4]),
            #[cfg(any(test, fuzzing))]
            scripted: None,
        }
    }

    /// A runner that tries six times over 25 seconds, as the datastore scripts do (contract 06).
    #[must_use]
    pub fn trying_six_times(self) -> Self {
        Self {
            repeat_delays: scaled(&[1, 2, 4, 8, 10]),
            ..self
        }
    }

    /// A runner that repeats at once, for tests.
    #[cfg(test)]
    pub fn without_delays() -> Self {
        Self {
            repeat_delays: vec![Duration::ZERO; 3],
            ..Self::default()
        }
    }

    /// A runner that starts nothing: every command is answered by `scripted`.
    #[cfg(any(test, fuzzing))]
    pub fn answered_by(scripted: Scripted, redactor: Redactor, dry_run: bool) -> Self {
        Self {
            repeat_delays: vec![Duration::ZERO; 1],
            scripted: Some(scripted),
            ..Self::new(redactor, dry_run)
        }
    }

    /// Whether commands that change something are only printed.
    pub fn is_dry_run(&self) -> bool {
        self.dry_run
    }

    /// `bytes` as text with every secret masked.
    pub fn redact(&self, bytes: &[u8]) -> String {
        self.redactor.redact(bytes)
    }

    /// Runs `command` once and hands back what it left, whatever its exit status.
    ///
    /// # Errors
    /// When it cannot be started, outlives its timeout, prints without end, or is only printed because of `--dry-run`.
    pub fn run(&self, command: &Command) -> Result<Output, Failure> {
        if self.dry_run {
            crate::console::say(format_args!("{command}"));
            if command.effect == Effect::Changes {
                return Err(Failure::dry_run(command));
            }
        }
        #[cfg(any(test, fuzzing))]
        if let Some(scripted) = &self.scripted {
            return Ok(scripted.next_answer());
        }
        process::start_and_wait(command, &self.redactor)
    }

    /// Runs `command` and hands back its standard output when it succeeded.
    ///
    /// # Errors
    /// As [`Runner::run`], and when the exit status is not 0.
    pub fn output(&self, command: &Command) -> Result<Output, Failure> {
        self.run(command)
            .and_then(|output| self.judge(command, output))
    }

    /// `output` when `command` succeeded.
    ///
    /// # Errors
    /// When the exit status is not 0.
    pub fn judge(&self, command: &Command, output: Output) -> Result<Output, Failure> {
        if output.succeeded() {
            Ok(output)
        } else {
            Err(Failure::exited(command, &output, &self.redactor))
        }
    }

    /// Runs a command that may be repeated until `decode` accepts its answer, waiting longer each time; at most four
    /// times unless [`Runner::trying_six_times`].
    ///
    /// # Errors
    /// The last attempt's failure.
    pub fn read<T>(
        &self,
        command: &Command,
        decode: impl Fn(&Output) -> anyhow::Result<T>,
    ) -> Result<T, Failure> {
        self.read_patiently(command, |output| {
            if !output.succeeded() {
                return Err(Failure::exited(command, output, &self.redactor));
            }
            decode(output).map_err(|why| Failure::unreadable(command, output, &self.redactor, &why))
        })
    }

    /// As [`Runner::read`] for a command about one thing; `None` when the answer `is_absence`: the thing is not there.
    ///
    /// # Errors
    /// The last attempt's failure.
    pub fn read_if_there<T>(
        &self,
        command: &Command,
        is_absence: impl Fn(&Output) -> bool,
        decode: impl Fn(&Output) -> anyhow::Result<T>,
    ) -> Result<Option<T>, Failure> {
        self.read_patiently(command, |output| {
            if output.succeeded() {
                decode(output)
                    .map(Some)
                    .map_err(|why| Failure::unreadable(command, output, &self.redactor, &why))
            } else if is_absence(output) {
                Ok(None)
            } else {
                Err(Failure::exited(command, output, &self.redactor))
            }
        })
    }

    fn read_patiently<T>(
        &self,
        command: &Command,
        judge: impl Fn(&Output) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.repeat(|| self.run(command).and_then(|output| judge(&output)))
    }

    /// Calls `attempt` until it succeeds or fails for good, as often and as slowly as [`Runner::read`] runs a command.
    ///
    /// # Errors
    /// The last attempt's failure.
    pub fn repeat<T>(&self, attempt: impl Fn() -> Result<T, Failure>) -> Result<T, Failure> {
        let mut delays = self.repeat_delays.iter();
        loop {
            let started = Instant::now();
            match attempt() {
                Err(failure)
                    if failure.is_worth_repeating() && started.elapsed() < SLOW_FAILURE =>
                {
                    match delays.next() {
                        Some(delay) => std::thread::sleep(*delay),
                        None => return Err(failure),
                    }
                }
                finished => return finished,
            }
        }
    }
}

/// Delays of so many seconds, or a fraction where `ADT_POLL_SECONDS` asks for a livelier pace than the usual one.
fn scaled(seconds: &[u64]) -> Vec<Duration> {
    let longest = crate::patience::poll_override().unwrap_or(Duration::MAX);
    seconds
        .iter()
        .map(|seconds| Duration::from_secs(*seconds).min(longest))
        .collect()
}

#[cfg(test)]
mod tests;
