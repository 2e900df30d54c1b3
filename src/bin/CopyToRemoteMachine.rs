//! Copies files to a machine of a build, whose class it is told.

use std::process::ExitCode;

use adt_helpers::helper::copy_to;

fn main() -> ExitCode {
    copy_to::FAMILY.run_for_any()
}
