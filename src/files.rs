//! Atomic writes, private folders and locks.
//!
//! A file that another program reads is never seen half written: the new content goes to a temporary file in the same
//! directory, is synced, and takes the old one's place with its mode and owner.

mod locks;
mod private_folder;
mod replacing;

use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use anyhow::Context;

pub use locks::{DirectoryLock, LockFile, is_locked};
pub use private_folder::{OwnerOnly, PrivateFolder};
pub use replacing::{NewMode, move_to, replace};

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
