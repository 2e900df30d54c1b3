//! What is snapshotted for: the active build, read once and before anything is asked or changed.

use anyhow::Context;
use bstr::ByteSlice;

use crate::cloud::Account;
use crate::command::Redactor;
use crate::names::{BaseOs, Cloudhost, MachineType, Region, WebsiteUrl};
use crate::toolkit::active_build::ActiveBuild;
use crate::toolkit::build_environment::BuildEnvironment;
use crate::toolkit::build_home::BuildHome;

/// The active build and what every snapshot of it needs to know.
#[derive(Debug)]
pub struct Subject {
    /// The active build.
    pub build: ActiveBuild,
    /// Its variables.
    pub environment: BuildEnvironment,
    /// The region in its machines' names.
    pub region: Region,
    /// The site.
    pub website_url: WebsiteUrl,
    /// The servers' user.
    pub server_user: String,
    /// The servers' user's password.
    pub server_user_password: Vec<u8>,
}

impl Subject {
    /// Reads the active build.
    ///
    /// # Errors
    /// When something that every snapshot needs is missing or no name.
    pub fn read() -> anyhow::Result<Self> {
        let build = ActiveBuild::read(BuildHome::find()?)?;
        let environment = build.required_environment()?;
        let region = environment.required("REGION")?.parse()?;
        let website_url = build.website_url(&environment)?;
        let user = or_variable(build.server_user()?, &environment, "SERVER_USER")
            .with_context(|| missing_credential(&build, "SERVERUSER"))?;
        let password = or_variable(
            build.server_user_password()?,
            &environment,
            "SERVER_USER_PASSWORD",
        )
        .with_context(|| missing_credential(&build, "SERVERUSERPASSWORD"))?;
        let server_user = user
            .to_str()
            .context("the servers' user in 'credentials/SERVERUSER' is not UTF-8")?
            .to_owned();
        Ok(Self {
            region,
            website_url,
            server_user,
            server_user_password: password,
            build,
            environment,
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
        Ok(Account {
            zone: Some(self.build.current_region(&self.environment)?),
            token: self.build.token()?,
            token_place: self.build.token_place(),
        })
    }

    /// The secrets of the build, to be kept out of messages.
    ///
    /// # Errors
    /// When a file of the build is there and cannot be read.
    pub fn redactor(&self) -> anyhow::Result<Redactor> {
        Ok(Redactor::new(self.build.secrets(&self.environment)?))
    }

    /// The operating system that the build's variables name.
    ///
    /// # Errors
    /// When they name none that the toolkit knows.
    pub fn build_os(&self) -> anyhow::Result<BaseOs> {
        self.environment.required("BUILDOS")?.parse().context(
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

fn or_variable(
    kept: Option<Vec<u8>>,
    environment: &BuildEnvironment,
    name: &str,
) -> Option<Vec<u8>> {
    kept.or_else(|| {
        environment
            .values(name.as_bytes())
            .find(|value| !value.is_empty())
    })
}

fn missing_credential(build: &ActiveBuild, name: &str) -> String {
    format!(
        "'{}/credentials/{name}' does not exist and build_environment does not say it either; build first",
        build.directory().display()
    )
}
