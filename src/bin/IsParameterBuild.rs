//! Prints whether this is a build from parameters.

use std::process::ExitCode;

use adt_helpers::helper::is_flagged;

fn main() -> ExitCode {
    adt_helpers::start::run(
        "IsParameterBuild",
        is_flagged::PARAMETER_HELP,
        is_flagged::parameter,
    )
}
