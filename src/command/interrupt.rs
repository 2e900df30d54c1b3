//! Ctrl-C and `kill`: end the commands under way, say how to go on, and leave.

use std::io::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::process::{Pid, Signal, kill_process_group};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

/// The leaders of the process groups under way.
static RUNNING: Mutex<Vec<u32>> = Mutex::new(Vec::new());

/// What to say when a signal ends the program.
static FAREWELL: Mutex<Option<String>> = Mutex::new(None);

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps a command's process group known for as long as it lives.
pub(super) struct Running(Vec<u32>);

impl Running {
    pub(super) fn register(pids: Vec<u32>) -> Self {
        locked(&RUNNING).extend(&pids);
        Self(pids)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        locked(&RUNNING).retain(|pid| !self.0.contains(pid));
    }
}

/// Ends the process groups that `leaders` lead: a CLI and whatever it started.
pub(super) fn end_group(leaders: &[u32]) {
    let groups = leaders
        .iter()
        .filter_map(|pid| i32::try_from(*pid).ok().and_then(Pid::from_raw));
    for group in groups {
        // A group that has ended meanwhile is what was wanted.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

/// Sets what is said on standard error when a signal ends the program: how to go on.
pub fn on_interrupt_say(farewell: impl Into<String>) {
    *locked(&FAREWELL) = Some(farewell.into());
}

/// From now on an interrupt, a hang-up or a termination ends the commands under way before the program leaves with
/// 128 + the signal's number. Without it a CLI that hangs would outlive the program that started it.
///
/// # Errors
/// When the system refuses the signal handlers or the thread that serves them.
pub fn watch_for_interrupts() -> std::io::Result<()> {
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    std::thread::Builder::new()
        .name("interrupts".to_owned())
        .spawn(move || {
            if let Some(signal) = signals.forever().next() {
                end_group(&locked(&RUNNING));
                if let Some(farewell) = locked(&FAREWELL).take() {
                    let _ = writeln!(std::io::stderr(), "\n{farewell}");
                }
                #[allow(clippy::exit, reason = "a signal ends the program from this thread, as its default action would")]
                std::process::exit(128 + signal);
            }
        })?;
    Ok(())
}
