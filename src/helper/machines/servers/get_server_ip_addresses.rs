//! `GetServerIPAddresses TOKEN CLOUDHOST`: the public addresses of the machines whose names hold the token.

use std::ffi::OsString;

use super::inquiry::Inquiry;
use super::vouch_for;
use crate::console;

/// What `GetServerIPAddresses --help` prints.
pub const HELP: &str = "\
Prints the public addresses of the machines whose names hold TOKEN, a line each, in the provider's order.

Usage: GetServerIPAddresses TOKEN CLOUDHOST

A token of a machine type, a region and a build finds the machines of exactly that build.
CLOUDHOST is digitalocean, exoscale, linode or vultr. No machine is no error and prints nothing.

Example:
  GetServerIPAddresses ws-lon1-prod digitalocean
";

/// Prints the addresses.
///
/// # Errors
/// When the provider cannot be asked, or something may be missing in its answer.
pub fn run(words: &[OsString]) -> anyhow::Result<()> {
    let machines = Inquiry::of(words, "a part of a machine's name", "ws-lon1-prod")?.machines()?;
    let found = machines.items.iter();
    console::print_lines(found.flat_map(|machine| &machine.public_addresses))?;
    vouch_for(&machines.completeness)
}
