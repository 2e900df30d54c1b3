//! The directory of a site's snapshot records, which the documentation and the build scripts call by different names.
//!
//! Both names must reach the same bytes, and nothing of the user's is moved or deleted to get there (contract README,
//! decision 1).

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail, ensure};

use super::keys_archive;
use crate::files::{self, DirectoryLock, NewMode};
use crate::names::WebsiteUrl;
use crate::toolkit::build_home::BuildHome;

/// The ids, a line a machine type.
pub const SNAPSHOT_IDS: &str = "snapshot_ids.dat";
/// The servers' user and password.
pub const CREDENTIALS: &str = "credentials.dat";
/// The database's user, password and name.
pub const DB_CREDENTIALS: &str = "db_credentials.dat";
/// The same, as the build that made the database wrote it.
pub const DB_CREDENTIALS_CANDIDATE: &str = "db_credentials.dat.candidate";
/// What was recorded of the build the snapshots were made of.
pub const MANIFEST: &str = "snapshot_manifest.json";

/// Writes are quick, so a lock held longer than this belongs to a program that is stuck.
const LOCK_LIMIT: Duration = Duration::from_secs(60);

/// The mark of a write to two directories under way: the first one's files hold.
const MIRRORING: &str = "mirroring";

/// The directory of a site's snapshot records, under its two names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotDirectory {
    documented: PathBuf,
    legacy: PathBuf,
    /// The real directory; the documented one where there are two.
    real: PathBuf,
    /// The second real directory, where both names are one.
    mirror: Option<PathBuf>,
}

impl SnapshotDirectory {
    /// Finds the directory without changing anything.
    ///
    /// # Errors
    /// When both names are real directories that differ, or a name leads nowhere: both are named, with what to do.
    pub fn find(home: &BuildHome, url: &WebsiteUrl) -> anyhow::Result<Self> {
        let documented = home.documented_snapshots(url);
        let legacy = home.legacy_snapshots(url);
        let (real, mirror) = match (real_directory(&documented)?, real_directory(&legacy)?) {
            (Some(one), Some(other)) if one == other => (one, None),
            (Some(one), Some(other)) => {
                ensure_alike(&one, &other)?;
                (one, Some(other))
            }
            (Some(only), None) | (None, Some(only)) => (only, None),
            // A link without its target: make the target, which is the other name.
            (None, None) if documented.is_symlink() => (legacy.clone(), None),
            (None, None) => (documented.clone(), None),
        };
        Ok(Self {
            documented,
            legacy,
            real,
            mirror,
        })
    }

    /// Makes the directory and the missing name, a relative symbolic link, so that both reach the same files; finishes
    /// a write to two directories that was cut short.
    ///
    /// # Errors
    /// When something cannot be made, or a name leads elsewhere.
    pub fn prepare(&mut self) -> anyhow::Result<()> {
        files::make_directories(&self.real)?;
        self.real = self.real.canonicalize()?;
        if let Some(mirror) = self.mirror.clone() {
            if self.real.join("pending").join(MIRRORING).exists() {
                let _lock = self.lock()?;
                if self.pending().join(MIRRORING).exists() {
                    self.copy_to(&mirror)?;
                }
            }
        } else {
            for name in [&self.documented, &self.legacy] {
                self.link(name)?;
            }
        }
        let pending = self.pending();
        files::make_directories(&pending)
    }

    /// Makes `name` lead to the real directory, where it does not exist yet.
    fn link(&self, name: &Path) -> anyhow::Result<()> {
        let parent = name.parent().context("it has no directory above it")?;
        if name.symlink_metadata().is_err() {
            files::make_directories(parent)?;
            match std::os::unix::fs::symlink(self.relative_from(name)?, name) {
                Err(why) if why.kind() != ErrorKind::AlreadyExists => {
                    return Err(why)
                        .with_context(|| format!("cannot make the link '{}'", name.display()));
                }
                _ => {}
            }
        }
        ensure!(
            name.canonicalize()
                .is_ok_and(|reached| reached == self.real),
            "'{}' does not lead to '{}'; make it a symbolic link to that directory or remove it",
            name.display(),
            self.real.display()
        );
        Ok(())
    }

    /// The other name as seen from `name`'s directory: three levels down on either side of `runtimedata`.
    fn relative_from(&self, name: &Path) -> anyhow::Result<PathBuf> {
        let other = if name == self.legacy {
            &self.documented
        } else {
            &self.legacy
        };
        let runtimedata = other
            .ancestors()
            .nth(3)
            .context("it is not below runtimedata")?;
        Ok(Path::new("../..").join(other.strip_prefix(runtimedata)?))
    }

    /// The name people and the documentation use.
    pub fn documented(&self) -> &Path {
        &self.documented
    }

    /// The name that the build scripts use.
    pub fn legacy(&self) -> &Path {
        &self.legacy
    }

    /// The names that lead nowhere yet; [`Self::prepare`] makes them.
    pub fn missing_names(&self) -> Vec<&Path> {
        let names = [&self.documented, &self.legacy].into_iter();
        let missing = names.filter(|name| name.canonicalize().is_err());
        missing.map(PathBuf::as_path).collect()
    }

    /// The directory of the notes of unfinished snapshots.
    pub fn pending(&self) -> PathBuf {
        self.real.join("pending")
    }

    /// The lock of whoever copies the records to the datastore or from there, which takes long.
    pub fn transfer_lock(&self) -> PathBuf {
        self.pending().join("upload.lock")
    }

    /// A file's path under the name people use.
    pub fn path_of(&self, name: &str) -> PathBuf {
        self.real.join(name)
    }

    /// Holds the lock that every read-modify-write of the files takes.
    ///
    /// # Errors
    /// When somebody else holds it for a minute.
    pub fn lock(&self) -> anyhow::Result<DirectoryLock> {
        DirectoryLock::acquire(&self.real, LOCK_LIMIT)
    }

    /// A file's content, `None` when it is not there.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub fn read(&self, name: &str) -> anyhow::Result<Option<Vec<u8>>> {
        files::read_if_there(&self.path_of(name))
    }

    /// Writes files, each in one step and in the order given, under both names. The caller holds the lock.
    ///
    /// # Errors
    /// When one cannot be written; where there are two directories, the next run brings the second up to the first.
    pub fn write(&self, contents: &[(&str, Vec<u8>)]) -> anyhow::Result<()> {
        let mark = self.pending().join(MIRRORING);
        if self.mirror.is_some() {
            files::replace(&mark, b"", NewMode::Plain)?;
        }
        for (name, content) in contents {
            files::replace(&self.path_of(name), content, NewMode::Secret)?;
        }
        match &self.mirror {
            Some(mirror) => self.copy_to(mirror),
            None => Ok(()),
        }
    }

    fn copy_to(&self, mirror: &Path) -> anyhow::Result<()> {
        for name in records_in(&self.real)? {
            let content = std::fs::read(self.real.join(&name))?;
            files::replace(&mirror.join(&name), &content, NewMode::Secret)?;
        }
        files::remove_if_there(&self.pending().join(MIRRORING))
    }
}

/// The directory that `name` leads to, `None` when there is none yet.
fn real_directory(name: &Path) -> anyhow::Result<Option<PathBuf>> {
    match name.canonicalize() {
        Ok(real) if real.is_dir() => Ok(Some(real)),
        Ok(_) => bail!(
            "'{}' is not a directory; it is where the records of snapshots belong",
            name.display()
        ),
        Err(why) if why.kind() == ErrorKind::NotFound => Ok(None),
        Err(why) => Err(why).with_context(|| format!("cannot look at '{}'", name.display())),
    }
}

/// The names of the files that must be alike in two directories: the `.dat` files and what belongs to them.
fn records_in(directory: &Path) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(directory)
        .with_context(|| format!("cannot list '{}'", directory.display()))?
    {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if is_dat(&name)
            || name == DB_CREDENTIALS_CANDIDATE
            || name == MANIFEST
            || name == keys_archive::NAME
        {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

fn is_dat(name: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|extension| extension == "dat")
}

/// Refuses two directories whose records differ. A difference that is there only while another program writes both does not count, so it must
/// last for a moment.
fn ensure_alike(one: &Path, other: &Path) -> anyhow::Result<()> {
    for _ in 0..5 {
        let is_being_written = one.join("pending").join(MIRRORING).exists();
        if is_being_written || difference(one, other)?.is_none() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let Some(name) = difference(one, other)? else {
        return Ok(());
    };
    bail!(
        "'{}' and '{}' are two directories and '{name}' differs; keep the right files in one of them, move the other \
         directory away and run this again",
        one.display(),
        other.display()
    );
}

/// The name of a `.dat` file that is not the same in both directories.
fn difference(one: &Path, other: &Path) -> anyhow::Result<Option<String>> {
    let mut names = records_in(one)?;
    names.extend(records_in(other)?);
    for name in names.into_iter().filter(|name| is_dat(name)) {
        if files::read_if_there(&one.join(&name))? != files::read_if_there(&other.join(&name))? {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests;
