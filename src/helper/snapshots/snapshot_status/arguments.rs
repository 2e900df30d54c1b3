//! The command line.

use clap::Parser;

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
