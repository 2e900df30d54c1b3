//! Makes one place look like another.

use std::process::ExitCode;

use adt_helpers::helper::datastore::sync_datastore;

fn main() -> ExitCode {
    adt_helpers::start::run("SyncDatastore", sync_datastore::HELP, sync_datastore::run)
}
