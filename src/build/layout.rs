//! The two machines that servers are made from, and where each keeps what it takes: the build machine has a
//! `BUILD_HOME` with an active build, an autoscaler the home of the servers' user with its settings (contract 03 §3.5).

mod autoscaler;
mod build_machine;

use std::path::PathBuf;

use anyhow::ensure;

use self::autoscaler::Autoscaler;
use self::build_machine::BuildMachine;
use crate::cloud::Account;
use crate::command::Redactor;
use crate::names::{BuildIdentifier, Cloudhost, MachineType, Region, ServerName, SnapshotId};
use crate::toolkit::build_home::BuildHome;
use crate::toolkit::server_home::ServerHome;
use crate::toolkit::twin_servers::TwinServers;

/// A machine that servers are made from.
pub trait Layout {
    /// Which of the two it is.
    fn made_from(&self) -> MakerMachine;

    /// The cloud that the servers are at.
    fn cloudhost(&self) -> Cloudhost;

    /// The build that the servers belong to.
    fn build(&self) -> &BuildIdentifier;

    /// What the build says of `variable`, by the name it has in `build_environment`; empty when nothing.
    ///
    /// # Errors
    /// When it is not UTF-8.
    fn variable(&self, variable: &str) -> anyhow::Result<String>;

    /// The provider's token, for CLIs that take it from the environment; none where there is none.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    fn token(&self) -> anyhow::Result<Option<Vec<u8>>>;

    /// Where that token stands, for a message; none where there is none.
    fn token_place(&self) -> Option<String>;

    /// What hides in messages what nobody else may see.
    ///
    /// # Errors
    /// When a file is there and cannot be read.
    fn redactor(&self) -> anyhow::Result<Redactor>;

    /// What a machine of type `kind` is built from: a snapshot, or none for the operating system.
    ///
    /// # Errors
    /// When a snapshot is called for and its id is not known.
    fn snapshot(&self, kind: MachineType) -> anyhow::Result<Option<SnapshotId>>;

    /// Leaves the snapshot's id where the scripts that come later find it.
    ///
    /// # Errors
    /// When it cannot be written.
    fn record_snapshot(&self, kind: MachineType, id: &SnapshotId) -> anyhow::Result<()>;

    /// The cloud-init configuration of a machine type.
    fn cloud_init(&self, kind: MachineType) -> PathBuf;

    /// The build's public ssh key, where this machine makes it known to the provider.
    ///
    /// # Errors
    /// When it is not there or cannot be read.
    fn public_key(&self) -> anyhow::Result<Option<String>>;

    /// The mark that says that the provider knows the key already.
    fn key_mark(&self) -> PathBuf;

    /// The password for the console of every server (linode).
    ///
    /// # Errors
    /// When it cannot be read or made.
    fn console_password(&self) -> anyhow::Result<String>;

    /// The toolkit's script that makes the provider's firewall of a machine type; none where servers are only put behind
    /// one that is there.
    fn firewall_script(&self) -> Option<PathBuf>;

    /// Notes machines that the provider made besides `name`, where searches by name are to pass them over.
    ///
    /// # Errors
    /// When they cannot be noted.
    fn note_twins(&self, name: &ServerName, ids: &[String]) -> anyhow::Result<()>;

    /// The machines that were noted so.
    ///
    /// # Errors
    /// When the notes cannot be read.
    fn twins(&self) -> anyhow::Result<TwinServers>;

    /// The directory of the notes about unfinished servers.
    fn notes(&self) -> PathBuf;
}

/// Which machine servers are made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MakerMachine {
    /// The machine that builds everything.
    BuildMachine,
    /// A server that makes webservers as they are needed.
    Autoscaler,
}

/// The layout of this machine. The environment's `BUILD_HOME` makes it a build machine; otherwise a home of the servers'
/// user makes it an autoscaler. `cloudhost` is asked for in place of the active build's.
///
/// # Errors
/// When it is neither, or what it must know is missing.
pub fn of_this_machine(cloudhost: Option<Cloudhost>) -> anyhow::Result<Box<dyn Layout>> {
    let is_build_machine = std::env::var_os("BUILD_HOME").is_some_and(|path| !path.is_empty());
    if !is_build_machine && let Some(home) = ServerHome::find()? {
        return Ok(Box::new(Autoscaler::read(home, cloudhost)?));
    }
    Ok(Box::new(BuildMachine::read(BuildHome::find()?, cloudhost)?))
}

impl dyn Layout + '_ {
    /// What the build says of `variable`, which must not be empty.
    ///
    /// # Errors
    /// When it says nothing or it is not UTF-8.
    pub fn required(&self, variable: &str) -> anyhow::Result<String> {
        let value = self.variable(variable)?;
        ensure!(
            !value.trim().is_empty(),
            "{variable} is not set, so no server can be made; build first"
        );
        Ok(value)
    }

    /// The region or zone of the servers.
    ///
    /// # Errors
    /// When it is not known.
    pub fn region(&self) -> anyhow::Result<Region> {
        self.required("REGION")?.parse()
    }

    /// How servers are made at the provider: their zone is the one that the build names, whatever it was in before.
    ///
    /// # Errors
    /// When the region is not known, or the token is there and cannot be read.
    pub fn account(&self) -> anyhow::Result<Account> {
        Ok(Account {
            zone: Some(self.region()?),
            token: self.token()?,
            token_place: self.token_place(),
        })
    }
}
