//! Deletes objects from a bucket.

use std::process::ExitCode;

use adt_helpers::helper::datastore::delete_from_datastore;

fn main() -> ExitCode {
    adt_helpers::start::run(
        "DeleteFromDatastore",
        delete_from_datastore::HELP,
        delete_from_datastore::run,
    )
}
