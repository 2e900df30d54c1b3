//! Prints the address of this machine.

use std::process::ExitCode;

use adt_helpers::helper::get_build_machine_ip;

fn main() -> ExitCode {
    adt_helpers::start::run(
        "GetBuildMachineIP",
        get_build_machine_ip::HELP,
        get_build_machine_ip::run,
    )
}
