//! Going on with a snapshot that an earlier run noted, if it is one of this build and of a machine that is there.

use anyhow::{Context, ensure};

use super::existing::ensure_fits;
use super::job::{Job, order_of};
use super::recording;
use crate::names::SnapshotId;
use crate::records::pending::{self, PendingSnapshot};
use crate::records::snapshot_directory::SnapshotDirectory;

/// Refuses a note of another build: its machine would be recorded with this build's user, password and keys.
pub(super) fn ensure_is_ours(
    job: &Job<'_>,
    directory: &SnapshotDirectory,
    note: &PendingSnapshot,
) -> anyhow::Result<()> {
    let (noted, subject) = (&note.wanted, job.subject);
    let path = pending::path_in(&directory.pending(), job.kind);
    let ours = subject.build.identifier();
    let region = subject.build.current_region()?;
    let is_of_this_build = if noted.build.is_empty() {
        // A note of an earlier version: its machine's name says of which build it is.
        let cut_at = job.cloud.longest_name();
        job.kind
            .names(&noted.machine_name, &subject.region, ours, cut_at)
    } else {
        noted.build == ours.as_str()
    };
    let theirs = if noted.build.is_empty() {
        &noted.machine_name
    } else {
        &noted.build
    };
    ensure!(
        is_of_this_build
            && noted.cloudhost == subject.cloudhost()
            && noted.region == region.as_str(),
        "a snapshot of the {} of '{theirs}' ({} at {}) is unfinished, but the active build is '{ours}' ({region} at {}); switch \
         back and run this again, or remove '{}'",
        job.kind,
        noted.region,
        noted.cloudhost,
        subject.cloudhost(),
        path.display()
    );
    ensure!(
        noted.server_user.is_empty() || noted.server_user == subject.server_user,
        "a snapshot of the {} of '{ours}' is unfinished, but the build has another servers' user since: '{}', not '{}'; remove \
         '{}' and run this again",
        job.kind,
        subject.server_user,
        noted.server_user,
        path.display()
    );
    let is_asked_for = |wanted: &str| wanted == noted.machine_id || wanted == noted.machine_name;
    ensure!(
        job.wanted_machine.is_none_or(is_asked_for),
        "a snapshot of {} ({}) is unfinished; run this again without --machine to finish it, or remove '{}'",
        noted.machine_name,
        noted.machine_id,
        path.display()
    );
    Ok(())
}

/// Notes the id that a person picked of several.
pub(super) fn settle_on(
    job: &Job<'_>,
    directory: &SnapshotDirectory,
    note: &mut PendingSnapshot,
    id: &SnapshotId,
) -> anyhow::Result<()> {
    let open = note.steps.iter().find(|step| step.id.is_none());
    let open = open.with_context(|| {
        format!("the unfinished snapshot has an id already, so --adopt={id} does not apply")
    })?;
    let kind = open.kind;
    ensure!(
        !open.known_before.contains(id),
        "the {kind} {id} was there before the unfinished one was asked for; to record it, remove '{}' and run this again",
        pending::path_in(&directory.pending(), job.kind).display()
    );
    let there = job.cloud.snapshot(kind, id)?.with_context(|| {
        format!("the provider does not know a {kind} {id}; give the id of the {kind} to record")
    })?;
    ensure_fits(&there, &order_of(note))?;
    recording::ensure_is_of_one_type(directory, job.kind, id)?;
    if let Some(open) = note.step_mut(kind) {
        open.id = Some(id.clone());
    }
    Ok(())
}
