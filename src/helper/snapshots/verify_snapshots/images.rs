//! The recorded ids at the provider, and the manifest beside them.

use jiff::Timestamp;
use serde::Serialize;

use super::At;
use super::findings::{Check, Findings};
use super::site::Site;
use super::unanswered::Unanswered;
use crate::cloud::{Snapshot, SnapshotState};
use crate::console::age_since;
use crate::names::{Cloudhost, MachineType, SnapshotId, SnapshotKind};
use crate::records::manifest::RecordedSnapshot;

/// What came of looking for a recorded id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    Usable,
    /// It is there and no machine can be built from it, or not in the region.
    Unusable,
    Missing,
    /// There was no answer.
    Unknown,
}

/// A recorded id, and what the provider says of it.
#[derive(Debug, Serialize)]
pub struct Image {
    pub machine_type: MachineType,
    pub id: SnapshotId,
    pub presence: Presence,
    pub kind: Option<SnapshotKind>,
    pub name: Option<String>,
    pub regions: Vec<String>,
    pub created: Option<Timestamp>,
}

/// Looks up every recorded id, or says why the provider cannot be asked.
pub fn verify(
    site: &Site,
    there: Result<&At<'_>, &str>,
    findings: &mut Findings,
    unanswered: &mut Unanswered,
) -> Vec<Image> {
    if site.ids.is_empty() {
        let found = "no snapshot is recorded, so there is nothing to verify";
        let fix = "adt-helpers ObtainWholeMachineSnapshot --all";
        findings.unknown(Check::RecordedId, site.url.as_str(), found, fix);
    }
    let mut images = Vec::new();
    for (kind, id) in &site.ids {
        match id {
            Ok(id) => images.push(look_up(site, there, *kind, id, findings, unanswered)),
            Err(why) => {
                let fix = format!("adt-helpers ObtainWholeMachineSnapshot --type {kind} --adopt");
                findings.fail(Check::RecordedId, kind.label(), why, &fix);
            }
        }
    }
    manifest(site, &images, findings);
    images
}

fn look_up(
    site: &Site,
    there: Result<&At<'_>, &str>,
    machine_type: MachineType,
    id: &SnapshotId,
    findings: &mut Findings,
    unanswered: &mut Unanswered,
) -> Image {
    let (check, label, cloudhost) = (
        Check::AtProvider,
        machine_type.label(),
        site.build.cloudhost(),
    );
    let answer = match there {
        // A machine is built from the last thing that is made.
        Ok(At { cloud, listed }) => listed.last().map_or(Ok(None), |(kind, listed)| {
            let found = cloud.snapshot_in(listed, *kind, id);
            found.map_err(|why| why.to_string())
        }),
        Err(why) => Err(why.to_owned()),
    };
    let (presence, snapshot) = match answer {
        Ok(Some(snapshot)) => (usability(site, label, &snapshot, findings), Some(snapshot)),
        Ok(None) => {
            let found = format!(
                "{cloudhost} does not know {id} (region {})",
                site.current_region
            );
            // Something else of the name may be there, which a plain run would stop at.
            let fix = format!("adt-helpers ObtainWholeMachineSnapshot --type {label} --replace");
            findings.fail(check, label, &found, &fix);
            (Presence::Missing, None)
        }
        Err(why) => {
            unanswered.add(label, why);
            (Presence::Unknown, None)
        }
    };
    Image {
        machine_type,
        id: id.clone(),
        presence,
        kind: snapshot.as_ref().map(|snapshot| snapshot.kind),
        name: snapshot.as_ref().map(|snapshot| snapshot.name.clone()),
        regions: snapshot
            .as_ref()
            .map(|snapshot| regions(site, snapshot))
            .unwrap_or_default(),
        created: snapshot.and_then(|snapshot| snapshot.created),
    }
}

/// Where a machine can be built from it; none on the clouds where that is anywhere.
fn regions(site: &Site, snapshot: &Snapshot) -> Vec<String> {
    match site.build.cloudhost() {
        // It is asked about one zone, so what it knows is in that zone.
        Cloudhost::Exoscale => vec![site.current_region.to_string()],
        _ => snapshot.regions.clone(),
    }
}

fn usability(site: &Site, label: &str, snapshot: &Snapshot, findings: &mut Findings) -> Presence {
    let (check, what, id) = (Check::AtProvider, snapshot.kind, &snapshot.id);
    let regions = regions(site, snapshot);
    let place = match regions.as_slice() {
        [] => "every region".to_owned(),
        some => some.join(", "),
    };
    let is_here = regions.is_empty() || regions.iter().any(|it| it == site.current_region.as_str());
    match &snapshot.state {
        SnapshotState::Pending(word) => {
            let found = format!("{what} {id} is not usable yet: it is '{word}'");
            findings.fail(
                check,
                label,
                &found,
                "wait until it is done and run it again",
            );
        }
        SnapshotState::Failed(word) => {
            let found = format!("{what} {id} will never be usable: it is '{word}'");
            let fix = format!("adt-helpers ObtainWholeMachineSnapshot --type {label} --replace");
            findings.fail(check, label, &found, &fix);
        }
        SnapshotState::Usable if !is_here => {
            let region = &site.current_region;
            let found = format!("{what} {id} is in {place}, not in {region}");
            findings.fail(check, label, &found, format!("transfer it to {region}"));
        }
        SnapshotState::Usable => {
            let age = snapshot.created.map_or_else(
                || "of unknown age".to_owned(),
                |created| format!("{} old", age_since(created)),
            );
            let found = format!("{what} {id} is usable in {place}, {age}");
            findings.ok(check, label, &found);
            return Presence::Usable;
        }
    }
    Presence::Unusable
}

/// The manifest names the recorded ids, as the provider has them, and no others.
fn manifest(site: &Site, images: &[Image], findings: &mut Findings) {
    let check = Check::Manifest;
    let manifest = match &site.manifest {
        Ok(manifest) => manifest,
        Err(why) => {
            let fix = "move it away; the next snapshot writes it anew";
            findings.fail(check, "snapshot_manifest.json", why, fix);
            return;
        }
    };
    for image in images {
        let (kind, label) = (image.machine_type, image.machine_type.label());
        let Some(entry) = manifest.snapshots.get(&kind) else {
            let fix = format!("adt-helpers ObtainWholeMachineSnapshot --type {label} --adopt");
            let found = "the manifest does not say what it is of";
            findings.warn(check, label, found, &fix);
            continue;
        };
        let differences = differences(site, image, entry);
        if differences.is_empty() {
            let found = format!("agrees: {} of {}", entry.kind, entry.machine_name);
            findings.ok(check, label, &found);
        } else {
            let fix = format!(
                "adt-helpers ObtainWholeMachineSnapshot --type {label} --adopt={}",
                image.id
            );
            findings.fail(check, label, differences.join("; "), &fix);
        }
    }
    for (kind, entry) in &manifest.snapshots {
        if !site.ids.contains_key(kind) {
            let found = format!("it has {}, and snapshot_ids.dat has none", entry.id);
            let fix = format!(
                "adt-helpers ObtainWholeMachineSnapshot --type {kind} --adopt={}",
                entry.id
            );
            findings.fail(check, kind.label(), &found, &fix);
        }
    }
}

fn differences(site: &Site, image: &Image, entry: &RecordedSnapshot) -> Vec<String> {
    let mut differences = Vec::new();
    let mut expect = |what: &str, says: &str, is: &str| {
        if says != is {
            differences.push(format!("its {what} is '{says}', not '{is}'"));
        }
    };
    let cloudhost = site.build.cloudhost();
    expect("id", entry.id.as_str(), image.id.as_str());
    expect("cloud", entry.cloudhost.as_str(), cloudhost.as_str());
    if let Some(kind) = image.kind {
        expect("kind", &entry.kind.to_string(), &kind.to_string());
    }
    // Vultr's snapshots are not called like their machine.
    if let Some(name) = image
        .name
        .as_deref()
        .filter(|_| cloudhost != Cloudhost::Vultr)
    {
        expect("machine", &entry.machine_name, name);
    }
    if !image.regions.is_empty() && !image.regions.contains(&entry.region) {
        expect("region", &entry.region, &image.regions.join(", "));
    }
    differences
}
