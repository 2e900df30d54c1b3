//! What must not be left behind, however the program ends.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The files and folders that a signal must not leave behind.
static LEFTOVERS: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn locked() -> MutexGuard<'static, Vec<PathBuf>> {
    LEFTOVERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file, or a folder with all that is in it, that is removed when this is dropped, and also when a signal ends the
/// program.
#[derive(Debug)]
pub struct Leftover(PathBuf);

impl Leftover {
    /// The file or folder at `path`, which may be there or not yet.
    pub fn at(path: PathBuf) -> Self {
        locked().push(path.clone());
        Self(path)
    }

    /// What `make` makes, and the path that it made it at. No signal comes between the making and the knowing: one that
    /// has come already lets nothing be made any more.
    ///
    /// # Errors
    /// When `make` fails.
    pub fn made<T>(
        make: impl FnOnce() -> std::io::Result<(PathBuf, T)>,
    ) -> std::io::Result<(Self, T)> {
        let mut leftovers = locked();
        let (path, opened) = make()?;
        leftovers.push(path.clone());
        Ok((Self(path), opened))
    }

    /// Removes the file now.
    ///
    /// # Errors
    /// When it is there and cannot be removed.
    pub fn remove(self) -> anyhow::Result<()> {
        super::remove_if_there(&self.0)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Leftover {
    fn drop(&mut self) {
        let mut leftovers = locked();
        remove(&self.0);
        leftovers.retain(|path| *path != self.0);
    }
}

/// Removes all of them for the end of the program. Nothing new is made for as long as the answer is held.
pub fn remove_all() -> MutexGuard<'static, Vec<PathBuf>> {
    let leftovers = locked();
    leftovers.iter().for_each(|path| remove(path));
    leftovers
}

/// What cannot be removed is written over or swept by a later run.
fn remove(path: &Path) {
    let is_folder = std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir());
    let _ = if is_folder {
        std::fs::remove_dir_all(path)
    } else {
        std::fs::remove_file(path)
    };
}
