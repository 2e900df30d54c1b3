//! How the build's machines are reached: through which network, and by which host keys they are known.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use super::{BuildDirectory, LOCK_LIMIT};
use crate::files::{self, DirectoryLock, NewMode};
use crate::names::MachineType;

impl BuildDirectory {
    /// Whether the build's machines are reached through the private network, which the build machine is then part of.
    pub fn is_in_private_network(&self) -> bool {
        self.directory.join("VPC-ACTIVE").exists()
    }

    /// The files of the host keys of the machine at `address`, the one to write first. The scripts have two names for it
    /// (contract 02 §2.0, P-SCAN), and an authenticator's is a webserver's.
    pub fn known_hosts(&self, kind: MachineType, address: IpAddr) -> [PathBuf; 2] {
        let prefix = match kind {
            MachineType::Authenticator => MachineType::Webserver,
            other => other,
        };
        ["keys", "-keys"].map(|suffix| self.keys().join(format!("{prefix}_{address}{suffix}")))
    }

    /// Writes the host keys of a machine to `path`, one of [`BuildDirectory::known_hosts`].
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn keep_known_hosts(&self, path: &Path, content: &[u8]) -> anyhow::Result<()> {
        let _lock = DirectoryLock::acquire(&self.directory, LOCK_LIMIT)?;
        files::replace(path, content, NewMode::Plain)
    }

    /// Keeps a copy of the list of those that may reach the build machine's ssh, where the firewall's script reads it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep_authorised_addresses(&self, content: &[u8]) -> anyhow::Result<()> {
        let folder = self.directory.join("ips");
        files::make_directories(&folder)?;
        let _lock = DirectoryLock::acquire(&self.directory, LOCK_LIMIT)?;
        files::replace(&folder.join("authorised-ips.dat"), content, NewMode::Plain)
    }
}
