//! Stands between one program and libc (`LD_PRELOAD`): counts its file operations below a directory, notes each, and
//! lets one of them go wrong. The programs that this one starts are left alone.
//!
//! | variable | meaning |
//! |---|---|
//! | `FILEFAULTS_PROGRAM` | the name that the program is called by; others pass the variables on |
//! | `FILEFAULTS_BELOW` | the directory |
//! | `FILEFAULTS_LOG` | the file to which a line `<operation> <path>` is added before each operation |
//! | `FILEFAULTS_STRIKE` | `<number> <kind>`: the operation, counted from 1, and what becomes of it; without it none is struck |
//! | `FILEFAULTS_WAITS` | the file to which a line is added before each sleep |
//! | `FILEFAULTS_INTERRUPT` | the sleep, counted from 1, at whose start the program is told to end (SIGTERM) |
//!
//! Kinds: `enospc` and `eio` (it fails and does nothing), `short` (half is written, then the disk is full for good),
//! `kill-before` and `kill-after` (the program is killed).

#![allow(
    unsafe_code,
    reason = "to take the place of libc's functions is to be called with what C has: pointers"
)]

use std::ffi::{CStr, CString};
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use libc::{c_char, c_int, c_void, size_t, ssize_t};

#[path = "filefaults/hooks.rs"]
mod hooks;

/// What was asked for.
struct Settings {
    below: Vec<u8>,
    log: CString,
    strike: Option<(u64, Kind)>,
    waits: Option<CString>,
    interrupt: Option<u64>,
}

/// What becomes of the operation that is struck.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Fails(c_int),
    Short,
    KillBefore,
    KillAfter,
}

static SETTINGS: OnceLock<Settings> = OnceLock::new();
static COUNT: AtomicU64 = AtomicU64::new(0);
static WAITS: AtomicU64 = AtomicU64::new(0);
static IS_FULL: AtomicBool = AtomicBool::new(false);

/// Runs before `main`.
#[used]
#[unsafe(link_section = ".init_array")]
static BEGIN: extern "C" fn() = begin;

/// Reads the settings and takes them out of the environment, so that they reach no program that this one starts.
extern "C" fn begin() {
    let value = |name: &str| std::env::var_os(name).map(OsStringExt::into_vec);
    // The program is the helper by whose name it was called, so its own file tells nothing.
    let called = PathBuf::from(std::env::args_os().next().unwrap_or_default());
    if called.file_name() != std::env::var_os("FILEFAULTS_PROGRAM").as_deref() {
        return;
    }
    let (Some(below), Some(log)) = (value("FILEFAULTS_BELOW"), value("FILEFAULTS_LOG")) else {
        return;
    };
    let strike = value("FILEFAULTS_STRIKE").map(|words| parse(&String::from_utf8_lossy(&words)));
    let Ok(log) = CString::new(log) else {
        return;
    };
    let waits = value("FILEFAULTS_WAITS").and_then(|path| CString::new(path).ok());
    let interrupt = value("FILEFAULTS_INTERRUPT").map(|number| {
        let number = String::from_utf8_lossy(&number).parse();
        number.unwrap_or_else(|_| std::process::abort())
    });
    for name in [
        c"LD_PRELOAD",
        c"FILEFAULTS_PROGRAM",
        c"FILEFAULTS_BELOW",
        c"FILEFAULTS_LOG",
        c"FILEFAULTS_STRIKE",
        c"FILEFAULTS_WAITS",
        c"FILEFAULTS_INTERRUPT",
    ] {
        // SAFETY: the name ends with a NUL, and no other thread runs before `main`.
        unsafe { libc::unsetenv(name.as_ptr()) };
    }
    let _ = SETTINGS.set(Settings {
        below,
        log,
        strike,
        waits,
        interrupt,
    });
}

/// A test that asks for what there is not must not pass for one in which all went well.
fn parse(words: &str) -> (u64, Kind) {
    let known = words.split_once(' ').and_then(|(number, kind)| {
        let kind = match kind {
            "enospc" => Kind::Fails(libc::ENOSPC),
            "eio" => Kind::Fails(libc::EIO),
            "short" => Kind::Short,
            "kill-before" => Kind::KillBefore,
            "kill-after" => Kind::KillAfter,
            _ => return None,
        };
        Some((number.parse().ok()?, kind))
    });
    known.unwrap_or_else(|| std::process::abort())
}

/// The function that libc, or whoever comes next, has under `name`.
fn next(name: &CStr) -> *mut c_void {
    // SAFETY: the name ends with a NUL.
    let found = unsafe { libc::dlsym(libc::RTLD_NEXT, name.as_ptr()) };
    if found.is_null() {
        std::process::abort();
    }
    found
}

/// Where a path leads that is relative to an open directory, as far as that can be told without following links.
fn absolute(directory: c_int, path: *const c_char) -> Vec<u8> {
    if path.is_null() {
        return Vec::new();
    }
    // SAFETY: libc's own function would read it as a C string as well.
    let path = unsafe { CStr::from_ptr(path) }.to_bytes();
    if path.starts_with(b"/") {
        return path.to_vec();
    }
    let mut whole = if directory == libc::AT_FDCWD {
        read_link(c"/proc/self/cwd")
    } else {
        path_of(directory)
    };
    whole.push(b'/');
    whole.extend_from_slice(path);
    whole
}

/// Where the file is that is open as `descriptor`.
fn path_of(descriptor: c_int) -> Vec<u8> {
    CString::new(format!("/proc/self/fd/{descriptor}"))
        .map(|link| read_link(&link))
        .unwrap_or_default()
}

fn read_link(link: &CStr) -> Vec<u8> {
    let mut target = vec![0u8; 4096];
    // SAFETY: the buffer is as long as is said.
    let length = unsafe { libc::readlink(link.as_ptr(), target.as_mut_ptr().cast(), target.len()) };
    target.truncate(usize::try_from(length).unwrap_or(0));
    target
}

fn set_errno(errno: c_int) {
    // SAFETY: it is this thread's own.
    unsafe { *libc::__errno_location() = errno };
}

fn die() -> ! {
    // SAFETY: nothing is left to be unsafe.
    unsafe {
        libc::kill(libc::getpid(), libc::SIGKILL);
        loop {
            libc::pause();
        }
    }
}

/// Notes the operation and says what becomes of it; none when it is none of ours, or all is well.
fn struck(operation: &str, path: &[u8]) -> Option<Kind> {
    let settings = SETTINGS.get()?;
    let is_below = path
        .strip_prefix(settings.below.as_slice())
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"));
    if !is_below {
        return None;
    }
    let number = COUNT.fetch_add(1, Ordering::SeqCst) + 1;
    let mut line = operation.as_bytes().to_vec();
    line.push(b' ');
    line.extend_from_slice(&path[settings.below.len()..]);
    line.push(b'\n');
    hooks::append(&settings.log, &line);
    settings
        .strike
        .filter(|(at, _)| *at == number)
        .map(|(_, kind)| kind)
}

/// Notes a sleep, and tells the program to end if it is the one to be interrupted.
fn about_to_wait() {
    let Some(settings) = SETTINGS.get() else {
        return;
    };
    let number = WAITS.fetch_add(1, Ordering::SeqCst) + 1;
    if let Some(waits) = &settings.waits {
        hooks::append(waits, b"\n");
    }
    if settings.interrupt == Some(number) {
        // SAFETY: it is this program.
        unsafe { libc::kill(libc::getpid(), libc::SIGTERM) };
    }
}

/// Does an operation that returns 0 or a descriptor, or what the fault has in its place.
fn perform(operation: &str, path: &[u8], real: impl FnOnce() -> c_int) -> c_int {
    match struck(operation, path) {
        None => real(),
        Some(Kind::Fails(errno)) => {
            set_errno(errno);
            -1
        }
        Some(Kind::Short) => {
            set_errno(libc::ENOSPC);
            -1
        }
        Some(Kind::KillBefore) => die(),
        Some(Kind::KillAfter) => {
            real();
            die()
        }
    }
}

/// Writes `length` bytes, or what the fault has in their place.
fn perform_write(
    operation: &str,
    descriptor: c_int,
    length: size_t,
    real: impl FnOnce(size_t) -> ssize_t,
) -> ssize_t {
    let path = path_of(descriptor);
    let kind = struck(operation, &path);
    let is_ours = || SETTINGS.get().is_some_and(|it| path.starts_with(&it.below));
    if IS_FULL.load(Ordering::SeqCst) && is_ours() {
        set_errno(libc::ENOSPC);
        return -1;
    }
    match kind {
        None => real(length),
        Some(Kind::Fails(errno)) => {
            set_errno(errno);
            -1
        }
        Some(Kind::Short) => {
            IS_FULL.store(true, Ordering::SeqCst);
            real(length / 2)
        }
        Some(Kind::KillBefore) => die(),
        Some(Kind::KillAfter) => {
            real(length);
            die()
        }
    }
}
