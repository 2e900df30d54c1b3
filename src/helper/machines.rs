//! The machines at the provider.

pub mod adjust_scaling;
pub mod create_server;
pub mod destroy_server;
pub mod get_build_machine_ip;
pub mod reboot_infrastructure;
pub mod servers;
pub mod shutdown_infrastructure;
