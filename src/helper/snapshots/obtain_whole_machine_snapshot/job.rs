//! What one machine type's snapshot is taken with, from its beginning to its end.

use std::time::Duration;

use super::arguments::{Arguments, Existing};
use crate::build::DeployedBuild;
use crate::cloud::{Cloud, Listing, Machine, SnapshotOrder};
use crate::command::Runner;
use crate::names::{BaseOs, MachineType};
use crate::patience::Rounds;
use crate::records::pending::PendingSnapshot;
use crate::records::replacement::Replacement;

/// Everything one snapshot is taken with.
pub struct Job<'a> {
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

impl<'a> Job<'a> {
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
}

/// What is said when a signal ends the program; the same by all that are at work.
pub(super) fn farewell(job: &Job<'_>) -> String {
    const GO_ON: &str = "run the same command again to continue";
    if job.rounds.are_shared() {
        format!("interrupted; the provider goes on with everything it was asked for: {GO_ON}")
    } else {
        format!(
            "{}: interrupted; the provider goes on with what it was asked for: {GO_ON}",
            job.kind
        )
    }
}

pub(super) fn order<'b>(
    job: &Job<'_>,
    machine: &'b Machine,
    snapshot_name: &'b str,
) -> SnapshotOrder<'b> {
    SnapshotOrder {
        machine_id: &machine.id,
        machine_name: &machine.name,
        snapshot_name,
        base_os: job.base_os,
    }
}

/// What `note` asks the provider for.
pub(super) fn order_of(note: &PendingSnapshot) -> SnapshotOrder<'_> {
    SnapshotOrder {
        machine_id: &note.wanted.machine_id,
        machine_name: &note.wanted.machine_name,
        snapshot_name: &note.wanted.snapshot_name,
        base_os: note.wanted.base_os,
    }
}
