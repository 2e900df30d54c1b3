//! The command line.

use clap::Parser;

/// What the exit statuses mean and what the program does not do.
const AFTER_HELP: &str = "\
Exit status:
  0  all that is recorded is there and agrees
  1  there are warnings, such as snapshots at the provider that nothing records
  2  something is missing, unusable or differs; or nothing was verified, because the command line or the build could not
     be read: then standard output is empty and standard error says why
  3  nothing is known to be missing, and not all could be checked, such as without an answer of the provider or the bucket

A backup that is newer than a snapshot is no fault: a build from the snapshot installs it, unless
RESTORE_LATEST_BACKUP=\"0\" is set.

Nothing is changed, here, at the provider or in the bucket. A snapshot that nothing records is only listed when its name
says that this build's snapshots are called so.

Examples:
  VerifySnapshots
  VerifySnapshots --json | jq -r '.orphans[] | [.id, .name] | @tsv'
  VerifySnapshots --no-datastore || echo 'have a look'";

/// Holds the recorded snapshots against the provider and the bucket.
#[derive(Debug, Parser)]
#[command(name = "VerifySnapshots", version, after_help = AFTER_HELP)]
pub struct Arguments {
    /// Do not compare the records with the bucket's objects, nor the snapshots' dates with those of the latest backups
    #[arg(long)]
    pub no_datastore: bool,

    /// Show what is well too, a line each
    #[arg(long, short)]
    pub verbose: bool,

    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}
