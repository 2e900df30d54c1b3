//! `MountDatastore TYPE MODE [SPECIFIER]`: a bucket, made unless it is there.

use std::ffi::OsString;

use super::Words;
use crate::build::buckets::Buckets;
use crate::datastore::Asking;

pub const HELP: &str = "\
Makes a bucket unless it is there.

Usage: MountDatastore TYPE MODE [SPECIFIER]

TYPE and SPECIFIER name the bucket: a type such as config, backup or snap, or a bucket's own name.
MODE is local (the first datastore) or distributed (all of them); with another one nothing is done.

Example:
  MountDatastore auth local test-build
";

/// Makes the bucket.
///
/// # Errors
/// When it is not there and cannot be made.
pub fn run(words: &[OsString]) -> anyhow::Result<()> {
    let words = Words(words);
    let Some(mode) = words.mode(2) else {
        return Ok(());
    };
    let buckets = Buckets::new()?;
    let kind = words.text(1, "type")?;
    let bucket = buckets.bucket(Asking::Mount, kind, words.text(3, "specifier")?)?;
    buckets.in_each(mode, |store| {
        store.create_bucket_if_absent(buckets.runner(), &bucket)
    })
}
