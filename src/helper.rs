//! What the helpers do: one story a helper, in folders as the program's own list groups them. No helper imports another;
//! what two of them share stands below, in `reach`, `checking`, `restoring`, `waiting` and `build`.

pub mod backups;
pub mod datastore;
pub mod development;
pub mod machines;
pub mod reaching;
pub mod security;
pub mod snapshots;
pub mod templates;
pub mod variables;

pub use backups::{
    generate_local_backups, perform_backup, perform_baseline, restore_latest_backup,
};
pub use development::{
    initialise_toolkit_for_development, push_and_sync_infrastructure_scripts_updates,
    push_infrastructure_scripts_updates, sync_infrastructure_scripts_updates,
};
pub use machines::{
    adjust_scaling, create_server, destroy_server, get_build_machine_ip, reboot_infrastructure,
    servers, shutdown_infrastructure,
};
pub use reaching::{connect_to, copy_from, copy_to, execute_on, manually_update_ssl_certificate};
pub use security::{audit_ssh_connections, virus_scan};
pub use snapshots::{
    check_snapshot_build, initialise_snapshot_database_credentials, initialise_snapshots,
    obtain_whole_machine_snapshot, prune_snapshots, snapshot_status, verify_snapshots,
};
pub use templates::{
    edit_template, generate_hardcore_user_data_script, generate_override_template,
};
pub use variables::{
    allow_laptop_ip, display_logging_streams, display_password, extract_config_value, get_os_name,
    get_variable_value, initialise_server_user_credentials, is_flagged, run_service_command,
    set_variable_value,
};
