//! `NumberOfServers TOKEN CLOUDHOST`: how many machines have names that hold the token.

use std::ffi::OsString;

use super::inquiry::Inquiry;
use super::vouch_for;
use crate::console;

/// What `NumberOfServers --help` prints.
pub const HELP: &str = "\
Prints how many machines there are whose names hold TOKEN.

Usage: NumberOfServers TOKEN CLOUDHOST

A token of a machine type, a region and a build counts the machines of exactly that build.
CLOUDHOST is digitalocean, exoscale, linode or vultr.

Example:
  NumberOfServers ws-lon1-prod digitalocean
";

/// Prints the number.
///
/// # Errors
/// When the provider cannot be asked, or something may be missing in its answer.
pub fn run(words: &[OsString]) -> anyhow::Result<()> {
    let machines = Inquiry::of(words, "a part of a machine's name", "ws-lon1-prod")?.machines()?;
    console::print_lines([machines.items.len().to_string()])?;
    vouch_for(&machines.completeness)
}
