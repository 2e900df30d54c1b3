//! Sets a variable of the active build.

use std::process::ExitCode;

use adt_helpers::helper::set_variable_value;

fn main() -> ExitCode {
    adt_helpers::start::run(
        "SetVariableValue",
        set_variable_value::HELP,
        set_variable_value::run,
    )
}
