//! Whose backups are installed, read once and before anything is asked or changed.

use std::path::PathBuf;

use anyhow::ensure;

use super::Arguments;
use crate::build::Build;
use crate::datastore::backups::Backup;
use crate::names::{ArchivePeriod, Cloudhost, MachineType, WebsiteUrl};
use crate::reach::Reach;
use crate::toolkit::build_directory::BuildDirectory;
use crate::toolkit::build_home::BuildHome;

/// A build and its backups.
#[derive(Debug)]
pub struct Subject {
    /// The way to its machines.
    pub reach: Reach,
    /// The password of the servers' user.
    pub password: Vec<u8>,
    pub website_url: WebsiteUrl,
    /// Which of its backups the build installs.
    pub period: ArchivePeriod,
    /// Why the database is left alone; none when it is not.
    pub without_database: Option<&'static str>,
}

impl Subject {
    /// The build that `arguments` name, else the active one.
    ///
    /// # Errors
    /// When there is no such build, or it does not say what is needed.
    pub(super) fn chosen(arguments: &Arguments) -> anyhow::Result<Self> {
        let home = BuildHome::find()?;
        let build = match (arguments.cloudhost, &arguments.build) {
            (Some(cloudhost), Some(name)) => BuildDirectory::new(home, cloudhost, name.clone()),
            _ => BuildDirectory::active(home)?,
        };
        Self::of(Build::in_directory(build)?, arguments)
    }

    /// The build `build`.
    ///
    /// # Errors
    /// When it does not say what is needed.
    pub(super) fn of(build: Build, arguments: &Arguments) -> anyhow::Result<Self> {
        let reach = Reach::to(build, arguments.user.as_deref())?;
        let environment = reach.build.environment();
        let password = reach.root_password()?;
        let choice = environment.required("BUILD_ARCHIVE_CHOICE")?;
        let period = choice.parse()?;
        Ok(Self {
            website_url: reach.build.site()?,
            without_database: environment.why_database_is_left_alone()?,
            password,
            period,
            reach,
        })
    }

    pub fn build(&self) -> &Build {
        &self.reach.build
    }

    pub fn cloudhost(&self) -> Cloudhost {
        self.build().cloudhost()
    }

    /// The types whose machines are restored, in their order: a site needs its database.
    pub fn kinds(&self, arguments: &Arguments) -> anyhow::Result<Vec<MachineType>> {
        let mut kinds = vec![MachineType::Database, MachineType::Webserver];
        kinds.retain(|kind| arguments.concerns(*kind));
        if arguments.database
            && !arguments.webservers
            && let Some(why) = self.without_database
        {
            ensure!(arguments.keep, "the database is left alone: {why}");
        }
        Ok(kinds)
    }

    /// The backup for machines of the type `kind`.
    ///
    /// # Errors
    /// When the site's address does not name one.
    pub fn backup(&self, kind: MachineType) -> anyhow::Result<Backup> {
        Backup::of(kind, &self.website_url, self.period)
    }

    /// Whether the build ended without its mark, since the latest backup was not installed.
    pub fn is_pending(&self) -> bool {
        pending_note(self.build()).exists()
    }

    /// The lock of a run that restores this build.
    pub fn lock(&self) -> PathBuf {
        self.build().directory().path().join("restore.lock")
    }
}

/// What says that a build ended without its mark.
pub(super) fn pending_note(build: &Build) -> PathBuf {
    build.directory().path().join("RESTORE_PENDING")
}
