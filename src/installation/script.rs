//! One script of a toolkit: keeping it, putting a shim in its place, and taking that back.

use std::fmt::Write;
use std::fs::{self, FileTimes, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::shim;
use crate::files;

/// The folder beside a script that keeps the originals.
pub const KEPT: &str = ".legacy";

/// The mode of a shim that stands where the toolkit has no script.
const NEW_MODE: u32 = 0o755;

/// What a script was when a shim took its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Original {
    /// A file: the hash of its content, and its mode in octal.
    File {
        /// SHA-256, in hexadecimal.
        sha256: String,
        /// Such as `0644`.
        mode: String,
    },
    /// A symbolic link, and where it leads.
    Link {
        /// As it is written in the link.
        link: PathBuf,
    },
}

impl Original {
    /// What is at `path`; nothing where nothing is.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn at(path: &Path) -> anyhow::Result<Option<Self>> {
        let look = || -> std::io::Result<Option<Self>> {
            let data = match path.symlink_metadata() {
                Err(why) if why.kind() == ErrorKind::NotFound => return Ok(None),
                data => data?,
            };
            if data.is_symlink() {
                let link = fs::read_link(path)?;
                return Ok(Some(Self::Link { link }));
            }
            let mut sha256 = String::new();
            for byte in Sha256::digest(fs::read(path)?) {
                let _ = write!(sha256, "{byte:02x}");
            }
            let mode = format!("{:04o}", data.mode() & 0o7777);
            Ok(Some(Self::File { sha256, mode }))
        };
        look().with_context(|| format!("cannot read '{}'", path.display()))
    }

    fn has_the_content_of(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::File { sha256: a, .. }, Self::File { sha256: b, .. }) => a == b,
            _ => self == other,
        }
    }
}

/// What came of taking a shim back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// All is as it was before.
    AsBefore,
    /// The script is back with another mode, which the toolkit gave to all its files meanwhile.
    OtherMode,
    /// The script is back, but somebody changed what was kept of it.
    OtherContent,
    /// There was a script, and what was kept of it is gone.
    Lost,
    /// A newer script had taken the shim's place, and stays.
    Newer,
    /// The shim of another installation stays.
    Anothers,
}

/// Where the original of the script at `path` is kept.
pub fn kept(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default();
    path.with_file_name(KEPT).join(name)
}

/// What stands at the script's place.
fn standing(path: &Path, names: &Path) -> anyhow::Result<Option<shim::Kind>> {
    match path.symlink_metadata() {
        Ok(data) if data.is_file() => {
            let content = files::read_if_there(path)?.unwrap_or_default();
            Ok(Some(shim::kind(&content, names)))
        }
        Ok(data) if data.is_dir() => bail!("'{}' is a folder, not a script", path.display()),
        Ok(_) => Ok(Some(shim::Kind::None)),
        Err(why) if why.kind() == ErrorKind::NotFound => Ok(None),
        Err(why) => Err(why).with_context(|| format!("cannot look at '{}'", path.display())),
    }
}

/// Whether there is a shim of this installation at `path`.
///
/// # Errors
/// When it cannot be read, or a folder is there.
pub fn is_our_shim(path: &Path, names: &Path) -> anyhow::Result<bool> {
    Ok(standing(path, names)? == Some(shim::Kind::Ours))
}

/// What the script at `path` is before a shim takes its place; `known` is what an earlier installation saw. A script that
/// came back by itself is newer than the one that is kept; where nothing is, the toolkit has no such script any more.
///
/// # Errors
/// When it cannot be read, or a folder is there.
pub fn original(
    path: &Path,
    names: &Path,
    known: Option<&Option<Original>>,
) -> anyhow::Result<Option<Original>> {
    let kept = kept(path);
    match (standing(path, names)?, known) {
        (Some(shim::Kind::None), _) => Original::at(path),
        (None, _) if kept.symlink_metadata().is_err() => Ok(None),
        (_, Some(known)) => Ok(known.clone()),
        (_, None) => Original::at(&kept),
    }
}

/// Puts the shim `text` at `path`, and keeps the script that is there.
///
/// # Errors
/// When that cannot be done; the script is then still there.
pub fn put_shim(path: &Path, text: &str, names: &Path) -> anyhow::Result<()> {
    let kept = kept(path);
    let is_script = standing(path, names)? == Some(shim::Kind::None);
    let place = || -> anyhow::Result<()> {
        let like = [path, &kept].into_iter().find_map(|it| it.metadata().ok());
        let mode = like
            .as_ref()
            .map_or(NEW_MODE, |it| runnable(it.mode() & 0o777));
        if !is_script && is_already(path, text, mode)? {
            return Ok(());
        }
        if is_script {
            keep(path, &kept)?;
        }
        let folder = path.parent().unwrap_or(path);
        let mut new = tempfile::Builder::new()
            .prefix(".adt-new-")
            .tempfile_in(folder)?;
        std::io::Write::write_all(&mut new, text.as_bytes())?;
        if let Some(like) = &like {
            give_owner(new.path(), like);
        }
        new.as_file()
            .set_permissions(Permissions::from_mode(mode))?;
        new.persist(path)?;
        Ok(())
    };
    place().with_context(|| format!("cannot put a shim at '{}'", path.display()))
}

/// A mode under which a shim can be run: by its owner in any case, and by whoever may read it.
fn runnable(mode: u32) -> u32 {
    mode | 0o700 | ((mode & 0o444) >> 2)
}

fn is_already(path: &Path, text: &str, mode: u32) -> anyhow::Result<bool> {
    if files::read_if_there(path)?.as_deref() != Some(text.as_bytes()) {
        return Ok(false);
    }
    Ok(path.metadata()?.mode() & 0o777 == mode)
}

/// Gives a file the owner of another, where we may; else it is ours.
fn give_owner(path: &Path, like: &fs::Metadata) {
    let _ = std::os::unix::fs::chown(path, Some(like.uid()), Some(like.gid()));
}

/// Keeps the script at `path` under the name `kept` as well, as the same file, so that its bytes, mode and times stay.
fn keep(path: &Path, kept: &Path) -> anyhow::Result<()> {
    let folder = kept.parent().unwrap_or(kept);
    files::make_directories(folder)?;
    let mut name = kept.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let new = kept.with_file_name(name);
    files::remove_if_there(&new)?;
    if fs::hard_link(path, &new).is_err() {
        copy(path, &new)?;
    }
    fs::rename(&new, kept)?;
    Ok(())
}

/// As [`keep`] where a file can have one name only.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    let data = from.symlink_metadata()?;
    if data.is_symlink() {
        return symlink(fs::read_link(from)?, to);
    }
    fs::copy(from, to)?;
    give_owner(to, &data);
    fs::set_permissions(to, data.permissions())?;
    let times = FileTimes::new()
        .set_modified(data.modified()?)
        .set_accessed(data.accessed()?);
    fs::File::open(to)?.set_times(times)
}

/// Takes the shim at `path` back and puts what is kept in its place. A script that came back by itself (a checkout, the
/// toolkit's sync) is newer than the one that is kept and stays; the shim of another installation is not ours to take.
/// `known` is what was there when the shim came.
///
/// # Errors
/// When that cannot be done.
pub fn take_back(path: &Path, names: &Path, known: Option<&Original>) -> anyhow::Result<Ended> {
    let kept = kept(path);
    let take = || -> anyhow::Result<Ended> {
        match standing(path, names)? {
            Some(shim::Kind::Anothers) => return Ok(Ended::Anothers),
            Some(shim::Kind::None) => {
                files::remove_if_there(&kept)?;
                return Ok(Ended::Newer);
            }
            Some(shim::Kind::Ours) | None => {}
        }
        let original = Original::at(&kept)?;
        if original.is_some() {
            fs::rename(&kept, path)?;
        } else {
            files::remove_if_there(path)?;
        }
        Ok(match (known, original) {
            (Some(_), None) => Ended::Lost,
            (Some(known), Some(now)) if !known.has_the_content_of(&now) => Ended::OtherContent,
            (Some(known), Some(now)) if *known != now => Ended::OtherMode,
            _ => Ended::AsBefore,
        })
    };
    let ended =
        take().with_context(|| format!("cannot take the shim at '{}' back", path.display()));
    if let Some(folder) = kept.parent() {
        // It stays as long as something is kept there.
        let _ = fs::remove_dir(folder);
    }
    ended
}
