//! Prints whether the machines whose names hold a token run.

use std::process::ExitCode;

use adt_helpers::helper::servers::is_instance_running;

fn main() -> ExitCode {
    adt_helpers::start::run(
        "IsInstanceRunning",
        is_instance_running::HELP,
        is_instance_running::run,
    )
}
