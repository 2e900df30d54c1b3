//! The toolkit's state on disk: where `BUILD_HOME` is, the directory of a build, and one codec per file format (contract 03, 04).

pub(crate) mod build_directory;
pub(crate) mod build_environment;
pub(crate) mod build_home;
pub(crate) mod chance;
pub(crate) mod cloud_init;
pub(crate) mod configuration_settings;
pub(crate) mod console_password;
pub(crate) mod credentials;
pub mod first_boot;
pub(crate) mod pending_server;
pub(crate) mod server_home;
pub(crate) mod template;
pub(crate) mod twin_servers;
