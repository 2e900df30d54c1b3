//! What there is: the snapshots of the build at the provider, and what the records need of them.

use std::collections::BTreeSet;

use anyhow::{Context, bail, ensure};
use bstr::ByteSlice;

use super::plan::{Candidate, Needed};
use crate::build::DeployedBuild;
use crate::cloud::{Cloud, Completeness, Snapshot};
use crate::names::{Cloudhost, MachineType, SnapshotId, SnapshotKind};
use crate::records::manifest::Manifest;
use crate::records::pending::PendingSnapshot;
use crate::records::snapshot_directory::{MANIFEST, SNAPSHOT_IDS, SnapshotDirectory};
use crate::records::snapshot_ids::SnapshotIds;

/// How often a list that may be incomplete is asked for again.
const LOOKS_FOR_A_WHOLE_LIST: usize = 3;

/// What machines are built from at this provider; the one kind that is listed.
pub fn kind_of(cloud: &dyn Cloud) -> SnapshotKind {
    let last = cloud.steps().last().copied();
    last.unwrap_or(SnapshotKind::Snapshot)
}

/// Every listed snapshot that has the name of a machine of exactly this build, and why others may not be listed.
pub fn candidates(
    subject: &DeployedBuild,
    cloud: &dyn Cloud,
) -> anyhow::Result<(Vec<Candidate>, Option<String>)> {
    ensure!(
        subject.cloudhost() != Cloudhost::Vultr || !subject.server_user.is_empty(),
        "the servers' user is empty, and on vultr it tells this build's snapshots from others"
    );
    let (there, hidden) = sure_list(cloud, kind_of(cloud))?;
    let of_this_build = there.into_iter().filter_map(|snapshot| {
        let machine_type = type_of(subject, &snapshot.name)?;
        Some(Candidate {
            machine_type,
            snapshot,
        })
    });
    Ok((of_this_build.collect(), hidden))
}

/// The machine type that a snapshot's name says, where it says one of exactly this build.
pub fn type_of(subject: &DeployedBuild, name: &str) -> Option<MachineType> {
    MachineType::ALL
        .into_iter()
        .find(|kind| match subject.cloudhost() {
            Cloudhost::Vultr => subject.snapshot_name(*kind, "") == name,
            _ => kind.names(name, &subject.region, subject.build.identifier(), None),
        })
}

/// A list that is known to be whole, or to be cut always at the same place, and then why: what is not among the newest of
/// some is not among the newest of all.
fn sure_list(
    cloud: &dyn Cloud,
    kind: SnapshotKind,
) -> anyhow::Result<(Vec<Snapshot>, Option<String>)> {
    let mut doubt = String::new();
    for _ in 0..LOOKS_FOR_A_WHOLE_LIST {
        let listing = cloud
            .all_snapshots(kind)
            .with_context(|| format!("cannot list the {kind}s, so nothing was deleted"))?;
        match listing.completeness {
            Completeness::Whole => return Ok((listing.items, None)),
            Completeness::Cut(why) => return Ok((listing.items, Some(why))),
            Completeness::Doubtful(why) => doubt = why,
        }
    }
    bail!("cannot tell which {kind}s there are, so nothing was deleted: {doubt}; try again later")
}

/// What the records on this machine need, and the manifest, which knows the sources of templates.
pub fn needed(
    subject: &DeployedBuild,
    directory: &SnapshotDirectory,
) -> anyhow::Result<(Needed, Manifest)> {
    let ids = directory.read(SNAPSHOT_IDS)?.with_context(|| {
        format!(
            "'{}' is not there, so what is recorded is not known and nothing was deleted; where the records are in the \
             bucket, fetch them first",
            directory.path_of(SNAPSHOT_IDS).display()
        )
    })?;
    let manifest = Manifest::parse(directory.read(MANIFEST)?.as_deref())?;
    let mut needed = Needed {
        recorded: ids_in(&ids),
        in_use: subject
            .build
            .environment()
            .values(b"SNAPSHOT_ID")
            .filter_map(|id| id.to_str().ok()?.trim().parse().ok())
            .collect(),
        ..Needed::default()
    };
    let ids = SnapshotIds::new(ids);
    for kind in MachineType::ALL {
        let is_recorded = ids.id(kind)?.is_some();
        if let Some(known) = manifest.snapshots.get(&kind).filter(|_| !is_recorded) {
            needed.recorded.insert(known.id.clone());
        }
        if let Some(note) = PendingSnapshot::read(&directory.pending(), kind)? {
            needed.types_under_way.insert(kind);
            let made = note.steps.into_iter().filter_map(|step| step.id);
            let replaced = note.replaces.into_iter().map(|old| old.id);
            needed.ids_under_way.extend(made.chain(replaced));
        }
    }
    needed.sources = manifest
        .snapshots
        .values()
        .filter_map(|recorded| recorded.source.clone())
        .collect();
    // Builds of other sites may be built from snapshots that have the same names.
    for elsewhere in subject.build.home().snapshots_of_all_sites()? {
        let others = crate::files::read_if_there(&elsewhere.join(SNAPSHOT_IDS))?;
        needed.recorded.extend(ids_in(&others.unwrap_or_default()));
    }
    Ok((needed, manifest))
}

/// Every id that any line of `snapshot_ids.dat` names, also a second one for a machine type.
fn ids_in(content: &[u8]) -> BTreeSet<SnapshotId> {
    let last_fields = content.lines().map(|line| line.rsplit_str(":").next());
    last_fields
        .filter_map(|field| field?.to_str().ok()?.trim().parse().ok())
        .collect()
}
