//! `ListFromDatastore TYPE [FILE] [SPECIFIER]`: the objects in a bucket.

use std::ffi::OsString;

use super::{ROOT, Words};
use crate::build::buckets::Buckets;
use crate::console;
use crate::datastore::Asking;

pub const HELP: &str = "\
Lists the objects in a bucket of the first datastore, in the datastore tool's own format.

Usage: ListFromDatastore TYPE [FILE] [SPECIFIER]

TYPE and SPECIFIER name the bucket: a type such as config, backup, scaling or snap.
FILE is how the names begin, for rclone a part of them, and may have '*' in it; root or '' mean all.
No object and no bucket is no error and prints nothing.

Examples:
  ListFromDatastore config INSTALLED_SUCCESSFULLY
  ListFromDatastore scaling 'autoscaler*/STATIC_SCALE*' www-testwebsite-uk-scaling-linode-gb-lon
";

/// Prints the objects.
///
/// # Errors
/// When the tool cannot tell; nothing is printed then.
pub fn run(words: &[OsString]) -> anyhow::Result<()> {
    let words = Words(words);
    let buckets = Buckets::new()?;
    let kind = words.text(1, "type")?;
    let bucket = buckets.bucket(Asking::ListFrom, kind, words.text(3, "specifier")?)?;
    let pattern = match words.text(2, "object's name")? {
        ROOT => "",
        pattern => pattern,
    };
    let listing = buckets
        .first_store()?
        .list(buckets.runner(), &bucket, pattern)?;
    Ok(console::print(&listing)?)
}
