//! What to do when there is a snapshot of the machine already.

use anyhow::{bail, ensure};

use super::Existing;
use super::session::Session;
use crate::cloud::{Completeness, Listing, Snapshot, SnapshotOrder};
use crate::console;
use crate::helper::age::age_since;
use crate::names::{SnapshotId, SnapshotKind};
use crate::toolkit::manifest::Manifest;
use crate::toolkit::pending::{PendingStep, Replaced};
use crate::toolkit::snapshot_directory::{MANIFEST, SNAPSHOT_IDS, SnapshotDirectory};
use crate::toolkit::snapshot_ids::SnapshotIds;

/// How often a list that may be incomplete is asked for again.
const LOOKS_FOR_A_WHOLE_LIST: usize = 3;

/// What to do about a machine.
pub enum Decision {
    /// Make a new snapshot.
    Make {
        /// What is deleted once the new one is recorded.
        replaces: Vec<Replaced>,
        /// What bears the name already, of any kind.
        known: Vec<Snapshot>,
    },
    /// Record one that exists.
    Adopt(PendingStep),
    /// Leave the recorded one as it is.
    Keep(Snapshot),
}

impl Session<'_> {
    /// Looks at the snapshots that bear the name, and decides.
    pub(super) fn decide(
        &self,
        directory: &SnapshotDirectory,
        order: &SnapshotOrder<'_>,
    ) -> anyhow::Result<Decision> {
        let ids = SnapshotIds::new(directory.read(SNAPSHOT_IDS)?.unwrap_or_default());
        let recorded = ids.id(self.kind)?;
        let there = self.all_existing(order, recorded.as_ref())?;
        match &self.existing {
            Existing::Adopt(wanted) => adopt(&there, wanted.as_ref(), order),
            Existing::Replace => {
                let manifest = Manifest::parse(directory.read(MANIFEST)?.as_deref())?;
                let replaces = self.replaced(&there, recorded.as_ref(), &manifest, order)?;
                Ok(Decision::Make {
                    replaces,
                    known: there,
                })
            }
            Existing::KeepRecorded
                if let Some(kept) = there
                    .iter()
                    .find(|snapshot| recorded.as_ref() == Some(&snapshot.id)) =>
            {
                Ok(Decision::Keep(kept.clone()))
            }
            Existing::Refuse | Existing::KeepRecorded => match there.first() {
                None => Ok(Decision::Make {
                    replaces: Vec::new(),
                    known: there,
                }),
                Some(first) => refuse(&there, first, recorded.as_ref(), order),
            },
        }
    }

    /// Every snapshot that bears the name, what would be recorded first. The recorded one is asked for by its id where
    /// no list shows it.
    fn all_existing(
        &self,
        order: &SnapshotOrder<'_>,
        recorded: Option<&SnapshotId>,
    ) -> anyhow::Result<Vec<Snapshot>> {
        let mut there = Vec::new();
        for kind in self.cloud.steps().iter().rev() {
            there.extend(self.whole_list(*kind, order)?.items);
        }
        if let (Some(id), Some(kind)) = (recorded, self.cloud.steps().last())
            && !there.iter().any(|snapshot| snapshot.id == *id)
            && let Some(unlisted) = self.cloud.snapshot(*kind, id)?
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
        &self,
        kind: SnapshotKind,
        order: &SnapshotOrder<'_>,
    ) -> anyhow::Result<Listing<Snapshot>> {
        let mut doubt = String::new();
        for _ in 0..LOOKS_FOR_A_WHOLE_LIST {
            let listing = self.cloud.snapshots(kind, order)?;
            match &listing.completeness {
                Completeness::Whole => return Ok(listing),
                Completeness::Cut(why) => {
                    console::say(format_args!(
                        "{}: the provider's CLI does not list every {kind} ({why}); one of {} among the others would not be seen",
                        self.kind, order.machine_name
                    ));
                    return Ok(listing);
                }
                Completeness::Doubtful(why) => doubt.clone_from(why),
            }
        }
        bail!(
            "cannot tell which {kind}s there are, so nothing was asked for: {doubt}; try again later"
        )
    }

    /// Which one the new snapshot takes the place of: the recorded one, or the only one. Never more than was named.
    fn replaced(
        &self,
        there: &[Snapshot],
        recorded: Option<&SnapshotId>,
        manifest: &Manifest,
        order: &SnapshotOrder<'_>,
    ) -> anyhow::Result<Vec<Replaced>> {
        let last_kind = there.first().map(|snapshot| snapshot.kind);
        let fitting: Vec<&Snapshot> = there
            .iter()
            .filter(|snapshot| Some(snapshot.kind) == last_kind)
            .collect();
        let old = fitting
            .iter()
            .find(|snapshot| recorded == Some(&snapshot.id))
            .or_else(|| fitting.first().filter(|_| fitting.len() == 1));
        ensure!(
            old.is_some() || fitting.is_empty(),
            "{} snapshots of {} bear one name and none is recorded: {}; record the right one with --adopt=ID first",
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
        let source = old.and_then(|old| manifest.source_of(self.kind, &old.id));
        let sources = there.iter().filter(|snapshot| source == Some(&snapshot.id));
        replaces.extend(sources.map(|source| Replaced {
            kind: source.kind,
            id: source.id.clone(),
        }));
        Ok(replaces)
    }
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
) -> anyhow::Result<Decision> {
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
            let mut step = PendingStep::new(only.kind, Vec::new(), None);
            step.id = Some(only.id.clone());
            Ok(Decision::Adopt(step))
        }
        [] => bail!(
            "none of the snapshots of {} has the id asked for; there are {}",
            order.machine_name,
            known.join(", ")
        ),
        _ => bail!(
            "{} snapshots of {} bear one name: {}; say which to record with --adopt=ID",
            fitting.len(),
            order.machine_name,
            known.join(", ")
        ),
    }
}

/// A snapshot as messages name it: what it is, its id, its age.
pub fn described(snapshot: &Snapshot) -> String {
    let age = snapshot.created.map_or_else(String::new, |created| {
        format!(", made {} ago", age_since(created))
    });
    format!("{} {}{age}", snapshot.kind, snapshot.id)
}
