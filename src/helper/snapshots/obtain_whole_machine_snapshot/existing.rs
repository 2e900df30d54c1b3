//! What to do when there is a snapshot of the machine already.

use anyhow::{bail, ensure};

use super::job::Job;
use super::{Existing, recording};
use crate::cloud::{Completeness, Listing, Snapshot, SnapshotOrder, SnapshotState};
use crate::console;
use crate::console::age_since;
use crate::names::{SnapshotId, SnapshotKind};
use crate::records::manifest::Manifest;
use crate::records::pending::{PendingStep, Replaced};
use crate::records::snapshot_directory::{MANIFEST, SNAPSHOT_IDS, SnapshotDirectory};
use crate::records::snapshot_ids::SnapshotIds;

/// How often a list that may be incomplete is asked for again.
const LOOKS_FOR_A_WHOLE_LIST: usize = 3;

/// What to do about a machine.
pub enum Decision {
    /// Make a new snapshot.
    Make {
        /// What is deleted once the new one is recorded.
        replaces: Vec<Replaced>,
        /// What has the name already, of any kind.
        known: Vec<Snapshot>,
    },
    /// Record one that exists.
    Adopt(PendingStep),
    /// Leave the recorded one as it is.
    Keep(Snapshot),
}

/// Looks at the snapshots that have the name, and decides.
pub(super) fn decide(
    job: &Job<'_>,
    directory: &SnapshotDirectory,
    order: &SnapshotOrder<'_>,
) -> anyhow::Result<Decision> {
    let ids = SnapshotIds::new(directory.read(SNAPSHOT_IDS)?.unwrap_or_default());
    let recorded = ids.id(job.kind)?;
    let all = all_existing(job, order, recorded.as_ref())?;
    let has_failed = |it: &&Snapshot| matches!(it.state, SnapshotState::Failed(_));
    for failed in all.iter().filter(has_failed) {
        console::say(format_args!(
            "{}: nothing can be built from the {}; delete it at the provider",
            job.kind,
            described(failed)
        ));
    }
    let live = all.iter().filter(|it| !has_failed(it)).cloned();
    let there: Vec<Snapshot> = live.collect();
    let manifest = || Manifest::parse(directory.read(MANIFEST)?.as_deref());
    match &job.existing {
        Existing::Adopt(wanted) => {
            let step = adopt(&there, wanted.as_ref(), order)?;
            if let Some(id) = &step.id {
                recording::ensure_is_of_one_type(directory, job.kind, id)?;
            }
            Ok(Decision::Adopt(step))
        }
        Existing::Replace
            if let Some(kept) = replaced_already(job, &there, recorded.as_ref(), &manifest()?) =>
        {
            Ok(Decision::Keep(kept))
        }
        Existing::Replace => {
            let candidates = if there.is_empty() { &all } else { &there };
            let recorded = recorded.as_ref();
            let replaces = replaced(job, candidates, &all, recorded, &manifest()?, order)?;
            Ok(Decision::Make {
                replaces,
                known: all,
            })
        }
        Existing::KeepRecorded
            if let Some(kept) = there.iter().find(|it| recorded.as_ref() == Some(&it.id)) =>
        {
            Ok(kept_once_usable(job, kept))
        }
        Existing::KeepRecorded
            if let (Some(id), [source]) = (&recorded, there.as_slice())
                && manifest()?.source_of(job.kind, id) == Some(&source.id) =>
        {
            console::say(format_args!(
                "{}: {id}, which is recorded, is gone; registering another from its {} {}",
                job.kind, source.kind, source.id
            ));
            Ok(Decision::Adopt(step_of(source)))
        }
        Existing::Refuse | Existing::KeepRecorded => match there.first() {
            None => Ok(Decision::Make {
                replaces: Vec::new(),
                known: all,
            }),
            Some(first) => refuse(&there, first, recorded.as_ref(), order),
        },
    }
}

/// The snapshot that the run which this one repeats has recorded in an older one's place.
fn replaced_already(
    job: &Job<'_>,
    there: &[Snapshot],
    recorded: Option<&SnapshotId>,
    manifest: &Manifest,
) -> Option<Snapshot> {
    let begun = job.replacement?.begun;
    let entry = manifest.snapshots.get(&job.kind)?;
    let is_of_that_run = recorded == Some(&entry.id) && entry.recorded >= begun;
    let mut usable = there.iter().filter(|it| it.state.is_usable());
    let kept = usable.find(|it| is_of_that_run && it.id == entry.id)?;
    console::say(format_args!(
        "{}: {} {} was taken {} ago by the run that this one repeats, so it stays; --type {} --replace takes another",
        job.kind,
        kept.kind,
        kept.id,
        age_since(entry.recorded),
        job.kind
    ));
    Some(kept.clone())
}

/// A recorded snapshot stays; one that is still being made is waited for.
fn kept_once_usable(job: &Job<'_>, recorded: &Snapshot) -> Decision {
    if recorded.state.is_usable() {
        return Decision::Keep(recorded.clone());
    }
    console::say(format_args!(
        "{}: the {} is recorded and not usable yet; waiting for it",
        job.kind,
        described(recorded)
    ));
    Decision::Adopt(step_of(recorded))
}

/// Every snapshot that has the name, what would be recorded first. The recorded one is asked for by its id where
/// no list shows it.
fn all_existing(
    job: &Job<'_>,
    order: &SnapshotOrder<'_>,
    recorded: Option<&SnapshotId>,
) -> anyhow::Result<Vec<Snapshot>> {
    let mut there: Vec<Snapshot> = Vec::new();
    for kind in job.cloud.steps().iter().rev() {
        there.extend(whole_list(job, *kind, order)?.items);
        let is_kept = |it: &Snapshot| recorded == Some(&it.id) && it.state.is_usable();
        if job.existing == Existing::KeepRecorded && there.iter().any(is_kept) {
            // Nothing else that is there matters.
            break;
        }
    }
    if let (Some(id), Some(kind)) = (recorded, job.cloud.steps().last())
        && !there.iter().any(|snapshot| snapshot.id == *id)
        && let Some(unlisted) = job.cloud.snapshot(*kind, id)?
        && unlisted.name == order.snapshot_name
    {
        there.insert(0, unlisted);
    }
    Ok(there)
}

/// A list that may be taken for the truth.
///
/// Nothing is asked for as long as a list may be missing rows: a second snapshot costs money, and one that is there
/// already must be found.
pub(super) fn whole_list(
    job: &Job<'_>,
    kind: SnapshotKind,
    order: &SnapshotOrder<'_>,
) -> anyhow::Result<Listing<Snapshot>> {
    let mut doubt = String::new();
    for _ in 0..LOOKS_FOR_A_WHOLE_LIST {
        let listing = job.cloud.snapshots(kind, order)?;
        match &listing.completeness {
            Completeness::Whole => return Ok(listing),
            Completeness::Cut(why) => {
                console::say(format_args!(
                    "{}: the provider's CLI does not list every {kind} ({why}); one of {} among the others would not be seen",
                    job.kind, order.machine_name
                ));
                return Ok(listing);
            }
            Completeness::Doubtful(why) => doubt.clone_from(why),
        }
    }
    bail!("cannot tell which {kind}s there are, so nothing was asked for: {doubt}; try again later")
}

/// Which one the new snapshot takes the place of: the recorded one, or the only one. Never more than was named.
fn replaced(
    job: &Job<'_>,
    candidates: &[Snapshot],
    there: &[Snapshot],
    recorded: Option<&SnapshotId>,
    manifest: &Manifest,
    order: &SnapshotOrder<'_>,
) -> anyhow::Result<Vec<Replaced>> {
    let last_kind = candidates.first().map(|snapshot| snapshot.kind);
    let fitting: Vec<&Snapshot> = candidates
        .iter()
        .filter(|snapshot| Some(snapshot.kind) == last_kind)
        .collect();
    let old = there
        .iter()
        .find(|snapshot| recorded == Some(&snapshot.id))
        .or_else(|| fitting.first().copied().filter(|_| fitting.len() == 1));
    ensure!(
        old.is_some() || fitting.is_empty(),
        "{} snapshots of {} share one name and none is recorded: {}; record the right one with --adopt=ID first",
        fitting.len(),
        order.machine_name,
        fitting
            .iter()
            .map(|snapshot| described(snapshot))
            .collect::<Vec<_>>()
            .join(", ")
    );
    let mut replaces: Vec<Replaced> = old
        .map(|old| Replaced {
            kind: old.kind,
            id: old.id.clone(),
        })
        .into_iter()
        .collect();
    // The snapshot that a replaced template was registered from has no other use.
    let source = old.and_then(|old| manifest.source_of(job.kind, &old.id));
    let sources = there.iter().filter(|snapshot| source == Some(&snapshot.id));
    replaces.extend(sources.map(|source| Replaced {
        kind: source.kind,
        id: source.id.clone(),
    }));
    Ok(replaces)
}

fn refuse(
    there: &[Snapshot],
    first: &Snapshot,
    recorded: Option<&SnapshotId>,
    order: &SnapshotOrder<'_>,
) -> anyhow::Result<Decision> {
    let known: Vec<String> = there.iter().map(described).collect();
    if recorded.is_some_and(|id| there.iter().any(|snapshot| snapshot.id == *id)) {
        bail!(
            "a snapshot of {} exists and is recorded: {}; make a new one in its place with --replace",
            order.machine_name,
            known.join(", ")
        );
    }
    let adopt = if there
        .iter()
        .filter(|other| other.kind == first.kind)
        .count()
        > 1
    {
        format!("--adopt={}", first.id)
    } else {
        "--adopt".to_owned()
    };
    bail!(
        "a snapshot of {} exists already: {}; record it with {adopt} or make a new one in its place with --replace",
        order.machine_name,
        known.join(", ")
    )
}

/// Picks the snapshot to record: the one asked for, or the only one. On exoscale a template comes before the
/// snapshot it would be registered from.
fn adopt(
    there: &[Snapshot],
    wanted: Option<&SnapshotId>,
    order: &SnapshotOrder<'_>,
) -> anyhow::Result<PendingStep> {
    let Some(first_kind) = there.first().map(|snapshot| snapshot.kind) else {
        bail!(
            "there is no snapshot of {} to record; make one without --adopt",
            order.machine_name
        );
    };
    let known: Vec<String> = there.iter().map(described).collect();
    let fitting: Vec<&Snapshot> = match wanted {
        Some(id) => there.iter().filter(|snapshot| snapshot.id == *id).collect(),
        None => there
            .iter()
            .filter(|snapshot| snapshot.kind == first_kind)
            .collect(),
    };
    match fitting.as_slice() {
        [only] => {
            ensure_fits(only, order)?;
            Ok(step_of(only))
        }
        [] => bail!(
            "none of the snapshots of {} has the id asked for; there are {}",
            order.machine_name,
            known.join(", ")
        ),
        _ => bail!(
            "{} snapshots of {} share one name: {}; say which to record with --adopt=ID",
            fitting.len(),
            order.machine_name,
            known.join(", ")
        ),
    }
}

/// A step that has made this snapshot already.
fn step_of(snapshot: &Snapshot) -> PendingStep {
    let mut step = PendingStep::new(snapshot.kind, Vec::new(), None);
    step.id = Some(snapshot.id.clone());
    step
}

/// Refuses to record a snapshot of another name, or of another machine as far as the provider tells.
pub fn ensure_fits(snapshot: &Snapshot, order: &SnapshotOrder<'_>) -> anyhow::Result<()> {
    let name = order.snapshot_name;
    ensure!(
        snapshot.name == name,
        "the {} {} is named '{}', not '{name}', so it is not recorded",
        snapshot.kind,
        snapshot.id,
        snapshot.name
    );
    if let Some(other) = snapshot.machine_id.as_deref()
        && other != order.machine_id
    {
        bail!(
            "the {} {} was made of the machine {other}, not of {} ({}), so it is not recorded",
            snapshot.kind,
            snapshot.id,
            order.machine_name,
            order.machine_id
        );
    }
    Ok(())
}

/// A snapshot as messages name it: what it is, its id, its age, and its state where nothing can be built from it.
pub fn described(snapshot: &Snapshot) -> String {
    let state = match &snapshot.state {
        SnapshotState::Usable => String::new(),
        SnapshotState::Pending(word) | SnapshotState::Failed(word) => format!(" ({word})"),
    };
    let age = snapshot.created.map_or_else(String::new, |created| {
        format!(", made {} ago", age_since(created))
    });
    format!("{} {}{state}{age}", snapshot.kind, snapshot.id)
}
