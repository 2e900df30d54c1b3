//! Going on with a snapshot that an earlier run noted, if it is one of this build and of a machine that is there.

use std::fmt;

use anyhow::{Context, ensure};

use super::existing::ensure_fits;
use super::making::order_of;
use super::session::Session;
use super::{Existing, Outcome, recording};
use crate::command;
use crate::console;
use crate::names::SnapshotId;
use crate::toolkit::pending::{self, PendingSnapshot};
use crate::toolkit::snapshot_directory::SnapshotDirectory;
use crate::waiting::ending;

/// The machine of a note is gone, and nothing came of what was asked for.
#[derive(Debug)]
pub struct MachineIsGone;

impl std::error::Error for MachineIsGone {}

impl fmt::Display for MachineIsGone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the machine of the unfinished snapshot is gone")
    }
}

impl Session<'_> {
    /// Goes on with the snapshot that an earlier run noted. A note whose machine is gone and of which nothing came is
    /// dropped, and a snapshot of the machine that is there now is begun.
    pub(super) fn take_up(
        &self,
        directory: &SnapshotDirectory,
        mut note: PendingSnapshot,
    ) -> anyhow::Result<Outcome> {
        self.ensure_is_ours(directory, &note)?;
        let (id, name) = (
            note.wanted.machine_id.clone(),
            note.wanted.machine_name.clone(),
        );
        command::on_interrupt_say(self.farewell());
        console::say(format_args!(
            "{}: an earlier run began a snapshot of {name}; going on with it",
            self.kind
        ));
        if let Existing::Adopt(Some(wanted)) = &self.existing {
            self.settle_on(directory, &mut note, wanted)?;
            note.write(&directory.pending())?;
        }
        match self.complete(directory, note, None) {
            Err(why) if why.is::<MachineIsGone>() => {
                let path = pending::path_in(&directory.pending(), self.kind);
                crate::files::remove_if_there(&path)?;
                console::say(format_args!(
                    "{}: {name} ({id}) is gone and there is no new snapshot of it; the note '{}' was dropped",
                    self.kind,
                    path.display()
                ));
                self.begin(directory, &self.machine()?)
            }
            completed => {
                let mut outcome = completed?;
                outcome.was_resumed = true;
                Ok(outcome)
            }
        }
    }

    /// Refuses a note of another build: its machine would be recorded with this build's user, password and keys.
    pub(super) fn ensure_is_ours(
        &self,
        directory: &SnapshotDirectory,
        note: &PendingSnapshot,
    ) -> anyhow::Result<()> {
        let (noted, subject) = (&note.wanted, self.subject);
        let path = pending::path_in(&directory.pending(), self.kind);
        let ours = subject.build.identifier();
        let region = subject.build.current_region()?;
        let is_of_this_build = if noted.build.is_empty() {
            // A note of an earlier version: its machine's name says of which build it is.
            let cut_at = self.cloud.longest_name();
            self.kind
                .names(&noted.machine_name, &subject.region, ours, cut_at)
        } else {
            noted.build == ours.as_str()
        };
        let theirs = if noted.build.is_empty() {
            &noted.machine_name
        } else {
            &noted.build
        };
        ensure!(
            is_of_this_build
                && noted.cloudhost == subject.cloudhost()
                && noted.region == region.as_str(),
            "a snapshot of the {} of '{theirs}' ({} at {}) is unfinished, but the active build is '{ours}' ({region} at {}); switch \
             back and run this again, or remove '{}'",
            self.kind,
            noted.region,
            noted.cloudhost,
            subject.cloudhost(),
            path.display()
        );
        ensure!(
            noted.server_user.is_empty() || noted.server_user == subject.server_user,
            "a snapshot of the {} of '{ours}' is unfinished, but the build has another servers' user since: '{}', not '{}'; remove \
             '{}' and run this again",
            self.kind,
            subject.server_user,
            noted.server_user,
            path.display()
        );
        let is_asked_for =
            |wanted: &str| wanted == noted.machine_id || wanted == noted.machine_name;
        ensure!(
            self.wanted_machine.is_none_or(is_asked_for),
            "a snapshot of {} ({}) is unfinished; run this again without --machine to finish it, or remove '{}'",
            noted.machine_name,
            noted.machine_id,
            path.display()
        );
        Ok(())
    }

    /// Notes the id that a person picked of several.
    pub(super) fn settle_on(
        &self,
        directory: &SnapshotDirectory,
        note: &mut PendingSnapshot,
        id: &SnapshotId,
    ) -> anyhow::Result<()> {
        let open = note.steps.iter().find(|step| step.id.is_none());
        let open = open.with_context(|| {
            format!("the unfinished snapshot has an id already, so --adopt={id} does not apply")
        })?;
        let kind = open.kind;
        ensure!(
            !open.known_before.contains(id),
            "the {kind} {id} was there before the unfinished one was asked for; to record it, remove '{}' and run this again",
            pending::path_in(&directory.pending(), self.kind).display()
        );
        let there = self.cloud.snapshot(kind, id)?.with_context(|| {
            format!("the provider does not know a {kind} {id}; give the id of the {kind} to record")
        })?;
        ensure_fits(&there, &order_of(note))?;
        recording::ensure_is_of_one_type(directory, self.kind, id)?;
        if let Some(open) = note.step_mut(kind) {
            open.id = Some(id.clone());
        }
        Ok(())
    }

    /// Refuses to ask for a snapshot of a machine that is gone.
    ///
    /// # Errors
    /// [`MachineIsGone`] when several lists in a row are whole and lack it.
    pub(super) fn ensure_machine_is_there(&self, machine_id: &str) -> anyhow::Result<()> {
        let is_gone = ending::is_gone(self.cloud, |machine| machine.id == machine_id);
        if is_gone.context("cannot list the machines")? {
            return Err(MachineIsGone.into());
        }
        Ok(())
    }
}
