//! Making a snapshot: step by step, each asked for once and looked at until a machine could be built from it.
//!
//! What a creation answers proves nothing. It may have failed after the work was done, or have been repeated by the CLI
//! itself. So whatever turns up under the name and was not there before is ours, and more than one is a question for a
//! person.

use anyhow::bail;
use jiff::Timestamp;

use super::existing::described;
use super::session::Session;
use crate::cloud::{Completeness, Receipt, Snapshot, SnapshotOrder, SnapshotState};
use crate::command::{self, Failure};
use crate::console;
use crate::names::{SnapshotId, SnapshotKind};
use crate::toolkit::pending::{self, PendingSnapshot, PendingStep};
use crate::toolkit::snapshot_directory::SnapshotDirectory;
use crate::waiting::{Meanwhile, Sight, Wait, Wanted};

/// What `note` asks the provider for.
pub fn order_of(note: &PendingSnapshot) -> SnapshotOrder<'_> {
    SnapshotOrder {
        machine_id: &note.wanted.machine_id,
        machine_name: &note.wanted.machine_name,
        snapshot_name: &note.wanted.snapshot_name,
        base_os: note.wanted.base_os,
    }
}

/// A step that has begun, and where its note is kept.
pub struct Step<'a> {
    pub(super) session: &'a Session<'a>,
    pub(super) kind: SnapshotKind,
    pub(super) source: Option<SnapshotId>,
    /// What had the name a moment ago, where that was looked at already.
    pub(super) known_before: Option<Vec<Snapshot>>,
    /// Whether a creation told the id; it may have made a twin. An id from a list was the only new one there.
    pub(super) was_told_the_id: bool,
    pub(super) note: &'a mut PendingSnapshot,
    pub(super) directory: &'a SnapshotDirectory,
}

impl Session<'_> {
    /// Brings every step of `note` to its end; hands back what is recorded.
    pub(super) fn made(
        &self,
        directory: &SnapshotDirectory,
        note: &mut PendingSnapshot,
        mut known_before: Option<Vec<Snapshot>>,
        wait: &mut Wait<'_>,
    ) -> anyhow::Result<(SnapshotKind, SnapshotId)> {
        let mut made: Option<(SnapshotKind, SnapshotId)> = None;
        let steps = self.cloud.steps();
        for (number, kind) in steps.iter().enumerate() {
            let is_past = steps
                .iter()
                .skip(number + 1)
                .any(|later| note.step(*later).is_some());
            if let (true, Some(step)) = (is_past, note.step(*kind)) {
                made = step.id.clone().map(|id| (*kind, id));
                continue;
            }
            if is_past {
                continue;
            }
            let mut step = Step {
                session: self,
                kind: *kind,
                source: made.map(|(_, id)| id),
                known_before: known_before.take(),
                was_told_the_id: note.step(*kind).is_some_and(|noted| noted.id.is_some()),
                note,
                directory,
            };
            made = Some((*kind, step.bring_to_its_end(wait)?));
        }
        match made {
            Some(made) => Ok(made),
            None => bail!("{} makes no snapshots", self.cloud.cloudhost()),
        }
    }
}

impl Step<'_> {
    fn bring_to_its_end(&mut self, wait: &mut Wait<'_>) -> anyhow::Result<SnapshotId> {
        let was_asked_before = self.note.step(self.kind).is_some();
        let id = wait.until_there(self, was_asked_before)?;
        if self.was_told_the_id
            && let Some(twins) = self.duplicates_of(&id)
        {
            // Said now too: a run that is cut off does not come to its end.
            console::say(format_args!("{}: {twins}", self.session.kind));
            wait.progress.warnings.push(twins);
        }
        if let Some(noted) = self.note.step_mut(self.kind) {
            noted.is_usable = true;
        }
        self.keep_note()?;
        Ok(id)
    }

    pub(super) fn keep_note(&self) -> anyhow::Result<()> {
        self.note.write(&self.directory.pending())
    }

    /// Asks for the snapshot, and looks meanwhile how far it is. The first sight of a usable one is enough.
    fn created(&self, order: &SnapshotOrder<'_>, wait: &mut Wait<'_>) -> Result<Receipt, Failure> {
        let (cloud, kind, limit) = (self.session.cloud, self.kind, wait.left());
        let create = || cloud.create(kind, order, self.source.as_ref(), limit);
        wait.asked(kind, 1, create, || match self.seen_meanwhile(order) {
            Some(SnapshotState::Usable) => Meanwhile::There,
            Some(SnapshotState::Pending(word) | SnapshotState::Failed(word)) => {
                Meanwhile::UnderWay(word)
            }
            None => Meanwhile::Nothing,
        })
    }

    /// How far the one new snapshot is, where exactly one is to be seen.
    fn seen_meanwhile(&self, order: &SnapshotOrder<'_>) -> Option<SnapshotState> {
        let noted = self.note.step(self.kind)?;
        // This look only saves time; the ones that count come after the answer.
        let listing = self.session.cloud.snapshots(self.kind, order).ok()?;
        let is_new = |it: &Snapshot| !noted.known_before.contains(&it.id);
        let mut new = listing.items.into_iter().filter(is_new);
        let first = new.next()?;
        (new.next().is_none() && listing.completeness == Completeness::Whole).then_some(first.state)
    }

    /// Says which other snapshots one creation made. They are never recorded and never deleted without being asked to.
    fn duplicates_of(&self, id: &SnapshotId) -> Option<String> {
        let noted = self.note.step(self.kind)?;
        if self.session.cloud.is_list_dear(self.kind) {
            // VerifySnapshots lists what nothing records.
            return None;
        }
        // Without an answer there is nothing to say; the snapshot itself is usable.
        let order = order_of(self.note);
        let listing = self.session.cloud.snapshots(self.kind, &order).ok()?;
        let others = listing
            .items
            .iter()
            .filter(|other| other.id != *id && !noted.known_before.contains(&other.id));
        let others: Vec<String> = others.map(described).collect();
        (!others.is_empty()).then(|| {
            format!(
                "the provider also has {} of the same name, which is not recorded; delete it there if nothing needs it",
                others.join(", ")
            )
        })
    }
}

impl Wanted for Step<'_> {
    type Made = SnapshotId;

    fn step(&self) -> String {
        self.kind.to_string()
    }

    fn name(&self) -> String {
        format!("the {} of {}", self.kind, self.note.wanted.machine_name)
    }

    /// Notes what is about to be asked, asks, and notes the answer.
    fn ask(&mut self, wait: &mut Wait<'_>) -> anyhow::Result<Option<Failure>> {
        let asked = self.note.clone();
        let (cloud, order) = (self.session.cloud, order_of(&asked));
        let known = match self.known_before.take() {
            Some(known) => known,
            None => self.session.whole_list(self.kind, &order)?.items,
        };
        let known: Vec<SnapshotId> = known.into_iter().map(|snapshot| snapshot.id).collect();
        if let Some(before) = asked.step(self.kind)
            && known.iter().any(|id| !before.known_before.contains(id))
        {
            // What an earlier run asked for has just turned up.
            return Ok(None);
        }
        if asked.step(self.kind).is_some() && self.source.is_none() {
            self.session
                .ensure_machine_is_there(&asked.wanted.machine_id)?;
        }
        // Actions only show an unfinished snapshot earlier than a list does, so a token that may not see them is no hindrance.
        let actions = cloud.actions(&asked.wanted.machine_id).ok();
        let actions = actions.map(|actions| actions.into_iter().map(|action| action.id).collect());
        self.note.begin(PendingStep::new(self.kind, known, actions));
        self.keep_note()?;
        wait.say(self.kind, "asking the provider");
        command::on_interrupt_say(self.session.farewell());
        match self.created(&order, wait) {
            Ok(receipt) => {
                self.was_told_the_id = receipt.id.is_some();
                if let Some(noted) = self.note.step_mut(self.kind) {
                    (noted.id, noted.action) = (receipt.id, receipt.action);
                }
                self.keep_note()?;
                Ok(None)
            }
            Err(failure) if failure.was_not_asked() => {
                console::also(self.note.take_back(self.kind, &self.directory.pending()));
                Err(failure.into())
            }
            Err(failure) => Ok(Some(failure)),
        }
    }

    fn look(&mut self) -> anyhow::Result<Sight<SnapshotId>> {
        self.look_once()
    }

    fn unlisted_until(&self) -> Option<Timestamp> {
        let asked = self.note.step(self.kind)?.asked;
        Some(asked + self.session.cloud.unlisted_for(self.kind))
    }

    /// Refuses to wait when the provider said no, has lost what it made, or does not show it.
    fn ensure_it_may_come(
        &mut self,
        refusal: Option<&Failure>,
        hidden_by: Option<&str>,
    ) -> anyhow::Result<()> {
        let (kind, machine) = (self.kind, &self.note.wanted.machine_name);
        let pending = self.directory.pending();
        if let Some(why) = hidden_by {
            bail!(
                "cannot tell whether the {kind} of {machine} was made: the provider's CLI does not list all ({why}); look for '{}' at the \
                 provider, then record it with --adopt=ID or, if it is not there, remove '{}' and run this again",
                self.note.wanted.snapshot_name,
                pending::path_in(&pending, self.session.kind).display()
            );
        }
        if let Some(failure) = refusal {
            bail!(
                "no {kind} could be made of {machine}; run the same command again to try again, or remove its note '{}' to begin \
                 anew: {failure}",
                pending::path_in(&pending, self.session.kind).display()
            );
        }
        if let Some(id) = self.note.step(kind).and_then(|noted| noted.id.as_ref()) {
            console::also(self.note.remove(&pending));
            bail!(
                "the provider no longer knows the {kind} {id} of {machine}; run the same command again to make another"
            );
        }
        Ok(())
    }
}
