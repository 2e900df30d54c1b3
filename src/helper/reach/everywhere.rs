//! The same on every machine, at the same time, each line with the name of the machine in front.

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread;

use super::machines::Machine;
use crate::command::Stream;
use crate::console;

/// How many machines are worked on at the same time.
const AT_THE_SAME_TIME: usize = 16;

/// Does `work` on each of `machines`; it is given a reader for the lines that come. The status is 1 if any failed, which
/// are named in the end.
///
/// # Errors
/// When standard output cannot be written to.
pub fn on_all(
    machines: &[Machine],
    work: impl Fn(&Machine, &mut dyn FnMut(Stream, &[u8])) -> anyhow::Result<i32> + Sync,
) -> anyhow::Result<ExitCode> {
    let next = Mutex::new(machines.iter());
    let failed = Mutex::new(Vec::new());
    let lost = Mutex::new(None);
    // The lock is held for a step only, not for the work.
    let next = || locked(&next).next();
    let take_turns = || {
        while let Some(machine) = next() {
            let mut reader = |stream, line: &[u8]| {
                if let Err(why) = print(&machine.name, stream, line) {
                    *locked(&lost) = Some(why);
                }
            };
            match work(machine, &mut reader) {
                Ok(0) => {}
                Ok(status) => {
                    locked(&failed).push(format!("{} (status {status})", machine.name));
                }
                Err(why) => {
                    console::say(format_args!("{}: {why:#}", machine.name));
                    locked(&failed).push(machine.name.clone());
                }
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..machines.len().min(AT_THE_SAME_TIME) {
            scope.spawn(take_turns);
        }
    });
    if let Some(why) = locked(&lost).take() {
        return Err(why.into());
    }
    let mut failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    if failed.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    failed.sort();
    console::say(format_args!(
        "{} of {} machines failed: {}",
        failed.len(),
        machines.len(),
        failed.join(", ")
    ));
    Ok(ExitCode::FAILURE)
}

/// One line in one piece, so that those of several machines do not mix.
fn print(name: &str, stream: Stream, line: &[u8]) -> std::io::Result<()> {
    let whole = [name.as_bytes(), b": ", line].concat();
    match stream {
        Stream::Stdout => console::print_lines([whole]),
        Stream::Stderr => console::complain(&whole),
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
