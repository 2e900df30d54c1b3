//! `PruneSnapshots`: old snapshots of the active build go that nothing needs any more. A new program; no script has its name.
//!
//! A snapshot that is gone cannot be had back. So only what bears the name of a machine of exactly this build is looked
//! at, from a list that is whole; what goes is shown and asked about; and just before each deletion the records and the
//! provider are looked at once more. Each one that went leaves a line in the history.

mod arguments;
mod deleting;
mod looking;
mod plan;
mod report;

use anyhow::{Context, bail};
use jiff::Timestamp;

pub use arguments::Arguments;
use deleting::Pruning;
use plan::{Limits, Needed, Planned};

use crate::ask;
use crate::cloud::{self, Cloud};
use crate::command::{self, Runner};
use crate::console;
use crate::helper::obtain_whole_machine_snapshot::Subject;
use crate::names::SnapshotKind;
use crate::toolkit::manifest::Manifest;
use crate::toolkit::snapshot_directory::SnapshotDirectory;

/// Deletes what `arguments` let go, once it is agreed to.
///
/// # Errors
/// When what there is cannot be told, it is not agreed to, or something could not be deleted.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let subject = Subject::read()?;
    let runner = Runner::new(subject.redactor()?, arguments.dry_run);
    command::watch_for_interrupts().context("cannot watch for interrupts")?;
    let cloud = cloud::open(subject.cloudhost(), &subject.account()?, &runner)?;
    let mut directory = SnapshotDirectory::find(subject.build.home(), &subject.website_url)?;
    if !arguments.dry_run {
        deleting::settle_earlier(subject.cloudhost(), cloud.as_ref(), &directory)?;
    }
    let (needed, manifest) = looking::needed(&subject, &directory)?;
    let planned = planned(&subject, cloud.as_ref(), (&needed, &manifest), arguments)?;
    show(&planned, arguments)?;
    let count = planned.iter().filter(|it| it.goes()).count();
    if count == 0 {
        console::say(format_args!("nothing is to be deleted"));
    }
    if count == 0 || arguments.dry_run {
        rehearse(cloud.as_ref(), &planned)?;
        return finish(&subject, planned, arguments);
    }
    if !arguments.yes && !ask::agrees(&format!("Delete {count} of {}?", planned.len()))? {
        finish(&subject, planned, arguments)?;
        bail!("nothing was deleted, since the answer was not y; --yes deletes without asking");
    }
    directory.prepare()?;
    let pruning = Pruning {
        subject: &subject,
        cloud: cloud.as_ref(),
        directory: &directory,
    };
    let entries = pruning.carry_out(&planned);
    if arguments.json {
        report::print_json(&subject, &entries)?;
    }
    report::ensure_done(&entries)
}

fn planned(
    subject: &Subject,
    cloud: &dyn Cloud,
    (needed, manifest): (&Needed, &Manifest),
    arguments: &Arguments,
) -> anyhow::Result<Vec<Planned>> {
    let limits = Limits {
        keep: arguments.keep,
        within: arguments.within,
        now: Timestamp::now(),
    };
    let candidates = looking::candidates(subject, cloud)?;
    let mut planned = plan::plan(candidates, needed, limits);
    for it in planned.iter_mut().filter(|it| it.goes()) {
        let (kind, id) = (it.candidate.machine_type, &it.candidate.snapshot.id);
        it.source = manifest.source_of(kind, id).cloned();
    }
    Ok(planned)
}

/// Shows the plan: on standard output, or where that is for a program, on standard error to whoever is asked.
fn show(planned: &[Planned], arguments: &Arguments) -> anyhow::Result<()> {
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
                Err(failure) if failure.is_dry_run() => {}
                Err(failure) => return Err(failure.into()),
                Ok(()) => bail!("a dry run deleted the {kind} {id}; please report this"),
            }
        }
    }
    Ok(())
}

/// The end of a run that deletes nothing.
fn finish(subject: &Subject, planned: Vec<Planned>, arguments: &Arguments) -> anyhow::Result<()> {
    if arguments.json {
        report::print_json(subject, &report::undone(planned))?;
    }
    Ok(())
}
