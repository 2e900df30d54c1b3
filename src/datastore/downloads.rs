//! Copying out of the store: whole or not at all.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};

use super::operation::Operation;
use super::transfers::timeout_for;
use super::{Bucket, Datastore, ObjectName};
use crate::command::Runner;
use crate::console;
use crate::files::{self, OwnerOnly, PrivateFolder};

/// How often to begin anew with an object that somebody replaces while it is downloaded.
const LOOKS: u32 = 3;

/// What a listing tells of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its size in bytes, where the tool tells it to the byte.
    pub size: Option<u64>,
}

/// An object that is larger than any record, in words for people.
#[derive(Debug)]
pub struct TooLarge(String);

impl std::fmt::Display for TooLarge {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for TooLarge {}

impl Datastore {
    /// Downloads the object called `name` to the directory `to`, in place of a file of its name that is there; whether
    /// there is such an object. The tool writes into a folder of its own, and only a file that is whole leaves it.
    ///
    /// # Errors
    /// When every attempt fails, or what arrives is not what the store lists; `to` is then as it was.
    pub fn download(
        &self,
        runner: &Runner,
        bucket: &Bucket,
        name: &ObjectName,
        to: &Path,
    ) -> anyhow::Result<bool> {
        let Some(listed) = self.listed(runner, bucket, name)? else {
            return Ok(false);
        };
        let target = to.join(name.last_part());
        let go = || {
            let folder = match PrivateFolder::within(to) {
                // A file that is there may be writable where nothing new can be made.
                Err(_) if target.is_file() => PrivateFolder::temporary()?,
                folder => folder?,
            };
            let file = self.arrived(runner, bucket, name, listed, &folder)?;
            files::move_to(&target, &file)
        };
        go().with_context(|| {
            self.cannot(&format!(
                "download '{name}' from the bucket '{bucket}' to '{}'",
                to.display()
            ))
        })?;
        Ok(true)
    }

    /// The content of the record called `name`, if there is one. On its way it is in `folder`, for its owner alone.
    ///
    /// # Errors
    /// When every attempt fails, what arrives is not what the store lists, or that is more than `largest` bytes.
    pub fn content(
        &self,
        runner: &Runner,
        bucket: &Bucket,
        name: &ObjectName,
        folder: &PrivateFolder,
        largest: u64,
    ) -> anyhow::Result<Option<Vec<u8>>> {
        let Some(listed) = self.listed(runner, bucket, name)? else {
            return Ok(None);
        };
        let go = || {
            let _owner_only = OwnerOnly::begin();
            let file = self.arrived(runner, bucket, name, listed, folder)?;
            let length = std::fs::metadata(&file)?.len();
            if length > largest {
                bail!(TooLarge(format!(
                    "{name} in the bucket has {length} bytes, so it is not what ObtainWholeMachineSnapshot uploaded; upload the records \
                     again with 'adt-helpers ObtainWholeMachineSnapshot --upload-only'"
                )));
            }
            let content = std::fs::read(&file)?;
            files::remove_if_there(&file)?;
            Ok(Some(content))
        };
        go().with_context(|| self.cannot(&format!("download '{name}' from the bucket '{bucket}'")))
    }

    /// The whole object in a file in `folder`.
    fn arrived(
        &self,
        runner: &Runner,
        bucket: &Bucket,
        name: &ObjectName,
        mut listed: Listed,
        folder: &PrivateFolder,
    ) -> anyhow::Result<PathBuf> {
        self.ensure_single(name)?;
        let to = &std::path::absolute(folder.path())?;
        let file = to.join(name.last_part());
        let download = Operation::Download { bucket, name, to };
        let mut more_looks = 1..LOOKS;
        loop {
            let Err(why) = self.get(runner, &download, &listed, &file) else {
                return Ok(file);
            };
            if more_looks.next().is_none() {
                return Err(why);
            }
            // Somebody may have put another in its place since it was listed.
            match self.listed(runner, bucket, name) {
                Ok(Some(now)) if now != listed => listed = now,
                _ => return Err(why),
            }
        }
    }

    fn get(
        &self,
        runner: &Runner,
        download: &Operation<'_>,
        listed: &Listed,
        file: &Path,
    ) -> anyhow::Result<()> {
        let timeout = timeout_for(listed.size.unwrap_or_default());
        let command = self.command(download).timeout(timeout);
        runner.read(&command, |output| {
            let judged = self
                .no_complaint(output)
                .and_then(|()| ensure_whole(file, listed));
            if judged.is_err() {
                // What another attempt finds there could pass for what it should bring.
                console::also(files::remove_if_there(file));
            }
            judged
        })?;
        Ok(())
    }
}

fn ensure_whole(file: &Path, listed: &Listed) -> anyhow::Result<()> {
    // rclone succeeds when there is nothing to copy.
    let metadata = std::fs::metadata(file)
        .ok()
        .filter(std::fs::Metadata::is_file);
    let metadata = metadata.context("it left no file")?;
    let length = metadata.len();
    ensure!(
        listed.size.is_none_or(|size| size == length),
        "{length} bytes arrived, and the store lists {}",
        listed.size.unwrap_or_default()
    );
    Ok(())
}
