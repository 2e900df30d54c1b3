//! `PutToDatastore TYPE FILE PLACE MODE DELETE [SPECIFIER]`: a file into a bucket.

use std::ffi::OsString;

use anyhow::Context;

use super::{ROOT, Words};
use crate::build::buckets::Buckets;
use crate::datastore::{Asking, ObjectName};
use crate::files;
use crate::restoring::in_build;

pub const HELP: &str = "\
Uploads FILE under its own name to the folder PLACE of a bucket, in place of an object of that name.

Usage: PutToDatastore TYPE FILE PLACE MODE DELETE [SPECIFIER]

TYPE and SPECIFIER name the bucket: a type such as config, backup or snap, or a bucket's own name.
FILE may be a bare name that is no file: then an empty object of that name is uploaded.
PLACE is a folder in the bucket; root or '' mean the bucket itself.
MODE is local (the first datastore) or distributed (all of them); with another one nothing is done.
DELETE is yes to remove FILE after it was uploaded.

config INSTALLED_SUCCESSFULLY declares a build installed. Where its machines are made of snapshots, they
get the latest backup first, as RestoreLatestBackup does it; if that fails, nothing is uploaded.

Examples:
  PutToDatastore snap /root/snapshot_ids.dat root local no
  PutToDatastore config 203.0.113.7 webserverips distributed yes
";

/// Uploads the file. The mark of a build that is done is put when its machines serve the latest backup.
///
/// # Errors
/// When the file or the bucket is not usable, or an upload fails; the file is then still there.
pub fn run(words: &[OsString]) -> anyhow::Result<()> {
    if in_build::is_the_mark(words) {
        in_build::before_the_mark()?;
    }
    let words = Words(words);
    let Some(mode) = words.mode(4) else {
        return Ok(());
    };
    let buckets = Buckets::new()?;
    let kind = words.text(1, "type")?;
    let bucket = buckets.bucket(Asking::Put, kind, words.text(6, "specifier")?)?;
    let place = place(words.text(3, "place")?)?;
    let file = buckets.file_or_marker(words.raw(2))?;
    buckets.in_each(mode, |store| {
        store.upload(buckets.runner(), &file, &bucket, place.as_ref())
    })?;
    if words.raw(5) == "yes" {
        files::remove_if_there(&file)?;
    }
    Ok(())
}

/// The folder in the bucket; none for its root.
fn place(word: &str) -> anyhow::Result<Option<ObjectName>> {
    let word = word.trim_matches('/');
    if word.is_empty() || word == ROOT {
        return Ok(None);
    }
    let place = word.parse().context("PLACE is no folder of a bucket")?;
    Ok(Some(place))
}
