//! Makes a server from an operating system or from a snapshot.

use std::process::ExitCode;

use adt_helpers::helper::create_server;

fn main() -> ExitCode {
    adt_helpers::start::run_parsed(create_server::run)
}
