//! Who and what comes onto this machine.

pub mod audit_ssh_connections;
pub mod virus_scan;
