//! Locks between programs.

use std::fs::File;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, bail};
use rustix::io::Errno;

use super::is_one_of;
use crate::console;
use crate::durations;
use crate::patience::Patience;

/// The name of the lock file in a directory that cannot be locked itself.
const LOCK_IN_DIRECTORY: &str = ".adt-lock";

/// What has been said to be going on without a lock, so that it is said once.
static UNLOCKED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A lock on a directory, held until dropped. The system releases it when the program dies, and it leaves no file behind.
/// NFS locks only what is open for writing, which no directory ever is: there a file in it is locked in its place.
#[derive(Debug)]
pub struct DirectoryLock {
    _held: Held,
}

/// What is kept open, and with it locked.
#[derive(Debug)]
#[expect(dead_code, reason = "it is held, and never looked at")]
enum Held {
    Directory(File),
    FileInIt(LockFile),
}

impl DirectoryLock {
    /// Waits for the lock on `directory`, which guards every read-modify-write of the files in it.
    ///
    /// # Errors
    /// When the directory cannot be opened or somebody else holds the lock for longer than `limit`.
    pub fn acquire(directory: &Path, limit: Duration) -> anyhow::Result<Self> {
        let handle = File::open(directory)
            .with_context(|| format!("cannot open '{}'", directory.display()))?;
        let held = match wait_for(&handle, directory, limit, || {})? {
            Lock::Taken => Held::Directory(handle),
            Lock::Unsupported(_) => {
                let file = directory.join(LOCK_IN_DIRECTORY);
                Held::FileInIt(LockFile::acquire(&file, limit, || {})?)
            }
        };
        Ok(Self { _held: held })
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
            if let Lock::Unsupported(why) = wait_for(&file, path, patience.left(), &on_wait)? {
                say_unlocked(path, &why);
            }
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
        // Where nothing can be locked, nobody holds a lock.
        Err(std::fs::TryLockError::Error(why)) if is_unsupported(&why) => Ok(false),
        Err(std::fs::TryLockError::Error(why)) => Err(why).with_context(cannot),
    }
}

/// What became of a lock.
enum Lock {
    Taken,
    /// The file system has none, for this reason.
    Unsupported(std::io::Error),
}

/// Whether the file system has no lock for what was to be locked. NFS says the first of a file that is not open for
/// writing, and others what follows.
fn is_unsupported(why: &std::io::Error) -> bool {
    let errors = [
        Errno::BADF,
        Errno::NOLCK,
        Errno::OPNOTSUPP,
        Errno::NOSYS,
        Errno::INVAL,
    ];
    is_one_of(why, &errors)
}

fn say_unlocked(path: &Path, why: &std::io::Error) {
    let mut said = UNLOCKED.lock().unwrap_or_else(PoisonError::into_inner);
    if !said.iter().any(|other| other == path) {
        console::say(format_args!(
            "'{}' cannot be locked ({why}), so nothing keeps two programs from working at the same time; going on without a lock",
            path.display()
        ));
        said.push(path.to_owned());
    }
}

fn wait_for(
    handle: &File,
    path: &Path,
    limit: Duration,
    on_wait: impl Fn(),
) -> anyhow::Result<Lock> {
    let patience = Patience::until(limit);
    let mut has_said = false;
    loop {
        match handle.try_lock() {
            Ok(()) => return Ok(Lock::Taken),
            Err(std::fs::TryLockError::Error(why)) if is_unsupported(&why) => {
                return Ok(Lock::Unsupported(why));
            }
            Err(std::fs::TryLockError::Error(why)) => {
                return Err(why).with_context(|| format!("cannot lock '{}'", path.display()));
            }
            Err(std::fs::TryLockError::WouldBlock) if patience.is_over() => bail!(
                "another program has held the lock on '{}' for more than {}; wait for it to finish and try again",
                path.display(),
                durations::shown(limit)
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
mod tests {
    use super::*;

    #[test]
    fn what_nfs_and_others_say_of_locks_is_no_lock_that_is_held() {
        for errno in [Errno::BADF, Errno::NOLCK, Errno::OPNOTSUPP] {
            assert!(is_unsupported(&errno.into()), "{errno}");
        }
        for errno in [Errno::AGAIN, Errno::IO, Errno::INTR] {
            assert!(!is_unsupported(&errno.into()), "{errno}");
        }
    }
}
