//! An autoscaler: the home of the servers' user, with the machine's settings in `runtime` (contract 03 §3.5).

use std::path::PathBuf;

use anyhow::Context;

use super::{Layout, MakerMachine};
use crate::command::Redactor;
use crate::names::{BuildIdentifier, Cloudhost, MachineType, ServerName, SnapshotId};
use crate::toolkit::configuration_settings::ConfigurationSettings;
use crate::toolkit::console_password::{self, CONSOLE_PASSWORD};
use crate::toolkit::server_home::ServerHome;
use crate::toolkit::twin_servers::TwinServers;

/// The settings of an autoscaler.
#[derive(Debug)]
pub struct Autoscaler {
    home: ServerHome,
    settings: ConfigurationSettings,
    cloudhost: Cloudhost,
    build: BuildIdentifier,
}

impl Autoscaler {
    /// The autoscaler whose user's home is `home`. Its cloud is `cloudhost`, else the one that its settings name, else
    /// the one whose mark is in the home.
    pub fn read(home: ServerHome, cloudhost: Option<Cloudhost>) -> anyhow::Result<Self> {
        let settings = home.settings()?;
        let named = |variable: &str| {
            let value = settings.value_of_variable(variable);
            let value = value
                .with_context(|| format!("the machine's settings do not say its {variable}"))?;
            text(value, variable)
        };
        let cloudhost = match cloudhost {
            Some(cloudhost) => cloudhost,
            None => match settings.value_of_variable("CLOUDHOST") {
                Some(value) if !value.is_empty() => text(value, "CLOUDHOST")?.parse()?,
                _ => home.marked_cloudhost()?,
            },
        };
        let build = named("BUILD_IDENTIFIER")?.parse()?;
        Ok(Self {
            home,
            settings,
            cloudhost,
            build,
        })
    }
}

fn text(value: Vec<u8>, variable: &str) -> anyhow::Result<String> {
    String::from_utf8(value)
        .with_context(|| format!("{variable} in the machine's settings is not UTF-8"))
}

impl Layout for Autoscaler {
    fn made_from(&self) -> MakerMachine {
        MakerMachine::Autoscaler
    }

    fn cloudhost(&self) -> Cloudhost {
        self.cloudhost
    }

    fn build(&self) -> &BuildIdentifier {
        &self.build
    }

    fn variable(&self, variable: &str) -> anyhow::Result<String> {
        let value = self.settings.value_of_variable(variable);
        text(value.unwrap_or_default(), variable)
    }

    fn token(&self) -> anyhow::Result<Option<Vec<u8>>> {
        Ok(self.home.vultr_token())
    }

    fn token_place(&self) -> Option<String> {
        self.home.vultr_token_place()
    }

    fn redactor(&self) -> anyhow::Result<Redactor> {
        let secrets = self.settings.secrets().chain(self.home.vultr_token());
        Ok(Redactor::new(secrets))
    }

    /// An empty id means the operating system, since an autoscaler built before the first snapshot has none.
    fn snapshot(&self, _kind: MachineType) -> anyhow::Result<Option<SnapshotId>> {
        if self.variable("BUILD_FROM_SNAPSHOT")? != "1" {
            return Ok(None);
        }
        let id = self.variable("SNAPSHOT_ID")?;
        if id.is_empty() {
            return Ok(None);
        }
        let damaged = "SNAPSHOTID in the machine's settings is no snapshot's id";
        id.parse().map(Some).context(damaged)
    }

    fn record_snapshot(&self, _kind: MachineType, _id: &SnapshotId) -> anyhow::Result<()> {
        Ok(())
    }

    fn cloud_init(&self, kind: MachineType) -> PathBuf {
        self.home
            .runtime()
            .join("cloud-init")
            .join(format!("{kind}.yaml"))
    }

    fn public_key(&self) -> anyhow::Result<Option<String>> {
        Ok(None)
    }

    fn key_mark(&self) -> PathBuf {
        self.home.runtime().join("SSH_KEY_ASSIGNED")
    }

    /// The build machine's, which the end of a build copies here. An autoscaler never makes one.
    fn console_password(&self) -> anyhow::Result<String> {
        let path = self.home.path().join(".ssh").join(CONSOLE_PASSWORD);
        console_password::known_at(&path)?.with_context(|| {
            format!(
                "'{}' is not there or is empty, so the server would have no console password; copy it from the build machine",
                path.display()
            )
        })
    }

    fn firewall_script(&self) -> Option<PathBuf> {
        None
    }

    /// An autoscaler searches with scripts of its own.
    fn note_twins(&self, _name: &ServerName, _ids: &[String]) -> anyhow::Result<()> {
        Ok(())
    }

    fn twins(&self) -> anyhow::Result<TwinServers> {
        Ok(TwinServers::default())
    }

    fn notes(&self) -> PathBuf {
        self.home.runtime().join("pending-servers")
    }
}
