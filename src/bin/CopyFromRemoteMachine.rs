//! Copies files from a machine of a build, whose class it is told.

use std::process::ExitCode;

use adt_helpers::helper::copy_from;

fn main() -> ExitCode {
    copy_from::FAMILY.run_for_any()
}
