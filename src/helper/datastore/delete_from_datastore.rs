//! `DeleteFromDatastore TYPE FILE MODE [SPECIFIER]`: objects out of the way.

use std::ffi::OsString;

use super::Words;
use crate::build::buckets::Buckets;
use crate::console;
use crate::datastore::{Asking, Named};

pub const HELP: &str = "\
Deletes FILE from a bucket: the object of that name, and what is in the folder of that name.

Usage: DeleteFromDatastore TYPE FILE MODE [SPECIFIER]

TYPE and SPECIFIER name the bucket: a type such as config, backup or snap, or a bucket's own name.
FILE with a '*' at its end means all that begins so, and root all that is in the bucket. With a '*' elsewhere
it means the objects whose names begin so, where '*' and the end stand for any characters but '/'.
MODE is local (the first datastore) or distributed (all of them); with another one nothing is done.
An object that is not there is no error.

Example:
  DeleteFromDatastore scaling 'autoscaler-1/STATIC_SCALE:*' local www-testwebsite-uk-scaling-linode-gb-lon
";

/// Deletes what is named.
///
/// # Errors
/// When it would delete more than is named, or the tool fails.
pub fn run(words: &[OsString]) -> anyhow::Result<()> {
    let words = Words(words);
    let Some(mode) = words.mode(3) else {
        return Ok(());
    };
    let buckets = Buckets::new()?;
    let kind = words.text(1, "type")?;
    let bucket = buckets.bucket(Asking::DeleteFrom, kind, words.text(4, "specifier")?)?;
    let named: Named = words.text(2, "object's name")?.parse()?;
    buckets.in_each(mode, |store| {
        if !store.delete(buckets.runner(), &bucket, &named)? {
            console::say(format_args!(
                "nothing of that name is in the bucket '{bucket}', so nothing was deleted"
            ));
        }
        Ok(())
    })
}
