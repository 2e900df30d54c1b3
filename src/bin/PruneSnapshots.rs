//! Deletes old snapshots of the active build that nothing needs any more.

use std::process::ExitCode;

use adt_helpers::helper::prune_snapshots;

fn main() -> ExitCode {
    adt_helpers::start::run_parsed(prune_snapshots::run)
}
