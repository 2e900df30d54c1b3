//! The command line.

use std::time::Duration;

use clap::Parser;

use crate::names::{BuildIdentifier, Cloudhost, MachineType};
use crate::patience;

/// Installs the latest backup in the datastore on the database and the webservers of a build.
///
/// Machines that are made of snapshots serve the site as it was when the snapshot was taken. This installs the backup that
/// the build's template names (hourly to bimonthly): on the database first, then on one webserver after the other. Until a
/// machine serves it, its cron makes no backups, so an old site never replaces the latest backup.
#[derive(Debug, Parser)]
#[command(
    name = "RestoreLatestBackup",
    version,
    after_help = "Examples:\n  RestoreLatestBackup --dry-run\n  RestoreLatestBackup\n  RestoreLatestBackup --webservers --replace-newer\n\nA build from snapshots runs this by itself at its end, unless its template says RESTORE_LATEST_BACKUP=\"0\".\n\nWhat a machine served before stays on it: the site in /var/www/adt-before-the-restore, the database in\n/var/lib/adt-helpers/restore/database-before-the-restore.tar.gz, until the next restore."
)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is an option of the command line"
)]
pub struct Arguments {
    /// The cloud of the build; the active one when not given
    #[arg(long, value_name = "CLOUDHOST", requires = "build")]
    pub cloudhost: Option<Cloudhost>,

    /// The build's name; the active one when not given
    #[arg(long, value_name = "BUILD", requires = "cloudhost")]
    pub build: Option<BuildIdentifier>,

    /// Only on the database
    #[arg(long)]
    pub database: bool,

    /// Only on the webservers
    #[arg(long)]
    pub webservers: bool,

    /// Install the backup although what the machines serve is newer, which is then no longer served
    #[arg(long, conflicts_with = "keep")]
    pub replace_newer: bool,

    /// Install nothing: let the machines serve what they have, and make backups of it
    #[arg(long)]
    pub keep: bool,

    /// Say what would be done, and change nothing
    #[arg(long)]
    pub dry_run: bool,

    /// Print the outcome as JSON
    #[arg(long)]
    pub json: bool,

    /// Who logs in; the servers' user of the build when not given
    #[arg(long, value_name = "USER")]
    pub user: Option<String>,

    /// Trust the host keys that the machines show now, whatever is known of them
    #[arg(long)]
    pub accept_host_key: bool,

    /// How long it may take on each machine, such as 90s, 10m or 1h; a bare number is seconds
    #[arg(long, value_name = "DURATION", default_value = "2h", value_parser = patience::parse_limit)]
    pub timeout: Duration,
}

impl Arguments {
    /// Whether machines of the type `kind` are meant.
    pub(super) fn concerns(&self, kind: MachineType) -> bool {
        let is_restricted = self.database || self.webservers;
        match kind {
            MachineType::Database => self.database || !is_restricted,
            MachineType::Webserver => self.webservers || !is_restricted,
            _ => false,
        }
    }

    /// Whether no machine is left out.
    pub(super) fn is_about_everything(&self) -> bool {
        self.concerns(MachineType::Database) && self.concerns(MachineType::Webserver)
    }
}

impl Default for Arguments {
    /// As a build calls it: everything of the active build.
    fn default() -> Self {
        Self::parse_from(["RestoreLatestBackup"])
    }
}
