//! A build as it is read once: its directory, its variables, and what follows from both. No helper puts these together
//! itself, so what one of them takes for the build's zone, site, user or secrets is what all of them do.
//!
//! Where helpers must differ, since the scripts that they replace do, there is one function for each way, named for it.

mod account;
pub mod buckets;
mod deployed;
pub mod layout;
pub mod mail;
mod plan;
mod planned;
pub mod records_bucket;
mod secrets;
mod site;
pub mod sites;
pub mod stores;
pub mod variables;

pub use deployed::DeployedBuild;
pub use plan::Plan;
pub use planned::{PlannedBuild, read_template};

use anyhow::Context;

use crate::names::{BuildIdentifier, Cloudhost, Region};
use crate::records::snapshot_directory::SnapshotDirectory;
use crate::toolkit::build_directory::BuildDirectory;
use crate::toolkit::build_environment::BuildEnvironment;
use crate::toolkit::build_home::BuildHome;

/// A build whose variables were read.
#[derive(Debug, Clone)]
pub struct Build {
    directory: BuildDirectory,
    environment: BuildEnvironment,
}

impl Build {
    /// The active build.
    ///
    /// # Errors
    /// When there is none, or it has no variables yet.
    pub fn active() -> anyhow::Result<Self> {
        Self::active_at(BuildHome::find()?)
    }

    /// The active build of the toolkit at `home`.
    ///
    /// # Errors
    /// When there is none, or it has no variables yet.
    pub fn active_at(home: BuildHome) -> anyhow::Result<Self> {
        Self::in_directory(BuildDirectory::active(home)?)
    }

    /// The build in `directory`, which must have variables.
    ///
    /// # Errors
    /// When it has none, or they cannot be read.
    pub fn in_directory(directory: BuildDirectory) -> anyhow::Result<Self> {
        let environment = directory.required_environment()?;
        Ok(Self::with_variables(directory, environment))
    }

    /// The build in `directory` as far as it is known, for a question that can do without: variables that are missing or
    /// cannot be read are none.
    pub fn as_far_as_known(directory: BuildDirectory) -> Self {
        let environment = directory.environment().ok().flatten();
        let environment = environment.unwrap_or_else(|| BuildEnvironment::new(Vec::new()));
        Self::with_variables(directory, environment)
    }

    /// The build in `directory` with variables that were read before, or that are planned.
    pub fn with_variables(directory: BuildDirectory, environment: BuildEnvironment) -> Self {
        Self {
            directory,
            environment,
        }
    }

    /// The toolkit that the build belongs to.
    pub fn home(&self) -> &BuildHome {
        self.directory.home()
    }

    pub fn cloudhost(&self) -> Cloudhost {
        self.directory.cloudhost()
    }

    pub fn identifier(&self) -> &BuildIdentifier {
        self.directory.identifier()
    }

    pub fn directory(&self) -> &BuildDirectory {
        &self.directory
    }

    pub fn environment(&self) -> &BuildEnvironment {
        &self.environment
    }

    /// The value of a variable as `GetVariableValue` has it, which must not be empty.
    ///
    /// # Errors
    /// When it is, or is not UTF-8.
    pub fn told(&self, name: &str) -> anyhow::Result<String> {
        let value = self.environment.text(name)?;
        let kept = match value.as_str() {
            "" => self.directory.kept_elsewhere(name.as_bytes())?,
            _ => None,
        };
        match kept {
            Some(kept) => {
                String::from_utf8(kept).with_context(|| format!("{name} of the build is not UTF-8"))
            }
            None => self.environment.required(name),
        }
    }

    /// The region in its machines' names.
    ///
    /// # Errors
    /// When the variables do not say it.
    pub fn region(&self) -> anyhow::Result<Region> {
        self.environment.required("REGION")?.parse()
    }

    /// The region that its machines are in, on exoscale the zone: as a step of the build wrote it, else the variable.
    ///
    /// # Errors
    /// When neither names one.
    pub fn current_region(&self) -> anyhow::Result<Region> {
        match self.directory.current_region()? {
            Some(region) => Ok(region),
            None => self.region(),
        }
    }

    /// The servers' user: the credentials file, else the variable, which a build from snapshots loses; none where
    /// neither says it.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn server_user(&self) -> anyhow::Result<Option<Vec<u8>>> {
        let kept = self.directory.server_user()?;
        Ok(kept.or_else(|| self.variable("SERVER_USER")))
    }

    /// The servers' user's password, from the same two places.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn server_user_password(&self) -> anyhow::Result<Option<Vec<u8>>> {
        let kept = self.directory.server_user_password()?;
        Ok(kept.or_else(|| self.variable("SERVER_USER_PASSWORD")))
    }

    fn variable(&self, name: &str) -> Option<Vec<u8>> {
        let mut values = self.environment.values(name.as_bytes());
        values.find(|value| !value.is_empty())
    }

    /// The name of the key that opens the build's machines (contract 04): a build from snapshots finds it only if it has
    /// the snapshotted build's name and algorithm.
    ///
    /// # Errors
    /// When the variables do not say the algorithm.
    pub fn key_name(&self) -> anyhow::Result<String> {
        Ok(self.key_name_with(&self.environment.required("ALGORITHM")?))
    }

    /// The same name for a build that may not say its algorithm; the scripts make an `ed25519` key then.
    ///
    /// # Errors
    /// When the variable is not UTF-8.
    pub fn key_name_or_usual(&self) -> anyhow::Result<String> {
        let named = self.environment.text("ALGORITHM")?;
        let algorithm = if named.is_empty() { "ed25519" } else { &named };
        Ok(self.key_name_with(algorithm))
    }

    fn key_name_with(&self, algorithm: &str) -> String {
        let build = self.identifier();
        format!("id_{algorithm}_AGILE_DEPLOYMENT_BUILD_KEY_{build}")
    }

    /// The directory of the snapshot records of the site that [`Build::website_url`] names.
    ///
    /// # Errors
    /// When the site is not known, or has two directories that differ.
    pub fn snapshot_directory(&self) -> anyhow::Result<SnapshotDirectory> {
        SnapshotDirectory::find(self.home(), &self.website_url()?)
    }

    /// The directory of the snapshot records of the site that [`Build::site`] names.
    ///
    /// # Errors
    /// As for [`Build::snapshot_directory`].
    pub fn snapshot_directory_of_own_site(&self) -> anyhow::Result<SnapshotDirectory> {
        SnapshotDirectory::find(self.home(), &self.site()?)
    }
}
