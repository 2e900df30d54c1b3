//! Starts, stops or restarts a service of this machine.

use std::process::ExitCode;

use adt_helpers::helper::run_service_command;

fn main() -> ExitCode {
    adt_helpers::start::run_judging(run_service_command::run, ExitCode::FAILURE)
}
