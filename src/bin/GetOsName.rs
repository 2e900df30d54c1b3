//! Prints the code name of the active build's operating system.

use std::process::ExitCode;

use adt_helpers::helper::get_os_name;

fn main() -> ExitCode {
    adt_helpers::start::run("GetOsName", get_os_name::HELP, get_os_name::run)
}
