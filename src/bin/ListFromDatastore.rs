//! Lists the objects in a bucket.

use std::process::ExitCode;

use adt_helpers::helper::datastore::list_from_datastore;

fn main() -> ExitCode {
    adt_helpers::start::run(
        "ListFromDatastore",
        list_from_datastore::HELP,
        list_from_datastore::run,
    )
}
