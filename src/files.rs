//! Atomic writes, private folders and locks.
//!
//! A file that another program reads is never seen half written: the new content goes to a temporary file in the same
//! directory, is synced, and takes the old one's place with its mode and owner.

mod leftover;
mod locks;
mod private_folder;
mod replacing;

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use rustix::io::Errno;

pub use leftover::Leftover;
pub(crate) use leftover::remove_all;
pub use locks::{DirectoryLock, LockFile, is_locked};
pub use private_folder::{OwnerOnly, PrivateFolder};
pub use replacing::{NewMode, move_to, replace};

/// Whether it is one of `errors` that `why` tells of.
fn is_one_of(why: &std::io::Error, errors: &[Errno]) -> bool {
    let number = why.raw_os_error();
    errors
        .iter()
        .any(|error| number == Some(error.raw_os_error()))
}

/// The paths of what is in `directory`, in alphabetical order; none where there is no such directory.
///
/// # Errors
/// When it is there and cannot be listed.
pub fn listed(directory: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let list = || -> std::io::Result<Vec<PathBuf>> {
        let entries = match std::fs::read_dir(directory) {
            Err(why) if why.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut paths = Vec::new();
        for entry in entries {
            paths.push(entry?.path());
        }
        paths.sort();
        Ok(paths)
    };
    list().with_context(|| format!("cannot list '{}'", directory.display()))
}

/// What our own names begin with in `directory`. One that may be written and not read shows none.
fn beginning_with(directory: &Path, prefix: &OsStr) -> std::io::Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(directory) {
        Err(why) if why.kind() == ErrorKind::PermissionDenied => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut paths = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_name().as_bytes().starts_with(prefix.as_bytes()) {
            paths.push(entry.path());
        }
    }
    Ok(paths)
}

/// As [`replace`], but a file that holds `content` already is left alone, with its time.
///
/// # Errors
/// As [`replace`].
pub fn update(path: &Path, content: &[u8], new_mode: NewMode) -> anyhow::Result<()> {
    if read_if_there(path)?.as_deref() == Some(content) {
        return Ok(());
    }
    replace(path, content, new_mode)
}

/// The content of `path`, or `None` when there is no such file.
///
/// # Errors
/// When it exists and cannot be read, such as a directory.
pub fn read_if_there(path: &Path) -> anyhow::Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Ok(content) => Ok(Some(content)),
        Err(why) if matches!(why.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(why) => Err(why).with_context(|| format!("cannot read '{}'", path.display())),
    }
}

/// Removes `path` if it is there.
///
/// # Errors
/// When it is there and cannot be removed.
pub fn remove_if_there(path: &Path) -> anyhow::Result<()> {
    match std::fs::remove_file(path) {
        Err(why) if why.kind() != ErrorKind::NotFound => {
            Err(why).with_context(|| format!("cannot remove '{}'", path.display()))
        }
        _ => Ok(()),
    }
}

/// Makes the directory `path` and those above it, as the scripts' `mkdir -p` does, but such that nobody else on the machine
/// can write to them whatever the umask.
///
/// # Errors
/// When one of them cannot be made.
pub fn make_directories(path: &Path) -> anyhow::Result<()> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o755)
        .create(path)
        .with_context(|| format!("cannot make the directory '{}'", path.display()))
}

#[cfg(test)]
mod tests;
