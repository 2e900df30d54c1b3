//! Reboots the autoscalers, webservers and databases of a build.

use std::process::ExitCode;

use adt_helpers::helper::reboot_infrastructure;

fn main() -> ExitCode {
    adt_helpers::start::run_parsed(reboot_infrastructure::run)
}
