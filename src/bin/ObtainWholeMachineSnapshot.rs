//! Takes a snapshot of a machine of the active build and records its id.

use std::process::ExitCode;

use adt_helpers::helper::obtain_whole_machine_snapshot;

fn main() -> ExitCode {
    adt_helpers::start::run_parsed(obtain_whole_machine_snapshot::run)
}
