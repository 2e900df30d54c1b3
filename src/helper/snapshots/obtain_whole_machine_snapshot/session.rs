//! One machine type's snapshot, from finding the machine to removing the note.

use std::time::Duration;

use anyhow::Context;

use super::report::Recorded;
use super::{Arguments, DeployedBuild, Existing, Outcome, recording};
use crate::cloud::{Cloud, Listing, Machine, Snapshot, SnapshotOrder};
use crate::command::{self, Runner};
use crate::console;
use crate::files::LockFile;
use crate::names::{BaseOs, MachineType};
use crate::patience::Rounds;
use crate::records::bucket;
use crate::toolkit::pending::{self, PendingSnapshot, PendingStep, Replaced, Wanted};
use crate::toolkit::replacement::Replacement;
use crate::toolkit::snapshot_directory::SnapshotDirectory;
use crate::waiting::Wait;
use crate::waiting::progress::to_the_second;

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

/// Everything one snapshot is taken with.
pub struct Session<'a> {
    pub(super) subject: &'a DeployedBuild,
    pub(super) cloud: &'a dyn Cloud,
    pub(super) runner: &'a Runner,
    pub(super) kind: MachineType,
    pub(super) existing: Existing,
    pub(super) timeout: Duration,
    pub(super) base_os: Option<BaseOs>,
    pub(super) wanted_machine: Option<&'a str>,
    /// The machines, where they have been listed already.
    pub(super) machines: Option<&'a Listing<Machine>>,
    /// The run that replaces the snapshots of several machine types, of which this is one.
    pub(super) replacement: Option<&'a Replacement>,
    pub(super) uploads: bool,
    /// When to look, together with the others that are waited for at the same time.
    pub(super) rounds: &'a Rounds,
}

impl<'a> Session<'a> {
    /// A session for `kind`.
    pub fn new(
        subject: &'a DeployedBuild,
        cloud: &'a dyn Cloud,
        runner: &'a Runner,
        arguments: &'a Arguments,
        kind: MachineType,
        base_os: Option<BaseOs>,
        rounds: &'a Rounds,
    ) -> Self {
        Self {
            subject,
            cloud,
            runner,
            kind,
            existing: arguments.existing(),
            timeout: arguments.timeout,
            base_os,
            wanted_machine: arguments.machine.as_deref(),
            machines: None,
            replacement: None,
            uploads: !arguments.no_datastore,
            rounds,
        }
    }

    /// Takes the snapshot, or takes up the one that an earlier run began.
    ///
    /// # Errors
    /// When it cannot be made, recorded or uploaded.
    pub fn obtain(&self) -> anyhow::Result<Outcome> {
        let mut directory = self.subject.snapshot_directory()?;
        if self.runner.is_dry_run() {
            return self.rehearse(&directory);
        }
        // Nothing is made on disk before there is something to do: a note to take up, or a machine to snapshot.
        let machine = match PendingSnapshot::read(&directory.pending(), self.kind)? {
            Some(_) => None,
            None => Some(self.machine()?),
        };
        directory.prepare()?;
        let pending = directory.pending();
        let turn = LockFile::acquire(&pending::lock_in(&pending, self.kind), self.timeout, || {
            console::say(format_args!(
                "{}: another run is taking this snapshot; waiting for it to finish",
                self.kind
            ));
        })?;
        let mut outcome = match PendingSnapshot::read(&pending, self.kind)? {
            Some(note) => self.take_up(&directory, note)?,
            None => self.begin(&directory, &machine.map_or_else(|| self.machine(), Ok)?)?,
        };
        if let Some(recorded) = &mut outcome.recorded {
            recorded.turn = Some(turn);
        }
        Ok(outcome)
    }

    /// What is said when a signal ends the program; the same by all that are at work.
    pub(super) fn farewell(&self) -> String {
        const GO_ON: &str = "run the same command again to continue";
        if self.rounds.are_shared() {
            format!("interrupted; the provider goes on with everything it was asked for: {GO_ON}")
        } else {
            format!(
                "{}: interrupted; the provider goes on with what it was asked for: {GO_ON}",
                self.kind
            )
        }
    }

    /// Looks at what is there and begins a snapshot of `machine`, or records one that exists.
    pub(super) fn begin(
        &self,
        directory: &SnapshotDirectory,
        machine: &Machine,
    ) -> anyhow::Result<Outcome> {
        let snapshot_name = self.subject.snapshot_name(self.kind, &machine.name);
        let order = self.order(machine, &snapshot_name);
        let decision = self.decide(directory, &order)?;
        for why in self.foreseeably_missing(directory)? {
            console::say(format_args!(
                "{}: something will be missing from the records: {why}",
                self.kind
            ));
        }
        let wanted = Wanted {
            machine_type: self.kind,
            build: self.subject.build.identifier().to_string(),
            server_user: self.subject.server_user.clone(),
            cloudhost: self.subject.cloudhost(),
            region: self.subject.build.current_region()?.to_string(),
            machine_id: machine.id.clone(),
            machine_name: machine.name.clone(),
            snapshot_name: snapshot_name.clone(),
            base_os: self.base_os,
        };
        let mut note = PendingSnapshot::new(wanted, Vec::new());
        let mut known_before = None;
        let was_adopted = match decision {
            Decision::Make { replaces, known } => {
                note.replaces = replaces;
                known_before = Some(known);
                false
            }
            Decision::Keep(snapshot) => return Ok(Outcome::kept(machine, snapshot)),
            Decision::Adopt(step) => {
                command::on_interrupt_say(self.farewell());
                note.begin(step);
                note.write(&directory.pending())?;
                true
            }
        };
        let mut outcome = self.complete(directory, note, known_before)?;
        outcome.was_adopted = was_adopted;
        Ok(outcome)
    }

    fn foreseeably_missing(&self, directory: &SnapshotDirectory) -> anyhow::Result<Vec<String>> {
        let subject = self.subject;
        let mut missing = recording::foreseeably_missing(subject, directory)?;
        if self.uploads {
            missing.extend(
                bucket::open(&subject.build, &subject.website_url)
                    .err()
                    .map(|why| format!("{why:#}")),
            );
        }
        Ok(missing)
    }

    /// From the note to the record: the snapshot is made and usable, and recorded. [`Self::finish`] does the rest.
    pub(super) fn complete(
        &self,
        directory: &SnapshotDirectory,
        mut note: PendingSnapshot,
        known_before: Option<Vec<Snapshot>>,
    ) -> anyhow::Result<Outcome> {
        // What an earlier run began has a part of its time behind it.
        let is_whole = known_before.is_some();
        let usual = recording::last_duration(directory, self.kind)?;
        let mut wait = Wait::new(self.kind, self.timeout, Some(self.rounds));
        wait = wait.with_usual(self.kind, usual);
        let (kind, id) = self.made(directory, &mut note, known_before, &mut wait)?;
        let mut warnings = wait.progress.finish();
        let took = is_whole.then(|| wait.elapsed());
        let recorded = recording::record(self.subject, directory, &note, kind, &id, took)
            .with_context(|| {
                format!(
                    "the {kind} {id} is made, but could not be recorded; run the same command again"
                )
            })?;
        note.is_recorded = true;
        note.write(&directory.pending())?;
        warnings.extend(recorded.warnings);
        if let Some(replacement) = self.replacement {
            replacement.keep(&directory.pending())?;
        }
        let (machine, name) = (&note.wanted.machine_id, &note.wanted.machine_name);
        let outcome = Outcome::of(machine, name, kind);
        if console::is_watched() {
            // Others may go on for long.
            let spent = to_the_second(wait.elapsed());
            console::say(format_args!(
                "{}: {kind} {id} is recorded ({spent})",
                self.kind
            ));
        }
        Ok(Outcome {
            id: Some(id),
            took,
            replaces: note.replaces.len(),
            warnings,
            recorded: Some(Recorded { note, turn: None }),
            ..outcome
        })
    }

    /// After the records are in the bucket, where they are wanted there: deletes what the snapshot replaces, and lets go of
    /// the note.
    ///
    /// # Errors
    /// When what it replaces cannot be deleted; the note then stays.
    pub fn finish(&self, outcome: &mut Outcome) -> anyhow::Result<()> {
        if let Some(Recorded { mut note, turn }) = outcome.recorded.take() {
            let directory = self.subject.snapshot_directory()?;
            self.delete_replaced(&directory, &mut note, &mut outcome.warnings)?;
            note.remove(&directory.pending())?;
            outcome.was_uploaded = self.uploads;
            drop(turn);
        }
        if !self.runner.is_dry_run() {
            for warning in &outcome.warnings {
                console::say(format_args!("{}: {warning}", self.kind));
            }
        }
        Ok(())
    }

    pub(super) fn order<'b>(
        &self,
        machine: &'b Machine,
        snapshot_name: &'b str,
    ) -> SnapshotOrder<'b> {
        SnapshotOrder {
            machine_id: &machine.id,
            machine_name: &machine.name,
            snapshot_name,
            base_os: self.base_os,
        }
    }
}
