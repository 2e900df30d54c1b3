//! The end of making a server, or of the wait for it.

use anyhow::{Context, bail, ensure};

use super::making::Session;
use crate::cloud::Machine;
use crate::command::Failure;
use crate::patience::Patience;
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

    /// Refuses to wait for what will not come.
    pub(super) fn ensure_not_refused(&self, refusal: Option<&Failure>) -> anyhow::Result<()> {
        if let Some(failure) = refusal {
            bail!(
                "{} could not be made; run the same command again to try again: {failure}",
                self.blueprint.name
            );
        }
        Ok(())
    }

    pub(super) fn ensure_time_is_left(
        &self,
        patience: &Patience,
        trouble: Option<&str>,
    ) -> anyhow::Result<()> {
        let trouble =
            trouble.map_or_else(String::new, |why| format!("; the last trouble was: {why}"));
        ensure!(
            !patience.is_over(),
            "gave up waiting for {} after {}; it goes on at the provider: run the same command again to go on waiting{trouble}",
            self.blueprint.name,
            humantime::format_duration(self.timeout)
        );
        Ok(())
    }
}
