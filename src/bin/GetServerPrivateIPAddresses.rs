//! Prints the private addresses of the machines whose names hold a token.

use std::process::ExitCode;

use adt_helpers::helper::servers::get_server_private_ip_addresses;

fn main() -> ExitCode {
    adt_helpers::start::run(
        "GetServerPrivateIPAddresses",
        get_server_private_ip_addresses::HELP,
        get_server_private_ip_addresses::run,
    )
}
