//! The only place that starts a process: timeout, retry with backoff, redaction, and recording for `--dry-run`.
//!
//! A command is a value. Building it, running it and decoding its answer are three things; only the second needs a process.

mod failure;
mod interrupt;
mod redact;
mod tool;

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::fs::File;
use std::io::{Read, Seek};
use std::os::unix::process::CommandExt;
use std::time::{Duration, Instant};

pub use failure::Failure;
pub use interrupt::{on_interrupt_say, watch_for_interrupts};
pub use redact::Redactor;
pub use tool::{Program, Tool};

/// How long a command that only reads may take. The CLIs repeat a refused request for up to 31 s by themselves
/// and obey a `Retry-After` of two minutes, so a shorter limit would stop calls that are about to succeed.
pub const READ_TIMEOUT: Duration = Duration::from_secs(180);

/// A command that took this long to fail has repeated its request by itself (s3cmd for 45 s, s5cmd for 88 s); asking
/// again would only take as long again.
const SLOW_FAILURE: Duration = Duration::from_secs(40);

/// An answer larger than this is not an answer; 10,000 droplets are 21 MB.
const MOST_OUTPUT_BYTES: u64 = 1 << 30;

/// Whether a command changes anything at the provider, which decides what `--dry-run` does with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It only reads, so it may be repeated, and `--dry-run` runs it.
    Reads,
    /// It creates or deletes, so it is run once, and `--dry-run` only prints it.
    Changes,
}

/// A command line to run: a value that can be compared and printed. Its words are never secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    program: Program,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    timeout: Duration,
    effect: Effect,
    input: Vec<u8>,
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
            timeout: READ_TIMEOUT,
            effect,
            input: Vec::new(),
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
        let words: Vec<_> = self.words().map(OsStr::to_string_lossy).collect();
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
}

/// Runs commands, all with the same secrets to hide and the same answer to `--dry-run`.
#[derive(Debug, Default)]
pub struct Runner {
    redactor: Redactor,
    dry_run: bool,
}

impl Runner {
    /// A runner that hides `redactor`'s secrets in everything it reports; with `dry_run` it prints each command
    /// and runs only those that read.
    pub fn new(redactor: Redactor, dry_run: bool) -> Self {
        Self { redactor, dry_run }
    }

    /// Whether commands that change something are only printed.
    pub fn is_dry_run(&self) -> bool {
        self.dry_run
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
        self.start_and_wait(command)
    }

    /// Runs `command` and hands back its standard output when it succeeded.
    ///
    /// # Errors
    /// As [`Runner::run`], and when the exit status is not 0.
    pub fn output(&self, command: &Command) -> Result<Output, Failure> {
        let output = self.run(command)?;
        if output.succeeded() {
            Ok(output)
        } else {
            Err(Failure::exited(command, &output, &self.redactor))
        }
    }

    /// Runs a command that may be repeated until `decode` accepts its answer, at most four times, waiting longer each
    /// time.
    ///
    /// # Errors
    /// The last attempt's failure.
    pub fn read<T>(
        &self,
        command: &Command,
        decode: impl Fn(&Output) -> anyhow::Result<T>,
    ) -> Result<T, Failure> {
        let mut delays = [1, 2, 4].map(Duration::from_secs).into_iter();
        loop {
            let started = Instant::now();
            let outcome = self.output(command).and_then(|output| {
                decode(&output)
                    .map_err(|why| Failure::unreadable(command, &output, &self.redactor, &why))
            });
            match outcome {
                Err(failure)
                    if failure.is_worth_repeating() && started.elapsed() < SLOW_FAILURE =>
                {
                    match delays.next() {
                        Some(delay) => std::thread::sleep(scaled(delay)),
                        None => return Err(failure),
                    }
                }
                finished => return finished,
            }
        }
    }

    fn start_and_wait(&self, command: &Command) -> Result<Output, Failure> {
        let sink = |name| memory_file(name).map_err(|why| Failure::not_started(command, &why));
        let (mut stdout, mut stderr) = (sink("stdout")?, sink("stderr")?);
        let started = Instant::now();
        let handle = expression(command, &stdout, &stderr)
            .and_then(|expression| expression.start())
            .map_err(|why| Failure::not_started(command, &why))?;
        let _running = interrupt::Running::register(handle.pids());
        loop {
            let finished = handle
                .wait_timeout(Duration::from_millis(500))
                .map_err(|why| Failure::not_started(command, &why))?;
            if let Some(output) = finished {
                let status = exit_status(output.status);
                let read = |file: &mut File| {
                    contents(file).map_err(|why| Failure::not_started(command, &why))
                };
                return Ok(Output {
                    status,
                    stdout: read(&mut stdout)?,
                    stderr: read(&mut stderr)?,
                });
            }
            let too_long = started.elapsed() >= command.timeout;
            if too_long || length(&stdout) + length(&stderr) > MOST_OUTPUT_BYTES {
                interrupt::end_group(&handle.pids());
                let said = contents(&mut stderr).unwrap_or_default();
                return Err(if too_long {
                    Failure::timed_out(command, command.timeout, &said, &self.redactor)
                } else {
                    Failure::endless(command, MOST_OUTPUT_BYTES)
                });
            }
        }
    }
}

fn expression(
    command: &Command,
    stdout: &File,
    stderr: &File,
) -> std::io::Result<duct::Expression> {
    let mut words = command.words();
    let program = words.next().unwrap_or_default();
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the one place that starts processes"
    )]
    let mut expression = duct::cmd(program, words)
        .unchecked()
        .stdout_file(stdout.try_clone()?)
        .stderr_file(stderr.try_clone()?)
        // A group of its own, so that a timeout ends what the CLI started as well.
        .before_spawn(|child| {
            child.process_group(0);
            Ok(())
        });
    expression = if command.input.is_empty() {
        // linode-cli without its configuration asks and waits for ever on an open standard input.
        expression.stdin_null()
    } else {
        expression.stdin_bytes(command.input.clone())
    };
    for (name, value) in &command.environment {
        expression = expression.env(name, value);
    }
    Ok(expression)
}

/// `delay`, or a fraction of it where `ADT_POLL_SECONDS` asks for a livelier pace than the usual one.
fn scaled(delay: Duration) -> Duration {
    match crate::patience::poll_override() {
        Some(poll) => delay.min(poll),
        None => delay,
    }
}

/// A nameless file in memory: unlike a pipe it never fills, and a grandchild that keeps it open holds nobody up.
fn memory_file(name: &str) -> std::io::Result<File> {
    Ok(rustix::fs::memfd_create(name, rustix::fs::MemfdFlags::CLOEXEC)?.into())
}

fn length(file: &File) -> u64 {
    file.metadata().map_or(0, |metadata| metadata.len())
}

fn contents(file: &mut File) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(usize::try_from(length(file)).unwrap_or_default());
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn exit_status(status: std::process::ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt;
    status
        .code()
        .unwrap_or_else(|| 128 + status.signal().unwrap_or_default())
}

#[cfg(test)]
mod tests;
