//! `--dry-run`: what would be done, with the commands that would do it.

use anyhow::bail;

use super::existing::described;
use super::making::order_of;
use super::session::{Decision, Session};
use super::taking_up::MachineIsGone;
use super::{Existing, Outcome};
use crate::cloud::SnapshotOrder;
use crate::console;
use crate::names::{BaseOs, SnapshotId, SnapshotKind};
use crate::toolkit::pending::{PendingSnapshot, PendingStep, Replaced};
use crate::toolkit::snapshot_directory::{SNAPSHOT_IDS, SnapshotDirectory};

impl Session<'_> {
    /// What would be done, with the commands that would do it.
    pub(super) fn rehearse(&self, directory: &SnapshotDirectory) -> anyhow::Result<Outcome> {
        match PendingSnapshot::read(&directory.pending(), self.kind)? {
            Some(note) => self.rehearse_taking_up(directory, note),
            None => self.rehearse_beginning(directory),
        }
    }

    fn rehearse_beginning(&self, directory: &SnapshotDirectory) -> anyhow::Result<Outcome> {
        let machine = self.machine()?;
        let snapshot_name = self.subject.snapshot_name(self.kind, &machine.name);
        let order = self.order(&machine, &snapshot_name);
        let mut outcome = self.planned(&machine.id, &machine.name);
        match self.decide(directory, &order)? {
            Decision::Keep(snapshot) => {
                console::say(format_args!(
                    "{}: the {} is recorded and would stay",
                    self.kind,
                    described(&snapshot)
                ));
                return Ok(Outcome::kept(&machine, snapshot));
            }
            Decision::Adopt(step) => {
                outcome.was_adopted = true;
                outcome.id = self.rehearse_recording(&step, &order)?;
                self.rehearse_end(&[])?;
            }
            Decision::Make { replaces, .. } => {
                self.tell(&format!(
                    "would make a snapshot of {} ({}) called {snapshot_name}",
                    machine.name, machine.id
                ));
                self.rehearse_making(self.cloud.steps(), None, &order)?;
                self.rehearse_end(&replaces)?;
            }
        }
        Ok(outcome)
    }

    /// What would become of a note. Nothing of it is changed.
    fn rehearse_taking_up(
        &self,
        directory: &SnapshotDirectory,
        mut note: PendingSnapshot,
    ) -> anyhow::Result<Outcome> {
        self.ensure_is_ours(directory, &note)?;
        console::say(format_args!(
            "{}: an earlier run began a snapshot of {}, which would be taken up",
            self.kind, note.wanted.machine_name
        ));
        if let Existing::Adopt(Some(wanted)) = &self.existing {
            self.settle_on(directory, &mut note, wanted)?;
        }
        let order = order_of(&note);
        let Some(mut step) = note.steps.last().cloned() else {
            bail!(
                "the note of the {} says nothing of what was asked for",
                self.kind
            );
        };
        if step.id.is_none() {
            let listing = self.cloud.snapshots(step.kind, &order)?;
            let mut new = listing.items.into_iter();
            step.id = new
                .find(|it| !step.known_before.contains(&it.id))
                .map(|it| it.id);
        }
        let mut outcome = self.planned(&note.wanted.machine_id, &note.wanted.machine_name);
        outcome.was_resumed = true;
        if step.id.is_some() {
            outcome.id = self.rehearse_recording(&step, &order)?;
        } else {
            if step.kind != SnapshotKind::Template
                && let Err(why) = self.ensure_machine_is_there(order.machine_id)
            {
                if !why.is::<MachineIsGone>() {
                    return Err(why);
                }
                console::say(format_args!(
                    "{}: {} ({}) is gone; the note would be dropped unless a snapshot turns up",
                    self.kind, order.machine_name, order.machine_id
                ));
                return self.rehearse_beginning(directory);
            }
            console::say(format_args!(
                "{}: the {} is not listed; the run would look for it, and ask for it again",
                self.kind, step.kind
            ));
            let source = note.steps.iter().find_map(|it| it.id.clone());
            let steps = self.cloud.steps().iter();
            let left: Vec<SnapshotKind> =
                steps.copied().skip_while(|it| *it != step.kind).collect();
            self.rehearse_making(&left, source, &order)?;
        }
        self.rehearse_end(&note.replaces)?;
        Ok(outcome)
    }

    /// Says what would be recorded: the snapshot of `step`, or what is still to be registered from it, which has no id.
    fn rehearse_recording(
        &self,
        step: &PendingStep,
        order: &SnapshotOrder<'_>,
    ) -> anyhow::Result<Option<SnapshotId>> {
        let Some(id) = &step.id else {
            return Ok(None);
        };
        let Some(there) = self.cloud.snapshot(step.kind, id)? else {
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
        let steps = self.cloud.steps().iter().copied();
        let left: Vec<SnapshotKind> = steps.skip_while(|it| *it != step.kind).skip(1).collect();
        let what = if left.is_empty() {
            "would be recorded"
        } else {
            "would be registered from"
        };
        console::say(format_args!(
            "{}: the {} {what}{until}",
            self.kind,
            described(&there)
        ));
        self.rehearse_making(&left, Some(id.clone()), order)?;
        Ok(left.is_empty().then(|| id.clone()))
    }

    fn rehearse_making(
        &self,
        steps: &[SnapshotKind],
        source: Option<SnapshotId>,
        order: &SnapshotOrder<'_>,
    ) -> anyhow::Result<()> {
        // What the step before would have made has no id yet.
        let source = source.map_or_else(|| "SNAPSHOT_ID".parse(), Ok)?;
        for step in steps {
            if *step == SnapshotKind::Template {
                let os = order.base_os.map_or("", BaseOs::as_str);
                self.tell(&format!(
                    "would register a template for {os} from the snapshot"
                ));
            }
            match self.cloud.create(*step, order, Some(&source), self.timeout) {
                Err(failure) if failure.is_dry_run() => {}
                Err(failure) => return Err(failure.into()),
                Ok(_) => bail!("a dry run made a {step}; please report this"),
            }
        }
        Ok(())
    }

    /// What is recorded, and the deletion of what is replaced.
    fn rehearse_end(&self, replaces: &[Replaced]) -> anyhow::Result<()> {
        self.tell(&format!("would record its id in {SNAPSHOT_IDS}"));
        for old in replaces {
            self.tell(&format!(
                "would delete the {} {} that it replaces",
                old.kind, old.id
            ));
            match self.cloud.delete(old.kind, &old.id) {
                Err(failure) if failure.is_dry_run() => {}
                Err(failure) => return Err(failure.into()),
                Ok(()) => bail!(
                    "a dry run deleted the {} {}; please report this",
                    old.kind,
                    old.id
                ),
            }
        }
        Ok(())
    }

    fn tell(&self, what: &str) {
        console::say(format_args!("{}: {what}", self.kind));
    }

    fn planned(&self, machine_id: &str, machine_name: &str) -> Outcome {
        let last = self.cloud.steps().last().copied();
        let kind = last.unwrap_or(SnapshotKind::Snapshot);
        Outcome::planned(machine_id, machine_name, kind)
    }
}
