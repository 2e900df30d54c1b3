//! One snapshot after the other is looked at once more and deleted.

use std::time::Duration;

use anyhow::Context;

use super::looking;
use super::plan::{Candidate, Planned};
use super::report::{Entry, Fate};
use crate::build::DeployedBuild;
use crate::cloud::{Cloud, Snapshot, SnapshotState};
use crate::console;
use crate::files::LockFile;
use crate::names::{Cloudhost, MachineType, SnapshotId, SnapshotKind};
use crate::records::history::{Deletion, Why};
use crate::records::snapshot_directory::SnapshotDirectory;
use crate::records::{pending, pending_deletion};

/// How long a run that is taking a snapshot of the machine type is waited for.
const LOCK_LIMIT: Duration = Duration::from_secs(10);

/// Everything that snapshots are deleted with.
pub struct Pruning<'a> {
    pub(super) subject: &'a DeployedBuild,
    pub(super) cloud: &'a dyn Cloud,
    pub(super) directory: &'a SnapshotDirectory,
}

impl Pruning<'_> {
    /// What became of each of the `planned`. One that cannot be deleted does not keep the others.
    pub fn carry_out(&self, planned: &[Planned]) -> Vec<Entry> {
        let mut entries = Vec::new();
        for kind in MachineType::ALL {
            let of_type = planned
                .iter()
                .filter(|it| it.candidate.machine_type == kind);
            let of_type: Vec<Planned> = of_type.cloned().collect();
            let turn = of_type
                .iter()
                .any(Planned::goes)
                .then(|| turn(self.directory, kind));
            for it in of_type {
                let fate = match (&it.stays, &turn) {
                    (Some(_), _) | (None, None) => Fate::Stays,
                    (None, Some(Err(why))) => Fate::Failed(format!("{why:#}")),
                    (None, Some(Ok(_))) => self.fate_of(&it),
                };
                entries.push(Entry { planned: it, fate });
            }
        }
        entries
    }

    fn fate_of(&self, planned: &Planned) -> Fate {
        let candidate = &planned.candidate;
        let snapshot = &candidate.snapshot;
        let fate = self
            .delete(candidate, planned.source.as_ref())
            .unwrap_or_else(|why| Fate::Failed(format!("{why:#}")));
        let what = format!(
            "{}: {} {}",
            candidate.machine_type, snapshot.kind, snapshot.id
        );
        match &fate {
            Fate::Deleted => console::say(format_args!("{what} is deleted")),
            Fate::Gone => console::say(format_args!("{what} was gone already")),
            Fate::Spared(why) => console::say(format_args!("{what} stays: {why}")),
            Fate::Failed(why) => console::say(format_args!("{what}: {why}")),
            Fate::Stays | Fate::WouldGo => {}
        }
        fate
    }

    /// Deletes a snapshot that is still what it was when the plan was made, and that nothing has come to need since.
    fn delete(&self, candidate: &Candidate, source: Option<&SnapshotId>) -> anyhow::Result<Fate> {
        let planned = &candidate.snapshot;
        let (needed, manifest) = looking::needed(self.subject, self.directory)?;
        let Some(there) = self.cloud.snapshot(planned.kind, &planned.id)? else {
            return Ok(Fate::Gone);
        };
        if there.name != planned.name {
            return Ok(Fate::Spared(format!("it is now named '{}'", there.name)));
        }
        if let Some(why) = needed.keeps(candidate.machine_type, &there) {
            return Ok(Fate::Spared(why.to_string()));
        }
        let made = planned
            .created
            .map_or_else(String::new, |created| format!(", made {created}"));
        self.delete_for_good(
            candidate.machine_type,
            &there,
            format!("old{made}, and neither recorded nor among the newest"),
        )?;
        let named = manifest.source_of(candidate.machine_type, &planned.id);
        if let Some(source) = source.filter(|source| named == Some(*source)) {
            self.delete_source(candidate, source)?;
        }
        Ok(Fate::Deleted)
    }

    /// Deletes the snapshot that a deleted template was registered from and that has no other use.
    fn delete_source(&self, template: &Candidate, source: &SnapshotId) -> anyhow::Result<()> {
        let kind = SnapshotKind::Snapshot;
        let of = &template.snapshot;
        let Some(there) = self.cloud.snapshot(kind, source).with_context(|| {
            format!(
                "the template is deleted, but not the snapshot {source} that it was registered from"
            )
        })?
        else {
            return Ok(());
        };
        if there.name != of.name || matches!(there.state, SnapshotState::Pending(_)) {
            console::say(format_args!(
                "{}: snapshot {source} stays: it is named '{}'",
                template.machine_type, there.name
            ));
            return Ok(());
        }
        let reason = format!(
            "the template {} that was registered from it is deleted",
            of.id
        );
        self.delete_for_good(template.machine_type, &there, reason)?;
        console::say(format_args!(
            "{}: {kind} {source} is deleted, from which the template was registered",
            template.machine_type
        ));
        Ok(())
    }

    /// Deletes a snapshot and notes it in the history.
    fn delete_for_good(
        &self,
        machine_type: MachineType,
        snapshot: &Snapshot,
        reason: String,
    ) -> anyhow::Result<()> {
        let (kind, id) = (snapshot.kind, &snapshot.id);
        let deletion = Deletion {
            what: kind,
            id: id.clone(),
            name: snapshot.name.clone(),
            machine_type,
            cloudhost: self.subject.cloudhost(),
            why: Why::Pruned,
            reason,
        };
        pending_deletion::write(self.directory, &deletion)?;
        if let Err(failure) = self.cloud.delete(kind, id) {
            // The answer may have been lost on the way back.
            match self.cloud.snapshot(kind, id) {
                Ok(None) => {}
                Ok(Some(_)) => {
                    console::also(pending_deletion::take_back(self.directory, &deletion));
                    return Err(failure)
                        .with_context(|| format!("the {kind} {id} could not be deleted"));
                }
                // The next run asks again.
                Err(_) => {
                    return Err(failure).with_context(|| {
                        format!("it is not known whether the {kind} {id} is deleted")
                    });
                }
            }
        }
        pending_deletion::is_done(self.directory, &deletion)
            .with_context(|| format!("the {kind} {id} is deleted, but the history lacks it"))
    }
}

/// Writes into the history what an earlier run deleted and was killed before it could say so.
///
/// # Errors
/// When the provider does not say whether it is gone, or the history cannot be written.
pub fn settle_earlier(
    cloudhost: Cloudhost,
    cloud: &dyn Cloud,
    directory: &SnapshotDirectory,
) -> anyhow::Result<()> {
    for machine_type in MachineType::ALL {
        let is_noted = || pending_deletion::read(directory, machine_type, cloudhost);
        if is_noted()?.is_empty() {
            continue;
        }
        // A run that is at it now settles its own.
        let _turn = turn(directory, machine_type)?;
        for deletion in is_noted()? {
            let (kind, id) = (deletion.what, &deletion.id);
            if cloud.snapshot(kind, id)?.is_some() {
                pending_deletion::take_back(directory, &deletion)?;
                continue;
            }
            pending_deletion::is_done(directory, &deletion)?;
            console::say(format_args!(
                "{machine_type}: {kind} {id} was deleted by an earlier run, which did not come to its end; the history says so now"
            ));
        }
    }
    Ok(())
}

/// Keeps everybody else from taking snapshots of the machine type, and from recording one that is there.
fn turn(directory: &SnapshotDirectory, kind: MachineType) -> anyhow::Result<LockFile> {
    let path = pending::lock_in(&directory.pending(), kind);
    LockFile::acquire(&path, LOCK_LIMIT, || {
        console::say(format_args!(
            "{kind}: another run is taking a snapshot; waiting for it to finish"
        ));
    })
}
