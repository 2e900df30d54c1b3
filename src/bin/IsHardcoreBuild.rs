//! Prints whether this is a hardcore build.

use std::process::ExitCode;

use adt_helpers::helper::is_flagged;

fn main() -> ExitCode {
    adt_helpers::start::run(
        "IsHardcoreBuild",
        is_flagged::HARDCORE_HELP,
        is_flagged::hardcore,
    )
}
