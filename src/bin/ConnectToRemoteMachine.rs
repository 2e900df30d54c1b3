//! Opens a session on a machine of a build, whose class it is told.

use std::process::ExitCode;

use adt_helpers::helper::connect_to;

fn main() -> ExitCode {
    connect_to::FAMILY.run_for_any()
}
