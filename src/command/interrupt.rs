//! Ctrl-C and `kill`: end the running commands, say how to go on, and leave.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Context;
use rustix::process::{
    Pid, Resource, Rlimit, Signal, kill_process, kill_process_group, setrlimit, test_kill_process,
};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};

/// How often, and with which pause, to look whether a process that shares our terminal has left it.
const LOOKS: (u32, Duration) = (200, Duration::from_millis(10));

/// The commands that run.
static RUNNING: Mutex<Under> = Mutex::new(Under {
    leaders: Vec::new(),
    attached: Vec::new(),
});

/// Processes that run.
struct Under {
    /// Those that lead a process group of their own.
    leaders: Vec<u32>,
    /// Those in ours, which share our terminal.
    attached: Vec<u32>,
}

/// Whether a signal has come that ends the program.
static IS_INTERRUPTED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// Whether somebody watches for such signals.
static IS_WATCHED: AtomicBool = AtomicBool::new(false);

/// What to say when a signal ends the program.
static FAREWELL: Mutex<Option<String>> = Mutex::new(None);

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps a command known for as long as it lives.
pub(super) struct Running(Vec<u32>);

impl Running {
    /// Starts a command that leads a process group.
    pub(super) fn start(
        start: impl FnOnce() -> std::io::Result<duct::Handle>,
    ) -> std::io::Result<(duct::Handle, Self)> {
        Self::registered(start, |running| &mut running.leaders)
    }

    /// Starts a command in our own process group.
    pub(super) fn start_attached(
        start: impl FnOnce() -> std::io::Result<duct::Handle>,
    ) -> std::io::Result<(duct::Handle, Self)> {
        Self::registered(start, |running| &mut running.attached)
    }

    /// A signal comes before the start or finds the command registered: one in between would end us and leave it at work
    /// alone.
    fn registered(
        start: impl FnOnce() -> std::io::Result<duct::Handle>,
        place: impl FnOnce(&mut Under) -> &mut Vec<u32>,
    ) -> std::io::Result<(duct::Handle, Self)> {
        let mut running = locked(&RUNNING);
        let handle = start()?;
        let pids = handle.pids();
        place(&mut running).extend(&pids);
        Ok((handle, Self(pids)))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Ctrl-C reaches a command that shares our terminal as well. That it ended is then no news: the thread that serves
        // signals is about to end the program.
        if IS_INTERRUPTED.load(Ordering::SeqCst) {
            let (count, pause) = LOOKS;
            std::thread::sleep(pause * count);
        }
        let mut running = locked(&RUNNING);
        let Under { leaders, attached } = &mut *running;
        leaders.retain(|pid| !self.0.contains(pid));
        attached.retain(|pid| !self.0.contains(pid));
    }
}

/// Ends the process groups that `leaders` lead: a CLI and whatever it started.
pub(super) fn end_group(leaders: &[u32]) {
    for group in ids(leaders) {
        // A group that has ended meanwhile is what was wanted.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

/// Asks processes that share our terminal to end, and gives them the time to leave it as it was: ssh changes how it works.
fn end_attached(attached: &[u32]) {
    for process in ids(attached) {
        let _ = kill_process(process, Signal::TERM);
    }
    let (count, pause) = LOOKS;
    for _ in 0..count {
        if ids(attached).all(|process| test_kill_process(process).is_err()) {
            return;
        }
        std::thread::sleep(pause);
    }
}

fn ids(processes: &[u32]) -> impl Iterator<Item = Pid> {
    let numbers = processes.iter().filter_map(|pid| i32::try_from(*pid).ok());
    numbers.filter_map(Pid::from_raw)
}

/// Sets what is said on standard error when a signal ends the program: how to go on.
pub fn on_interrupt_say(farewell: impl Into<String>) {
    *locked(&FAREWELL) = Some(farewell.into());
}

/// Whether whoever started the program wants it to outlive the terminal, as `nohup` does.
fn hang_ups_are_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mut lines = status.lines();
    let ignored = lines.find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask & (1 << (SIGHUP - 1)) != 0)
}

/// Ends the program as the signal does by itself, so that the shell that called us sees it and a script of several
/// commands stops. No image of the memory, which has secrets in it, is left.
fn die_of(signal: i32) -> ! {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let _ = setrlimit(Resource::Core, none);
    let _ = signal_hook::low_level::emulate_default_handler(signal);
    #[allow(clippy::exit, reason = "the signal did not end the program")]
    std::process::exit(128 + signal);
}

/// From now on an interrupt, a quit, a hang-up or a termination ends the running commands before the program dies of
/// the signal. Without it a CLI that hangs would outlive the program that started it, and temporary files would stay.
/// Asked for again, nothing changes.
///
/// # Errors
/// When the system refuses the signal handlers or the thread that serves them.
pub fn watch_for_interrupts() -> anyhow::Result<()> {
    if IS_WATCHED.swap(true, Ordering::SeqCst) {
        return Ok(());
    }
    watch().context("cannot watch for interrupts")
}

fn watch() -> std::io::Result<()> {
    let mut which = vec![SIGINT, SIGQUIT, SIGTERM];
    if !hang_ups_are_ignored() {
        which.push(SIGHUP);
    }
    for signal in &which {
        signal_hook::flag::register(*signal, Arc::clone(&IS_INTERRUPTED))?;
    }
    let mut signals = signal_hook::iterator::Signals::new(which)?;
    std::thread::Builder::new()
        .name("interrupts".to_owned())
        .spawn(move || {
            if let Some(signal) = signals.forever().next() {
                // Held to the end: whoever waits for one of these goes no further.
                let running = locked(&RUNNING);
                end_group(&running.leaders);
                end_attached(&running.attached);
                let _nothing_new = crate::files::remove_all();
                if let Some(farewell) = locked(&FAREWELL).take() {
                    let _ = writeln!(std::io::stderr(), "\n{farewell}");
                }
                die_of(signal);
            }
        })?;
    Ok(())
}
