//! `GetFromDatastore TYPE FILE [DIRECTORY] [SPECIFIER]`: an object out of a bucket.

use std::ffi::OsString;
use std::path::Path;

use anyhow::{Context, bail};

use super::Words;
use crate::build::buckets::Buckets;
use crate::console;
use crate::datastore::Asking;

pub const HELP: &str = "\
Downloads FILE from a bucket of the first datastore to DIRECTORY, in place of a file of that name.

Usage: GetFromDatastore TYPE FILE [DIRECTORY] [SPECIFIER]

TYPE and SPECIFIER name the bucket: a type such as config, backup-web or snap, or a bucket's own name.
Without DIRECTORY, or with '', it is the current one; one that is not there is made. Where there is no such object,
'Key does not exist' is printed, and the status is 1.

Example:
  GetFromDatastore auth authorised-ips.dat /tmp test-build
";

/// What the scripts print for a missing object; callers that capture it know this sentence.
const MISSING: &str = "Key does not exist";

/// Downloads the object.
///
/// # Errors
/// When there is none, or the download fails.
pub fn run(words: &[OsString]) -> anyhow::Result<()> {
    let words = Words(words);
    let buckets = Buckets::new()?;
    let kind = words.text(1, "type")?;
    let bucket = buckets.bucket(Asking::Get, kind, words.text(4, "specifier")?)?;
    let name = words.object(2)?;
    let directory = match words.raw(3) {
        word if word.is_empty() => Path::new("."),
        word => Path::new(word),
    };
    let store = buckets.first_store()?;
    // The scripts make it whether there is such an object or not. Without it s3cmd and s5cmd would call the file so.
    std::fs::create_dir_all(directory)
        .with_context(|| format!("cannot make the directory '{}'", directory.display()))?;
    if !store.download(buckets.runner(), &bucket, &name, directory)? {
        console::print_lines([MISSING])?;
        bail!("the bucket '{bucket}' has no object '{name}'");
    }
    Ok(())
}
