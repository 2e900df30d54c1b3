//! `GetServerPrivateIPAddresses TOKEN CLOUDHOST`: the private addresses of the machines whose names hold the token.

use std::ffi::OsString;

use super::inquiry::Inquiry;
use super::vouch_for;
use crate::console;
use crate::names::Cloudhost;

/// What `GetServerPrivateIPAddresses --help` prints.
pub const HELP: &str = "\
Prints the private addresses of the machines whose names hold TOKEN, a line each, on linode all on one line.

Usage: GetServerPrivateIPAddresses TOKEN CLOUDHOST

A token of a machine type, a region and a build finds the machines of exactly that build; on vultr
NOT_SET finds all machines. CLOUDHOST is digitalocean, exoscale, linode or vultr. No machine is no
error and prints nothing.

Example:
  GetServerPrivateIPAddresses ws-lon1-prod digitalocean
";

/// The token that means every machine on vultr (contract 05).
const EVERY_MACHINE: &str = "NOT_SET";

/// Prints the addresses.
///
/// # Errors
/// When the provider cannot be asked.
pub fn run(words: &[OsString]) -> anyhow::Result<()> {
    let inquiry = Inquiry::of(words, "a part of a machine's name", "ws-lon1-prod")?;
    let cloud = inquiry.cloud()?;
    let is_every = inquiry.cloudhost == Cloudhost::Vultr && inquiry.subject == EVERY_MACHINE;
    let filter = (!is_every).then(|| inquiry.filter(cloud.as_ref()));
    let listing = cloud.private_addresses(filter.as_ref())?;
    let mut addresses = listing.items;
    let passed_over = inquiry.addresses_of_twins()?;
    addresses.retain(|address| !passed_over.contains(address));
    if inquiry.cloudhost == Cloudhost::Linode && !addresses.is_empty() {
        // The script's list has blanks between the addresses (contract 05).
        addresses = vec![addresses.join(" ")];
    }
    console::print_lines(addresses)?;
    vouch_for(&listing.completeness)
}
