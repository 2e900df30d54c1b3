//! Shows the password of the servers' user of a build.

use std::process::ExitCode;

use adt_helpers::helper::display_password;

fn main() -> ExitCode {
    adt_helpers::start::run_parsed(display_password::run)
}
