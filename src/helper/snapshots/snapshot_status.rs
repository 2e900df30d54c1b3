//! `SnapshotStatus`: one screen about a site's snapshots: what is recorded, what is being made, who is at work.
//!
//! Only this machine's files are read; the provider and the bucket are not asked, which is `VerifySnapshots`' work.

mod report;
mod state;

use clap::Parser;

use state::State;

use crate::build::Build;
use crate::records::snapshot_directory::SnapshotDirectory;

/// What is shown and what is not.
const AFTER_HELP: &str = "\
For each machine type: the recorded id, its age and its machine, as the manifest has them; the snapshot that is being made: since
when, how far it is, its id; and whether a run is at work now. It makes no network calls and changes nothing.
VerifySnapshots says whether the provider and the bucket agree.

Exit status:
  0  it is shown, whatever there is
  1  it cannot be read, and standard error says why
  2  the command line cannot be understood; nothing was done

Examples:
  SnapshotStatus
  SnapshotStatus --json | jq -r '.machine_types[] | select(.pending) | .machine_type'";

/// Shows what is recorded of the site's snapshots and what is being made.
#[derive(Debug, Parser)]
#[command(name = "SnapshotStatus", version, after_help = AFTER_HELP)]
pub struct Arguments {
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// Prints the screen. Damaged records are shown as such.
///
/// # Errors
/// When there is no active build, its site has two directories that differ, or a file cannot be read.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let build = Build::active()?;
    let url = build.website_url()?;
    let directory = SnapshotDirectory::find(build.home(), &url)?;
    report::print(&State::read(&build, &url, &directory)?, arguments.json)
}
