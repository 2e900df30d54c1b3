//! Looking at the provider: what has become of what was asked for.

use anyhow::{bail, ensure};
use jiff::SignedDuration;

use super::Existing;
use super::existing::described;
use super::making::{Step, order_of};
use crate::cloud::{Completeness, Snapshot, SnapshotOrder, SnapshotState};
use crate::command::Failure;
use crate::console;
use crate::names::SnapshotId;
use crate::toolkit::pending::{PendingSnapshot, PendingStep};
use crate::waiting::Sight;

/// How far this machine's clock and the provider's may be apart.
const CLOCKS_APART: SignedDuration = SignedDuration::from_mins(10);

impl Step<'_> {
    /// Looks once.
    pub(super) fn look_once(&mut self) -> anyhow::Result<Sight<SnapshotId>> {
        let Some(noted) = self.note.step(self.kind).cloned() else {
            return Ok(Sight::NOTHING);
        };
        if let Some(id) = &noted.id {
            return match self.snapshot(id)? {
                Some(there) => self.sight_of(there),
                None => Ok(Sight::NOTHING),
            };
        }
        let session = self.session;
        let asked = self.note.clone();
        let order = order_of(&asked);
        if let Some(action) = noted.action.as_deref() {
            if session.rounds.are_shared() && self.is_under_way(&order, &noted) {
                return Ok(Sight::UnderWay("in-progress".to_owned()));
            }
            // An action that is known tells with one call what a list would take several for.
            if let Ok(Some(action)) = session.cloud.action(action)
                && !action.state.is_usable()
            {
                return self.sight_in(action.state);
            }
        }
        let listing = session.cloud.snapshots(self.kind, &order)?;
        let mut new: Vec<Snapshot> = listing.items;
        new.retain(|snapshot| !noted.known_before.contains(&snapshot.id));
        if let Completeness::Cut(_) = listing.completeness {
            // What comes into sight may have been there all along, and without a date nothing tells.
            let asked = noted.asked - CLOCKS_APART;
            new.retain(|snapshot| snapshot.created.is_some_and(|created| created >= asked));
        }
        ensure_one(&new, self.note)?;
        if let Some(there) = new.pop() {
            if let Some(noted) = self.note.step_mut(self.kind) {
                noted.id = Some(there.id.clone());
            }
            self.keep_note()?;
            return self.sight_of(there);
        }
        match listing.completeness {
            Completeness::Whole => self.look_for_action(&noted),
            Completeness::Doubtful(why) => Ok(Sight::UnderWay(format!(
                "the list may be incomplete: {why}"
            ))),
            Completeness::Cut(why) => Ok(Sight::Nothing {
                hidden_by: Some(why),
            }),
        }
    }

    /// A snapshot by its id. Of several that are waited for, one list shows all; one that it lacks is asked for alone.
    fn snapshot(&self, id: &SnapshotId) -> Result<Option<Snapshot>, Failure> {
        let cloud = self.session.cloud;
        if self.session.rounds.are_shared()
            && !cloud.is_list_dear(self.kind)
            && let Ok(listing) = cloud.all_snapshots(self.kind)
            && let Some(listed) = listing.items.into_iter().find(|it| it.id == *id)
        {
            return Ok(Some(listed));
        }
        cloud.snapshot(self.kind, id)
    }

    /// Whether lists that serve all waits show that the provider is still at it. A machine may be kept busy by something
    /// else, so a snapshot that is there settles it.
    fn is_under_way(&self, order: &SnapshotOrder<'_>, noted: &PendingStep) -> bool {
        let is_it = |snapshot: &Snapshot| {
            snapshot.name == order.snapshot_name && !noted.known_before.contains(&snapshot.id)
        };
        let cloud = self.session.cloud;
        matches!(cloud.is_at_work_on(order.machine_id), Ok(true))
            && matches!(cloud.all_snapshots(self.kind), Ok(listing) if !listing.items.iter().any(is_it))
    }

    /// Looks for the action that makes the snapshot, at providers that list a snapshot only once it is done.
    fn look_for_action(&mut self, noted: &PendingStep) -> anyhow::Result<Sight<SnapshotId>> {
        if noted.action.is_some() {
            return Ok(Sight::UnderWay("not listed yet".to_owned()));
        }
        let Some(before) = &noted.actions_before else {
            return Ok(Sight::NOTHING);
        };
        let machine_id = &self.note.wanted.machine_id;
        let mut actions = self.session.cloud.actions(machine_id)?.into_iter();
        let Some(action) = actions.find(|action| !before.contains(&action.id)) else {
            return Ok(Sight::NOTHING);
        };
        if let Some(noted) = self.note.step_mut(self.kind) {
            noted.action = Some(action.id);
        }
        self.keep_note()?;
        self.sight_in(action.state)
    }

    fn sight_of(&self, snapshot: Snapshot) -> anyhow::Result<Sight<SnapshotId>> {
        match snapshot.state {
            SnapshotState::Usable => Ok(Sight::There(snapshot.id)),
            other => self.sight_in(other),
        }
    }

    /// What is not usable yet, because it is being made, or is done and not listed. What the provider has given up on is
    /// waited for no longer.
    fn sight_in(&self, state: SnapshotState) -> anyhow::Result<Sight<SnapshotId>> {
        match state {
            SnapshotState::Usable => Ok(Sight::UnderWay("done, not listed yet".to_owned())),
            SnapshotState::Pending(word) => Ok(Sight::UnderWay(word)),
            SnapshotState::Failed(word) => {
                console::also(self.note.remove(&self.directory.pending()));
                let again = match self.session.existing {
                    Existing::Adopt(_) => "run this again without --adopt to make another",
                    _ => "run the same command again to make another",
                };
                bail!(
                    "the provider gave up on the {} ({word}); {again}",
                    self.kind
                )
            }
        }
    }
}

/// Refuses to guess which of several is the one.
fn ensure_one(new: &[Snapshot], note: &PendingSnapshot) -> anyhow::Result<()> {
    let names: Vec<String> = new.iter().map(described).collect();
    ensure!(
        new.len() <= 1,
        "{} snapshots of {} share one name, so none is recorded: {}; delete all but one at the provider and run the same \
         command again, or say which to record with --adopt=ID",
        new.len(),
        note.wanted.machine_name,
        names.join(", ")
    );
    Ok(())
}
