//! Prints the name of the machine that has an address.

use std::process::ExitCode;

use adt_helpers::helper::servers::get_server_name;

fn main() -> ExitCode {
    adt_helpers::start::run("GetServerName", get_server_name::HELP, get_server_name::run)
}
