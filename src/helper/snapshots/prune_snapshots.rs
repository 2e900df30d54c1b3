//! `PruneSnapshots`: old snapshots of the active build go that nothing needs any more. A new program; no script has its name.
//!
//! A snapshot that is gone cannot be had back. So only what has the name of a machine of exactly this build is looked
//! at, from a list that is not doubtful; what goes is shown and asked about; and just before each deletion the records and
//! the provider are looked at once more. Each one that went leaves a line in the history.
//!
//! vultr's CLI shows the first 100 snapshots of an account only. What is old among them is old among all, so it goes; then
//! the list shows others in its place, and they are looked at in turn.

mod arguments;
mod deleting;
mod looking;
mod plan;
mod report;

use anyhow::bail;
use jiff::Timestamp;

pub use arguments::Arguments;
use deleting::Pruning;
use plan::{Limits, Planned};
use report::Entry;

use crate::ask;
use crate::build::DeployedBuild;
use crate::cloud::{self, Cloud};
use crate::command::{self, Change, Runner};
use crate::console;
use crate::names::SnapshotKind;
use crate::records::snapshot_directory::SnapshotDirectory;

/// Deletes what `arguments` let go, once it is agreed to.
///
/// # Errors
/// When what there is cannot be told, it is not agreed to, or something could not be deleted.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let subject = DeployedBuild::active()?;
    let runner =
        Runner::new(subject.redactor()?, arguments.dry_run).showing_commands(arguments.verbose);
    command::watch_for_interrupts()?;
    let cloud = cloud::open(subject.cloudhost(), &subject.account()?, &runner)?;
    let mut directory = subject.snapshot_directory()?;
    if !arguments.dry_run {
        deleting::settle_earlier(subject.cloudhost(), cloud.as_ref(), &directory)?;
    }
    let mut done: Vec<Entry> = Vec::new();
    while prune_listed(
        &subject,
        cloud.as_ref(),
        &mut directory,
        &mut done,
        arguments,
    )? {}
    finish(&subject, &done, arguments)?;
    report::ensure_done(&done)
}

/// Deletes what may go of what is listed, and adds what became of it to `done`; whether that made room for others in the
/// list.
fn prune_listed(
    subject: &DeployedBuild,
    cloud: &dyn Cloud,
    directory: &mut SnapshotDirectory,
    done: &mut Vec<Entry>,
    arguments: &Arguments,
) -> anyhow::Result<bool> {
    let (planned, hidden) = planned(subject, cloud, directory, done, arguments)?;
    show(&planned, hidden.as_deref(), arguments)?;
    let count = planned.iter().filter(|it| it.goes()).count();
    if count == 0 && done.is_empty() {
        console::say(format_args!("nothing is to be deleted"));
    }
    if count == 0 || arguments.dry_run {
        rehearse(cloud, &planned)?;
        report::add(done, report::undone(planned));
        return Ok(false);
    }
    if !arguments.yes && !ask::agrees(&format!("Delete {count} of {}?", planned.len()))? {
        let is_first = done.is_empty();
        report::add(done, report::undone(planned));
        if is_first {
            finish(subject, done, arguments)?;
            bail!("nothing was deleted, since the answer was not y; --yes deletes without asking");
        }
        return Ok(false);
    }
    directory.prepare()?;
    let pruning = Pruning {
        subject,
        cloud,
        directory,
    };
    let entries = pruning.carry_out(&planned);
    let makes_room = hidden.is_some() && report::went(&entries);
    report::add(done, entries);
    Ok(makes_room)
}

/// What goes and what stays of what is listed and not `done` with, and why not all is listed.
fn planned(
    subject: &DeployedBuild,
    cloud: &dyn Cloud,
    directory: &SnapshotDirectory,
    done: &[Entry],
    arguments: &Arguments,
) -> anyhow::Result<(Vec<Planned>, Option<String>)> {
    let (needed, manifest) = looking::needed(subject, directory)?;
    let limits = Limits {
        keep: arguments.keep,
        within: arguments.within,
        now: Timestamp::now(),
    };
    let (candidates, hidden) = looking::candidates(subject, cloud)?;
    let mut planned = plan::plan(candidates, &needed, limits);
    let is_new = |it: &Planned| !done.iter().any(|entry| entry.is_about(it));
    planned.retain(|it| it.goes() || is_new(it));
    for it in planned.iter_mut().filter(|it| it.goes()) {
        let (kind, id) = (it.candidate.machine_type, &it.candidate.snapshot.id);
        it.source = manifest.source_of(kind, id).cloned();
    }
    Ok((planned, hidden))
}

/// Shows the plan: on standard output, or where that is for a program, on standard error to whoever is asked.
fn show(planned: &[Planned], hidden: Option<&str>, arguments: &Arguments) -> anyhow::Result<()> {
    if let Some(why) = hidden {
        console::say(format_args!(
            "not every snapshot is listed ({why}); what is not listed stays, unless room for it is made"
        ));
    }
    let mut lines = report::lines(planned);
    let goes_without_source = |it: &&Planned| {
        it.goes() && it.candidate.snapshot.kind == SnapshotKind::Template && it.source.is_none()
    };
    let without_source = planned.iter().filter(goes_without_source).count();
    if without_source > 0 {
        lines.push(format!(
            "the snapshots that {without_source} of these templates were registered from are not known and stay; look for \
             them with 'exo compute instance snapshot list'"
        ));
    }
    if !arguments.json {
        console::print_lines(lines)?;
    } else if !arguments.yes && !arguments.dry_run {
        for line in lines {
            console::say(format_args!("{line}"));
        }
    }
    Ok(())
}

/// Shows the commands that would be run.
fn rehearse(cloud: &dyn Cloud, planned: &[Planned]) -> anyhow::Result<()> {
    for it in planned.iter().filter(|it| it.goes()) {
        let snapshot = &it.candidate.snapshot;
        let source = it.source.iter().map(|id| (SnapshotKind::Snapshot, id));
        for (kind, id) in std::iter::once((snapshot.kind, &snapshot.id)).chain(source) {
            match cloud.delete(kind, id) {
                Ok(Change::Rehearsed) => {}
                Err(failure) => return Err(failure.into()),
                Ok(Change::Made(())) => {
                    bail!("a dry run deleted the {kind} {id}; please report this")
                }
            }
        }
    }
    Ok(())
}

/// The report for programs, at the end of every run.
fn finish(subject: &DeployedBuild, done: &[Entry], arguments: &Arguments) -> anyhow::Result<()> {
    if arguments.json {
        report::print_json(subject, done)?;
    }
    Ok(())
}
