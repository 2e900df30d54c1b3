//! libc's functions by their own names.

#![allow(
    clippy::missing_safety_doc,
    reason = "they are called as libc's are, and as safe"
)]

use std::ffi::CStr;

use libc::{
    c_char, c_int, c_uint, c_void, clockid_t, gid_t, mode_t, off_t, size_t, ssize_t, timespec,
    uid_t,
};

use super::{about_to_wait, absolute, next, path_of, perform, perform_write};

/// Adds a line to the log, unseen by the functions below.
pub(super) fn append(log: &CStr, line: &[u8]) {
    let flags = libc::O_WRONLY | libc::O_CREAT | libc::O_APPEND | libc::O_CLOEXEC;
    // SAFETY: the path ends with a NUL, and the line is as long as is said.
    unsafe {
        let open: extern "C" fn(*const c_char, c_int, mode_t) -> c_int =
            std::mem::transmute(next(c"open64"));
        let write: extern "C" fn(c_int, *const c_void, size_t) -> ssize_t =
            std::mem::transmute(next(c"write"));
        let file = open(log.as_ptr(), flags, 0o600);
        if file < 0 || write(file, line.as_ptr().cast(), line.len()) < 0 {
            std::process::abort();
        }
        libc::close(file);
    }
}

/// What opening with `flags` is: for reading alone, or not.
fn opening(flags: c_int) -> &'static str {
    if flags & libc::O_CREAT != 0 {
        "create"
    } else if flags & libc::O_ACCMODE == libc::O_RDONLY {
        "open-to-read"
    } else {
        "open-to-write"
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn open(path: *const c_char, flags: c_int, mode: mode_t) -> c_int {
    // SAFETY: libc's function has these parameters.
    let real: extern "C" fn(*const c_char, c_int, mode_t) -> c_int =
        unsafe { std::mem::transmute(next(c"open")) };
    perform(opening(flags), &absolute(libc::AT_FDCWD, path), || {
        real(path, flags, mode)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn open64(path: *const c_char, flags: c_int, mode: mode_t) -> c_int {
    // SAFETY: libc's function has these parameters.
    let real: extern "C" fn(*const c_char, c_int, mode_t) -> c_int =
        unsafe { std::mem::transmute(next(c"open64")) };
    perform(opening(flags), &absolute(libc::AT_FDCWD, path), || {
        real(path, flags, mode)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn openat(
    directory: c_int,
    path: *const c_char,
    flags: c_int,
    mode: mode_t,
) -> c_int {
    // SAFETY: libc's function has these parameters.
    let real: extern "C" fn(c_int, *const c_char, c_int, mode_t) -> c_int =
        unsafe { std::mem::transmute(next(c"openat")) };
    perform(opening(flags), &absolute(directory, path), || {
        real(directory, path, flags, mode)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn openat64(
    directory: c_int,
    path: *const c_char,
    flags: c_int,
    mode: mode_t,
) -> c_int {
    // SAFETY: libc's function has these parameters.
    let real: extern "C" fn(c_int, *const c_char, c_int, mode_t) -> c_int =
        unsafe { std::mem::transmute(next(c"openat64")) };
    perform(opening(flags), &absolute(directory, path), || {
        real(directory, path, flags, mode)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn write(descriptor: c_int, bytes: *const c_void, size: size_t) -> ssize_t {
    // SAFETY: libc's function has these parameters.
    let real: extern "C" fn(c_int, *const c_void, size_t) -> ssize_t =
        unsafe { std::mem::transmute(next(c"write")) };
    perform_write("write", descriptor, size, |length| {
        real(descriptor, bytes, length)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn pwrite(
    descriptor: c_int,
    bytes: *const c_void,
    size: size_t,
    offset: off_t,
) -> ssize_t {
    // SAFETY: libc's function has these parameters.
    let real: extern "C" fn(c_int, *const c_void, size_t, off_t) -> ssize_t =
        unsafe { std::mem::transmute(next(c"pwrite")) };
    perform_write("write", descriptor, size, |length| {
        real(descriptor, bytes, length, offset)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn pwrite64(
    descriptor: c_int,
    bytes: *const c_void,
    size: size_t,
    offset: off_t,
) -> ssize_t {
    // SAFETY: libc's function has these parameters.
    let real: extern "C" fn(c_int, *const c_void, size_t, off_t) -> ssize_t =
        unsafe { std::mem::transmute(next(c"pwrite64")) };
    perform_write("write", descriptor, size, |length| {
        real(descriptor, bytes, length, offset)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn fsync(descriptor: c_int) -> c_int {
    // SAFETY: libc's function has these parameters.
    let real: extern "C" fn(c_int) -> c_int = unsafe { std::mem::transmute(next(c"fsync")) };
    perform("sync", &path_of(descriptor), || real(descriptor))
}

#[unsafe(no_mangle)]
unsafe extern "C" fn fdatasync(descriptor: c_int) -> c_int {
    // SAFETY: libc's function has these parameters.
    let real: extern "C" fn(c_int) -> c_int = unsafe { std::mem::transmute(next(c"fdatasync")) };
    perform("sync", &path_of(descriptor), || real(descriptor))
}

#[unsafe(no_mangle)]
unsafe extern "C" fn ftruncate(descriptor: c_int, length: off_t) -> c_int {
    // SAFETY: libc's function has these parameters.
    let real: extern "C" fn(c_int, off_t) -> c_int =
        unsafe { std::mem::transmute(next(c"ftruncate")) };
    perform("truncate", &path_of(descriptor), || {
        real(descriptor, length)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn ftruncate64(descriptor: c_int, length: off_t) -> c_int {
    // SAFETY: libc's function has these parameters.
    let real: extern "C" fn(c_int, off_t) -> c_int =
        unsafe { std::mem::transmute(next(c"ftruncate64")) };
    perform("truncate", &path_of(descriptor), || {
        real(descriptor, length)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn fchmod(descriptor: c_int, mode: mode_t) -> c_int {
    // SAFETY: libc's function has these parameters.
    let real: extern "C" fn(c_int, mode_t) -> c_int =
        unsafe { std::mem::transmute(next(c"fchmod")) };
    perform("chmod", &path_of(descriptor), || real(descriptor, mode))
}

#[unsafe(no_mangle)]
unsafe extern "C" fn chmod(path: *const c_char, mode: mode_t) -> c_int {
    // SAFETY: libc's function has these parameters.
    let real: extern "C" fn(*const c_char, mode_t) -> c_int =
        unsafe { std::mem::transmute(next(c"chmod")) };
    perform("chmod", &absolute(libc::AT_FDCWD, path), || {
        real(path, mode)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn fchmodat(
    directory: c_int,
    path: *const c_char,
    mode: mode_t,
    flags: c_int,
) -> c_int {
    // SAFETY: libc's function has these parameters.
    let real: extern "C" fn(c_int, *const c_char, mode_t, c_int) -> c_int =
        unsafe { std::mem::transmute(next(c"fchmodat")) };
    perform("chmod", &absolute(directory, path), || {
        real(directory, path, mode, flags)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn fchown(descriptor: c_int, user: uid_t, group: gid_t) -> c_int {
    // SAFETY: libc's function has these parameters.
    let real: extern "C" fn(c_int, uid_t, gid_t) -> c_int =
        unsafe { std::mem::transmute(next(c"fchown")) };
    perform("chown", &path_of(descriptor), || {
        real(descriptor, user, group)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn chown(path: *const c_char, user: uid_t, group: gid_t) -> c_int {
    // SAFETY: libc's function has these parameters.
    let real: extern "C" fn(*const c_char, uid_t, gid_t) -> c_int =
        unsafe { std::mem::transmute(next(c"chown")) };
    perform("chown", &absolute(libc::AT_FDCWD, path), || {
        real(path, user, group)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn lchown(path: *const c_char, user: uid_t, group: gid_t) -> c_int {
    // SAFETY: libc's function has these parameters.
    let real: extern "C" fn(*const c_char, uid_t, gid_t) -> c_int =
        unsafe { std::mem::transmute(next(c"lchown")) };
    perform("chown", &absolute(libc::AT_FDCWD, path), || {
        real(path, user, group)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn flock(descriptor: c_int, operation: c_int) -> c_int {
    // SAFETY: libc's function has these parameters.
    let real: extern "C" fn(c_int, c_int) -> c_int = unsafe { std::mem::transmute(next(c"flock")) };
    perform("lock", &path_of(descriptor), || real(descriptor, operation))
}

#[unsafe(no_mangle)]
unsafe extern "C" fn rename(from: *const c_char, to: *const c_char) -> c_int {
    // SAFETY: libc's function has these parameters.
    let real: extern "C" fn(*const c_char, *const c_char) -> c_int =
        unsafe { std::mem::transmute(next(c"rename")) };
    perform("rename", &absolute(libc::AT_FDCWD, to), || real(from, to))
}

#[unsafe(no_mangle)]
unsafe extern "C" fn renameat(
    old_directory: c_int,
    from: *const c_char,
    directory: c_int,
    path: *const c_char,
) -> c_int {
    // SAFETY: libc's function has these parameters.
    let real: extern "C" fn(c_int, *const c_char, c_int, *const c_char) -> c_int =
        unsafe { std::mem::transmute(next(c"renameat")) };
    perform("rename", &absolute(directory, path), || {
        real(old_directory, from, directory, path)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn renameat2(
    old_directory: c_int,
    from: *const c_char,
    directory: c_int,
    path: *const c_char,
    flags: c_uint,
) -> c_int {
    // SAFETY: libc's function has these parameters.
    let real: extern "C" fn(c_int, *const c_char, c_int, *const c_char, c_uint) -> c_int =
        unsafe { std::mem::transmute(next(c"renameat2")) };
    perform("rename", &absolute(directory, path), || {
        real(old_directory, from, directory, path, flags)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn unlink(path: *const c_char) -> c_int {
    // SAFETY: libc's function has these parameters.
    let real: extern "C" fn(*const c_char) -> c_int =
        unsafe { std::mem::transmute(next(c"unlink")) };
    perform("unlink", &absolute(libc::AT_FDCWD, path), || real(path))
}

#[unsafe(no_mangle)]
unsafe extern "C" fn unlinkat(directory: c_int, path: *const c_char, flags: c_int) -> c_int {
    // SAFETY: libc's function has these parameters.
    let real: extern "C" fn(c_int, *const c_char, c_int) -> c_int =
        unsafe { std::mem::transmute(next(c"unlinkat")) };
    perform("unlink", &absolute(directory, path), || {
        real(directory, path, flags)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn rmdir(path: *const c_char) -> c_int {
    // SAFETY: libc's function has these parameters.
    let real: extern "C" fn(*const c_char) -> c_int =
        unsafe { std::mem::transmute(next(c"rmdir")) };
    perform("rmdir", &absolute(libc::AT_FDCWD, path), || real(path))
}

#[unsafe(no_mangle)]
unsafe extern "C" fn mkdir(path: *const c_char, mode: mode_t) -> c_int {
    // SAFETY: libc's function has these parameters.
    let real: extern "C" fn(*const c_char, mode_t) -> c_int =
        unsafe { std::mem::transmute(next(c"mkdir")) };
    perform("mkdir", &absolute(libc::AT_FDCWD, path), || {
        real(path, mode)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn mkdirat(directory: c_int, path: *const c_char, mode: mode_t) -> c_int {
    // SAFETY: libc's function has these parameters.
    let real: extern "C" fn(c_int, *const c_char, mode_t) -> c_int =
        unsafe { std::mem::transmute(next(c"mkdirat")) };
    perform("mkdir", &absolute(directory, path), || {
        real(directory, path, mode)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn symlink(target: *const c_char, path: *const c_char) -> c_int {
    // SAFETY: libc's function has these parameters.
    let real: extern "C" fn(*const c_char, *const c_char) -> c_int =
        unsafe { std::mem::transmute(next(c"symlink")) };
    perform("symlink", &absolute(libc::AT_FDCWD, path), || {
        real(target, path)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn symlinkat(
    target: *const c_char,
    directory: c_int,
    path: *const c_char,
) -> c_int {
    // SAFETY: libc's function has these parameters.
    let real: extern "C" fn(*const c_char, c_int, *const c_char) -> c_int =
        unsafe { std::mem::transmute(next(c"symlinkat")) };
    perform("symlink", &absolute(directory, path), || {
        real(target, directory, path)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn link(from: *const c_char, path: *const c_char) -> c_int {
    // SAFETY: libc's function has these parameters.
    let real: extern "C" fn(*const c_char, *const c_char) -> c_int =
        unsafe { std::mem::transmute(next(c"link")) };
    perform("link", &absolute(libc::AT_FDCWD, path), || real(from, path))
}

#[unsafe(no_mangle)]
unsafe extern "C" fn linkat(
    old_directory: c_int,
    from: *const c_char,
    directory: c_int,
    path: *const c_char,
    flags: c_int,
) -> c_int {
    // SAFETY: libc's function has these parameters.
    let real: extern "C" fn(c_int, *const c_char, c_int, *const c_char, c_int) -> c_int =
        unsafe { std::mem::transmute(next(c"linkat")) };
    perform("link", &absolute(directory, path), || {
        real(old_directory, from, directory, path, flags)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn nanosleep(time: *const timespec, left: *mut timespec) -> c_int {
    // SAFETY: libc's function has these parameters.
    let real: extern "C" fn(*const timespec, *mut timespec) -> c_int =
        unsafe { std::mem::transmute(next(c"nanosleep")) };
    about_to_wait();
    real(time, left)
}

#[unsafe(no_mangle)]
unsafe extern "C" fn clock_nanosleep(
    clock: clockid_t,
    flags: c_int,
    time: *const timespec,
    left: *mut timespec,
) -> c_int {
    // SAFETY: libc's function has these parameters.
    let real: extern "C" fn(clockid_t, c_int, *const timespec, *mut timespec) -> c_int =
        unsafe { std::mem::transmute(next(c"clock_nanosleep")) };
    about_to_wait();
    real(clock, flags, time, left)
}
