//! One run of one process: its own group, streams into memory or to a reader, an end to the wait.

use std::fs::File;
use std::io::{Read, Seek};
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::reading_along::{Reader, ReadingAlong, Stream};
use super::{Command, Effect, Failure, Output, Redactor, interrupt, stop};
use crate::durations;
use crate::foreign_text::beginning;
use crate::{console, patience};

/// An answer larger than this is not an answer; 10,000 droplets are 21 MB.
const MOST_OUTPUT_BYTES: u64 = 1 << 30;

/// How long to sleep between two looks at a command that somebody reads along, when it prints nothing.
pub(super) const READING_ALONG: Duration = Duration::from_millis(50);

/// How long to sleep between two looks at a command otherwise; its end wakes us.
const WAITING: Duration = Duration::from_millis(500);

/// How long nothing may be seen of a command that goes on.
const SOON: Duration = Duration::from_secs(1);

/// How long a command that only asks may be without an answer before a person at a terminal is told.
const SILENCE: Duration = Duration::from_secs(10);

/// The same where a livelier pace is asked for.
const LEAST_SILENCE: Duration = Duration::from_secs(1);

/// Starts `command` and waits for its end, at most for its timeout.
pub(super) fn start_and_wait(command: &Command, redactor: &Redactor) -> Result<Output, Failure> {
    let not_started = |why: std::io::Error| Failure::not_started(command, &why);
    let file = |name| memory_file(name).map_err(not_started);
    let (mut stdout, mut stderr) = (file("stdout")?, file("stderr")?);
    let clone = |file: &File| file.try_clone().map_err(not_started);
    let expression = in_a_group(command, clone(&stdout)?, clone(&stderr)?);
    let started = Instant::now();
    let (handle, _running) =
        interrupt::Running::start(|| expression.start()).map_err(not_started)?;
    let mut silence = Silence::of(command);
    // From here on it may have done what it was told, whatever we come to know of it.
    let lost = |why: std::io::Error| Failure::lost(command, &why);
    loop {
        let finished = handle.wait_timeout(WAITING).map_err(|why| {
            interrupt::end_group(&handle.pids());
            lost(why)
        })?;
        if let Some(output) = finished {
            return Ok(Output {
                status: exit_status(output.status),
                stdout: contents(&mut stdout).map_err(lost)?,
                stderr: contents(&mut stderr).map_err(lost)?,
            });
        }
        let is_endless = length(&stdout) + length(&stderr) > MOST_OUTPUT_BYTES;
        let said = || contents(&mut stderr).unwrap_or_default();
        let why = too_long(command, started, redactor, said)
            .or_else(|| is_endless.then(|| Failure::endless(command, MOST_OUTPUT_BYTES)));
        if let Some(why) = why {
            interrupt::end_group(&handle.pids());
            return Err(why);
        }
        silence.tell(command, started.elapsed());
    }
}

/// As [`start_and_wait`], giving `reader` each line as it is printed, however many there are; the exit status.
pub(super) fn read_along(
    command: &Command,
    redactor: &Redactor,
    reader: Reader<'_>,
) -> Result<i32, Failure> {
    let not_started = |why: std::io::Error| Failure::not_started(command, &why);
    let (mut along, ends) =
        ReadingAlong::of(&[Stream::Stdout, Stream::Stderr], reader).map_err(not_started)?;
    let Ok([stdout, stderr]) = <[_; 2]>::try_from(ends) else {
        return Err(not_started(std::io::ErrorKind::Other.into()));
    };
    let expression = in_a_group(command, stdout, stderr);
    let started = Instant::now();
    let (handle, _running) =
        interrupt::Running::start(|| expression.start()).map_err(not_started)?;
    // Our own copies of the command's ends: with them the pipes would never come to theirs.
    drop(expression);
    let lost = |why: std::io::Error| {
        interrupt::end_group(&handle.pids());
        Failure::lost(command, &why)
    };
    let mut may_print = true;
    loop {
        let finished = if may_print {
            may_print = along.read(READING_ALONG).map_err(lost)?;
            handle.try_wait().map_err(lost)?
        } else {
            handle.wait_timeout(READING_ALONG).map_err(lost)?
        };
        if let Some(output) = finished {
            along.finish().map_err(lost)?;
            return Ok(exit_status(output.status));
        }
        if let Some(why) = too_long(command, started, redactor, Vec::new) {
            interrupt::end_group(&handle.pids());
            return Err(why);
        }
    }
}

/// Why a command that was `started` then is to be ended now: it is no longer wanted, or has taken too long; `said` is what
/// it has said.
fn too_long(
    command: &Command,
    started: Instant,
    redactor: &Redactor,
    said: impl FnOnce() -> Vec<u8>,
) -> Option<Failure> {
    if stop::is_asked_for() {
        Some(Failure::stopped(command))
    } else if started.elapsed() >= command.timeout {
        Some(Failure::timed_out(
            command,
            command.timeout,
            &said(),
            redactor,
        ))
    } else {
        None
    }
}

/// What a person at a terminal sees of a command that goes on: soon, where nothing else shows that something goes on, a
/// line that is drawn anew; and once, later, that a provider has not answered, since the CLIs ask again by themselves and
/// say nothing of it.
struct Silence {
    limit: Option<Duration>,
    line: Option<ProgressBar>,
}

impl Silence {
    fn of(command: &Command) -> Self {
        let is_a_question = command.effect == Effect::Reads && command.program.refusals().is_some();
        let limit = patience::poll_override().map_or(SILENCE, |poll| poll.max(LEAST_SILENCE));
        Self {
            limit: (is_a_question && console::is_watched()).then_some(limit),
            line: None,
        }
    }

    fn tell(&mut self, command: &Command, elapsed: Duration) {
        if self.line.is_none() && elapsed >= SOON && console::redraws() && !console::is_redrawing()
        {
            self.line = Some(waiting_line(command, elapsed));
        }
        if self.limit.is_some_and(|limit| elapsed >= limit) {
            self.limit = None;
            console::say(format_args!(
                "no answer to '{}' yet; waiting for it, at most {}",
                command.deed(),
                durations::shown(command.timeout)
            ));
        }
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        if let Some(line) = self.line.take() {
            line.finish_and_clear();
        }
    }
}

/// A line that says which command is waited for, and counts the time.
fn waiting_line(command: &Command, elapsed: Duration) -> ProgressBar {
    let line = ProgressBar::new_spinner().with_elapsed(elapsed);
    let line = console::redrawn_lines().add(line);
    let style = ProgressStyle::with_template("{spinner} waiting for '{msg}' ({elapsed})");
    line.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    line.set_message(beginning(&command.deed()));
    line.enable_steady_tick(Duration::from_millis(200));
    line
}

/// The command on our own streams.
pub(super) fn expression(command: &Command) -> duct::Expression {
    let mut words = command.words();
    let program = words.next().unwrap_or_default();
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the one place that starts processes"
    )]
    let mut expression = duct::cmd(program, words).unchecked();
    for (name, value) in &command.environment {
        expression = expression.env(name, value);
    }
    expression
}

/// The command with its streams at these ends.
fn in_a_group(
    command: &Command,
    stdout: impl Into<OwnedFd>,
    stderr: impl Into<OwnedFd>,
) -> duct::Expression {
    let expression = expression(command)
        .stdout_file(stdout.into())
        .stderr_file(stderr.into())
        // A group of its own, so that a timeout ends what the CLI started as well.
        .before_spawn(|child| {
            child.process_group(0);
            Ok(())
        });
    if command.input.is_empty() {
        // linode-cli without its configuration asks and waits for ever on an open standard input.
        expression.stdin_null()
    } else {
        expression.stdin_bytes(command.input.clone())
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

pub(super) fn exit_status(status: std::process::ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt;
    status
        .code()
        .unwrap_or_else(|| 128 + status.signal().unwrap_or_default())
}
