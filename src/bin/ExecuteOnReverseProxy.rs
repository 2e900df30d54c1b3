//! Runs a command on a reverse proxy of a build.

use std::process::ExitCode;

use adt_helpers::helper::execute_on;
use adt_helpers::names::MachineType;

fn main() -> ExitCode {
    execute_on::FAMILY.run(MachineType::ReverseProxy)
}
