//! `GetServerName IP CLOUDHOST`: the name of the machine that has an address.

use std::ffi::OsString;

use super::inquiry::Inquiry;
use super::vouch_for;
use crate::cloud::Machine;
use crate::console;
use crate::names::Cloudhost;

/// What `GetServerName --help` prints.
pub const HELP: &str = "\
Prints the name of the machine that has the public address IP; on digitalocean a private one will do.

Usage: GetServerName IP CLOUDHOST

CLOUDHOST is digitalocean, exoscale, linode or vultr. No machine is no error and prints nothing.

Example:
  GetServerName 203.0.113.7 digitalocean
";

/// Prints the name.
///
/// # Errors
/// When the provider cannot be asked, or something may be missing in its answer.
pub fn run(words: &[OsString]) -> anyhow::Result<()> {
    // AdjustBuildMachineFirewall, which cron starts each minute, asks so and ignores the answer (contract 09, 10 §1.5); what
    // is said on standard error would be mailed each minute. Without an address, its one word is the empty cloudhost.
    if words.len() <= 2 && words.last().is_some_and(|cloudhost| cloudhost.is_empty()) {
        return Ok(());
    }
    let inquiry = Inquiry::of(words, "an address", "203.0.113.7")?;
    let machines = inquiry.cloud()?.machines()?;
    let address = inquiry.subject.as_str();
    // Private addresses repeat from network to network, so the scripts look at them on DigitalOcean only (contract 07).
    let has_it = |machine: &&Machine| match inquiry.cloudhost {
        Cloudhost::DigitalOcean => machine.has_address(address),
        _ => machine
            .public_addresses
            .iter()
            .any(|known| known == address),
    };
    let found = machines.items.iter().filter(has_it);
    let names = found.map(|machine| &machine.name);
    console::print_lines(names.filter(|name| !name.is_empty()))?;
    vouch_for(&machines.completeness)
}
