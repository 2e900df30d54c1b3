//! A process that talks to the person by itself, such as ssh: on our own streams, in our own process group, so that the
//! terminal is its.

use std::time::{Duration, Instant};

use super::process::{exit_status, expression};
use super::{Command, Failure, Redactor, interrupt};

/// Runs `command` on our own standard streams; hands back its exit status. Only standard input is another's where the
/// command has something to read.
pub(super) fn run(command: &Command, redactor: &Redactor) -> Result<i32, Failure> {
    let not_started = |why: std::io::Error| Failure::not_started(command, &why);
    let mut expression = expression(command);
    if !command.input.is_empty() {
        expression = expression.stdin_bytes(command.input.clone());
    }
    let started = Instant::now();
    let (handle, _running) =
        interrupt::Running::start_attached(|| expression.start()).map_err(not_started)?;
    loop {
        let left = command.timeout.saturating_sub(started.elapsed());
        // A wait of years is more than the system's clock can add.
        let wait = left.min(Duration::from_secs(3600));
        if let Some(output) = handle.wait_timeout(wait).map_err(not_started)? {
            return Ok(exit_status(output.status));
        }
        if left.is_zero() {
            handle.kill().map_err(not_started)?;
            return Err(Failure::timed_out(command, command.timeout, b"", redactor));
        }
    }
}
