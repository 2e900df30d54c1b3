//! Prints the value of a variable of the active build.

use std::process::ExitCode;

use adt_helpers::helper::get_variable_value;

fn main() -> ExitCode {
    adt_helpers::start::run(
        "GetVariableValue",
        get_variable_value::HELP,
        get_variable_value::run,
    )
}
