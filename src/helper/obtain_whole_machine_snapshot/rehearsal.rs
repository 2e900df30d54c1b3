//! `--dry-run`: what would be done, with the commands that would do it.

use anyhow::bail;

use super::Outcome;
use super::existing::Decision;
use super::session::Session;
use crate::cloud::SnapshotOrder;
use crate::console;
use crate::names::{SnapshotId, SnapshotKind};
use crate::toolkit::pending::PendingSnapshot;
use crate::toolkit::snapshot_directory::SnapshotDirectory;

impl Session<'_> {
    /// What would be done, with the commands that would do it.
    pub(super) fn rehearse(&self, directory: &SnapshotDirectory) -> anyhow::Result<Outcome> {
        if PendingSnapshot::read(&directory.pending(), self.kind)?.is_some() {
            console::say(format_args!(
                "{}: an earlier run began a snapshot, which would be taken up",
                self.kind
            ));
        }
        let machine = self.machine()?;
        let snapshot_name = self.subject.snapshot_name(self.kind, &machine.name);
        let order = self.order(&machine, &snapshot_name);
        if let Decision::Make { .. } = self.decide(directory, &order)? {
            self.rehearse_making(&order)?;
        }
        Ok(Outcome {
            machine_id: machine.id,
            machine_name: machine.name,
            snapshot_kind: self
                .cloud
                .steps()
                .last()
                .copied()
                .unwrap_or(SnapshotKind::Snapshot),
            id: None,
            was_kept: false,
            was_adopted: false,
            was_resumed: false,
            was_uploaded: false,
            warnings: Vec::new(),
            recorded: None,
        })
    }

    fn rehearse_making(&self, order: &SnapshotOrder<'_>) -> anyhow::Result<()> {
        // What the step before would have made has no id yet.
        let source: SnapshotId = "SNAPSHOT_ID".parse()?;
        for step in self.cloud.steps() {
            match self.cloud.create(*step, order, Some(&source), self.timeout) {
                Err(failure) if failure.is_dry_run() => {}
                Err(failure) => return Err(failure.into()),
                Ok(_) => bail!("a dry run made a {step}; please report this"),
            }
        }
        Ok(())
    }
}
