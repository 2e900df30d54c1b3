//! One file per helper: its story, top-down, in the words of the contract.

pub mod datastore;
pub mod get_os_name;
pub mod get_variable_value;
pub mod initialise_server_user_credentials;
pub mod initialise_snapshot_database_credentials;
pub mod initialise_snapshots;
pub mod is_flagged;
pub mod obtain_whole_machine_snapshot;
mod server_user;
pub mod servers;
pub mod set_variable_value;
mod snapshot_bucket;
