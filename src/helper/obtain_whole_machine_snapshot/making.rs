//! Making a snapshot: ask once, then look until a machine could be built from it.
//!
//! What a creation answers proves nothing. It may have failed after the work was done, or have been repeated by the CLI
//! itself. So whatever turns up under the name and was not there before is ours, and more than one is a question for a
//! person.

use anyhow::{bail, ensure};

use super::existing::described;
use super::looking::Sight;
use super::session::Session;
use crate::cloud::{Snapshot, SnapshotOrder};
use crate::command::Failure;
use crate::helper::progress::Progress;
use crate::names::{SnapshotId, SnapshotKind};
use crate::patience::Patience;
use crate::toolkit::pending::{self, PendingSnapshot, PendingStep};
use crate::toolkit::snapshot_directory::SnapshotDirectory;

/// How many looks in a row must find nothing before a snapshot counts as not made: some lists lag behind.
const LOOKS_BEFORE_GIVING_UP: usize = 5;

/// What `note` asks the provider for.
pub fn order_of(note: &PendingSnapshot) -> SnapshotOrder<'_> {
    SnapshotOrder {
        machine_id: &note.wanted.machine_id,
        machine_name: &note.wanted.machine_name,
        snapshot_name: &note.wanted.snapshot_name,
        base_os: note.wanted.base_os,
    }
}

/// A step under way: where its note is kept and how long it may take.
pub struct Step<'a> {
    pub(super) kind: SnapshotKind,
    pub(super) source: Option<SnapshotId>,
    /// What bore the name a moment ago, where that was looked at already.
    pub(super) known_before: Option<Vec<Snapshot>>,
    pub(super) note: &'a mut PendingSnapshot,
    pub(super) directory: &'a SnapshotDirectory,
    pub(super) patience: &'a mut Patience,
    pub(super) progress: &'a mut Progress,
}

impl Session<'_> {
    /// Brings every step of `note` to its end; hands back what is recorded.
    pub(super) fn made(
        &self,
        directory: &SnapshotDirectory,
        note: &mut PendingSnapshot,
        mut known_before: Option<Vec<Snapshot>>,
        patience: &mut Patience,
        progress: &mut Progress,
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
            patience.quicken();
            let source = made.map(|(_, id)| id);
            let mut step = Step {
                kind: *kind,
                source,
                known_before: known_before.take(),
                note,
                directory,
                patience,
                progress,
            };
            made = Some((*kind, self.bring_to_its_end(&mut step)?));
        }
        match made {
            Some(made) => Ok(made),
            None => bail!("{} makes no snapshots", self.cloud.cloudhost()),
        }
    }

    fn bring_to_its_end(&self, step: &mut Step<'_>) -> anyhow::Result<SnapshotId> {
        let was_asked_before = step.note.step(step.kind).is_some();
        let mut refusal = if was_asked_before {
            None
        } else {
            self.ask(step)?
        };
        // An id that was found in a list was the only new one there; one that a creation answered may have a twin.
        let was_told_the_id = step
            .note
            .step(step.kind)
            .is_some_and(|noted| noted.id.is_some());
        let mut is_worth_asking_again = was_asked_before;
        let mut looks_at_nothing = 0;
        let mut trouble: Option<anyhow::Error> = None;
        loop {
            match self.look(step) {
                Ok(Sight::Usable(id)) => {
                    if was_told_the_id {
                        self.note_duplicates(step, &id);
                    }
                    if let Some(noted) = step.note.step_mut(step.kind) {
                        noted.is_usable = true;
                    }
                    step.note.write(&step.directory.pending())?;
                    return Ok(id);
                }
                Ok(Sight::Pending(word)) => {
                    looks_at_nothing = 0;
                    step.progress.say(step.kind, &word, step.patience);
                }
                Ok(Sight::Failed(word)) => {
                    step.note.remove(&step.directory.pending())?;
                    bail!(
                        "the provider gave up on the {} ({word}); run the same command again to make another",
                        step.kind
                    );
                }
                Ok(Sight::Hidden(why)) => {
                    looks_at_nothing += 1;
                    ensure!(
                        looks_at_nothing < LOOKS_BEFORE_GIVING_UP,
                        "cannot tell whether the {} of {} was made: the provider's CLI does not list all ({why}); look for '{}' at the \
                         provider, then record it with --adopt=ID or, if it is not there, remove '{}' and run this again",
                        step.kind,
                        step.note.wanted.machine_name,
                        step.note.wanted.snapshot_name,
                        pending::path_in(&step.directory.pending(), self.kind).display()
                    );
                }
                Ok(Sight::Nothing) => {
                    looks_at_nothing += 1;
                    step.progress
                        .say(step.kind, "not to be seen yet", step.patience);
                    if looks_at_nothing >= LOOKS_BEFORE_GIVING_UP {
                        ensure_not_refused(step, refusal.as_ref())?;
                        if is_worth_asking_again {
                            // The run before was stopped before its request got through, or was told no.
                            (is_worth_asking_again, looks_at_nothing) = (false, 0);
                            refusal = self.ask(step)?;
                        }
                    }
                }
                // A call that failed is no reason to lose sight of a snapshot; the next look may succeed.
                Err(failure) if failure.is::<Failure>() => {
                    let line = failure.to_string();
                    let line = line.lines().next().unwrap_or_default();
                    step.progress
                        .say(step.kind, &format!("no answer: {line}"), step.patience);
                    trouble = Some(failure);
                }
                Err(failure) => return Err(failure),
            }
            self.ensure_time_is_left(step, trouble.as_ref())?;
            let delay = step.patience.next_delay();
            if looks_at_nothing == 0 {
                self.rounds.sleep(delay);
            } else {
                // A list that lags has the whole delay to catch up, whoever else looks meanwhile.
                std::thread::sleep(delay);
            }
        }
    }

    /// Notes what is about to be asked, asks, and notes the answer. A refusal is kept for later: only the list tells
    /// whether nothing was made.
    fn ask(&self, step: &mut Step<'_>) -> anyhow::Result<Option<Failure>> {
        let asked = step.note.clone();
        let order = order_of(&asked);
        let known = match step.known_before.take() {
            Some(known) => known,
            None => self.whole_list(step.kind, &order)?.items,
        };
        let known: Vec<SnapshotId> = known.into_iter().map(|snapshot| snapshot.id).collect();
        if let Some(before) = asked.step(step.kind)
            && known.iter().any(|id| !before.known_before.contains(id))
        {
            // What an earlier run asked for has just turned up.
            return Ok(None);
        }
        // Actions only show a snapshot under way earlier than a list does, so a token that may not see them is no hindrance.
        let actions = self.cloud.actions(&asked.wanted.machine_id).ok();
        let actions = actions.map(|actions| actions.into_iter().map(|action| action.id).collect());
        step.note.begin(PendingStep::new(step.kind, known, actions));
        step.note.write(&step.directory.pending())?;
        step.progress
            .say(step.kind, "asking the provider", step.patience);
        match self.cloud.create(
            step.kind,
            &order,
            step.source.as_ref(),
            step.patience.left(),
        ) {
            Ok(receipt) => {
                if let Some(noted) = step.note.step_mut(step.kind) {
                    (noted.id, noted.action) = (receipt.id, receipt.action);
                }
                step.note.write(&step.directory.pending())?;
                Ok(None)
            }
            Err(failure) if failure.was_not_asked() => {
                step.note.take_back(step.kind, &step.directory.pending())?;
                Err(failure.into())
            }
            Err(failure) => Ok(Some(failure)),
        }
    }

    /// Says which other snapshots one creation made. They are never recorded and never deleted without being asked to.
    fn note_duplicates(&self, step: &mut Step<'_>, id: &SnapshotId) {
        let Some(noted) = step.note.step(step.kind) else {
            return;
        };
        let order = order_of(step.note);
        // Without an answer there is nothing to say; the snapshot itself is usable.
        let Ok(listing) = self.cloud.snapshots(step.kind, &order) else {
            return;
        };
        let others: Vec<&Snapshot> = listing
            .items
            .iter()
            .filter(|other| other.id != *id && !noted.known_before.contains(&other.id))
            .collect();
        if !others.is_empty() {
            let others: Vec<String> = others.into_iter().map(described).collect();
            step.progress.warnings.push(format!(
                "the provider also has {} of the same name, which is not recorded; delete it there if nothing needs it",
                others.join(", ")
            ));
        }
    }

    fn ensure_time_is_left(
        &self,
        step: &Step<'_>,
        trouble: Option<&anyhow::Error>,
    ) -> anyhow::Result<()> {
        let trouble =
            trouble.map_or_else(String::new, |why| format!("; the last trouble was: {why}"));
        ensure!(
            !step.patience.is_over(),
            "gave up waiting for the {} of {} after {}; it goes on at the provider: run the same command again to go on \
             waiting{trouble}",
            step.kind,
            step.note.wanted.machine_name,
            humantime::format_duration(self.timeout)
        );
        Ok(())
    }
}

/// Refuses to wait for what will not come: the provider said no, or has lost what it made.
fn ensure_not_refused(step: &Step<'_>, refusal: Option<&Failure>) -> anyhow::Result<()> {
    let (kind, machine) = (step.kind, &step.note.wanted.machine_name);
    if let Some(failure) = refusal {
        bail!(
            "no {kind} could be made of {machine}; run the same command again to try again: {failure}"
        );
    }
    if let Some(id) = step.note.step(kind).and_then(|noted| noted.id.as_ref()) {
        step.note.remove(&step.directory.pending())?;
        bail!(
            "the provider no longer knows the {kind} {id} of {machine}; run the same command again to make another"
        );
    }
    Ok(())
}
