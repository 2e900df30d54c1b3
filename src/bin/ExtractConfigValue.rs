//! Prints the value of a setting of a server of the toolkit.

use std::process::ExitCode;

use adt_helpers::helper::extract_config_value;

fn main() -> ExitCode {
    adt_helpers::start::run(
        "ExtractConfigValue",
        extract_config_value::HELP,
        extract_config_value::run,
    )
}
