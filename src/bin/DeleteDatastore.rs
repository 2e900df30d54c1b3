//! Deletes a bucket and all that is in it.

use std::process::ExitCode;

use adt_helpers::helper::datastore::delete_datastore;

fn main() -> ExitCode {
    adt_helpers::start::run(
        "DeleteDatastore",
        delete_datastore::HELP,
        delete_datastore::run,
    )
}
