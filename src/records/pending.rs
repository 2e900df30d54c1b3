//! `snapshots/pending/<label>.json`: what a run is about to do, written before it does it.
//!
//! A run that is killed leaves its note. The next one finds it and the provider's own list, and finishes the same
//! snapshot instead of making a second one.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::files::{self, NewMode};
use crate::json;
use crate::names::{BaseOs, Cloudhost, MachineType, SnapshotId, SnapshotKind};

/// The version of the note's layout.
const VERSION: u32 = 1;

/// An unfinished snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingSnapshot {
    version: u32,
    /// What is to be made, as it was settled before anything was asked for.
    #[serde(flatten)]
    pub wanted: WantedSnapshot,
    /// When the first run began.
    pub begun: Timestamp,
    /// What has been asked of the provider, in order.
    pub steps: Vec<PendingStep>,
    /// What is deleted once the new id is recorded.
    pub replaces: Vec<Replaced>,
    /// Whether the id is in `snapshot_ids.dat`.
    pub is_recorded: bool,
}

/// A snapshot to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WantedSnapshot {
    /// The type of the machine that is snapshotted.
    pub machine_type: MachineType,
    /// The build it is of; empty in a note of an earlier version.
    #[serde(default)]
    pub build: String,
    /// The servers' user of that build; empty in a note of an earlier version.
    #[serde(default)]
    pub server_user: String,
    /// The cloud it is on.
    pub cloudhost: Cloudhost,
    /// Its region or zone.
    pub region: String,
    /// Its id at the provider.
    pub machine_id: String,
    /// Its name.
    pub machine_name: String,
    /// The name the snapshot is given.
    pub snapshot_name: String,
    /// The operating system it is based on, where the provider must know.
    pub base_os: Option<BaseOs>,
}

/// One thing that the provider is asked to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingStep {
    /// What it is.
    pub kind: SnapshotKind,
    /// The ids of the same name that were there before; whatever else turns up is ours.
    pub known_before: Vec<SnapshotId>,
    /// The provider's actions on the machine that were there before; none where the provider did not tell.
    pub actions_before: Option<Vec<String>>,
    /// When it was asked for.
    pub asked: Timestamp,
    /// Its id, once the provider gave one.
    pub id: Option<SnapshotId>,
    /// The provider's action that makes it, where there is one.
    pub action: Option<String>,
    /// Whether the provider says that a machine can be built from it.
    pub is_usable: bool,
}

/// A snapshot that the new one takes the place of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaced {
    /// What it is.
    pub kind: SnapshotKind,
    /// Its id.
    pub id: SnapshotId,
}

impl PendingSnapshot {
    /// A note of `wanted`, with nothing asked for yet.
    pub fn new(wanted: WantedSnapshot, replaces: Vec<Replaced>) -> Self {
        Self {
            version: VERSION,
            wanted,
            begun: Timestamp::now(),
            steps: Vec::new(),
            replaces,
            is_recorded: false,
        }
    }

    /// The note of `machine_type` in `pending`, when there is one.
    ///
    /// # Errors
    /// When it is there and cannot be understood; it is then named, with what to do.
    pub fn read(pending: &Path, machine_type: MachineType) -> anyhow::Result<Option<Self>> {
        let path = path_in(pending, machine_type);
        let Some(content) = files::read_if_there(&path)? else {
            return Ok(None);
        };
        let damaged = || {
            format!(
                "cannot understand the note '{}' of a snapshot that is being made; look at the provider for a snapshot of the {machine_type} \
                 and remove the note",
                path.display()
            )
        };
        let note: Self = json::parse(&content).with_context(damaged)?;
        ensure!(
            note.version == VERSION && note.wanted.machine_type == machine_type,
            damaged()
        );
        Ok(Some(note))
    }

    /// Writes the note into `pending`.
    ///
    /// # Errors
    /// When it cannot be written; then nothing may be asked of the provider.
    pub fn write(&self, pending: &Path) -> anyhow::Result<()> {
        let content = json::for_a_file(self)?;
        files::replace(
            &path_in(pending, self.wanted.machine_type),
            &content,
            NewMode::Secret,
        )
    }

    /// Removes the note: nothing is unfinished any more.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn remove(&self, pending: &Path) -> anyhow::Result<()> {
        files::remove_if_there(&path_in(pending, self.wanted.machine_type))
    }

    /// The step that makes a `kind`, once it has been begun.
    pub fn step(&self, kind: SnapshotKind) -> Option<&PendingStep> {
        self.steps.iter().find(|step| step.kind == kind)
    }

    /// The step that makes a `kind`, to be changed.
    pub fn step_mut(&mut self, kind: SnapshotKind) -> Option<&mut PendingStep> {
        self.steps.iter_mut().find(|step| step.kind == kind)
    }

    /// Takes back a step that was not asked for after all, and the whole note when it was the only one.
    ///
    /// # Errors
    /// When the note cannot be written or removed.
    pub fn take_back(&mut self, kind: SnapshotKind, pending: &Path) -> anyhow::Result<()> {
        self.steps.retain(|step| step.kind != kind);
        if self.steps.is_empty() {
            self.remove(pending)
        } else {
            self.write(pending)
        }
    }

    /// Begins a step, or begins it anew.
    pub fn begin(&mut self, step: PendingStep) {
        self.steps.retain(|known| known.kind != step.kind);
        self.steps.push(step);
    }
}

impl PendingStep {
    /// A step about to be asked for.
    pub fn new(
        kind: SnapshotKind,
        known_before: Vec<SnapshotId>,
        actions_before: Option<Vec<String>>,
    ) -> Self {
        Self {
            kind,
            known_before,
            actions_before,
            asked: Timestamp::now(),
            id: None,
            action: None,
            is_usable: false,
        }
    }
}

/// Where the note of `machine_type` is.
pub fn path_in(pending: &Path, machine_type: MachineType) -> PathBuf {
    pending.join(format!("{machine_type}.json"))
}

/// The lock that a run holds for as long as it works on `machine_type`.
pub fn lock_in(pending: &Path, machine_type: MachineType) -> PathBuf {
    pending.join(format!("{machine_type}.lock"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note() -> PendingSnapshot {
        let wanted = WantedSnapshot {
            machine_type: MachineType::Webserver,
            build: "b".into(),
            server_user: "Xabc".into(),
            cloudhost: Cloudhost::Exoscale,
            region: "ch-gva-2".into(),
            machine_id: "cd613e30".into(),
            machine_name: "ws-ch-gva-2-b-1-Xabc-init-1".into(),
            snapshot_name: "ws-ch-gva-2-b-1-Xabc-init-1".into(),
            base_os: Some(BaseOs::Debian),
        };
        PendingSnapshot::new(wanted, Vec::new())
    }

    #[test]
    fn a_note_is_read_back_as_it_was_written() {
        let directory = tempfile::tempdir().unwrap();
        let mut note = note();
        note.begin(PendingStep::new(
            SnapshotKind::Snapshot,
            vec!["old".parse().unwrap()],
            Some(vec![]),
        ));
        note.write(directory.path()).unwrap();
        let read = PendingSnapshot::read(directory.path(), MachineType::Webserver).unwrap();
        assert_eq!(read.as_ref(), Some(&note));
        note.remove(directory.path()).unwrap();
        assert_eq!(
            PendingSnapshot::read(directory.path(), MachineType::Webserver).unwrap(),
            None
        );
    }

    #[test]
    fn a_note_that_cannot_be_understood_is_named() {
        let directory = tempfile::tempdir().unwrap();
        for content in [&b"{}"[..], b"", b"\xff\xfe", b"{\"version\":2}"] {
            std::fs::write(directory.path().join("webserver.json"), content).unwrap();
            let refusal =
                PendingSnapshot::read(directory.path(), MachineType::Webserver).unwrap_err();
            assert!(
                format!("{refusal:#}").contains("webserver.json"),
                "{refusal:#}"
            );
        }
    }
}
