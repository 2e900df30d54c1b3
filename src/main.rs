//! One program under all the helpers' names.

use std::process::ExitCode;

fn main() -> ExitCode {
    adt_helpers::helpers::main()
}
