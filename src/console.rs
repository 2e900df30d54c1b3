//! Everything the programs print. A reader that closes the pipe early is not an error.

use std::fmt::Arguments;
use std::fs::File;
use std::io::{ErrorKind, IsTerminal, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use indicatif::MultiProgress;

mod ages;
pub mod sheet;

pub use ages::{age_since, dated};

/// The lines on the terminal that are redrawn, one for each thing that is being made; none before the first.
static REDRAWN: OnceLock<MultiProgress> = OnceLock::new();

/// How many lines show how far something is.
static SHOWN: AtomicUsize = AtomicUsize::new(0);

/// Writes `bytes` to standard output, the interface that callers capture.
///
/// # Errors
/// When standard output cannot be written to; a closed pipe counts as success (`GetVariableValue X | head -c 12`).
pub fn print(bytes: &[u8]) -> std::io::Result<()> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(why) if why.kind() == ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome,
    }
}

/// Writes `values` to standard output, a line each.
///
/// # Errors
/// As [`print`].
pub fn print_lines<T: AsRef<[u8]>>(values: impl IntoIterator<Item = T>) -> std::io::Result<()> {
    let mut text = Vec::new();
    for value in values {
        text.extend_from_slice(value.as_ref());
        text.push(b'\n');
    }
    print(&text)
}

/// Whether standard output is a terminal that knows colours and whose reader has not asked for none (`NO_COLOR`).
pub fn shows_colours() -> bool {
    let is_refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    std::io::stdout().is_terminal() && knows_more_than_lines() && !is_refused
}

/// Whether a person sees what is said on standard error.
pub fn is_watched() -> bool {
    std::io::stderr().is_terminal()
}

/// Whether standard error is a terminal on which a line can be drawn anew.
pub fn redraws() -> bool {
    std::io::stderr().is_terminal() && knows_more_than_lines()
}

/// Whether the terminal, if there is one, understands more than lines: `TERM` says which it is, and it is not `dumb`.
fn knows_more_than_lines() -> bool {
    std::env::var_os("TERM").is_some_and(|term| !term.is_empty() && term != "dumb")
}

/// The lines that are redrawn below what is said.
pub fn redrawn_lines() -> &'static MultiProgress {
    REDRAWN.get_or_init(MultiProgress::new)
}

/// Whether a line is redrawn now that shows how far something is.
pub fn is_redrawing() -> bool {
    SHOWN.load(Ordering::Relaxed) > 0
}

/// A line that shows how far something is, as long as it lives; others need not say that something goes on.
#[derive(Debug)]
pub struct Shown(());

impl Shown {
    /// Counts a line that begins.
    pub fn begin() -> Self {
        SHOWN.fetch_add(1, Ordering::Relaxed);
        Self(())
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        SHOWN.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Says a line to the person at the terminal, on standard error, above the lines that are redrawn. Nobody there to read
/// it is no reason to stop.
pub fn say(line: Arguments<'_>) {
    if cfg!(fuzzing) {
        return;
    }
    let write = || {
        let _ = writeln!(std::io::stderr().lock(), "{line}");
    };
    match REDRAWN.get() {
        Some(redrawn) => redrawn.suspend(write),
        None => write(),
    }
}

/// Says a failure of what was to be done after an error, which must not be lost for it.
pub fn also(after_an_error: anyhow::Result<()>) {
    if let Err(why) = after_an_error {
        say(format_args!("besides, {why:#}"));
    }
}

/// Passes on a line that another program said on standard error, as it is.
///
/// # Errors
/// When standard error cannot be written to; a closed pipe counts as success.
pub fn complain(line: &[u8]) -> std::io::Result<()> {
    let mut stderr = std::io::stderr().lock();
    match stderr.write_all(&[line, b"\n"].concat()) {
        Err(why) if why.kind() == ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome,
    }
}

/// Asks without ending the line, on standard error.
pub fn prompt(question: Arguments<'_>) {
    let mut stderr = std::io::stderr().lock();
    let _ = write!(stderr, "{question}").and_then(|()| stderr.flush());
}

/// Where a build shows how far it is: its scripts leave descriptor 3 open on the person's terminal and 4 on the build's
/// status log (contract 10 §1.2). Outside a build there is neither.
#[derive(Debug)]
pub struct StatusLines {
    terminal: Option<File>,
    log: Option<File>,
}

impl StatusLines {
    /// The two as this program was given them. Called before anything else is opened, so that no file of ours is taken
    /// for one of them.
    pub fn inherited() -> Self {
        let [terminal, log] =
            [3, 4].map(|descriptor| is_for_writing(descriptor).then_some(descriptor));
        Self {
            terminal: terminal.and_then(reopened),
            log: log.and_then(reopened),
        }
    }

    /// Neither.
    pub fn none() -> Self {
        Self {
            terminal: None,
            log: None,
        }
    }

    /// Says a line on both, on the log with the name of the script. Nobody there to read it is no reason to stop.
    pub fn tell(&self, script: &str, line: &str) {
        if let Some(mut terminal) = self.terminal.as_ref() {
            let _ = writeln!(terminal, "{line}");
        }
        if let Some(mut log) = self.log.as_ref() {
            let _ = writeln!(log, "{script}.sh: {line}");
        }
    }
}

/// Whether a descriptor is open for writing, as the kernel says (the access mode is the last two bits of the flags).
fn is_for_writing(descriptor: u8) -> bool {
    let said =
        std::fs::read_to_string(format!("/proc/self/fdinfo/{descriptor}")).unwrap_or_default();
    let flags = said.lines().find_map(|line| line.strip_prefix("flags:"));
    let flags = flags.and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok());
    flags.is_some_and(|flags| flags & 3 != 0)
}

/// A second handle on a descriptor's file, which never waits for a reader.
fn reopened(descriptor: u8) -> Option<File> {
    let flags = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).ok()?;
    let path = format!("/proc/self/fd/{descriptor}");
    File::options()
        .append(true)
        .custom_flags(flags)
        .open(path)
        .ok()
}
