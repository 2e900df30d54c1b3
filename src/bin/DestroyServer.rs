//! Destroys the one machine that has an address.

use std::process::ExitCode;

use adt_helpers::helper::destroy_server;

fn main() -> ExitCode {
    adt_helpers::start::run_parsed(destroy_server::run)
}
