//! One file per helper: its story, top-down, in the words of the contract.

pub mod create_server;
pub mod destroy_server;
pub mod extract_config_value;
pub mod get_os_name;
pub mod get_variable_value;
pub mod is_flagged;
pub mod obtain_whole_machine_snapshot;
mod progress;
pub mod servers;
pub mod set_variable_value;
