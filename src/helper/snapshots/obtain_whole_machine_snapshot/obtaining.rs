//! One machine type's snapshot, from finding the machine to removing the note.

use anyhow::Context;

use super::arguments::Existing;
use super::existing::{self, Decision};
use super::job::{Job, farewell, order};
use super::machine::{self, MachineIsGone};
use super::report::{Obtained, Recorded};
use super::{recording, rehearsal, replacing, step, taking_up};
use crate::build::records_bucket;
use crate::cloud::{Machine, Snapshot};
use crate::command;
use crate::console;
use crate::durations;
use crate::files::{self, LockFile};
use crate::records::pending::{self, PendingSnapshot, WantedSnapshot};
use crate::records::snapshot_directory::SnapshotDirectory;
use crate::waiting::Wait;

/// Takes the snapshot, or takes up the one that an earlier run began.
///
/// # Errors
/// When it cannot be made, recorded or uploaded.
pub fn obtain(job: &Job<'_>) -> anyhow::Result<Obtained> {
    let mut directory = job.subject.snapshot_directory()?;
    if job.runner.is_dry_run() {
        return rehearsal::rehearse(job, &directory);
    }
    // Nothing is made on disk before there is something to do: a note to take up, or a machine to snapshot.
    let machine = match PendingSnapshot::read(&directory.pending(), job.kind)? {
        Some(_) => None,
        None => Some(machine::machine(job)?),
    };
    directory.prepare()?;
    let pending = directory.pending();
    let turn = LockFile::acquire(&pending::lock_in(&pending, job.kind), job.timeout, || {
        console::say(format_args!(
            "{}: another run is taking this snapshot; waiting for it to finish",
            job.kind
        ));
    })?;
    let mut obtained = match PendingSnapshot::read(&pending, job.kind)? {
        Some(note) => take_up(job, &directory, note)?,
        None => begin(
            job,
            &directory,
            &machine.map_or_else(|| machine::machine(job), Ok)?,
        )?,
    };
    if let Some(recorded) = &mut obtained.recorded {
        recorded.turn = Some(turn);
    }
    Ok(obtained)
}

/// Looks at what is there and begins a snapshot of `machine`, or records one that exists.
fn begin(
    job: &Job<'_>,
    directory: &SnapshotDirectory,
    machine: &Machine,
) -> anyhow::Result<Obtained> {
    let snapshot_name = job.subject.snapshot_name(job.kind, &machine.name);
    let order = order(job, machine, &snapshot_name);
    let decision = existing::decide(job, directory, &order)?;
    for why in foreseeably_missing(job, directory)? {
        console::say(format_args!(
            "{}: something will be missing from the records: {why}",
            job.kind
        ));
    }
    let wanted = WantedSnapshot {
        machine_type: job.kind,
        build: job.subject.build.identifier().to_string(),
        server_user: job.subject.server_user.clone(),
        cloudhost: job.subject.cloudhost(),
        region: job.subject.build.current_region()?.to_string(),
        machine_id: machine.id.clone(),
        machine_name: machine.name.clone(),
        snapshot_name: snapshot_name.clone(),
        base_os: job.base_os,
    };
    let mut note = PendingSnapshot::new(wanted, Vec::new());
    let mut known_before = None;
    let was_adopted = match decision {
        Decision::Make { replaces, known } => {
            note.replaces = replaces;
            known_before = Some(known);
            false
        }
        Decision::Keep(snapshot) => return Ok(Obtained::kept(machine, snapshot)),
        Decision::Adopt(step) => {
            command::on_interrupt_say(farewell(job));
            note.begin(step);
            note.write(&directory.pending())?;
            true
        }
    };
    let mut obtained = complete(job, directory, note, known_before)?;
    obtained.was_adopted = was_adopted;
    Ok(obtained)
}

fn foreseeably_missing(
    job: &Job<'_>,
    directory: &SnapshotDirectory,
) -> anyhow::Result<Vec<String>> {
    let subject = job.subject;
    let mut missing = recording::foreseeably_missing(subject, directory)?;
    if job.uploads {
        missing.extend(
            records_bucket::open(&subject.build, &subject.website_url)
                .err()
                .map(|why| format!("{why:#}")),
        );
    }
    Ok(missing)
}

/// Goes on with the snapshot that an earlier run noted. A note whose machine is gone and of which nothing came is
/// dropped, and a snapshot of the machine that is there now is begun.
fn take_up(
    job: &Job<'_>,
    directory: &SnapshotDirectory,
    mut note: PendingSnapshot,
) -> anyhow::Result<Obtained> {
    taking_up::ensure_is_ours(job, directory, &note)?;
    let (id, name) = (
        note.wanted.machine_id.clone(),
        note.wanted.machine_name.clone(),
    );
    command::on_interrupt_say(farewell(job));
    console::say(format_args!(
        "{}: an earlier run began a snapshot of {name}; going on with it",
        job.kind
    ));
    if let Existing::Adopt(Some(wanted)) = &job.existing {
        taking_up::settle_on(job, directory, &mut note, wanted)?;
        note.write(&directory.pending())?;
    }
    match complete(job, directory, note, None) {
        Err(why) if why.is::<MachineIsGone>() => {
            let path = pending::path_in(&directory.pending(), job.kind);
            files::remove_if_there(&path)?;
            console::say(format_args!(
                "{}: {name} ({id}) is gone and there is no new snapshot of it; the note '{}' was dropped",
                job.kind,
                path.display()
            ));
            begin(job, directory, &machine::machine(job)?)
        }
        completed => {
            let mut obtained = completed?;
            obtained.was_resumed = true;
            Ok(obtained)
        }
    }
}

/// From the note to the record: the snapshot is made and usable, and recorded. [`finish`] does the rest.
fn complete(
    job: &Job<'_>,
    directory: &SnapshotDirectory,
    mut note: PendingSnapshot,
    known_before: Option<Vec<Snapshot>>,
) -> anyhow::Result<Obtained> {
    // What an earlier run began has a part of its time behind it.
    let is_whole = known_before.is_some();
    let usual = recording::last_duration(directory, job.kind)?;
    let mut wait = Wait::new(job.kind, job.timeout, Some(job.rounds));
    wait = wait.with_usual(job.kind, usual);
    let (kind, id) = step::made(job, directory, &mut note, known_before, &mut wait)?;
    let mut warnings = wait.progress.finish();
    let took = is_whole.then(|| wait.elapsed());
    let recorded =
        recording::record(job.subject, directory, &note, kind, &id, took).with_context(|| {
            format!(
                "the {kind} {id} is made, but could not be recorded; run the same command again"
            )
        })?;
    note.is_recorded = true;
    note.write(&directory.pending())?;
    warnings.extend(recorded.warnings);
    if let Some(replacement) = job.replacement {
        replacement.keep(&directory.pending())?;
    }
    let (machine, name) = (&note.wanted.machine_id, &note.wanted.machine_name);
    let obtained = Obtained::of(machine, name, kind);
    if console::is_watched() {
        // Others may go on for long.
        let spent = durations::shown(wait.elapsed());
        console::say(format_args!(
            "{}: {kind} {id} is recorded ({spent})",
            job.kind
        ));
    }
    Ok(Obtained {
        id: Some(id),
        took,
        replaces: note.replaces.len(),
        warnings,
        recorded: Some(Recorded { note, turn: None }),
        ..obtained
    })
}

/// After the records are in the bucket, where they are wanted there: deletes what the snapshot replaces, and lets go of
/// the note.
///
/// # Errors
/// When what it replaces cannot be deleted; the note then stays.
pub fn finish(job: &Job<'_>, obtained: &mut Obtained) -> anyhow::Result<()> {
    if let Some(Recorded { mut note, turn }) = obtained.recorded.take() {
        let directory = job.subject.snapshot_directory()?;
        replacing::delete_replaced(job, &directory, &mut note, &mut obtained.warnings)?;
        note.remove(&directory.pending())?;
        obtained.was_uploaded = job.uploads;
        drop(turn);
    }
    if !job.runner.is_dry_run() {
        for warning in &obtained.warnings {
            console::say(format_args!("{}: {warning}", job.kind));
        }
    }
    Ok(())
}
