//! Fetching the records into memory: from the bucket, or from this machine when there is no bucket to speak of.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context;

use crate::build::Build;
use crate::build::records_bucket;
use crate::command::Runner;
use crate::console;
use crate::files::{LockFile, PrivateFolder};
use crate::names::WebsiteUrl;
use crate::records::order::{LARGEST_BYTES, READ};
use crate::records::snapshot_directory::SnapshotDirectory;

/// An upload of five small files is over by then.
const TURN_LIMIT: Duration = Duration::from_secs(1800);

pub struct Objects {
    /// Where it came from, for messages.
    pub source: String,
    /// The contents of the records that are there, by name.
    pub contents: BTreeMap<&'static str, Vec<u8>>,
}

/// Fetches the records. A bucket that has none of them leaves those on this machine, which the documentation tells people
/// to copy there by hand; one that has some of them is not made up for, since they would be of different snapshots.
///
/// # Errors
/// When the datastore cannot be asked, or an object cannot be downloaded.
pub fn fetch(
    build: &Build,
    url: &WebsiteUrl,
    directory: &SnapshotDirectory,
    runner: &Runner,
) -> anyhow::Result<Objects> {
    // Not while they are being uploaded: half of them would be new.
    let _turn = LockFile::acquire(&directory.transfer_lock(), TURN_LIMIT, || {
        console::say(format_args!(
            "InitialiseSnapshots: another run is at the records; waiting for it to finish"
        ));
    })?;
    let (datastore, bucket) = records_bucket::open(build, url)?;
    let folder = PrivateFolder::within(&directory.pending())?;
    let mut contents = BTreeMap::new();
    for name in READ {
        let object = name.parse()?;
        let content = datastore.content(runner, &bucket, &object, &folder, LARGEST_BYTES);
        let content = content.with_context(|| format!("cannot fetch {name}"));
        if let Some(content) = content? {
            contents.insert(name, content);
        }
    }
    if !contents.is_empty() {
        let source = format!("the bucket '{bucket}'");
        return Ok(Objects { source, contents });
    }
    for name in READ {
        if let Some(content) = directory.read(name)? {
            contents.insert(name, content);
        }
    }
    if contents.is_empty() {
        let source = format!("the bucket '{bucket}'");
        return Ok(Objects { source, contents });
    }
    let source = format!("'{}'", directory.documented().display());
    console::say(format_args!(
        "InitialiseSnapshots: the bucket '{bucket}' holds no records; taking those in {source}"
    ));
    Ok(Objects { source, contents })
}
