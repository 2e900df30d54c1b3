//! Folders for what nobody else may see and nobody needs afterwards.

use std::fs::{File, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::time::{Duration, SystemTime};

use anyhow::Context;
use rustix::fs::Mode;

use super::Leftover;
use super::beginning_with;
use crate::console;

/// How the names of private folders start.
const PREFIX: &str = ".adt-private-";

/// Where nothing can be locked, a folder of this age is nobody's any more: no download takes that long.
const OLD: Duration = Duration::from_secs(24 * 60 * 60);

/// How often to make a folder that a sweep removes between its making and its lock.
const ATTEMPTS: u32 = 5;

/// A folder for its owner alone (0700), which goes with all that is in it when this is dropped or when a signal ends the
/// program. What is left by a run that had no chance to (SIGKILL) goes when the next such folder is made at the same place.
#[derive(Debug)]
pub struct PrivateFolder {
    leftover: Leftover,
    /// Its lock says that somebody is using it.
    _handle: File,
}

impl PrivateFolder {
    /// A folder in the system's directory for temporary files.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn temporary() -> anyhow::Result<Self> {
        Self::within(&std::env::temp_dir())
    }

    /// A folder in `parent`, such as on the file system that something is to be moved to.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn within(parent: &Path) -> anyhow::Result<Self> {
        let make = || -> std::io::Result<Self> {
            sweep(parent)?;
            let mut attempts = 0..ATTEMPTS;
            loop {
                match Self::locked(parent) {
                    Err(why) if why.kind() == ErrorKind::NotFound && attempts.next().is_some() => {}
                    made => return made,
                }
            }
        };
        make().with_context(|| {
            format!(
                "cannot make a folder for temporary files in '{}'",
                parent.display()
            )
        })
    }

    fn locked(parent: &Path) -> std::io::Result<Self> {
        let (leftover, ()) = Leftover::made(|| {
            let folder = tempfile::Builder::new()
                .prefix(PREFIX)
                .permissions(Permissions::from_mode(0o700))
                .tempdir_in(parent)?;
            Ok((folder.keep(), ()))
        })?;
        let handle = File::open(leftover.path())?;
        // Where locks do not work, its age tells the others.
        let _ = handle.lock();
        // Somebody who swept meanwhile may have held the lock.
        std::fs::metadata(leftover.path())?;
        Ok(Self {
            leftover,
            _handle: handle,
        })
    }

    pub fn path(&self) -> &Path {
        self.leftover.path()
    }
}

/// Removes our own folders in `parent` that nobody uses any more.
fn sweep(parent: &Path) -> std::io::Result<()> {
    for path in beginning_with(parent, PREFIX.as_ref())? {
        let removed = is_abandoned(&path).and_then(|is_abandoned| {
            if is_abandoned {
                std::fs::remove_dir_all(&path)
            } else {
                Ok(())
            }
        });
        match removed {
            // Its user has just removed it.
            Err(why) if why.kind() != ErrorKind::NotFound => console::say(format_args!(
                "cannot remove '{}', which an earlier run left: {why}",
                path.display()
            )),
            _ => {}
        }
    }
    Ok(())
}

fn is_abandoned(path: &Path) -> std::io::Result<bool> {
    let metadata = std::fs::symlink_metadata(path)?;
    if !metadata.is_dir() || metadata.uid() != rustix::process::geteuid().as_raw() {
        return Ok(false);
    }
    match File::open(path)?.try_lock() {
        Ok(()) => Ok(true),
        Err(std::fs::TryLockError::WouldBlock) => Ok(false),
        Err(std::fs::TryLockError::Error(_)) => {
            let age = SystemTime::now().duration_since(metadata.modified()?);
            Ok(age.is_ok_and(|age| age > OLD))
        }
    }
}

/// For as long as it lives, whatever this program or one that it starts makes is for its owner alone, whichever mode a
/// tool would give it. It is the whole program's, so no other thread may be making files meanwhile.
#[derive(Debug)]
pub struct OwnerOnly(Mode);

impl OwnerOnly {
    /// From now on.
    pub fn begin() -> Self {
        Self(rustix::process::umask(Mode::RWXG | Mode::RWXO))
    }
}

impl Drop for OwnerOnly {
    fn drop(&mut self) {
        rustix::process::umask(self.0);
    }
}
