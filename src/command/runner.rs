//! Running commands: once or patiently, for real or only printed, alone or for all who ask the same.

use std::sync::Arc;
use std::time::{Duration, Instant};

#[cfg(any(test, fuzzing))]
use super::Scripted;
use super::shared::SharedCalls;
use super::{Change, Command, Effect, Failure, Output, Redactor, Stream, attached, process};
use crate::console;

/// A command that took this long to fail has repeated its request by itself (s3cmd for 45 s, s5cmd for 88 s); asking
/// again would only take as long again.
const SLOW_FAILURE: Duration = Duration::from_secs(40);

/// Runs commands, all with the same secrets to hide and the same answer to `--dry-run`.
#[derive(Debug)]
pub struct Runner {
    redactor: Redactor,
    dry_run: bool,
    shows_commands: bool,
    repeat_delays: Vec<Duration>,
    shared: Option<SharedCalls>,
    #[cfg(any(test, fuzzing))]
    scripted: Option<Scripted>,
}

impl Default for Runner {
    fn default() -> Self {
        Self::new(Redactor::default(), false)
    }
}

impl Runner {
    /// A runner that hides `redactor`'s secrets in everything it reports; with `dry_run` it runs only
    /// commands that read.
    pub fn new(redactor: Redactor, dry_run: bool) -> Self {
        Self {
            redactor,
            dry_run,
            shows_commands: false,
            repeat_delays: scaled(&[1, 2, 4]),
            shared: None,
            #[cfg(any(test, fuzzing))]
            scripted: None,
        }
    }

    /// A runner that, in a dry run, prints each command if `shows_commands`.
    #[must_use]
    pub fn showing_commands(self, shows_commands: bool) -> Self {
        Self {
            shows_commands,
            ..self
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

    /// A runner of several threads: those that ask the same at the same time share one call, which begins after all of
    /// them have asked.
    #[must_use]
    pub fn sharing_reads(self) -> Self {
        Self {
            shared: Some(SharedCalls::default()),
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
        self.answer(command).map(Arc::unwrap_or_clone)
    }

    /// What a command left, which others may read as well: an answer of a large account is kept once.
    fn answer(&self, command: &Command) -> Result<Arc<Output>, Failure> {
        self.rehearse(command)?;
        #[cfg(any(test, fuzzing))]
        if let Some(scripted) = &self.scripted {
            return Ok(Arc::new(scripted.next_answer()));
        }
        let call = || process::start_and_wait(command, &self.redactor).map(Arc::new);
        match &self.shared {
            Some(shared) if command.effect == Effect::Reads => shared.ask(command, call),
            _ => call(),
        }
    }

    /// Runs `command` once, giving `reader` each line, without its end, as soon as it is printed; the exit status. A line
    /// of more than a mebibyte comes in pieces. Nothing of it is kept.
    ///
    /// # Errors
    /// When it cannot be started, outlives its timeout, or is only printed because of `--dry-run`.
    pub fn run_reading_along(
        &self,
        command: &Command,
        reader: &mut dyn FnMut(Stream, &[u8]),
    ) -> Result<i32, Failure> {
        self.rehearse(command)?;
        process::read_along(command, &self.redactor, reader)
    }

    /// Runs a command that talks to the person by itself, on our own standard streams, and hands back its exit status.
    ///
    /// # Errors
    /// When it cannot be started, outlives its timeout, or is only printed because of `--dry-run`.
    pub fn hand_over(&self, command: &Command) -> Result<i32, Failure> {
        self.rehearse(command)?;
        attached::run(command, &self.redactor, None)
    }

    /// As [`Runner::hand_over`], giving `reader` the lines of standard error in place of passing them on.
    ///
    /// # Errors
    /// As [`Runner::hand_over`].
    pub fn hand_over_hearing(
        &self,
        command: &Command,
        reader: &mut dyn FnMut(Stream, &[u8]),
    ) -> Result<i32, Failure> {
        self.rehearse(command)?;
        attached::run(command, &self.redactor, Some(reader))
    }

    /// In a dry run prints the command where that is asked for. One that changes something was to be asked for by
    /// [`Runner::change`]: it fails here, so that no rehearsal changes anything whatever a caller forgot.
    fn rehearse(&self, command: &Command) -> Result<(), Failure> {
        if self.dry_run {
            if self.shows_commands {
                console::say(format_args!("{command}"));
            }
            if command.effect == Effect::Changes {
                return Err(Failure::dry_run(command));
            }
        }
        Ok(())
    }

    /// Runs `command` and hands back its standard output when it succeeded.
    ///
    /// # Errors
    /// As [`Runner::run`], and when the exit status is not 0.
    pub fn output(&self, command: &Command) -> Result<Output, Failure> {
        self.run(command)
            .and_then(|output| self.judge(command, output))
    }

    /// Runs a `command` that changes something, once; with `--dry-run` only prints it.
    ///
    /// # Errors
    /// As [`Runner::output`].
    pub fn change(&self, command: &Command) -> Result<Change<Output>, Failure> {
        self.unless_rehearsed(command, || self.output(command))
    }

    /// As [`Runner::change`], but a command whose answer says that it `was_turned_away` unread, for coming too often, is
    /// run again, at most four times and more slowly each time.
    ///
    /// # Errors
    /// As [`Runner::output`].
    pub fn change_unless_turned_away(
        &self,
        command: &Command,
        was_turned_away: impl Fn(&Output) -> bool,
    ) -> Result<Change<Output>, Failure> {
        self.unless_rehearsed(command, || {
            self.output_unless_turned_away(command, was_turned_away)
        })
    }

    /// As [`Runner::change`] for one that may be repeated, as often and as slowly as [`Runner::read`] runs a command, until
    /// `decode` accepts its answer.
    ///
    /// # Errors
    /// The last attempt's failure.
    pub fn change_patiently<T>(
        &self,
        command: &Command,
        decode: impl Fn(&Output) -> anyhow::Result<T>,
    ) -> Result<Change<T>, Failure> {
        self.unless_rehearsed(command, || self.read(command, decode))
    }

    fn unless_rehearsed<T>(
        &self,
        command: &Command,
        run: impl FnOnce() -> Result<T, Failure>,
    ) -> Result<Change<T>, Failure> {
        if self.dry_run {
            if self.shows_commands {
                console::say(format_args!("{command}"));
            }
            return Ok(Change::Rehearsed);
        }
        run().map(Change::Made)
    }

    fn output_unless_turned_away(
        &self,
        command: &Command,
        was_turned_away: impl Fn(&Output) -> bool,
    ) -> Result<Output, Failure> {
        let mut delays = self.repeat_delays.iter();
        loop {
            let output = self.run(command)?;
            match delays.next() {
                Some(delay) if !output.succeeded() && was_turned_away(&output) => {
                    std::thread::sleep(*delay);
                }
                _ => return self.judge(command, output),
            }
        }
    }

    /// What `decode` makes of an answer that is judged by what it says and not by its exit status.
    ///
    /// # Errors
    /// When it cannot be understood; the failure has the command's own words.
    pub fn understand<T>(
        &self,
        command: &Command,
        output: &Output,
        decode: impl FnOnce(&Output) -> anyhow::Result<T>,
    ) -> Result<T, Failure> {
        decode(output).map_err(|why| Failure::unreadable(command, output, &self.redactor, &why))
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
        self.repeat(|| self.answer(command).and_then(|output| judge(&output)))
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
                    let left = delays.len();
                    let Some(delay) = delays.next() else {
                        return Err(failure);
                    };
                    if left == self.repeat_delays.len() && console::is_watched() {
                        console::say(format_args!(
                            "{}; trying again, at most {left} times",
                            failure.on_one_line()
                        ));
                    }
                    std::thread::sleep(*delay);
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
