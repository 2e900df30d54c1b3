//! Makes a bucket unless it is there.

use std::process::ExitCode;

use adt_helpers::helper::datastore::mount_datastore;

fn main() -> ExitCode {
    adt_helpers::start::run(
        "MountDatastore",
        mount_datastore::HELP,
        mount_datastore::run,
    )
}
