//! Deleting what a new snapshot takes the place of, once the new one is recorded.

use anyhow::Context;

use super::session::Session;
use crate::console;
use crate::toolkit::history::{self, Deletion, Why};
use crate::toolkit::pending::PendingSnapshot;
use crate::toolkit::snapshot_directory::SnapshotDirectory;

impl Session<'_> {
    /// Deletes what the recorded snapshot takes the place of, one by one, each only if it is still what it was.
    pub(super) fn delete_replaced(
        &self,
        directory: &SnapshotDirectory,
        note: &mut PendingSnapshot,
        warnings: &mut Vec<String>,
    ) -> anyhow::Result<()> {
        while let Some(old) = note.replaces.first().cloned() {
            let there = self.cloud.snapshot(old.kind, &old.id)?;
            match there {
                Some(there)
                    if there.name == note.wanted.snapshot_name
                        || there.name == note.wanted.machine_name =>
                {
                    self.cloud.delete(old.kind, &old.id).with_context(|| {
                        format!("the new id is recorded, but the {} {} it replaces could not be deleted; run the same command again", old.kind, old.id)
                    })?;
                    console::say(format_args!(
                        "{}: deleted the {} {} that it replaces",
                        self.kind, old.kind, old.id
                    ));
                    let deletion = Deletion {
                        what: old.kind,
                        id: &old.id,
                        name: &there.name,
                        machine_type: self.kind,
                        cloudhost: self.subject.cloudhost(),
                        why: Why::Replaced,
                        reason: "a new one is recorded in its place (--replace)".to_owned(),
                    };
                    // It is gone already: that this is not noted is no reason to stop before the end.
                    warnings.extend(history::append(directory, &deletion).err().map(|why| {
                        format!("the history lacks the {} {}: {why:#}", old.kind, old.id)
                    }));
                }
                Some(there) => warnings.push(format!(
                    "the {} {} is now named '{}', so it was not deleted",
                    old.kind, old.id, there.name
                )),
                None => {}
            }
            note.replaces.remove(0);
            note.write(&directory.pending())?;
        }
        Ok(())
    }
}
