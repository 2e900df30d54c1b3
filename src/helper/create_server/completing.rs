//! What comes before and after the wait for a server.

use anyhow::{Context, ensure};

use super::making::Session;
use crate::cloud::Machine;
use crate::toolkit::pending_server::PendingServer;

impl Session<'_> {
    /// Connects a server that runs to what the creation could not (exoscale's private network, the firewall of an
    /// autoscaler at DigitalOcean).
    pub(super) fn connect(&self, machine: &Machine) -> anyhow::Result<()> {
        let connected = self.with_site(true, |site| self.cloud.complete_server(site, machine));
        connected.with_context(|| {
            format!(
                "{} is made, but could not be connected; run the same command again",
                self.blueprint.name
            )
        })
    }

    pub(super) fn ensure_same_cloud(&self, note: &PendingServer) -> anyhow::Result<()> {
        ensure!(
            note.cloudhost == self.layout.cloudhost(),
            "{} is under way at {}, not at {}; name that cloudhost, or remove its note in '{}'",
            note.name,
            note.cloudhost,
            self.layout.cloudhost(),
            self.layout.notes().display()
        );
        Ok(())
    }
}
