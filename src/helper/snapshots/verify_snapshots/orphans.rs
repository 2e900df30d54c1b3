//! What the provider has of this build and nothing records: it costs money and nobody will use it.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;

use super::At;
use super::findings::{Check, Findings};
use super::site::Site;
use super::unanswered::Unanswered;
use crate::cloud::{Cloud, Snapshot};
use crate::console::age_since;
use crate::names::{Cloudhost, MachineType, SnapshotId, SnapshotKind};
use crate::records::ONCE_MENDED;

/// What is asked for, in the words of a finding.
pub const WHAT: &str = "what nothing records";

/// A snapshot that nothing records.
#[derive(Debug, Serialize)]
pub struct Orphan {
    pub kind: SnapshotKind,
    pub id: SnapshotId,
    pub name: String,
    pub created: Option<Timestamp>,
}

/// Lists everything of the account that is called as this build's snapshots are and that no record, no manifest and no
/// note of an unfinished snapshot names.
pub fn verify(
    site: &Site,
    there: &At<'_>,
    findings: &mut Findings,
    unanswered: &mut Unanswered,
) -> Vec<Orphan> {
    let cloudhost = site.build.cloudhost();
    let user = match site.server_user() {
        Ok(None) if cloudhost == Cloudhost::Vultr => Err(
            "the servers' user is not known; set it with 'adt-helpers SetVariableValue SERVER_USER=…'".to_owned(),
        ),
        Ok(user) => Ok(user.unwrap_or_default()),
        Err(why) => Err(format!("{why:#}")),
    };
    let user = match user {
        Ok(user) => user,
        Err(why) => {
            let found = format!("not checked: {why}");
            findings.unknown(Check::Orphan, cloudhost.as_str(), &found, ONCE_MENDED);
            return Vec::new();
        }
    };
    let known = known(site);
    let mut orphans = Vec::new();
    let mut is_whole = true;
    for (_, listed) in &there.listed {
        let listing = match listed {
            Ok(listing) => listing,
            Err(failure) => {
                unanswered.add(WHAT, failure.to_string());
                is_whole = false;
                continue;
            }
        };
        if !listing.is_whole() {
            let caveat = listing.completeness.caveat();
            unanswered.add(WHAT, caveat.trim_start_matches("; ").to_owned());
            is_whole = false;
        }
        let strays = listing.items.iter().filter(|snapshot| {
            is_of_build(site, there.cloud, &user, &snapshot.name)
                && !known.contains(&snapshot.id)
                && !is_under_way(site, snapshot)
        });
        orphans.extend(strays.map(|snapshot| Orphan {
            kind: snapshot.kind,
            id: snapshot.id.clone(),
            name: snapshot.name.clone(),
            created: snapshot.created,
        }));
    }
    for orphan in &orphans {
        let age = orphan.created.map_or_else(String::new, |created| {
            format!(", {} old", age_since(created))
        });
        let found = format!("{} '{}'{age}; nothing records it", orphan.kind, orphan.name);
        let fix = format!("delete it at {cloudhost} when no build needs it");
        findings.warn(Check::Orphan, orphan.id.as_str(), &found, &fix);
    }
    if orphans.is_empty() && is_whole {
        let found = "has nothing of this build that is not recorded";
        findings.ok(Check::Orphan, cloudhost.as_str(), found);
    }
    orphans
}

/// Whether a snapshot of this name is one that the toolkit made for this build.
fn is_of_build(site: &Site, cloud: &dyn Cloud, user: &str, name: &str) -> bool {
    let cut_at = cloud.longest_name();
    MachineType::ALL.into_iter().any(|kind| {
        if site.build.cloudhost() == Cloudhost::Vultr {
            name == format!("{kind}-{user}")
        } else {
            kind.names(name, &site.region, site.build.identifier(), cut_at)
        }
    })
}

/// The ids that something names.
fn known(site: &Site) -> BTreeSet<SnapshotId> {
    let mut known: BTreeSet<SnapshotId> = site.ids.values().flatten().cloned().collect();
    for entry in site.manifest.iter().flat_map(|it| it.snapshots.values()) {
        known.insert(entry.id.clone());
        known.extend(entry.source.clone());
    }
    for note in site.notes.values().flatten() {
        known.extend(note.steps.iter().filter_map(|step| step.id.clone()));
        known.extend(note.replaces.iter().map(|old| old.id.clone()));
    }
    known
}

/// Whether it may be what a note has asked for and has no id of yet.
fn is_under_way(site: &Site, snapshot: &Snapshot) -> bool {
    site.notes.values().flatten().any(|note| {
        let wanted = [&note.wanted.snapshot_name, &note.wanted.machine_name];
        wanted.contains(&&snapshot.name)
            && note
                .step(snapshot.kind)
                .is_some_and(|step| step.id.is_none() && !step.known_before.contains(&snapshot.id))
    })
}
