//! `--dry-run`: what would be done, with the commands that would do it.

use anyhow::bail;

use super::existing::described;
use super::existing::{self, Decision};
use super::job::{Job, order, order_of};
use super::machine::{self, MachineIsGone};
use super::{Existing, Obtained, taking_up};
use crate::cloud::SnapshotOrder;
use crate::command::Change;
use crate::console;
use crate::names::{BaseOs, SnapshotId, SnapshotKind};
use crate::records::pending::{PendingSnapshot, PendingStep, Replaced};
use crate::records::snapshot_directory::{SNAPSHOT_IDS, SnapshotDirectory};

/// What would be done, with the commands that would do it.
pub(super) fn rehearse(job: &Job<'_>, directory: &SnapshotDirectory) -> anyhow::Result<Obtained> {
    match PendingSnapshot::read(&directory.pending(), job.kind)? {
        Some(note) => rehearse_taking_up(job, directory, note),
        None => rehearse_beginning(job, directory),
    }
}

fn rehearse_beginning(job: &Job<'_>, directory: &SnapshotDirectory) -> anyhow::Result<Obtained> {
    let machine = machine::machine(job)?;
    let snapshot_name = job.subject.snapshot_name(job.kind, &machine.name);
    let order = order(job, &machine, &snapshot_name);
    let mut obtained = planned(job, &machine.id, &machine.name);
    match existing::decide(job, directory, &order)? {
        Decision::Keep(snapshot) => {
            console::say(format_args!(
                "{}: the {} is recorded and would stay",
                job.kind,
                described(&snapshot)
            ));
            return Ok(Obtained::kept(&machine, snapshot));
        }
        Decision::Adopt(step) => {
            obtained.was_adopted = true;
            obtained.id = rehearse_recording(job, &step, &order)?;
            rehearse_end(job, &[])?;
        }
        Decision::Make { replaces, .. } => {
            tell(
                job,
                &format!(
                    "would make a snapshot of {} ({}) called {snapshot_name}",
                    machine.name, machine.id
                ),
            );
            rehearse_making(job, job.cloud.steps(), None, &order)?;
            rehearse_end(job, &replaces)?;
        }
    }
    Ok(obtained)
}

/// What would become of a note. Nothing of it is changed.
fn rehearse_taking_up(
    job: &Job<'_>,
    directory: &SnapshotDirectory,
    mut note: PendingSnapshot,
) -> anyhow::Result<Obtained> {
    taking_up::ensure_is_ours(job, directory, &note)?;
    console::say(format_args!(
        "{}: an earlier run began a snapshot of {}, which would be taken up",
        job.kind, note.wanted.machine_name
    ));
    if let Existing::Adopt(Some(wanted)) = &job.existing {
        taking_up::settle_on(job, directory, &mut note, wanted)?;
    }
    let order = order_of(&note);
    let Some(mut step) = note.steps.last().cloned() else {
        bail!(
            "the note of the {} says nothing of what was asked for",
            job.kind
        );
    };
    if step.id.is_none() {
        let listing = job.cloud.snapshots(step.kind, &order)?;
        let mut new = listing.items.into_iter();
        step.id = new
            .find(|it| !step.known_before.contains(&it.id))
            .map(|it| it.id);
    }
    let mut obtained = planned(job, &note.wanted.machine_id, &note.wanted.machine_name);
    obtained.was_resumed = true;
    if step.id.is_some() {
        obtained.id = rehearse_recording(job, &step, &order)?;
    } else {
        if step.kind != SnapshotKind::Template
            && let Err(why) = machine::ensure_machine_is_there(job, order.machine_id)
        {
            if !why.is::<MachineIsGone>() {
                return Err(why);
            }
            console::say(format_args!(
                "{}: {} ({}) is gone; the note would be dropped unless a snapshot turns up",
                job.kind, order.machine_name, order.machine_id
            ));
            return rehearse_beginning(job, directory);
        }
        console::say(format_args!(
            "{}: the {} is not listed; the run would look for it, and ask for it again",
            job.kind, step.kind
        ));
        let source = note.steps.iter().find_map(|it| it.id.clone());
        let steps = job.cloud.steps().iter();
        let left: Vec<SnapshotKind> = steps.copied().skip_while(|it| *it != step.kind).collect();
        rehearse_making(job, &left, source, &order)?;
    }
    rehearse_end(job, &note.replaces)?;
    Ok(obtained)
}

/// Says what would be recorded: the snapshot of `step`, or what is still to be registered from it, which has no id.
fn rehearse_recording(
    job: &Job<'_>,
    step: &PendingStep,
    order: &SnapshotOrder<'_>,
) -> anyhow::Result<Option<SnapshotId>> {
    let Some(id) = &step.id else {
        return Ok(None);
    };
    let Some(there) = job.cloud.snapshot(step.kind, id)? else {
        bail!(
            "the provider no longer knows the {} {id} of {}; run the same command without --dry-run to drop its note, then \
             again to make another",
            step.kind,
            order.machine_name
        );
    };
    let until = if there.state.is_usable() {
        ""
    } else {
        " as soon as it is usable"
    };
    let steps = job.cloud.steps().iter().copied();
    let left: Vec<SnapshotKind> = steps.skip_while(|it| *it != step.kind).skip(1).collect();
    let what = if left.is_empty() {
        "would be recorded"
    } else {
        "would be registered from"
    };
    console::say(format_args!(
        "{}: the {} {what}{until}",
        job.kind,
        described(&there)
    ));
    rehearse_making(job, &left, Some(id.clone()), order)?;
    Ok(left.is_empty().then(|| id.clone()))
}

fn rehearse_making(
    job: &Job<'_>,
    steps: &[SnapshotKind],
    source: Option<SnapshotId>,
    order: &SnapshotOrder<'_>,
) -> anyhow::Result<()> {
    // What the step before would have made has no id yet.
    let source = source.map_or_else(|| "SNAPSHOT_ID".parse(), Ok)?;
    for step in steps {
        if *step == SnapshotKind::Template {
            let os = order.base_os.map_or("", BaseOs::as_str);
            tell(
                job,
                &format!("would register a template for {os} from the snapshot"),
            );
        }
        match job.cloud.create(*step, order, Some(&source), job.timeout) {
            Ok(Change::Rehearsed) => {}
            Err(failure) => return Err(failure.into()),
            Ok(Change::Made(_)) => bail!("a dry run made a {step}; please report this"),
        }
    }
    Ok(())
}

/// What is recorded, and the deletion of what is replaced.
fn rehearse_end(job: &Job<'_>, replaces: &[Replaced]) -> anyhow::Result<()> {
    tell(job, &format!("would record its id in {SNAPSHOT_IDS}"));
    for old in replaces {
        tell(
            job,
            &format!("would delete the {} {} that it replaces", old.kind, old.id),
        );
        match job.cloud.delete(old.kind, &old.id) {
            Ok(Change::Rehearsed) => {}
            Err(failure) => return Err(failure.into()),
            Ok(Change::Made(())) => bail!(
                "a dry run deleted the {} {}; please report this",
                old.kind,
                old.id
            ),
        }
    }
    Ok(())
}

fn tell(job: &Job<'_>, what: &str) {
    console::say(format_args!("{}: {what}", job.kind));
}

fn planned(job: &Job<'_>, machine_id: &str, machine_name: &str) -> Obtained {
    let last = job.cloud.steps().last().copied();
    let kind = last.unwrap_or(SnapshotKind::Snapshot);
    Obtained::planned(machine_id, machine_name, kind)
}
