//! A build whose machines are there, with all that their snapshots need to know: found out before anything is asked or
//! changed.

use anyhow::Context;
use bstr::ByteSlice;

use super::Build;
use crate::cloud::Account;
use crate::command::Redactor;
use crate::names::{BaseOs, Cloudhost, MachineType, Region, WebsiteUrl};
use crate::records::snapshot_directory::SnapshotDirectory;

/// The active build and what every snapshot of it needs to know.
#[derive(Debug)]
pub struct DeployedBuild {
    pub build: Build,
    /// The region in its machines' names.
    pub region: Region,
    pub website_url: WebsiteUrl,
    pub server_user: String,
    /// The servers' user's password.
    pub server_user_password: Vec<u8>,
}

impl DeployedBuild {
    /// Reads the active build.
    ///
    /// # Errors
    /// When something that every snapshot needs is missing or no name.
    pub fn active() -> anyhow::Result<Self> {
        let build = Build::active()?;
        let region = build.region()?;
        let website_url = build.website_url()?;
        let user = build.server_user()?;
        let user = user.with_context(|| missing_credential(&build, "SERVERUSER"))?;
        let password = build.server_user_password()?;
        let server_user_password =
            password.with_context(|| missing_credential(&build, "SERVERUSERPASSWORD"))?;
        let server_user = user
            .to_str()
            .context("the servers' user in 'credentials/SERVERUSER' is not UTF-8")?
            .to_owned();
        Ok(Self {
            build,
            region,
            website_url,
            server_user,
            server_user_password,
        })
    }

    /// The cloud the build is on.
    pub fn cloudhost(&self) -> Cloudhost {
        self.build.cloudhost()
    }

    /// How the build is known at its cloud.
    ///
    /// # Errors
    /// When a file of the build is there and cannot be read.
    pub fn account(&self) -> anyhow::Result<Account> {
        self.build.account()
    }

    /// What hides the build's secrets in messages.
    ///
    /// # Errors
    /// When a file of the build is there and cannot be read.
    pub fn redactor(&self) -> anyhow::Result<Redactor> {
        self.build.redactor()
    }

    /// The directory of the site's snapshot records.
    ///
    /// # Errors
    /// When the site has two directories that differ.
    pub fn snapshot_directory(&self) -> anyhow::Result<SnapshotDirectory> {
        SnapshotDirectory::find(self.build.home(), &self.website_url)
    }

    /// The operating system that the build's variables name.
    ///
    /// # Errors
    /// When they name none that the toolkit knows.
    pub fn build_os(&self) -> anyhow::Result<BaseOs> {
        let named = self.build.environment().required("BUILDOS")?;
        named.parse().context(
            "BUILDOS in build_environment does not name the operating system; give it with --os",
        )
    }

    /// The name a snapshot is given: the machine's, on vultr the label and the servers' user (contract 03 §3.1).
    pub fn snapshot_name(&self, kind: MachineType, machine_name: &str) -> String {
        match self.cloudhost() {
            Cloudhost::Vultr => format!("{kind}-{}", self.server_user),
            _ => machine_name.to_owned(),
        }
    }
}

fn missing_credential(build: &Build, name: &str) -> String {
    format!(
        "'{}/credentials/{name}' does not exist and build_environment does not say it either; build first",
        build.directory().path().display()
    )
}
