//! Says whether a build from snapshots can work, before money is spent on it.

use std::process::ExitCode;

use adt_helpers::helper::check_snapshot_build;

fn main() -> ExitCode {
    adt_helpers::start::run_judging(
        check_snapshot_build::run,
        check_snapshot_build::not_checked(),
    )
}
