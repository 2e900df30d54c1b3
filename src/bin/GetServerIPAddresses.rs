//! Prints the public addresses of the machines whose names hold a token.

use std::process::ExitCode;

use adt_helpers::helper::servers::get_server_ip_addresses;

fn main() -> ExitCode {
    adt_helpers::start::run(
        "GetServerIPAddresses",
        get_server_ip_addresses::HELP,
        get_server_ip_addresses::run,
    )
}
