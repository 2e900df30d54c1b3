//! Fetches the records of a site's snapshots for the active build.

use std::process::ExitCode;

use adt_helpers::helper::initialise_snapshots;

fn main() -> ExitCode {
    adt_helpers::start::run(
        "InitialiseSnapshots",
        initialise_snapshots::HELP,
        initialise_snapshots::run,
    )
}
