//! What comes before and after the wait for a server.

use anyhow::{Context, ensure};

use super::making::{STEP, Session};
use crate::cloud::Machine;
use crate::toolkit::pending_server::PendingServer;
use crate::waiting::Wait;

impl Session<'_> {
    /// Connects a server that runs to the network that the creation could not (exoscale).
    pub(super) fn connect(&self, machine: &Machine, has_twin: bool) -> anyhow::Result<()> {
        let connected = self.cloud.complete_server(machine, has_twin);
        connected.with_context(|| {
            format!(
                "{} is made, but could not be connected; run the same command again",
                self.blueprint.name
            )
        })
    }

    /// The machine with its private address, without which the build scripts would ask for it once more.
    pub(super) fn with_private_address(
        &self,
        mut machine: Machine,
        wait: &mut Wait<'_>,
    ) -> anyhow::Result<Machine> {
        while machine.private_addresses.is_empty() {
            let is_it = |name: &str| name == machine.name;
            let trouble = match self.cloud.network_members(&is_it) {
                Ok(members) => {
                    let addresses = members
                        .items
                        .into_iter()
                        .flat_map(|member| member.addresses);
                    machine.private_addresses = addresses.collect();
                    "it has no private address yet".to_owned()
                }
                Err(failure) => failure.on_one_line(),
            };
            if machine.private_addresses.is_empty() {
                wait.pause(STEP, &machine.name, &trouble)?;
            }
        }
        Ok(machine)
    }

    pub(super) fn ensure_same_cloud(&self, note: &PendingServer) -> anyhow::Result<()> {
        ensure!(
            note.cloudhost == self.layout.cloudhost(),
            "{} is being made at {}, not at {}; name that cloudhost, or remove its note in '{}'",
            note.name,
            note.cloudhost,
            self.layout.cloudhost(),
            self.layout.notes().display()
        );
        Ok(())
    }
}
