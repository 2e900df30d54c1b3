//! The helpers that log in to machines, against real ssh servers.

mod copy_from;
mod copy_to;
mod execute_on;
mod host_keys;
mod machines;
mod output;
mod questions;
mod ssh_configuration;
mod terminal;

pub use terminal::status;
mod without_sftp;
