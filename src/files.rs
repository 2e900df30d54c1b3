//! Atomic writes and locks.
//!
//! A file that another program reads is never seen half written: the new content goes to a temporary file in the same
//! directory, is synced, and takes the old one's place with its mode and owner.

use std::ffi::{OsStr, OsString};
use std::fs::{File, Permissions};
use std::io::{ErrorKind, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};

use crate::patience::Patience;

/// Who may read a file that did not exist before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewMode {
    /// It holds a secret: the owner alone (0600).
    Secret,
    /// Anyone on the machine may read it (0644).
    Plain,
}

/// How the names of our temporary files start, before the name of the file they are to become.
const TEMPORARY_PREFIX: &str = ".adt-new-";

/// Puts `content` at `path` in one step. An existing file keeps its mode and owner; a symbolic link is followed. The
/// caller holds the lock that guards `path`, so a temporary file of it that is there already was left by a killed run.
///
/// # Errors
/// When the directory is not writable or the disk is full; the old file is then untouched.
pub fn replace(path: &Path, content: &[u8], new_mode: NewMode) -> anyhow::Result<()> {
    write_in_place(path, content, new_mode)
        .with_context(|| format!("cannot write '{}'", path.display()))
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

fn write_in_place(path: &Path, content: &[u8], new_mode: NewMode) -> anyhow::Result<()> {
    let target = match path.canonicalize() {
        Ok(target) => target,
        Err(why) if why.kind() == ErrorKind::NotFound => path.to_owned(),
        Err(why) => return Err(why.into()),
    };
    let directory = target.parent().context("it has no directory")?;
    let mut prefix = OsString::from(TEMPORARY_PREFIX);
    prefix.push(target.file_name().context("it has no name")?);
    prefix.push("-");
    sweep(directory, &prefix)?;
    let mut temporary = tempfile::Builder::new()
        .prefix(&prefix)
        .tempfile_in(directory)?;
    temporary.write_all(content)?;
    match target.metadata() {
        Ok(old) => keep_owner_and_mode(temporary.as_file(), &old)?,
        Err(why) if why.kind() == ErrorKind::NotFound => {
            let mode = match new_mode {
                NewMode::Secret => 0o600,
                NewMode::Plain => 0o644,
            };
            temporary
                .as_file()
                .set_permissions(Permissions::from_mode(mode))?;
        }
        Err(why) => return Err(why.into()),
    }
    temporary.as_file().sync_all()?;
    let temporary = temporary.into_temp_path();
    std::fs::rename(&temporary, &target)?;
    temporary.keep()?;
    // Without this a power cut could bring the old name back.
    File::open(directory)?.sync_all()?;
    Ok(())
}

fn keep_owner_and_mode(new: &File, old: &std::fs::Metadata) -> std::io::Result<()> {
    let own = new.metadata()?;
    if (own.uid(), own.gid()) != (old.uid(), old.gid()) {
        std::os::unix::fs::fchown(new, Some(old.uid()), Some(old.gid()))?;
    }
    // After the owner: a change of owner clears set-id bits.
    new.set_permissions(Permissions::from_mode(old.mode() & 0o7777))
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

/// Removes what a run that was killed while writing `target` left beside it.
fn sweep(directory: &Path, prefix: &OsStr) -> std::io::Result<()> {
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        let is_left_over = entry.file_name().as_bytes().starts_with(prefix.as_bytes());
        if is_left_over {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// A lock on a directory, held until dropped. The system releases it when the program dies, and it leaves no file behind.
#[derive(Debug)]
pub struct DirectoryLock {
    _directory: File,
}

impl DirectoryLock {
    /// Waits for the lock on `directory`, which guards every read-modify-write of the files in it.
    ///
    /// # Errors
    /// When the directory cannot be opened or somebody else holds the lock for longer than `limit`.
    pub fn acquire(directory: &Path, limit: Duration) -> anyhow::Result<Self> {
        let handle = File::open(directory)
            .with_context(|| format!("cannot open '{}'", directory.display()))?;
        wait_for(&handle, directory, limit, || {})?;
        Ok(Self { _directory: handle })
    }
}

/// A lock that is a file of its own, removed when dropped; for work that outlasts a file's read-modify-write.
#[derive(Debug)]
pub struct LockFile {
    path: PathBuf,
    _file: File,
}

impl LockFile {
    /// Waits for the lock at `path`; `on_wait` is called once when somebody else holds it.
    ///
    /// # Errors
    /// When the file cannot be made or somebody else holds the lock for longer than `limit`.
    pub fn acquire(path: &Path, limit: Duration, on_wait: impl Fn()) -> anyhow::Result<Self> {
        let patience = Patience::until(limit);
        loop {
            let file = File::options()
                .create(true)
                .append(true)
                .open(path)
                .with_context(|| format!("cannot make the lock '{}'", path.display()))?;
            wait_for(&file, path, patience.left(), &on_wait)?;
            // The holder before us may have removed the file while we waited: then a third program can lock a new one.
            let is_the_one_there = std::fs::metadata(path)
                .is_ok_and(|there| file.metadata().is_ok_and(|ours| ours.ino() == there.ino()));
            if is_the_one_there {
                return Ok(Self {
                    path: path.to_owned(),
                    _file: file,
                });
            }
        }
    }
}

impl Drop for LockFile {
    fn drop(&mut self) {
        // The lock itself ends with the file handle; an empty file left behind does no harm.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Whether somebody holds the lock at `path`. Nothing is made or written, and a file that nobody holds is no lock.
///
/// # Errors
/// When the file is there and cannot be opened or tried.
pub fn is_locked(path: &Path) -> anyhow::Result<bool> {
    let cannot = || format!("cannot look at the lock '{}'", path.display());
    let handle = match File::open(path) {
        Ok(handle) => handle,
        Err(why) if matches!(why.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(false);
        }
        Err(why) => return Err(why).with_context(cannot),
    };
    // Shared, so that two who only look are not taken for somebody at work by each other.
    match handle.try_lock_shared() {
        Ok(()) => Ok(false),
        Err(std::fs::TryLockError::WouldBlock) => Ok(true),
        Err(std::fs::TryLockError::Error(why)) => Err(why).with_context(cannot),
    }
}

fn wait_for(handle: &File, path: &Path, limit: Duration, on_wait: impl Fn()) -> anyhow::Result<()> {
    let patience = Patience::until(limit);
    let mut has_said = false;
    loop {
        match handle.try_lock() {
            Ok(()) => return Ok(()),
            Err(std::fs::TryLockError::Error(why)) => {
                return Err(why).with_context(|| format!("cannot lock '{}'", path.display()));
            }
            Err(std::fs::TryLockError::WouldBlock) if patience.is_over() => bail!(
                "another program has held the lock on '{}' for more than {}; wait for it to finish and try again",
                path.display(),
                humantime::format_duration(Duration::from_secs(limit.as_secs()))
            ),
            Err(std::fs::TryLockError::WouldBlock) => {
                if !has_said {
                    on_wait();
                    has_said = true;
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }
}

#[cfg(test)]
mod tests;
