//! The build's copies of the markers that say how many webservers an autoscaler keeps (contract 10 §2.1).

use super::{BuildDirectory, LOCK_LIMIT};
use crate::files::{self, DirectoryLock, NewMode};

/// How the marker's name begins; the number follows.
pub const STATIC_SCALE: &str = "STATIC_SCALE:";

impl BuildDirectory {
    /// Keeps the marker of `autoscaler` as the only one of its folder.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn keep_static_scale(&self, autoscaler: &str, webservers: u32) -> anyhow::Result<()> {
        let folder = self.directory.join("scaling").join(autoscaler);
        files::make_directories(&folder)?;
        let _lock = DirectoryLock::acquire(&self.directory, LOCK_LIMIT)?;
        for path in files::listed(&folder)? {
            let name = path.file_name().and_then(|name| name.to_str());
            if name.is_some_and(|name| name.starts_with(STATIC_SCALE)) {
                files::remove_if_there(&path)?;
            }
        }
        let marker = folder.join(format!("{STATIC_SCALE}{webservers}"));
        files::replace(&marker, b"", NewMode::Plain)
    }
}
