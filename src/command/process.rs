//! One run of one process: its own group, streams into memory, an end to the wait.

use std::fs::File;
use std::io::{Read, Seek};
use std::os::unix::process::CommandExt;
use std::time::{Duration, Instant};

use super::{Command, Failure, Output, Redactor, interrupt};

/// An answer larger than this is not an answer; 10,000 droplets are 21 MB.
const MOST_OUTPUT_BYTES: u64 = 1 << 30;

/// Starts `command` and waits for its end, at most for its timeout.
pub(super) fn start_and_wait(command: &Command, redactor: &Redactor) -> Result<Output, Failure> {
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
            let read =
                |file: &mut File| contents(file).map_err(|why| Failure::not_started(command, &why));
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
                Failure::timed_out(command, command.timeout, &said, redactor)
            } else {
                Failure::endless(command, MOST_OUTPUT_BYTES)
            });
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
