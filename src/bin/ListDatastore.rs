//! Lists the account's buckets.

use std::process::ExitCode;

use adt_helpers::helper::datastore::list_datastore;

fn main() -> ExitCode {
    adt_helpers::start::run("ListDatastore", list_datastore::HELP, list_datastore::run)
}
