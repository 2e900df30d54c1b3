//! A process that talks to the person by itself, such as ssh: on our own streams, in our own process group, so that the
//! terminal is its.

use std::time::{Duration, Instant};

use super::process::{READING_ALONG, exit_status, expression};
use super::reading_along::{Reader, ReadingAlong, Stream};
use super::{Command, Failure, Redactor, interrupt};

/// A wait of years is more than the system's clock can add.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// Runs `command` on our own standard streams; hands back its exit status. Only standard input is another's where the
/// command has something to read, and standard error where a `reader` is given its lines.
pub(super) fn run(
    command: &Command,
    redactor: &Redactor,
    reader: Option<Reader<'_>>,
) -> Result<i32, Failure> {
    let not_started = |why: std::io::Error| Failure::not_started(command, &why);
    let mut expression = expression(command);
    if !command.input.is_empty() {
        expression = expression.stdin_bytes(command.input.clone());
    }
    let mut along = None;
    if let Some(reader) = reader {
        let (reading, ends) = ReadingAlong::of(&[Stream::Stderr], reader).map_err(not_started)?;
        for end in ends {
            expression = expression.stderr_file(end);
        }
        along = Some(reading);
    }
    let started = Instant::now();
    let (handle, _running) =
        interrupt::Running::start_attached(|| expression.start()).map_err(not_started)?;
    drop(expression);
    let lost = |why: std::io::Error| Failure::lost(command, &why);
    loop {
        let left = command.timeout.saturating_sub(started.elapsed());
        let may_print = match &mut along {
            Some(along) => along.read(left.min(READING_ALONG)).map_err(lost)?,
            None => false,
        };
        let wait = if may_print {
            Duration::ZERO
        } else {
            left.min(LONGEST_WAIT)
        };
        if let Some(output) = handle.wait_timeout(wait).map_err(lost)? {
            if let Some(along) = &mut along {
                along.finish().map_err(lost)?;
            }
            return Ok(exit_status(output.status));
        }
        if left.is_zero() {
            handle.kill().map_err(lost)?;
            return Err(Failure::timed_out(command, command.timeout, b"", redactor));
        }
    }
}
