//! Prints the ids of the machines whose names hold a token.

use std::process::ExitCode;

use adt_helpers::helper::servers::list_server_ids;

fn main() -> ExitCode {
    adt_helpers::start::run("ListServerIDs", list_server_ids::HELP, list_server_ids::run)
}
