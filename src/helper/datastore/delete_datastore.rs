//! `DeleteDatastore TYPE MODE [SPECIFIER]`: a bucket and all that is in it.

use std::ffi::OsString;

use super::Words;
use crate::build::buckets::Buckets;
use crate::console;
use crate::datastore::Asking;

pub const HELP: &str = "\
Deletes a bucket and all that is in it. Nothing asks first and nothing brings it back.

Usage: DeleteDatastore TYPE MODE [SPECIFIER]

TYPE and SPECIFIER name the bucket: a type such as config, backup or snap, or a bucket's own name.
MODE is local (the first datastore) or distributed (all of them); with another one nothing is done.
A bucket that is not there is no error.

Example:
  DeleteDatastore authip-adt-allowed-test-build distributed
";

/// Deletes the bucket.
///
/// # Errors
/// When the bucket has no name, or the tool fails.
pub fn run(words: &[OsString]) -> anyhow::Result<()> {
    let words = Words(words);
    let Some(mode) = words.mode(2) else {
        return Ok(());
    };
    let buckets = Buckets::new()?;
    let kind = words.text(1, "type")?;
    let bucket = buckets.bucket(Asking::DeleteBucket, kind, words.text(3, "specifier")?)?;
    buckets.in_each(mode, |store| {
        if !store.remove_bucket(buckets.runner(), &bucket)? {
            console::say(format_args!(
                "there is no bucket '{bucket}', so nothing was deleted"
            ));
        }
        Ok(())
    })
}
