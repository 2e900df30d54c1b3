//! The toolkit's state on disk: where `BUILD_HOME` is, the directory of a build, and one codec per file format (contract 03, 04).

pub mod build_directory;
pub mod build_environment;
pub mod build_home;
pub mod cloud_init;
pub mod configuration_settings;
pub mod console_password;
pub mod credentials;
pub mod first_boot;
pub mod history;
pub mod keys_archive;
pub mod manifest;
pub mod pending;
pub mod pending_deletion;
pub mod pending_server;
pub mod replacement;
pub mod server_home;
pub mod snapshot_directory;
pub mod snapshot_ids;
pub mod template;
pub mod twin_servers;
