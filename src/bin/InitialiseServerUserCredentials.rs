//! Gives the active build its servers' user and password.

use std::process::ExitCode;

use adt_helpers::helper::initialise_server_user_credentials;

fn main() -> ExitCode {
    adt_helpers::start::run(
        "InitialiseServerUserCredentials",
        initialise_server_user_credentials::HELP,
        initialise_server_user_credentials::run,
    )
}
