//! Downloads an object from a bucket.

use std::process::ExitCode;

use adt_helpers::helper::datastore::get_from_datastore;

fn main() -> ExitCode {
    adt_helpers::start::run(
        "GetFromDatastore",
        get_from_datastore::HELP,
        get_from_datastore::run,
    )
}
