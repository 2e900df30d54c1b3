//! `ListServerIDs TOKEN CLOUDHOST`: the ids of the machines whose names hold the token.

use std::ffi::OsString;

use super::inquiry::Inquiry;
use super::vouch_for;
use crate::console;

/// What `ListServerIDs --help` prints.
pub const HELP: &str = "\
Prints the ids of the machines whose names hold TOKEN, a line each, in the provider's order.

Usage: ListServerIDs TOKEN CLOUDHOST

A token of a machine type, a region and a build finds the machines of exactly that build.
CLOUDHOST is digitalocean, exoscale, linode or vultr. No machine is no error and prints nothing.

Example:
  ListServerIDs ws-lon1-prod digitalocean
";

/// Prints the ids.
///
/// # Errors
/// When the provider cannot be asked, or something may be missing in its answer.
pub fn run(words: &[OsString]) -> anyhow::Result<()> {
    let inquiry = Inquiry::of(words, "a part of a machine's name", "ws-lon1-prod")?;
    let machines = inquiry.machines_and_twins()?;
    console::print_lines(machines.items.iter().map(|machine| &machine.id))?;
    vouch_for(&machines.completeness)
}
