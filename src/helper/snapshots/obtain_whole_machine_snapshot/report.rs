//! What a run tells its caller at the end: lines for people, or JSON for programs.

use std::time::Duration;

use anyhow::bail;
use serde::Serialize;

use crate::build::DeployedBuild;
use crate::cloud::{Machine, Snapshot};
use crate::console;
use crate::durations;
use crate::files::LockFile;
use crate::json;
use crate::names::{Cloudhost, MachineType, SnapshotId, SnapshotKind};
use crate::records::pending::PendingSnapshot;

/// The version of the JSON's layout.
const VERSION: u32 = 1;

/// A snapshot that was obtained.
#[derive(Debug)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, of which several can hold"
)]
pub struct Obtained {
    /// The machine it is of.
    pub machine_id: String,
    pub machine_name: String,
    /// What the provider calls it.
    pub snapshot_kind: SnapshotKind,
    /// Its id; none while it is not made.
    pub id: Option<SnapshotId>,
    /// Whether nothing was done, only shown.
    pub is_planned: bool,
    /// Whether it was recorded before and left as it is.
    pub was_kept: bool,
    /// Whether it existed before.
    pub was_adopted: bool,
    /// Whether an earlier run began it.
    pub was_resumed: bool,
    /// Whether the records are in the bucket.
    pub was_uploaded: bool,
    /// How long it took, where this run made it from its beginning to its end.
    pub took: Option<Duration>,
    /// How many snapshots it replaces.
    pub replaces: usize,
    /// What the person should know although all went well.
    pub warnings: Vec<String>,
    /// What is left to do after the upload; none when nothing is.
    pub recorded: Option<Recorded>,
}

/// A snapshot that is recorded on this machine, and what its note and its lock still guard.
#[derive(Debug)]
pub struct Recorded {
    /// The note, which stays until the end.
    pub note: PendingSnapshot,
    /// The lock of the run.
    pub turn: Option<LockFile>,
}

/// The outcomes of a run.
#[derive(Debug)]
pub struct Report {
    website_url: String,
    cloudhost: Cloudhost,
    results: Vec<(MachineType, anyhow::Result<Obtained>)>,
}

#[derive(Serialize)]
struct JsonReport<'a> {
    website_url: &'a str,
    cloudhost: Cloudhost,
    results: Vec<JsonResult<'a>>,
}

#[derive(Serialize)]
struct JsonResult<'a> {
    #[serde(rename = "type")]
    machine_type: MachineType,
    outcome: &'static str,
    machine_id: Option<&'a str>,
    machine_name: Option<&'a str>,
    kind: Option<SnapshotKind>,
    id: Option<&'a SnapshotId>,
    uploaded: bool,
    warnings: &'a [String],
    error: Option<String>,
}

impl Report {
    /// A report without outcomes.
    pub fn new(subject: &DeployedBuild) -> Self {
        Self {
            website_url: subject.website_url.to_string(),
            cloudhost: subject.cloudhost(),
            results: Vec::new(),
        }
    }

    /// Adds what became of a machine type.
    pub fn add(&mut self, kind: MachineType, result: anyhow::Result<Obtained>) {
        self.results.push((kind, result));
    }

    /// Prints the report.
    ///
    /// # Errors
    /// When a snapshot was not obtained: its reason, or how many there were.
    pub fn finish(mut self, as_json: bool, is_dry_run: bool) -> anyhow::Result<()> {
        if as_json {
            self.print_json()?;
        } else if !is_dry_run {
            self.print_lines()?;
        }
        let count = self.results.len();
        let mut failures: Vec<(MachineType, anyhow::Error)> = self
            .results
            .drain(..)
            .filter_map(|(kind, result)| result.err().map(|why| (kind, why)))
            .collect();
        match (failures.len(), failures.pop()) {
            (0, _) | (_, None) => Ok(()),
            (1, Some((_, why))) if count == 1 => Err(why),
            (failed, Some(last)) => {
                failures.push(last);
                let kinds: Vec<&str> = failures.iter().map(|(kind, _)| kind.label()).collect();
                let kinds = kinds.join(", ");
                for (kind, why) in failures {
                    console::say(format_args!("{kind}: {why:#}"));
                }
                bail!(
                    "{failed} of {count} snapshots could not be obtained; run the same command again for those: {kinds}"
                )
            }
        }
    }

    fn print_lines(&self) -> anyhow::Result<()> {
        let lines = self.results.iter().filter_map(|(kind, result)| {
            let obtained = result.as_ref().ok()?;
            let id = obtained.id.as_ref()?;
            Some(format!(
                "{kind}: {} {id} of {} is recorded{}",
                obtained.snapshot_kind,
                obtained.machine_name,
                obtained.history()
            ))
        });
        console::print_lines(lines)?;
        if console::is_watched() && self.results.iter().any(|(_, result)| result.is_ok()) {
            console::say(format_args!(
                "next: with BUILD_FROM_SNAPSHOT=\"1\" in the template a build uses what is recorded; 'adt-helpers \
                 CheckSnapshotBuild' says whether it can work"
            ));
        }
        Ok(())
    }

    fn print_json(&self) -> anyhow::Result<()> {
        let report = JsonReport {
            website_url: &self.website_url,
            cloudhost: self.cloudhost,
            results: self
                .results
                .iter()
                .map(|(kind, result)| json_result(*kind, result))
                .collect(),
        };
        json::print_report("ObtainWholeMachineSnapshot", VERSION, &report)
    }
}

fn json_result(machine_type: MachineType, result: &anyhow::Result<Obtained>) -> JsonResult<'_> {
    match result {
        Ok(obtained) => JsonResult {
            machine_type,
            outcome: obtained.word(),
            machine_id: Some(&obtained.machine_id),
            machine_name: Some(&obtained.machine_name),
            kind: Some(obtained.snapshot_kind),
            id: obtained.id.as_ref(),
            uploaded: obtained.was_uploaded,
            warnings: &obtained.warnings,
            error: None,
        },
        Err(why) => JsonResult {
            machine_type,
            outcome: "failed",
            machine_id: None,
            machine_name: None,
            kind: None,
            id: None,
            uploaded: false,
            warnings: &[],
            error: Some(format!("{why:#}")),
        },
    }
}

impl Obtained {
    /// What is recorded of `machine` is left as it is.
    pub fn kept(machine: &Machine, snapshot: Snapshot) -> Self {
        Self {
            id: Some(snapshot.id),
            was_kept: true,
            ..Self::of(&machine.id, &machine.name, snapshot.kind)
        }
    }

    /// What would be made of a machine.
    pub fn planned(machine_id: &str, machine_name: &str, kind: SnapshotKind) -> Self {
        Self {
            is_planned: true,
            ..Self::of(machine_id, machine_name, kind)
        }
    }

    /// A snapshot of a machine, of which nothing more is told yet.
    pub fn of(machine_id: &str, machine_name: &str, kind: SnapshotKind) -> Self {
        Self {
            machine_id: machine_id.to_owned(),
            machine_name: machine_name.to_owned(),
            snapshot_kind: kind,
            id: None,
            is_planned: false,
            was_kept: false,
            was_adopted: false,
            was_resumed: false,
            was_uploaded: false,
            took: None,
            replaces: 0,
            warnings: Vec::new(),
            recorded: None,
        }
    }

    /// Whether the run that ends so has something for the bucket, or would have.
    pub fn is_to_be_uploaded(&self) -> bool {
        self.recorded.is_some() || self.is_planned
    }

    /// What became of it besides, for the end of a line.
    fn history(&self) -> String {
        let mut parts = match self {
            Self { was_kept: true, .. } => vec!["as before".to_owned()],
            Self {
                was_adopted: true, ..
            } => vec!["was there already".to_owned()],
            Self {
                was_resumed: true, ..
            } => vec!["an earlier run began it".to_owned()],
            Self {
                took: Some(took), ..
            } => vec![format!("took {}", durations::shown(*took))],
            _ => Vec::new(),
        };
        if self.replaces > 0 {
            parts.push(format!("replaced {}", self.replaces));
        }
        if self.was_uploaded {
            parts.push("uploaded".to_owned());
        }
        if parts.is_empty() {
            return String::new();
        }
        format!(" ({})", parts.join(", "))
    }

    fn word(&self) -> &'static str {
        match self {
            Self {
                is_planned: true,
                was_resumed: true,
                ..
            } => "would-resume",
            Self {
                is_planned: true,
                was_adopted: true,
                ..
            } => "would-adopt",
            Self {
                is_planned: true, ..
            } => "would-make",
            Self { was_kept: true, .. } => "kept",
            Self {
                was_adopted: true, ..
            } => "adopted",
            Self {
                was_resumed: true, ..
            } => "resumed",
            _ => "made",
        }
    }
}
