//! Deleting what a new snapshot takes the place of, and noting that it is gone.

use anyhow::Context;

use super::job::Job;
use crate::console;
use crate::records::history::{self, Deletion, Why};
use crate::records::pending::{PendingSnapshot, Replaced};
use crate::records::snapshot_directory::SnapshotDirectory;

/// Deletes what the recorded snapshot takes the place of, one by one, each only if it is still what it was.
pub(super) fn delete_replaced(
    job: &Job<'_>,
    directory: &SnapshotDirectory,
    note: &mut PendingSnapshot,
    warnings: &mut Vec<String>,
) -> anyhow::Result<()> {
    while let Some(old) = note.replaces.first().cloned() {
        let there = job.cloud.snapshot(old.kind, &old.id)?;
        match there {
            Some(there)
                if there.name == note.wanted.snapshot_name
                    || there.name == note.wanted.machine_name =>
            {
                delete_one(job, &old)?;
                console::say(format_args!(
                    "{}: deleted the {} {} that it replaces",
                    job.kind, old.kind, old.id
                ));
                let reason = "a new one is recorded in its place (--replace)";
                warnings.extend(note_deletion(job, directory, &old, &there.name, reason));
            }
            Some(there) => warnings.push(format!(
                "the {} {} is now named '{}', so it was not deleted",
                old.kind, old.id, there.name
            )),
            None => {
                let reason = "it was to be replaced and is gone: an interrupted run deleted it, or somebody else";
                let name = &note.wanted.snapshot_name;
                warnings.extend(note_deletion(job, directory, &old, name, reason));
            }
        }
        note.replaces.remove(0);
        note.write(&directory.pending())?;
    }
    Ok(())
}

/// Deletes a replaced snapshot. That it is gone counts, whatever the answer was.
fn delete_one(job: &Job<'_>, old: &Replaced) -> anyhow::Result<()> {
    let Err(failure) = job.cloud.delete(old.kind, &old.id) else {
        return Ok(());
    };
    let there = job.cloud.snapshot(old.kind, &old.id);
    if there.is_ok_and(|it| it.is_none()) {
        return Ok(());
    }
    Err(failure).with_context(|| {
        format!(
            "the new id is recorded, but the {} {} it replaces could not be deleted; run the same command again",
            old.kind, old.id
        )
    })
}

/// Adds a replaced snapshot to the history; a warning when that fails, since it is gone already.
fn note_deletion(
    job: &Job<'_>,
    directory: &SnapshotDirectory,
    old: &Replaced,
    name: &str,
    reason: &str,
) -> Option<String> {
    let deletion = Deletion {
        what: old.kind,
        id: old.id.clone(),
        name: name.to_owned(),
        machine_type: job.kind,
        cloudhost: job.subject.cloudhost(),
        why: Why::Replaced,
        reason: reason.to_owned(),
    };
    let why = history::append(directory, &deletion).err()?;
    Some(format!(
        "the history lacks the {} {}: {why:#}",
        old.kind, old.id
    ))
}
