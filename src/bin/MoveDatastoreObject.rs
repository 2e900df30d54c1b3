//! Gives an object of a bucket another name.

use std::process::ExitCode;

use adt_helpers::helper::datastore::move_datastore_object;

fn main() -> ExitCode {
    adt_helpers::start::run(
        "MoveDatastoreObject",
        move_datastore_object::HELP,
        move_datastore_object::run,
    )
}
