//! Looking at the provider: what has become of what was asked for.

use anyhow::ensure;
use jiff::SignedDuration;

use super::existing::described;
use super::making::{Step, order_of};
use super::session::Session;
use crate::cloud::{Completeness, Snapshot, SnapshotOrder, SnapshotState};
use crate::command::Failure;
use crate::names::{SnapshotId, SnapshotKind};
use crate::toolkit::pending::{PendingSnapshot, PendingStep};

/// How far this machine's clock and the provider's may be apart.
const CLOCKS_APART: SignedDuration = SignedDuration::from_mins(10);

/// What a look at the provider shows.
pub enum Sight {
    /// A machine can be built from it.
    Usable(SnapshotId),
    /// It is being made.
    Pending(String),
    /// The provider has given up on it.
    Failed(String),
    /// There is nothing that was not there before.
    Nothing,
    /// There is nothing among those that the CLI can list, which are not all.
    Hidden(String),
}

impl Session<'_> {
    /// Looks once.
    pub(super) fn look(&self, step: &mut Step<'_>) -> anyhow::Result<Sight> {
        let Some(noted) = step.note.step(step.kind).cloned() else {
            return Ok(Sight::Nothing);
        };
        if let Some(id) = &noted.id {
            return Ok(match self.snapshot(step.kind, id)? {
                Some(there) => Sight::of(there),
                None => Sight::Nothing,
            });
        }
        let asked = step.note.clone();
        let order = order_of(&asked);
        if let Some(action) = noted.action.as_deref() {
            if self.rounds.are_shared() && self.is_under_way(&order, &noted) {
                return Ok(Sight::Pending("in-progress".to_owned()));
            }
            // An action that is known tells with one call what a list would take several for.
            if let Ok(Some(action)) = self.cloud.action(action)
                && !action.state.is_usable()
            {
                return Ok(Sight::in_state(action.state));
            }
        }
        let listing = self.cloud.snapshots(step.kind, &order)?;
        let mut new: Vec<Snapshot> = listing.items;
        new.retain(|snapshot| !noted.known_before.contains(&snapshot.id));
        if let Completeness::Cut(_) = listing.completeness {
            // What comes into sight may have been there all along.
            let asked = noted.asked - CLOCKS_APART;
            new.retain(|snapshot| snapshot.created.is_none_or(|created| created >= asked));
        }
        ensure_one(&new, step.note)?;
        if let Some(there) = new.pop() {
            if let Some(noted) = step.note.step_mut(step.kind) {
                noted.id = Some(there.id.clone());
            }
            step.note.write(&step.directory.pending())?;
            return Ok(Sight::of(there));
        }
        match listing.completeness {
            Completeness::Whole => self.look_for_action(step, &noted),
            Completeness::Doubtful(why) => {
                Ok(Sight::Pending(format!("the list may be incomplete: {why}")))
            }
            Completeness::Cut(why) => Ok(Sight::Hidden(why)),
        }
    }

    /// A snapshot by its id. Of several that are waited for, one list shows all; one that it lacks is asked for alone.
    fn snapshot(&self, kind: SnapshotKind, id: &SnapshotId) -> Result<Option<Snapshot>, Failure> {
        if self.rounds.are_shared()
            && let Ok(listing) = self.cloud.all_snapshots(kind)
            && let Some(listed) = listing.items.into_iter().find(|it| it.id == *id)
        {
            return Ok(Some(listed));
        }
        self.cloud.snapshot(kind, id)
    }

    /// Whether lists that serve all waits show that the provider is still at it. A machine may be kept busy by something
    /// else, so a snapshot that is there settles it.
    fn is_under_way(&self, order: &SnapshotOrder<'_>, noted: &PendingStep) -> bool {
        let is_it = |snapshot: &Snapshot| {
            snapshot.name == order.snapshot_name && !noted.known_before.contains(&snapshot.id)
        };
        matches!(self.cloud.is_at_work_on(order.machine_id), Ok(true))
            && matches!(self.cloud.all_snapshots(noted.kind), Ok(listing) if !listing.items.iter().any(is_it))
    }

    /// Looks for the action that makes the snapshot, at providers that list a snapshot only once it is done.
    fn look_for_action(&self, step: &mut Step<'_>, noted: &PendingStep) -> anyhow::Result<Sight> {
        if noted.action.is_some() {
            return Ok(Sight::Pending("not listed yet".to_owned()));
        }
        let Some(before) = &noted.actions_before else {
            return Ok(Sight::Nothing);
        };
        let mut actions = self
            .cloud
            .actions(&step.note.wanted.machine_id)?
            .into_iter();
        let Some(action) = actions.find(|action| !before.contains(&action.id)) else {
            return Ok(Sight::Nothing);
        };
        if let Some(noted) = step.note.step_mut(step.kind) {
            noted.action = Some(action.id);
        }
        step.note.write(&step.directory.pending())?;
        Ok(Sight::in_state(action.state))
    }
}

/// Refuses to guess which of several is the one.
fn ensure_one(new: &[Snapshot], note: &PendingSnapshot) -> anyhow::Result<()> {
    let names: Vec<String> = new.iter().map(described).collect();
    ensure!(
        new.len() <= 1,
        "{} snapshots of {} bear one name, so none is recorded: {}; delete all but one at the provider and run the same \
         command again, or say which to record with --adopt=ID",
        new.len(),
        note.wanted.machine_name,
        names.join(", ")
    );
    Ok(())
}

impl Sight {
    fn of(snapshot: Snapshot) -> Self {
        match snapshot.state {
            SnapshotState::Usable => Self::Usable(snapshot.id),
            other => Self::in_state(other),
        }
    }

    /// What is not usable yet, because it is being made, has failed, or is done and not listed.
    fn in_state(state: SnapshotState) -> Self {
        match state {
            SnapshotState::Usable => Self::Pending("done, not listed yet".to_owned()),
            SnapshotState::Pending(word) => Self::Pending(word),
            SnapshotState::Failed(word) => Self::Failed(word),
        }
    }
}
