//! Copies files from a webserver of a build.

use std::process::ExitCode;

use adt_helpers::helper::copy_from;
use adt_helpers::names::MachineType;

fn main() -> ExitCode {
    copy_from::FAMILY.run(MachineType::Webserver)
}
