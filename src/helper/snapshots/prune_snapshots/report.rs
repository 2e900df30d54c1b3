//! What a run tells its caller: lines for people, or JSON for programs.

use anyhow::ensure;
use jiff::Timestamp;
use serde::Serialize;

use super::plan::Planned;
use crate::build::DeployedBuild;
use crate::console::dated;
use crate::console::sheet::{self, Row};
use crate::json;
use crate::names::{Cloudhost, MachineType, SnapshotId, SnapshotKind};

/// The version of the JSON's layout.
const VERSION: u32 = 1;

/// What became of a snapshot.
#[derive(Debug)]
pub struct Entry {
    /// The snapshot and the plan for it.
    pub planned: Planned,
    pub fate: Fate,
}

/// What became of a snapshot.
#[derive(Debug)]
pub enum Fate {
    /// It stays, as was planned.
    Stays,
    WouldGo,
    Deleted,
    /// The provider did not have it any more.
    Gone,
    /// It stays, against the plan; why.
    Spared(String),
    /// It could not be deleted; why.
    Failed(String),
}

#[derive(Serialize)]
struct JsonReport<'a> {
    website_url: String,
    cloudhost: Cloudhost,
    snapshots: Vec<JsonEntry<'a>>,
}

#[derive(Serialize)]
struct JsonEntry<'a> {
    #[serde(rename = "type")]
    machine_type: MachineType,
    kind: SnapshotKind,
    id: &'a SnapshotId,
    name: &'a str,
    created: Option<Timestamp>,
    source: Option<&'a SnapshotId>,
    outcome: &'static str,
    reason: Option<String>,
    error: Option<&'a str>,
}

/// The plan, a row a snapshot.
pub fn lines(planned: &[Planned]) -> Vec<String> {
    let row = |it: &Planned| {
        let snapshot = &it.candidate.snapshot;
        let made = snapshot.created.map_or_else(
            || "made at an unknown time".to_owned(),
            |created| format!("made {}", dated(created)),
        );
        let why = match (&it.stays, &it.source) {
            (Some(why), _) => format!(": {why}"),
            (None, Some(source)) => format!(", with its snapshot {source}"),
            (None, None) => String::new(),
        };
        Row::of([
            it.candidate.machine_type.to_string(),
            if it.goes() { "goes" } else { "stays" }.to_owned(),
            format!("{} {}", snapshot.kind, snapshot.id),
            snapshot.name.clone(),
            format!("{made}{why}"),
        ])
    };
    let rows: Vec<Row> = planned.iter().map(row).collect();
    sheet::lines(&rows, false)
}

/// The plan as it stands when nothing is deleted.
pub fn undone(planned: Vec<Planned>) -> Vec<Entry> {
    let entry = |planned: Planned| Entry {
        fate: if planned.goes() {
            Fate::WouldGo
        } else {
            Fate::Stays
        },
        planned,
    };
    planned.into_iter().map(entry).collect()
}

/// Prints the entries as JSON.
pub fn print_json(subject: &DeployedBuild, entries: &[Entry]) -> anyhow::Result<()> {
    let report = JsonReport {
        website_url: subject.website_url.to_string(),
        cloudhost: subject.cloudhost(),
        snapshots: entries.iter().map(json_entry).collect(),
    };
    json::print_report("PruneSnapshots", VERSION, &report)
}

/// Whether everything that was to go is gone, or may stay after all.
pub fn ensure_done(entries: &[Entry]) -> anyhow::Result<()> {
    let planned = entries.iter().filter(|it| it.planned.goes()).count();
    let failed = entries.iter().filter(|it| it.error().is_some()).count();
    ensure!(
        failed == 0,
        "{failed} of {planned} could not be deleted, as said above; run the same command again for those"
    );
    Ok(())
}

fn json_entry(entry: &Entry) -> JsonEntry<'_> {
    let candidate = &entry.planned.candidate;
    let reason = match &entry.fate {
        Fate::Spared(why) => Some(why.clone()),
        _ => entry.planned.stays.as_ref().map(ToString::to_string),
    };
    JsonEntry {
        machine_type: candidate.machine_type,
        kind: candidate.snapshot.kind,
        id: &candidate.snapshot.id,
        name: &candidate.snapshot.name,
        created: candidate.snapshot.created,
        source: entry.planned.source.as_ref(),
        outcome: match entry.fate {
            Fate::Stays | Fate::Spared(_) => "kept",
            Fate::WouldGo => "would-delete",
            Fate::Deleted => "deleted",
            Fate::Gone => "gone",
            Fate::Failed(_) => "failed",
        },
        reason,
        error: entry.error(),
    }
}

/// Adds the entries of another look; what they are about too is told anew.
pub fn add(done: &mut Vec<Entry>, entries: Vec<Entry>) {
    done.retain(|known| !entries.iter().any(|entry| entry.is_about(&known.planned)));
    done.extend(entries);
}

/// Whether any of them is not there any more.
pub fn went(entries: &[Entry]) -> bool {
    let is_gone = |entry: &Entry| matches!(entry.fate, Fate::Deleted | Fate::Gone);
    entries.iter().any(is_gone)
}

impl Entry {
    /// Whether it is about the same snapshot.
    pub fn is_about(&self, planned: &Planned) -> bool {
        self.planned.candidate.snapshot.id == planned.candidate.snapshot.id
    }

    fn error(&self) -> Option<&str> {
        match &self.fate {
            Fate::Failed(why) => Some(why),
            _ => None,
        }
    }
}
