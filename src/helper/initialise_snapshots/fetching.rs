//! Fetching the records into memory: from the bucket, or from this machine when there is no bucket to speak of.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, ensure};

use crate::command::Runner;
use crate::console;
use crate::files::{self, LockFile};
use crate::helper::snapshot_bucket;
use crate::names::WebsiteUrl;
use crate::toolkit::active_build::ActiveBuild;
use crate::toolkit::build_environment::BuildEnvironment;
use crate::toolkit::keys_archive;
use crate::toolkit::snapshot_directory::{
    CREDENTIALS, DB_CREDENTIALS, DB_CREDENTIALS_CANDIDATE, SNAPSHOT_IDS, SnapshotDirectory,
};

/// The objects at the bucket's root, in the order in which they are fetched.
const OBJECTS: [&str; 5] = [
    SNAPSHOT_IDS,
    DB_CREDENTIALS_CANDIDATE,
    DB_CREDENTIALS,
    CREDENTIALS,
    keys_archive::NAME,
];

/// A record is a few hundred bytes; whatever is larger than this is none.
const LARGEST_RECORD_BYTES: u64 = 1 << 20;

/// An upload of five small files is over by then.
const TURN_LIMIT: Duration = Duration::from_secs(1800);

/// How the names of the directories start that records are downloaded into.
const FETCHED: &str = "fetched-";

/// What was fetched.
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
    build: &ActiveBuild,
    environment: &BuildEnvironment,
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
    let (datastore, bucket) = snapshot_bucket::open(build, environment, url)?;
    sweep(&directory.pending())?;
    let fetched = tempfile::Builder::new()
        .prefix(FETCHED)
        .tempdir_in(directory.pending())?;
    let mut contents = BTreeMap::new();
    for name in OBJECTS {
        if datastore.download(runner, &bucket, &name.parse()?, fetched.path())? {
            contents.insert(name, small_file(&fetched.path().join(name), name)?);
        }
    }
    if !contents.is_empty() {
        let source = format!("the bucket '{bucket}'");
        return Ok(Objects { source, contents });
    }
    for name in OBJECTS {
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

/// Removes what a killed run had downloaded. The caller holds the lock, so no other run is at it.
fn sweep(pending: &Path) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(pending)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(FETCHED) {
            std::fs::remove_dir_all(entry.path())
                .with_context(|| format!("cannot remove '{}'", entry.path().display()))?;
        }
    }
    Ok(())
}

fn small_file(path: &Path, name: &str) -> anyhow::Result<Vec<u8>> {
    let length = std::fs::metadata(path)?.len();
    ensure!(
        length <= LARGEST_RECORD_BYTES,
        "{name} in the bucket has {length} bytes, so it is not what ObtainWholeMachineSnapshot uploaded; upload the records \
         again with ObtainWholeMachineSnapshot --upload-only"
    );
    files::read_if_there(path)?.with_context(|| format!("the downloaded '{name}' is gone"))
}
