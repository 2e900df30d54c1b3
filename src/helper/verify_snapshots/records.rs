//! The five records on this machine and the bucket's objects, byte for byte.

use std::path::PathBuf;

use super::findings::{Check, Findings};
use super::site::Site;
use crate::command::Runner;
use crate::datastore::Bucket;
use crate::files::{self, PrivateFolder};
use crate::helper::snapshot_bucket;
use crate::toolkit::keys_archive;
use crate::toolkit::snapshot_directory::{
    CREDENTIALS, DB_CREDENTIALS, DB_CREDENTIALS_CANDIDATE, SNAPSHOT_IDS,
};

/// The records, in the order in which they are uploaded.
const RECORDS: [&str; 5] = [
    SNAPSHOT_IDS,
    DB_CREDENTIALS_CANDIDATE,
    DB_CREDENTIALS,
    CREDENTIALS,
    keys_archive::NAME,
];

/// A record is a few hundred bytes; whatever is larger than this is none.
const LARGEST_BYTES: u64 = 1 << 20;

/// Where a record is.
#[derive(Debug, PartialEq, Eq)]
enum Agreement {
    Same,
    Different,
    OnlyHere,
    OnlyInBucket,
    Nowhere,
}

/// Compares each record with its object, unless that `is_unwanted`.
///
/// # Errors
/// When a record cannot be read, or there is no room to download to.
pub fn verify(
    site: &Site,
    runner: &Runner,
    is_unwanted: bool,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    if is_unwanted {
        let found = "was not asked: whether it has the records is not known";
        let fix = "run it without --no-datastore";
        findings.warn(Check::InBucket, "bucket", found, fix);
        return Ok(());
    }
    let (datastore, bucket) = match snapshot_bucket::open(&site.build, &site.environment, &site.url)
    {
        Ok(opened) => opened,
        Err(why) => {
            let found = format!("cannot tell: {why:#}");
            findings.warn(Check::InBucket, "bucket", &found, "set the datastore up");
            return Ok(());
        }
    };
    let folder = PrivateFolder::temporary()?;
    let mut is_being_copied = files::is_locked(&site.directory.transfer_lock())?;
    let mut agreements = Vec::new();
    for name in RECORDS {
        let here = files::read_if_there(&path_of(site, name))?;
        let object = datastore.content(runner, &bucket, &name.parse()?, &folder, LARGEST_BYTES);
        agreements.push((name, object.map(|object| compare(here, object))));
    }
    is_being_copied |= files::is_locked(&site.directory.transfer_lock())?;
    for (name, agreement) in agreements {
        judge(site, name, &bucket, agreement, is_being_copied, findings);
    }
    Ok(())
}

/// Where a record is on this machine. The keys are where they are packed, or else where they came back to.
fn path_of(site: &Site, name: &str) -> PathBuf {
    let packed = site.build.keys().join(name);
    if name == keys_archive::NAME && packed.exists() {
        packed
    } else {
        site.directory.path_of(name)
    }
}

fn compare(here: Option<Vec<u8>>, object: Option<Vec<u8>>) -> Agreement {
    match (here, object) {
        (None, None) => Agreement::Nowhere,
        (Some(_), None) => Agreement::OnlyHere,
        (None, Some(_)) => Agreement::OnlyInBucket,
        (Some(here), Some(object)) if here == object => Agreement::Same,
        (Some(_), Some(_)) => Agreement::Different,
    }
}

fn judge(
    site: &Site,
    name: &str,
    bucket: &Bucket,
    agreement: anyhow::Result<Agreement>,
    is_being_copied: bool,
    findings: &mut Findings,
) {
    let check = Check::InBucket;
    let upload = "ObtainWholeMachineSnapshot --upload-only";
    let agreement = match agreement {
        Ok(agreement) => agreement,
        Err(why) => {
            let found = format!("cannot tell: {why:#}");
            findings.warn(check, name, &found, "run it again when the bucket answers");
            return;
        }
    };
    match agreement {
        Agreement::Same => {
            findings.ok(check, name, &format!("is the same in '{bucket}'"));
        }
        // Nothing is recorded, which is said already.
        Agreement::Nowhere if site.ids.is_empty() => {}
        _ if is_being_copied => {
            let found = "cannot tell: a run is copying the records";
            findings.warn(check, name, found, "run it again when that is done");
        }
        Agreement::Nowhere => {
            let fix = "take a snapshot: it writes and uploads all records";
            let found = format!("is neither on this machine nor in '{bucket}'");
            findings.fail(check, name, &found, fix);
        }
        Agreement::OnlyHere => {
            findings.fail(check, name, &format!("is not in '{bucket}'"), upload);
        }
        Agreement::OnlyInBucket => {
            let found = format!("is in '{bucket}' and not on this machine");
            let fix = "fetch it, as a build from the snapshots does with InitialiseSnapshots";
            findings.fail(check, name, &found, fix);
        }
        Agreement::Different => {
            let fix = format!("{upload}, if this machine's are right");
            findings.fail(
                check,
                name,
                &format!("differs from the one in '{bucket}'"),
                &fix,
            );
        }
    }
}
