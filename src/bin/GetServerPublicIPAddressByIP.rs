//! Prints the public address of the machine that has a private one.

use std::process::ExitCode;

use adt_helpers::helper::servers::get_server_public_ip_address_by_ip;

fn main() -> ExitCode {
    adt_helpers::start::run(
        "GetServerPublicIPAddressByIP",
        get_server_public_ip_address_by_ip::HELP,
        get_server_public_ip_address_by_ip::run,
    )
}
