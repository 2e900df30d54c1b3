//! `DestroyServer IP CLOUDHOST`: the end of the one machine that has an address (contract 07, "destroy").
//!
//! A machine that is gone cannot be had back. So it is found by its whole address and never guessed: no machine and
//! several are errors, and an address of a private network, which other networks have too, means a machine of the build.

mod arguments;
mod target;

pub use arguments::Arguments;
use target::Target;

use crate::build::layout;
use crate::cloud;
use crate::command::{self, Runner};
use crate::console::{self, StatusLines};
use crate::waiting::ending;

/// Destroys the machine that `arguments` name and waits until it is gone.
///
/// # Errors
/// When it is not found, is not the only one, or is still there in the end.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let status = StatusLines::inherited();
    let (address, cloudhost) = arguments.address_and_cloudhost()?;
    let layout = layout::of_this_machine(cloudhost)?;
    let runner =
        Runner::new(layout.redactor()?, arguments.dry_run).showing_commands(arguments.verbose);
    command::watch_for_interrupts()?;
    let cloud = cloud::open(layout.cloudhost(), &layout.account()?, &runner)?;
    let target = Target {
        address: &address,
        layout: layout.as_ref(),
        cloud: cloud.as_ref(),
    };
    let (first, machine) = (target.machine()?, target.machine()?);
    ending::ensure_same(&first, &machine)?;
    let verb = if arguments.dry_run {
        "would destroy"
    } else {
        "destroying"
    };
    console::say(format_args!("{verb} {} ({})", machine.name, machine.id));
    ending::destroy(cloud.as_ref(), &machine, arguments.timeout)?;
    if !arguments.dry_run {
        let line = format!(
            "Destroyed the machine {} with the address {address}",
            machine.name
        );
        status.tell("DestroyServer", &line);
    }
    Ok(())
}
