//! Installs the latest backup on the machines of a build.

use std::process::ExitCode;

use adt_helpers::helper::restore_latest_backup;

fn main() -> ExitCode {
    adt_helpers::start::run_parsed(restore_latest_backup::run)
}
