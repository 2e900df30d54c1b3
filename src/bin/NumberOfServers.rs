//! Prints how many machines have names that hold a token.

use std::process::ExitCode;

use adt_helpers::helper::servers::number_of_servers;

fn main() -> ExitCode {
    adt_helpers::start::run(
        "NumberOfServers",
        number_of_servers::HELP,
        number_of_servers::run,
    )
}
