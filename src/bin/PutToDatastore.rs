//! Uploads a file to a bucket.

use std::process::ExitCode;

use adt_helpers::helper::datastore::put_to_datastore;

fn main() -> ExitCode {
    adt_helpers::start::run(
        "PutToDatastore",
        put_to_datastore::HELP,
        put_to_datastore::run,
    )
}
