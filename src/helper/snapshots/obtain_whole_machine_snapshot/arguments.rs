//! The command line.

use std::time::Duration;

use clap::Parser;

use crate::names::{BaseOs, MachineType, SnapshotId};
use crate::patience;

/// Takes a snapshot of a machine of the active build and records its id for builds from snapshots.
///
/// Without --type it asks which machine type to snapshot. A run that was cut short is taken up where it stopped: run
/// the same command again.
#[derive(Debug, Parser)]
#[command(
    name = "ObtainWholeMachineSnapshot",
    version,
    after_help = "Examples:\n  ObtainWholeMachineSnapshot --type webserver\n  ObtainWholeMachineSnapshot --type webserver --type database --json\n  ObtainWholeMachineSnapshot --type webserver --replace\n  ObtainWholeMachineSnapshot --all"
)]
#[allow(
    clippy::struct_excessive_bools,
    clippy::option_option,
    reason = "each is a flag of the command line, and --adopt may go without an id"
)]
pub struct Arguments {
    /// The machine type to snapshot: authenticator, reverseproxy, autoscaler, webserver or database; may be repeated
    #[arg(long = "type", value_name = "TYPE")]
    pub types: Vec<MachineType>,

    /// Snapshot every machine type that the active build has; what is recorded already is left alone
    #[arg(long, conflicts_with_all = ["types", "machine"])]
    pub all: bool,

    /// How many snapshots are made at the same time: with --all five, else one
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=16))]
    pub parallel: Option<u8>,

    /// The operating system the machine is based on, ubuntu or debian (exoscale only)
    #[arg(long, value_name = "OS")]
    pub os: Option<BaseOs>,

    /// The machine to snapshot when several match; the first one when not given
    #[arg(long, value_name = "ID_OR_NAME")]
    pub machine: Option<String>,

    /// Make a new snapshot although one exists; the old one is deleted once the new id is recorded
    #[arg(long, conflicts_with = "adopt")]
    pub replace: bool,

    /// Record a snapshot that exists already; with several of one name, give the id
    #[arg(long, value_name = "ID", num_args = 0..=1, require_equals = true)]
    pub adopt: Option<Option<SnapshotId>>,

    /// How long to wait for one snapshot, such as 90s, 45m or 1h; a bare number is seconds
    #[arg(long, value_name = "DURATION", default_value = "60m", value_parser = patience::parse_limit)]
    pub timeout: Duration,

    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,

    /// Show what would be done, and do nothing
    #[arg(long)]
    pub dry_run: bool,

    /// With --dry-run, print each provider command too
    #[arg(long, short, requires = "dry_run")]
    pub verbose: bool,

    /// Keep the records on this machine and upload nothing
    #[arg(long)]
    pub no_datastore: bool,

    /// Upload the records that are on this machine and do nothing else
    #[arg(long, conflicts_with_all = ["types", "all", "parallel", "os", "machine", "replace", "adopt", "json", "no_datastore"])]
    pub upload_only: bool,
}

/// What to do with a snapshot that exists already and that no note explains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Existing {
    /// Refuse, as the script does.
    Refuse,
    /// Leave it alone when it is the recorded one, else refuse.
    KeepRecorded,
    /// Record it.
    Adopt(Option<SnapshotId>),
    /// Make a new one in its place.
    Replace,
}

impl Arguments {
    /// How many snapshots are made at the same time. What would be done is shown one after the other.
    pub fn at_a_time(&self) -> usize {
        let usual = if self.all { MachineType::ALL.len() } else { 1 };
        if self.dry_run {
            1
        } else {
            self.parallel.map_or(usual, usize::from)
        }
    }

    /// What to do with a snapshot that exists already.
    pub fn existing(&self) -> Existing {
        match &self.adopt {
            Some(id) => Existing::Adopt(id.clone()),
            None if self.replace => Existing::Replace,
            None if self.all => Existing::KeepRecorded,
            None => Existing::Refuse,
        }
    }
}
