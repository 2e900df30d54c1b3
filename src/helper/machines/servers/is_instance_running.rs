//! `IsInstanceRunning TOKEN CLOUDHOST`: whether the machine whose name holds the token runs (contract 09, 10 §1.1).
//!
//! The build scripts and the autoscaler wait until it prints the word `running`, and look at nothing else.

use std::ffi::OsString;

use super::ensure_all_was_seen;
use super::inquiry::Inquiry;
use crate::console;

/// What `IsInstanceRunning --help` prints.
pub const HELP: &str = "\
Prints 'running' when the one machine whose name holds TOKEN runs, else 'not running'.

Usage: IsInstanceRunning TOKEN CLOUDHOST

A machine of exactly that name is the one that is meant. Several machines are 'not running'. Nothing is
printed when the provider gives no answer, or one in which the machine may be missing.
CLOUDHOST is digitalocean, exoscale, linode or vultr.

Example:
  IsInstanceRunning db-lon1-prod-Xabc digitalocean
";

/// Prints `running` or `not running`.
///
/// # Errors
/// When the provider cannot be asked, or its answer may lack the machine.
pub fn run(words: &[OsString]) -> anyhow::Result<()> {
    let machines = Inquiry::of(words, "a machine's name", "db-lon1-prod-Xabc")?.machines()?;
    let runs = match machines.items.as_slice() {
        [] => {
            ensure_all_was_seen(&machines.completeness)?;
            false
        }
        [only] => only.is_running(),
        [one, other, ..] => {
            console::say(format_args!(
                "IsInstanceRunning: cannot tell which machine is meant, {} ({}) or {} ({}); name one",
                one.name, one.id, other.name, other.id
            ));
            false
        }
    };
    Ok(console::print_lines([if runs {
        "running"
    } else {
        "not running"
    }])?)
}
