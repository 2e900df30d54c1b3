//! `SyncDatastore TYPE FROM TO MODE`: one folder of a bucket made to look like another.

use std::ffi::OsString;

use anyhow::Context;

use super::Words;
use crate::build::buckets::Buckets;
use crate::datastore::{Asking, ObjectName};

pub const HELP: &str = "\
Copies what is in the folder FROM of a bucket and not in its folder TO.

Usage: SyncDatastore TYPE FROM TO MODE

TYPE names the bucket: a type such as webroot-sync, or a bucket's own name.
What is in TO and not in FROM is deleted by rclone, and kept by the others.
MODE is local (the first datastore) or distributed (all of them); with another one nothing is done.

Example:
  SyncDatastore webroot-sync additions/ additions-before/ local
";

/// Synchronises the two.
///
/// # Errors
/// When there is nothing to copy, or the tool fails.
pub fn run(words: &[OsString]) -> anyhow::Result<()> {
    let words = Words(words);
    let Some(mode) = words.mode(4) else {
        return Ok(());
    };
    let buckets = Buckets::new()?;
    let bucket = buckets.bucket(Asking::Sync, words.text(1, "type")?, "")?;
    let (from, to) = (folder(words, 2)?, folder(words, 3)?);
    buckets.in_each(mode, |store| {
        store.synchronise(buckets.runner(), &bucket, from, to)
    })
}

/// The folder of the bucket that the word number `position` names, with a `/` at its end or without.
fn folder(words: Words<'_>, position: usize) -> anyhow::Result<&str> {
    let word = words.text(position, "folder's name")?;
    word.strip_suffix('/')
        .unwrap_or(word)
        .parse::<ObjectName>()
        .with_context(|| format!("argument {position} is no folder of the bucket"))?;
    Ok(word)
}
