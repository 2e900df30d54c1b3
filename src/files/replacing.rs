//! Putting content in place.

use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata, Permissions};
use std::io::{ErrorKind, Seek, SeekFrom, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use rustix::io::Errno;

use super::Leftover;
use super::{beginning_with, is_one_of};

/// Who may read a file that did not exist before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewMode {
    /// It holds a secret: the owner alone (0600).
    Secret,
    /// A script that holds a secret: the owner alone, who may run it (0700).
    SecretScript,
    /// Anyone on the machine may read it (0644).
    Plain,
}

/// How the names of our temporary files start, before the name of the file they are to become.
pub const TEMPORARY_PREFIX: &str = ".adt-new-";

/// Puts `content` at `path` in one step. An existing file keeps its mode and owner; a symbolic link is followed. The
/// caller holds the lock that guards `path`, so a temporary file of it that is there already was left by a killed run.
///
/// A file that can be written but not replaced is written where it is: one that is mounted by itself, one in a directory
/// that others own, one whose owner we cannot give to another file.
///
/// # Errors
/// When it cannot be written or the disk is full; the old content is then still there.
pub fn replace(path: &Path, content: &[u8], new_mode: NewMode) -> anyhow::Result<()> {
    put(path, content, new_mode).with_context(|| format!("cannot write '{}'", path.display()))
}

/// Gives the whole file `from` the name `path`, in place of a file that is there, whose mode and owner it gets.
///
/// # Errors
/// As [`replace`].
pub fn move_to(path: &Path, from: &Path) -> anyhow::Result<()> {
    let go = || -> anyhow::Result<()> {
        let target = real(path)?;
        let file = File::open(from)?;
        let outcome = keep_what_is_of(&target, &file)
            .and_then(|_| synced(file.sync_all()))
            .and_then(|()| std::fs::rename(from, &target));
        match outcome {
            Ok(()) => Ok(sync_directory(&target)?),
            Err(why) if is_writable_at_best(&why) && target.is_file() => {
                let content = File::open(from).map_err(anyhow::Error::from);
                content
                    .and_then(|mut content| overwrite(&target, &mut content))
                    .with_context(|| one_line(&why))
            }
            Err(why) => Err(why.into()),
        }
    };
    go().with_context(|| format!("cannot write '{}'", path.display()))
}

fn put(path: &Path, content: &[u8], new_mode: NewMode) -> anyhow::Result<()> {
    let target = real(path)?;
    match replace_in_one_step(&target, content, new_mode) {
        Ok(()) => Ok(()),
        Err(why) if is_writable_at_best(&why) && target.is_file() => {
            overwrite(&target, &mut &*content).with_context(|| one_line(&why))
        }
        Err(why) => Err(why.into()),
    }
}

fn one_line(why: &std::io::Error) -> String {
    format!("it cannot be replaced ({why}) and is written where it is")
}

/// The file that `path` leads to, which may be there or not.
fn real(path: &Path) -> std::io::Result<PathBuf> {
    match path.canonicalize() {
        Err(why) if why.kind() == ErrorKind::NotFound => Ok(path.to_owned()),
        found => found,
    }
}

fn replace_in_one_step(target: &Path, content: &[u8], new_mode: NewMode) -> std::io::Result<()> {
    let none = |what: &str| std::io::Error::new(ErrorKind::InvalidInput, what.to_owned());
    let directory = target.parent().ok_or_else(|| none("it has no directory"))?;
    let name = target.file_name().ok_or_else(|| none("it has no name"))?;
    let mut prefix = OsString::from(TEMPORARY_PREFIX);
    prefix.push(name);
    prefix.push("-");
    sweep(directory, &prefix)?;
    let (temporary, mut file) = Leftover::made(|| {
        let made = tempfile::Builder::new()
            .prefix(&prefix)
            .tempfile_in(directory)?;
        let (file, path) = made.keep().map_err(|why| why.error)?;
        Ok((path, file))
    })?;
    file.write_all(content)?;
    if !keep_what_is_of(target, &file)? {
        let mode = match new_mode {
            NewMode::Secret => 0o600,
            NewMode::SecretScript => 0o700,
            NewMode::Plain => 0o644,
        };
        file.set_permissions(Permissions::from_mode(mode))?;
    }
    synced(file.sync_all())?;
    std::fs::rename(temporary.path(), target)?;
    sync_directory(target)
}

/// Gives `new` the mode and owner of the file `target`; whether there is one.
fn keep_what_is_of(target: &Path, new: &File) -> std::io::Result<bool> {
    let old = match target.metadata() {
        Ok(old) => old,
        Err(why) if why.kind() == ErrorKind::NotFound => return Ok(false),
        Err(why) => return Err(why),
    };
    if !old.is_file() {
        return Err(std::io::Error::new(
            ErrorKind::IsADirectory,
            "it is not a file",
        ));
    }
    keep_owner_and_mode(new, &old)?;
    Ok(true)
}

fn keep_owner_and_mode(new: &File, old: &Metadata) -> std::io::Result<()> {
    let own = new.metadata()?;
    if (own.uid(), own.gid()) != (old.uid(), old.gid()) {
        std::os::unix::fs::fchown(new, Some(old.uid()), Some(old.gid()))?;
    }
    // After the owner: a change of owner clears set-id bits.
    new.set_permissions(Permissions::from_mode(old.mode() & 0o7777))
}

/// Whether a file that cannot be replaced for this reason may still be written: it is a mount point, it is on another
/// file system than its directory, or the directory or the owner is somebody else's.
fn is_writable_at_best(why: &std::io::Error) -> bool {
    let errors = [
        Errno::BUSY,
        Errno::XDEV,
        Errno::ACCESS,
        Errno::PERM,
        Errno::ROFS,
    ];
    is_one_of(why, &errors)
}

/// Writes `content` into the file at `target`; when that fails half way, what was there comes back.
fn overwrite(target: &Path, content: &mut dyn std::io::Read) -> anyhow::Result<()> {
    let old = std::fs::read(target)?;
    let mut file = File::options().write(true).open(target)?;
    let written = std::io::copy(content, &mut file).and_then(|length| file.set_len(length));
    if let Err(why) = written.and_then(|()| synced(file.sync_all())) {
        let restored = file
            .seek(SeekFrom::Start(0))
            .and_then(|_| file.write_all(&old))
            .and_then(|()| file.set_len(old.len() as u64));
        if let Err(also) = restored {
            bail!("{why}, and what was there could not be put back: {also}");
        }
        return Err(why.into());
    }
    Ok(())
}

/// Without this a power cut could bring the old name back.
fn sync_directory(target: &Path) -> std::io::Result<()> {
    let Some(directory) = target.parent() else {
        return Ok(());
    };
    match File::open(directory) {
        Ok(directory) => synced(directory.sync_all()),
        // A directory that may be written and not read: the file is in its place all the same.
        Err(why) if why.kind() == ErrorKind::PermissionDenied => Ok(()),
        Err(why) => Err(why),
    }
}

/// Some file systems cannot sync, or no directory: what is written there is as safe as it gets.
fn synced(outcome: std::io::Result<()>) -> std::io::Result<()> {
    let errors = [Errno::INVAL, Errno::OPNOTSUPP, Errno::NOSYS, Errno::ROFS];
    match outcome {
        Err(why) if is_one_of(&why, &errors) => Ok(()),
        outcome => outcome,
    }
}

/// Removes what a run that was killed while writing `target` left beside it.
fn sweep(directory: &Path, prefix: &OsStr) -> std::io::Result<()> {
    for path in beginning_with(directory, prefix)? {
        match std::fs::remove_file(path) {
            Err(why) if why.kind() != ErrorKind::NotFound => return Err(why),
            _ => {}
        }
    }
    Ok(())
}
