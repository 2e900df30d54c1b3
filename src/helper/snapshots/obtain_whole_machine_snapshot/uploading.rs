//! Uploading the records: five objects at the root of the site's snapshot bucket (contract 03 §3.4 step 5, 06).

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, ensure};

use super::{DeployedBuild, recording};
use crate::build::records_bucket;
use crate::command::Runner;
use crate::console;
use crate::files::LockFile;
use crate::names::MachineType;
use crate::records::keys_archive;
use crate::records::order;
use crate::records::pending::PendingSnapshot;
use crate::records::snapshot_directory::SnapshotDirectory;

/// Uploads the five objects. Uploads take turns, so that an older file never comes last.
///
/// # Errors
/// When one is missing or its upload fails; the message says how to repeat the upload alone.
fn upload(
    subject: &DeployedBuild,
    directory: &SnapshotDirectory,
    runner: &Runner,
    limit: Duration,
) -> anyhow::Result<()> {
    let _turn = if runner.is_dry_run() {
        None
    } else {
        Some(LockFile::acquire(
            &directory.transfer_lock(),
            limit,
            || {
                console::say(format_args!(
                    "another run is uploading; waiting for it to finish"
                ));
            },
        )?)
    };
    let (datastore, bucket) =
        records_bucket::open(&subject.build, &subject.website_url).context(
            "the records on this machine are right, but none of them is uploaded; repeat the upload alone with --upload-only, \
             or do without it with --no-datastore",
        )?;
    if runner.is_dry_run() {
        console::say(format_args!(
            "would upload the records to the bucket '{bucket}'"
        ));
    }
    let upload_all = || -> anyhow::Result<()> {
        datastore.create_bucket_if_absent(runner, &bucket)?;
        for file in objects(subject, directory) {
            datastore.upload(runner, &file, &bucket, None)?;
        }
        Ok(())
    };
    upload_all().with_context(|| {
        format!("the records on this machine are right, but not all of them are in the bucket '{bucket}'; repeat the upload alone with --upload-only")
    })
}

/// Uploads what this run recorded.
///
/// # Errors
/// As [`upload`].
pub fn upload_found(
    subject: &DeployedBuild,
    runner: &Runner,
    limit: Duration,
) -> anyhow::Result<()> {
    let directory = subject.snapshot_directory()?;
    upload(subject, &directory, runner, limit)
}

/// Uploads what earlier runs recorded, and lets go of the notes that only waited for it.
///
/// # Errors
/// When a record is missing or its upload fails.
pub fn upload_alone(
    subject: &DeployedBuild,
    runner: &Runner,
    limit: Duration,
) -> anyhow::Result<()> {
    let mut directory = subject.snapshot_directory()?;
    for name in in_the_directory() {
        ensure!(
            directory.path_of(name).exists(),
            "'{}' does not exist, so there is nothing to upload; take a snapshot first",
            directory.path_of(name).display()
        );
    }
    if runner.is_dry_run() {
        return upload(subject, &directory, runner, limit);
    }
    directory.prepare()?;
    {
        let _lock = directory.lock()?;
        recording::pack_keys(subject)?;
    }
    upload(subject, &directory, runner, limit)?;
    for kind in MachineType::ALL {
        let pending = directory.pending();
        if let Some(note) = PendingSnapshot::read(&pending, kind)?
            && note.is_recorded
            && note.replaces.is_empty()
        {
            note.remove(&pending)?;
        }
    }
    Ok(())
}

/// The files in the order in which they are uploaded: the ids last, so that whoever reads them in the bucket finds all that
/// belongs to them.
fn objects(subject: &DeployedBuild, directory: &SnapshotDirectory) -> Vec<PathBuf> {
    let mut files = vec![subject.build.directory().keys().join(keys_archive::NAME)];
    files.extend(in_the_directory().map(|name| directory.path_of(name)));
    files
}

/// The records that are in the snapshot directory; the keys' archive is with the build's keys.
fn in_the_directory() -> impl Iterator<Item = &'static str> {
    let is_there = |name: &&str| *name != keys_archive::NAME;
    order::WRITTEN.into_iter().filter(is_there)
}
