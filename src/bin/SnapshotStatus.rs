//! Shows what is recorded of a site's snapshots and what is under way.

use std::process::ExitCode;

use adt_helpers::helper::snapshot_status;

fn main() -> ExitCode {
    adt_helpers::start::run_parsed(snapshot_status::run)
}
