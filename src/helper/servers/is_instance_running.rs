//! `IsInstanceRunning TOKEN CLOUDHOST`: whether the machines whose names hold the token run.
//!
//! What the script prints is not stated by the contract, only that it looks at the states of all that match
//! (contract 05). Here `1` means that there is a machine and that every one runs, and `0` anything else.

use std::ffi::OsString;

use super::inquiry::Inquiry;
use super::vouch_for;
use crate::cloud::Machine;
use crate::console;

/// What `IsInstanceRunning --help` prints.
pub const HELP: &str = "\
Prints 1 when there is a machine whose name holds TOKEN and every such machine runs, else 0.

Usage: IsInstanceRunning TOKEN CLOUDHOST

A token of a machine type, a region and a build means the machines of exactly that build.
CLOUDHOST is digitalocean, exoscale, linode or vultr.

Example:
  IsInstanceRunning db-lon1-prod digitalocean
";

/// Prints `1` or `0`.
///
/// # Errors
/// When the provider cannot be asked, or something may be missing in its answer.
pub fn run(words: &[OsString]) -> anyhow::Result<()> {
    let machines = Inquiry::of(words, "a part of a machine's name", "db-lon1-prod")?.machines()?;
    let found = &machines.items;
    let all_run = !found.is_empty() && found.iter().all(Machine::is_running);
    console::print_lines([if all_run { "1" } else { "0" }])?;
    vouch_for(&machines.completeness)
}
