//! `MoveDatastoreObject TYPE OLD NEW MODE [SPECIFIER]`: another name for an object.

use std::ffi::OsString;

use super::Words;
use crate::build::buckets::Buckets;
use crate::datastore::Asking;

pub const HELP: &str = "\
Gives the object OLD of a bucket the name NEW, in place of an object of that name.

Usage: MoveDatastoreObject TYPE OLD NEW MODE [SPECIFIER]

TYPE and SPECIFIER name the bucket: a type such as config, backup or snap, or a bucket's own name.
MODE is local (the first datastore) or distributed (all of them); with another one nothing is done.

Example:
  MoveDatastoreObject backup site.tar.gz site.tar.gz.before local daily
";

/// Moves the object.
///
/// # Errors
/// When there is no such object, or the tool fails.
pub fn run(words: &[OsString]) -> anyhow::Result<()> {
    let words = Words(words);
    let Some(mode) = words.mode(4) else {
        return Ok(());
    };
    let buckets = Buckets::new()?;
    let kind = words.text(1, "type")?;
    let bucket = buckets.bucket(Asking::Move, kind, words.text(5, "specifier")?)?;
    let (old, new) = (words.object(2)?, words.object(3)?);
    buckets.in_each(mode, |store| {
        store.rename(buckets.runner(), &bucket, &old, &new)
    })
}
