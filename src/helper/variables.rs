//! What the active build and this machine are set to.

pub mod allow_laptop_ip;
pub mod display_logging_streams;
pub mod display_password;
pub mod extract_config_value;
pub mod get_os_name;
pub mod get_variable_value;
pub mod initialise_server_user_credentials;
pub mod is_flagged;
pub mod run_service_command;
pub mod set_variable_value;
