//! One file per helper: its story, top-down, in the words of the contract.

mod age;
mod asking;
pub mod check_snapshot_build;
pub mod connect_to;
pub mod copy_from;
pub mod copy_to;
pub mod create_server;
pub mod datastore;
pub mod destroy_server;
pub mod execute_on;
pub mod extract_config_value;
pub mod get_os_name;
pub mod get_variable_value;
pub mod initialise_server_user_credentials;
pub mod initialise_snapshot_database_credentials;
pub mod initialise_snapshots;
pub mod is_flagged;
pub mod obtain_whole_machine_snapshot;
mod progress;
pub mod prune_snapshots;
pub mod reach;
mod server_user;
pub mod servers;
pub mod set_variable_value;
mod snapshot_bucket;
pub mod snapshot_status;
pub mod verify_snapshots;
