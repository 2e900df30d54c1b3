//! Opens a session on an autoscaler of a build.

use std::process::ExitCode;

use adt_helpers::helper::connect_to;
use adt_helpers::names::MachineType;

fn main() -> ExitCode {
    connect_to::FAMILY.run(MachineType::Autoscaler)
}
