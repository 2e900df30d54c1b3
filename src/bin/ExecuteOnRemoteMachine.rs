//! Runs a command on a machine of a build, whose class it is told.

use std::process::ExitCode;

use adt_helpers::helper::execute_on;

fn main() -> ExitCode {
    execute_on::FAMILY.run_for_any()
}
