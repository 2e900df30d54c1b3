//! Shows the newest log of a build.

use std::process::ExitCode;

use adt_helpers::helper::display_logging_streams;

fn main() -> ExitCode {
    adt_helpers::start::run_judging(display_logging_streams::run, ExitCode::FAILURE)
}
