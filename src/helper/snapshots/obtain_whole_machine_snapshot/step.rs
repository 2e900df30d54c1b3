//! Making a snapshot: step by step, each asked for once and looked at until a machine could be built from it.
//!
//! What a creation answers proves nothing. It may have failed after the work was done, or have been repeated by the CLI
//! itself. So whatever turns up under the name and was not there before is ours, and more than one is a question for a
//! person.

use anyhow::{bail, ensure};
use jiff::{SignedDuration, Timestamp};

use super::arguments::Existing;
use super::existing::{described, whole_list};
use super::job::{Job, farewell, order_of};
use super::machine::ensure_machine_is_there;
use crate::cloud::{Completeness, Receipt, Snapshot, SnapshotOrder, SnapshotState};
use crate::command::{self, Failure};
use crate::console;
use crate::names::{SnapshotId, SnapshotKind};
use crate::records::pending::{self, PendingSnapshot, PendingStep};
use crate::records::snapshot_directory::SnapshotDirectory;
use crate::waiting::{Awaited, Meanwhile, Sight, Wait};

/// How far this machine's clock and the provider's may be apart.
const CLOCKS_APART: SignedDuration = SignedDuration::from_mins(10);

/// A step that has begun, and where its note is kept.
struct Step<'a> {
    job: &'a Job<'a>,
    kind: SnapshotKind,
    source: Option<SnapshotId>,
    /// What had the name a moment ago, where that was looked at already.
    known_before: Option<Vec<Snapshot>>,
    /// Whether a creation told the id; it may have made a twin. An id from a list was the only new one there.
    was_told_the_id: bool,
    note: &'a mut PendingSnapshot,
    directory: &'a SnapshotDirectory,
}

/// Brings every step of `note` to its end; hands back what is recorded.
pub(super) fn made(
    job: &Job<'_>,
    directory: &SnapshotDirectory,
    note: &mut PendingSnapshot,
    mut known_before: Option<Vec<Snapshot>>,
    wait: &mut Wait<'_>,
) -> anyhow::Result<(SnapshotKind, SnapshotId)> {
    let mut made: Option<(SnapshotKind, SnapshotId)> = None;
    let steps = job.cloud.steps();
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
            job,
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
        None => bail!("{} makes no snapshots", job.cloud.cloudhost()),
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
            console::say(format_args!("{}: {twins}", self.job.kind));
            wait.progress.warnings.push(twins);
        }
        if let Some(noted) = self.note.step_mut(self.kind) {
            noted.is_usable = true;
        }
        self.keep_note()?;
        Ok(id)
    }

    fn keep_note(&self) -> anyhow::Result<()> {
        self.note.write(&self.directory.pending())
    }

    /// Asks for the snapshot, and looks meanwhile how far it is. The first sight of a usable one is enough.
    fn created(&self, order: &SnapshotOrder<'_>, wait: &mut Wait<'_>) -> Result<Receipt, Failure> {
        let (cloud, kind, limit) = (self.job.cloud, self.kind, wait.left());
        let create = || cloud.create(kind, order, self.source.as_ref(), limit);
        let change = wait.asked(kind, 1, create, || match self.seen_meanwhile(order) {
            Some(SnapshotState::Usable) => Meanwhile::There,
            Some(SnapshotState::Pending(word) | SnapshotState::Failed(word)) => {
                Meanwhile::UnderWay(word)
            }
            None => Meanwhile::Nothing,
        })?;
        Ok(change.made().unwrap_or_default())
    }

    /// How far the one new snapshot is, where exactly one is to be seen.
    fn seen_meanwhile(&self, order: &SnapshotOrder<'_>) -> Option<SnapshotState> {
        let noted = self.note.step(self.kind)?;
        // This look only saves time; the ones that count come after the answer.
        let listing = self.job.cloud.snapshots(self.kind, order).ok()?;
        let is_new = |it: &Snapshot| !noted.known_before.contains(&it.id);
        let mut new = listing.items.into_iter().filter(is_new);
        let first = new.next()?;
        (new.next().is_none() && listing.completeness == Completeness::Whole).then_some(first.state)
    }

    /// Says which other snapshots one creation made. They are never recorded and never deleted without being asked to.
    fn duplicates_of(&self, id: &SnapshotId) -> Option<String> {
        let noted = self.note.step(self.kind)?;
        if self.job.cloud.is_list_dear(self.kind) {
            // VerifySnapshots lists what nothing records.
            return None;
        }
        // Without an answer there is nothing to say; the snapshot itself is usable.
        let order = order_of(self.note);
        let listing = self.job.cloud.snapshots(self.kind, &order).ok()?;
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

impl Step<'_> {
    fn look_once(&mut self) -> anyhow::Result<Sight<SnapshotId>> {
        let Some(noted) = self.note.step(self.kind).cloned() else {
            return Ok(Sight::NOTHING);
        };
        if let Some(id) = &noted.id {
            return match self.snapshot(id)? {
                Some(there) => self.sight_of(there),
                None => Ok(Sight::NOTHING),
            };
        }
        let session = self.job;
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
        let cloud = self.job.cloud;
        if self.job.rounds.are_shared()
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
        let cloud = self.job.cloud;
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
        let mut actions = self.job.cloud.actions(machine_id)?.into_iter();
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
                let again = match self.job.existing {
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

impl Awaited for Step<'_> {
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
        let (cloud, order) = (self.job.cloud, order_of(&asked));
        let known = match self.known_before.take() {
            Some(known) => known,
            None => whole_list(self.job, self.kind, &order)?.items,
        };
        let known: Vec<SnapshotId> = known.into_iter().map(|snapshot| snapshot.id).collect();
        if let Some(before) = asked.step(self.kind)
            && known.iter().any(|id| !before.known_before.contains(id))
        {
            // What an earlier run asked for has just turned up.
            return Ok(None);
        }
        if asked.step(self.kind).is_some() && self.source.is_none() {
            ensure_machine_is_there(self.job, &asked.wanted.machine_id)?;
        }
        // Actions only show an unfinished snapshot earlier than a list does, so a token that may not see them is no hindrance.
        let actions = cloud.actions(&asked.wanted.machine_id).ok();
        let actions = actions.map(|actions| actions.into_iter().map(|action| action.id).collect());
        self.note.begin(PendingStep::new(self.kind, known, actions));
        self.keep_note()?;
        wait.say(self.kind, "asking the provider");
        command::on_interrupt_say(farewell(self.job));
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
        Some(asked + self.job.cloud.unlisted_for(self.kind))
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
                pending::path_in(&pending, self.job.kind).display()
            );
        }
        if let Some(failure) = refusal {
            bail!(
                "no {kind} could be made of {machine}; run the same command again to try again, or remove its note '{}' to begin \
                 anew: {failure}",
                pending::path_in(&pending, self.job.kind).display()
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
