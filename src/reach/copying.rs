//! The same copy on what was picked.

use std::process::ExitCode;
use std::time::Duration;

use super::hosts::Host;
use super::{MachineChoice, Picked, Reach, on_all};
use crate::command::Command;
use crate::ssh::{Login, QUICK};

impl Reach {
    /// Copies with scp as `copy` says for each machine, at most for `limit` each; the status is scp's, or for all
    /// machines 1 if any copy failed.
    ///
    /// # Errors
    /// When a machine that was picked alone cannot be reached, or its copy takes too long.
    pub fn copied(
        &self,
        picked: &Picked,
        choice: &MachineChoice,
        limit: Duration,
        copy: impl Fn(&Login, &Host) -> anyhow::Result<Command> + Sync,
    ) -> anyhow::Result<ExitCode> {
        let connection = |machine: &Host| self.connection(machine, QUICK, choice.accept_host_key);
        match picked {
            Picked::One(machine) => connection(machine)?.copy(|login| copy(login, machine), limit),
            Picked::All(machines) => on_all(machines, |machine, reader| {
                connection(machine)?.copy_reading_along(|login| copy(login, machine), limit, reader)
            }),
        }
    }
}
