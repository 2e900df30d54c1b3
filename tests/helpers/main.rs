//! The helpers from the front door: given a `BUILD_HOME` and a cloud, when a helper runs with this input, then these
//! bytes and these calls.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and starts what it tests"
)]

#[path = "../simcloud/state.rs"]
#[allow(
    dead_code,
    missing_docs,
    reason = "shared with the simulated cloud, which uses all of it"
)]
mod simcloud_state;

#[path = "../s3_server/mod.rs"]
#[allow(
    dead_code,
    missing_docs,
    reason = "shared with the tests of the real tools, which use all of it"
)]
mod s3_server;
#[path = "../tools/mod.rs"]
mod tools;

mod adjust_scaling;
mod allow_laptop_ip;
mod audit_ssh_connections;
mod callers;
mod check_snapshot_build;
mod cleanup_datastore;
mod create_server;
mod datastore;
mod destroy_server;
mod development;
mod display_logging_streams;
mod display_password;
mod edit_template;
mod extract_config_value;
mod generate_local_backups;
mod get_build_machine_ip;
mod golden;
mod inherited_site;
mod initialise_server_user_credentials;
mod initialise_snapshot_database_credentials;
mod initialise_snapshots;
mod json_schemas;
mod mails;
mod manually_update_ssl_certificate;
mod obtain_whole_machine_snapshot;
#[allow(dead_code, reason = "the test of the sandbox uses the rest")]
mod original;
mod perform_backup;
mod perform_baseline;
mod program;
mod prune_snapshots;
mod reach;
mod real_bucket;
mod real_buckets;
mod reboot_infrastructure;
mod restore_latest_backup;
mod run_service_command;
mod shutdown_infrastructure;
mod signals;
mod snapshot_status;
mod templates;
mod terminals;
mod upstream_check;
mod variables;
mod verify_snapshots;
mod virus_scan;
mod weekly_snapshots;
mod world;
