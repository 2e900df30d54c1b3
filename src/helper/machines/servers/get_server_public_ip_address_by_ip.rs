//! `GetServerPublicIPAddressByIP IP CLOUDHOST`: the public address of the machine that has a private one.

use std::ffi::OsString;

use super::inquiry::Inquiry;
use crate::console;

/// What `GetServerPublicIPAddressByIP --help` prints.
pub const HELP: &str = "\
Prints the public address of the machine that has the address IP in the private network.

Usage: GetServerPublicIPAddressByIP IP CLOUDHOST

CLOUDHOST is digitalocean, exoscale, linode or vultr. No machine is no error and prints nothing.

Example:
  GetServerPublicIPAddressByIP 10.0.0.3 digitalocean
";

/// Prints the address.
///
/// # Errors
/// When the provider cannot be asked.
pub fn run(words: &[OsString]) -> anyhow::Result<()> {
    let inquiry = Inquiry::of(words, "an address", "10.0.0.3")?;
    let addresses = inquiry
        .cloud()?
        .public_addresses_by_private(&inquiry.subject)?;
    Ok(console::print_lines(addresses)?)
}
