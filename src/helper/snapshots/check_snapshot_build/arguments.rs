//! The command line.

use std::path::PathBuf;

use clap::Parser;

/// What the exit statuses mean and what the program does not do.
const AFTER_HELP: &str = "\
Exit status:
  0  the build can work
  1  it can work, and there are warnings
  2  it cannot work; or nothing was checked, because the command line or the planned build could not be read: then
     standard output is empty and standard error says why
  3  whether it can work is not known: something could not be checked, such as without an answer of the provider

A backup that is newer than a snapshot is no fault: the build installs it in its last step (RestoreLatestBackup), unless
the template says RESTORE_LATEST_BACKUP=\"0\". Where the datastore cannot be asked for the dates of the latest backups, that
is a warning.

The records are those on this machine; nothing is fetched, uploaded or changed. --template-rules stands beside the
toolkit's ValidateTemplate.sh and does not replace it: that one has many other rules.

Examples:
  CheckSnapshotBuild --template templatedconfigurations/templates/linode/linode3.tmpl
  CheckSnapshotBuild --json | jq -r '.rules[] | select(.result == \"failure\") | .fix'
  CheckSnapshotBuild --template my.tmpl --template-rules || echo 'have a look first'";

/// Says whether a build from the snapshots can work, before money is spent on machines.
///
/// The planned build is the active one, as its variables say; while it has none, the one of the current template.
#[derive(Debug, Parser)]
#[command(name = "CheckSnapshotBuild", version, after_help = AFTER_HELP)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is an option of the command line"
)]
pub struct Arguments {
    /// Check the build that a template plans instead of the active one
    #[arg(long, value_name = "FILE")]
    pub template: Option<PathBuf>,

    /// Check only what the template says, before anything of its build exists
    #[arg(long, requires = "template", conflicts_with_all = ["no_provider", "no_datastore"])]
    pub template_rules: bool,

    /// Do not ask the provider whether the snapshots exist
    #[arg(long)]
    pub no_provider: bool,

    /// Do not ask the datastore for the dates of the latest backups
    #[arg(long)]
    pub no_datastore: bool,

    /// Show what is well too, a line each
    #[arg(long, short)]
    pub verbose: bool,

    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}
