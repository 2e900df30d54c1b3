//! Copies files to a reverse proxy of a build.

use std::process::ExitCode;

use adt_helpers::helper::copy_to;
use adt_helpers::names::MachineType;

fn main() -> ExitCode {
    copy_to::FAMILY.run(MachineType::ReverseProxy)
}
