//! `SyncDatastore TYPE FROM TO MODE`: one place made to look like another.

use std::ffi::OsString;
use std::path::Path;

use anyhow::ensure;

use super::inquiry::Inquiry;
use super::words::{ROOT, Words};
use crate::datastore::{Asking, Bucket, ObjectName, Place};

/// What `SyncDatastore --help` prints.
pub const HELP: &str = "\
Copies what is in FROM and not in TO, of two folders of a bucket, or of one and a directory.

Usage: SyncDatastore TYPE FROM TO MODE

TYPE names the bucket: a type such as webroot-sync, or a bucket's own name.
FROM and TO are folders in the bucket, or directories of this machine when they begin with '/';
root is the bucket itself. What is in TO and not in FROM is deleted by rclone, and kept by the others.
MODE is local (the first datastore) or distributed (all of them); with another one nothing is done.

Example:
  SyncDatastore webroot-sync /var/www/html/ root local
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
    let inquiry = Inquiry::new()?;
    let bucket = inquiry.bucket(Asking::Sync, words.text(1, "type")?, "")?;
    let from = place(&bucket, words.text(2, "place to copy from")?)?;
    let to = place(&bucket, words.text(3, "place to copy to")?)?;
    ensure!(
        matches!(from, Place::Within(..)) || matches!(to, Place::Within(..)),
        "both places are directories of this machine; expected at least one in the bucket '{bucket}'"
    );
    inquiry.in_each(mode, |store| store.synchronise(inquiry.runner(), from, to))
}

fn place<'a>(bucket: &'a Bucket, word: &'a str) -> anyhow::Result<Place<'a>> {
    ensure!(
        !word.is_empty(),
        "a place is empty; expected a folder of the bucket '{bucket}', root, or a directory that begins with '/'"
    );
    Ok(match word {
        ROOT => Place::Within(bucket, ""),
        word if word.starts_with('/') => Place::Directory(Path::new(word)),
        word => {
            word.strip_suffix('/')
                .unwrap_or(word)
                .parse::<ObjectName>()?;
            Place::Within(bucket, word)
        }
    })
}
