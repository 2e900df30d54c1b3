//! The five records on this machine and the bucket's objects, byte for byte.

use std::path::PathBuf;

use super::findings::{Check, Findings};
use super::site::Site;
use super::unanswered::Unanswered;
use crate::build::records_bucket;
use crate::command::Runner;
use crate::datastore::{Bucket, TooLarge};
use crate::files::{self, PrivateFolder};
use crate::records::ONCE_MENDED;
use crate::records::keys_archive;
use crate::records::order::{LARGEST_BYTES, READ};

/// What brings the bucket's objects in line.
const UPLOAD: &str = "adt-helpers ObtainWholeMachineSnapshot --upload-only";

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
    let (datastore, bucket) = match records_bucket::open(&site.build, &site.url) {
        Ok(opened) => opened,
        Err(why) => {
            let found = format!("not checked: {why:#}");
            findings.unknown(Check::InBucket, "bucket", &found, ONCE_MENDED);
            return Ok(());
        }
    };
    let folder = PrivateFolder::temporary()?;
    let mut is_being_copied = files::is_locked(&site.directory.transfer_lock())?;
    let mut agreements = Vec::new();
    for name in READ {
        let here = files::read_if_there(&path_of(site, name))?;
        let object = datastore.content(runner, &bucket, &name.parse()?, &folder, LARGEST_BYTES);
        agreements.push((name, object.map(|object| compare(here, object))));
    }
    is_being_copied |= files::is_locked(&site.directory.transfer_lock())?;
    let (mut unanswered, mut copied) = (Unanswered::default(), Vec::new());
    for (name, agreement) in agreements {
        match agreement {
            Ok(Agreement::Same) => {
                findings.ok(Check::InBucket, name, format!("is the same in '{bucket}'"));
            }
            Err(why) if !why.is::<TooLarge>() => unanswered.add(name, format!("{why:#}")),
            // Nothing is recorded, which is said already.
            Ok(Agreement::Nowhere) if site.ids.is_empty() => {}
            _ if is_being_copied => copied.push(name),
            Err(why) => findings.fail(Check::InBucket, name, format!("{why:#}"), UPLOAD),
            Ok(agreement) => complain(name, &bucket, &agreement, findings),
        }
    }
    unanswered.tell(Check::InBucket, "bucket", findings);
    if !copied.is_empty() {
        let found = format!(
            "not checked ({}): a run is copying the records",
            copied.join(", ")
        );
        let fix = "run it again when that is done";
        findings.unknown(Check::InBucket, "bucket", &found, fix);
    }
    Ok(())
}

/// Where a record is on this machine. The keys are where they are packed, or else where they came back to.
fn path_of(site: &Site, name: &str) -> PathBuf {
    let packed = site.build.directory().keys().join(name);
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

/// Says what is wrong with a record.
fn complain(name: &str, bucket: &Bucket, agreement: &Agreement, findings: &mut Findings) {
    let (found, fix) = match agreement {
        Agreement::Same => return,
        Agreement::Nowhere => (
            format!("is neither on this machine nor in '{bucket}'"),
            "take a snapshot: it writes and uploads all records".to_owned(),
        ),
        Agreement::OnlyHere => (format!("is not in '{bucket}'"), UPLOAD.to_owned()),
        Agreement::OnlyInBucket => (
            format!("is in '{bucket}' and not on this machine"),
            "fetch it, as a build from the snapshots does with InitialiseSnapshots".to_owned(),
        ),
        Agreement::Different => (
            format!("differs from the one in '{bucket}'"),
            format!("{UPLOAD}, if this machine's are right"),
        ),
    };
    findings.fail(Check::InBucket, name, &found, &fix);
}
