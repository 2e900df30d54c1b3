//! One run of one process: its own group, streams into memory, an end to the wait.

use std::fs::File;
use std::io::{Read, Seek};
use std::os::unix::process::CommandExt;
use std::time::{Duration, Instant};

use super::reading_along::{Reader, ReadingAlong};
use super::{Command, Effect, Failure, Output, Redactor, interrupt, stop};
use crate::{console, patience};

/// An answer larger than this is not an answer; 10,000 droplets are 21 MB.
const MOST_OUTPUT_BYTES: u64 = 1 << 30;

/// How long to sleep between two looks at what a command has printed, where somebody reads along.
const READING_ALONG: Duration = Duration::from_millis(50);

/// How long to sleep between two looks at a command otherwise; its end wakes us.
const WAITING: Duration = Duration::from_millis(500);

/// How long a command that only asks may be without an answer before a person at a terminal is told.
const SILENCE: Duration = Duration::from_secs(10);

/// The same where a livelier pace is asked for.
const LEAST_SILENCE: Duration = Duration::from_secs(1);

/// Starts `command` and waits for its end, at most for its timeout. `reader` is given each line as it is printed.
pub(super) fn start_and_wait(
    command: &Command,
    redactor: &Redactor,
    reader: Option<Reader<'_>>,
) -> Result<Output, Failure> {
    let not_started = |why: std::io::Error| Failure::not_started(command, &why);
    let (mut stdout, mut stderr) = (
        memory_file("stdout").map_err(not_started)?,
        memory_file("stderr").map_err(not_started)?,
    );
    let started = Instant::now();
    let expression = captured(command, &stdout, &stderr).map_err(not_started)?;
    let (handle, _running) =
        interrupt::Running::start(|| expression.start()).map_err(not_started)?;
    let mut silence = Silence::of(command);
    let mut along = reader.map(|reader| ReadingAlong::new(reader, &stdout, &stderr));
    let pause = if along.is_some() {
        READING_ALONG
    } else {
        WAITING
    };
    // From here on it may have done what it was told, whatever we come to know of it.
    let lost = |why: std::io::Error| Failure::lost(command, &why);
    loop {
        let finished = handle.wait_timeout(pause).map_err(|why| {
            interrupt::end_group(&handle.pids());
            lost(why)
        })?;
        if let Some(along) = &mut along {
            along.read(finished.is_some()).map_err(lost)?;
        }
        if let Some(output) = finished {
            return Ok(Output {
                status: exit_status(output.status),
                stdout: contents(&mut stdout).map_err(lost)?,
                stderr: contents(&mut stderr).map_err(lost)?,
            });
        }
        if stop::is_asked_for() {
            interrupt::end_group(&handle.pids());
            return Err(Failure::stopped(command));
        }
        silence.tell(command, started.elapsed());
        let too_long = started.elapsed() >= command.timeout;
        if too_long || length(&stdout) + length(&stderr) > MOST_OUTPUT_BYTES {
            interrupt::end_group(&handle.pids());
            let said = contents(&mut stderr).unwrap_or_default();
            return Err(if too_long {
                Failure::timed_out(command, command.timeout, &said, redactor)
            } else {
                Failure::endless(command, MOST_OUTPUT_BYTES)
            });
        }
    }
}

/// What is said, once, of a command that asks a provider and has no answer yet: the CLIs ask again by themselves and say
/// nothing of it.
struct Silence(Option<Duration>);

impl Silence {
    fn of(command: &Command) -> Self {
        let is_a_question = command.effect == Effect::Reads && command.program.refusals().is_some();
        let limit = patience::poll_override().map_or(SILENCE, |poll| poll.max(LEAST_SILENCE));
        Self((is_a_question && console::is_watched()).then_some(limit))
    }

    fn tell(&mut self, command: &Command, elapsed: Duration) {
        if self.0.is_some_and(|limit| elapsed >= limit) {
            self.0 = None;
            console::say(format_args!(
                "no answer to '{}' yet; waiting for it, at most {}",
                command.deed(),
                humantime::format_duration(command.timeout)
            ));
        }
    }
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

/// The command with its streams in memory.
fn captured(command: &Command, stdout: &File, stderr: &File) -> std::io::Result<duct::Expression> {
    let expression = expression(command)
        .stdout_file(stdout.try_clone()?)
        .stderr_file(stderr.try_clone()?)
        // A group of its own, so that a timeout ends what the CLI started as well.
        .before_spawn(|child| {
            child.process_group(0);
            Ok(())
        });
    Ok(if command.input.is_empty() {
        // linode-cli without its configuration asks and waits for ever on an open standard input.
        expression.stdin_null()
    } else {
        expression.stdin_bytes(command.input.clone())
    })
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
