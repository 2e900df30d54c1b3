//! Taking, checking and using whole-machine snapshots.

pub mod check_snapshot_build;
pub mod initialise_snapshot_database_credentials;
pub mod initialise_snapshots;
pub mod obtain_whole_machine_snapshot;
pub mod prune_snapshots;
pub mod snapshot_status;
pub mod verify_snapshots;
