//! The same on every machine, at the same time, each line with the name of the machine in front.

use std::process::ExitCode;

use anyhow::Context;

use super::hosts::Host;
use crate::command::Stream;
use crate::console;
use crate::waiting::at_a_time;

/// How many machines are worked on at the same time.
const AT_THE_SAME_TIME: usize = 16;

/// Does `work` on each of `machines`; it is given a reader for the lines that come. The status is 1 if any failed, which
/// are named in the end.
///
/// # Errors
/// When standard output cannot be written to.
pub fn on_all(
    machines: &[Host],
    work: impl Fn(&Host, &mut dyn FnMut(Stream, &[u8])) -> anyhow::Result<i32> + Sync,
) -> anyhow::Result<ExitCode> {
    let results = at_a_time(AT_THE_SAME_TIME, machines, |machine| {
        let mut written = Ok(());
        let failure = failure(machine, &work, &mut |stream, line| {
            if written.is_ok() {
                written = pass_on(&machine.name, stream, line);
            }
        });
        (failure, written)
    });
    let (mut failed, mut all_written) = (Vec::new(), Ok(()));
    for (failure, written) in results {
        all_written = all_written.and(written);
        failed.extend(failure);
    }
    if failed.is_empty() {
        all_written?;
        return Ok(ExitCode::SUCCESS);
    }
    console::also(all_written.context("not all that they said could be passed on"));
    failed.sort();
    console::say(format_args!(
        "{} of {} machines failed: {}",
        failed.len(),
        machines.len(),
        failed.join(", ")
    ));
    Ok(ExitCode::FAILURE)
}

/// What is said in the end of a machine on which `work` failed; none when it did not.
fn failure(
    machine: &Host,
    work: impl Fn(&Host, &mut dyn FnMut(Stream, &[u8])) -> anyhow::Result<i32>,
    reader: &mut dyn FnMut(Stream, &[u8]),
) -> Option<String> {
    match work(machine, reader) {
        Ok(0) => None,
        Ok(status) => Some(format!("{} (status {status})", machine.name)),
        Err(why) => {
            console::say(format_args!("{}: {why:#}", machine.name));
            Some(machine.name.clone())
        }
    }
}

/// Passes on a line that a machine said, with its name in front, in one piece, so that those of several do not mix.
///
/// # Errors
/// When the stream cannot be written to.
pub fn pass_on(name: &str, stream: Stream, line: &[u8]) -> std::io::Result<()> {
    let whole = [name.as_bytes(), b": ", line].concat();
    match stream {
        Stream::Stdout => console::print_lines([whole]),
        Stream::Stderr => console::complain(&whole),
    }
}
