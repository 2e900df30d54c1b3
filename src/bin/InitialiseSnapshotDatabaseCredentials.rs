//! Keeps a database's credentials the same from the build to its snapshots and back.

use std::process::ExitCode;

use adt_helpers::helper::initialise_snapshot_database_credentials;

fn main() -> ExitCode {
    adt_helpers::start::run(
        "InitialiseSnapshotDatabaseCredentials",
        initialise_snapshot_database_credentials::HELP,
        initialise_snapshot_database_credentials::run,
    )
}
