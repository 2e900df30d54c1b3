//! The images: recorded, at the provider, and not old.

use jiff::Timestamp;

use crate::build::Plan;
use crate::checking::{Facts, Findings, Lookup, Records, Rule};
use crate::cloud::{Snapshot, SnapshotState};
use crate::foreign_text::beginning;
use crate::names::MachineType;
use crate::records::ONCE_MENDED;

/// An image older than this is worth a look.
const OLD_DAYS: i64 = 30;

const HOURS_PER_DAY: i64 = 24;

/// The command that takes a snapshot of every machine, where nothing is recorded yet.
pub const OBTAIN_ALL: &str = "adt-helpers ObtainWholeMachineSnapshot --all";

/// The command that takes a snapshot of a machine of this type.
pub fn obtain(kind: MachineType) -> String {
    format!("adt-helpers ObtainWholeMachineSnapshot --type {kind}")
}

/// Every machine type of the plan has an id in `snapshot_ids.dat`.
pub fn recorded_ids(plan: &Plan, records: &Records, findings: &mut Findings) {
    let rule = Rule::RecordedId;
    for name in plan.unreadable_counts() {
        let found = format!(
            "is '{}', which is no number, so the build makes none",
            beginning(plan.text(name))
        );
        findings.fail(rule, name, found, format!("set {name} to a number"));
    }
    let types = plan.machine_types();
    if types.is_empty() {
        let found = "the plan has no machine at all";
        findings.fail(
            rule,
            "machines",
            found,
            "set NO_WEBSERVERS to a number above 0",
        );
    }
    // Where nothing is there yet, one command does it all.
    let is_nothing_there = types.iter().all(|kind| !records.ids.contains_key(kind));
    let obtain_missing = |kind| {
        if is_nothing_there && types.len() > 1 {
            OBTAIN_ALL.to_owned()
        } else {
            obtain(kind)
        }
    };
    for kind in types.iter().copied() {
        match records.ids.get(&kind) {
            Some(Ok(id)) => findings.ok(rule, kind.label(), format!("is {id}")),
            Some(Err(why)) => {
                let fix = format!("{} --adopt records the one that exists", obtain(kind));
                findings.fail(rule, kind.label(), why, fix);
            }
            None => findings.fail(
                rule,
                kind.label(),
                "snapshot_ids.dat has no id for it",
                obtain_missing(kind),
            ),
        }
    }
}

/// The provider has every recorded id, and a machine can be built from it in the planned region.
pub fn at_provider(plan: &Plan, facts: &Facts, records: &Records, findings: &mut Findings) {
    let rule = Rule::AtProvider;
    let cloudhost = plan.text("CLOUDHOST");
    let Some(lookups) = &facts.provider else {
        let found = "was not asked: whether the snapshots exist is not known";
        findings.warn(rule, cloudhost, found, "run it without --no-provider");
        return;
    };
    let mut unanswered = Vec::new();
    for kind in plan.machine_types() {
        let (Some(id), Some(lookup)) = (records.id(kind), lookups.get(&kind)) else {
            continue;
        };
        match lookup {
            Lookup::Found(snapshot) => found(plan, kind, snapshot, findings),
            Lookup::Unknown => {
                let found = format!(
                    "{cloudhost} does not know {id} (region {})",
                    plan.text("REGION")
                );
                findings.fail(rule, kind.label(), found, obtain(kind));
            }
            Lookup::Unanswered(words) => unanswered.push((kind.label(), words)),
        }
    }
    // Whatever keeps one question from being answered does so with the others.
    if let Some((_, why)) = unanswered.first() {
        let types: Vec<&str> = unanswered.iter().map(|(label, _)| *label).collect();
        let found = format!("not checked ({}): {why}", types.join(", "));
        findings.unknown(rule, cloudhost, found, ONCE_MENDED);
    }
}

/// What the provider has can be used where it is needed.
fn found(plan: &Plan, kind: MachineType, snapshot: &Snapshot, findings: &mut Findings) {
    let (rule, region) = (Rule::AtProvider, plan.text("REGION"));
    let (what, id) = (snapshot.kind, &snapshot.id);
    let is_elsewhere =
        !snapshot.regions.is_empty() && !snapshot.regions.iter().any(|it| it == region);
    match &snapshot.state {
        SnapshotState::Pending(word) => {
            let found = format!("{what} {id} is not usable yet: it is '{}'", beginning(word));
            findings.fail(
                rule,
                kind.label(),
                found,
                "wait until it is done and check again",
            );
        }
        SnapshotState::Failed(word) => {
            let found = format!(
                "{what} {id} will never be usable: it is '{}'",
                beginning(word)
            );
            findings.fail(
                rule,
                kind.label(),
                found,
                format!("{} --replace", obtain(kind)),
            );
        }
        SnapshotState::Usable if is_elsewhere => {
            let regions = snapshot.regions.join(", ");
            let found = format!("{what} {id} is in {}, not in {region}", beginning(&regions));
            let fix =
                format!("transfer it to {region} at the provider, or plan a build in {regions}");
            findings.fail(rule, kind.label(), found, fix);
        }
        SnapshotState::Usable if snapshot.lacks_cloud_init => {
            let found = format!(
                "{what} {id} was made without --cloud_init, which Linode asks for where a machine is given a cloud-init \
                 configuration, as every machine of a build is"
            );
            let fix = format!("{} --replace", obtain(kind));
            findings.warn(rule, kind.label(), found, fix);
        }
        SnapshotState::Usable => findings.ok(rule, kind.label(), format!("{what} {id} is usable")),
    }
}

/// No image is old. The webroot and the database come from the latest backup, but the updates of the operating system are
/// those of the image.
pub fn ages(plan: &Plan, facts: &Facts, records: &Records, findings: &mut Findings) {
    for kind in plan.machine_types() {
        let answer = lookup(facts, kind);
        if records.id(kind).is_none() || matches!(answer, Some(Lookup::Unknown)) {
            continue;
        }
        let renewal = format!(
            "{} --replace, of a machine that is up to date",
            obtain(kind)
        );
        let Some(made) = taken(facts, records, kind) else {
            // That there is no answer has been said.
            if matches!(answer, Some(Lookup::Unanswered(_))) {
                continue;
            }
            findings.warn(
                Rule::Age,
                kind.label(),
                "how old it is is not known",
                renewal,
            );
            continue;
        };
        let days = (facts.now.duration_since(made).as_hours() / HOURS_PER_DAY).max(0);
        let found = match days {
            1 => "is 1 day old".to_owned(),
            days => format!("is {days} days old"),
        };
        if days > OLD_DAYS {
            let found = format!("{found}, and so are the updates of its operating system");
            findings.warn(Rule::Age, kind.label(), found, renewal);
        } else {
            findings.ok(Rule::Age, kind.label(), found);
        }
    }
}

/// When a machine type was snapshotted: as the provider says, or else as the manifest does.
pub fn taken(facts: &Facts, records: &Records, kind: MachineType) -> Option<Timestamp> {
    let created = facts.found(kind).and_then(|snapshot| snapshot.created);
    created.or_else(|| Some(records.recorded(kind)?.recorded))
}

fn lookup(facts: &Facts, kind: MachineType) -> Option<&Lookup> {
    facts.provider.as_ref()?.get(&kind)
}
