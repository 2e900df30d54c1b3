//! The end of the machines at the provider, each once however many addresses it has.

use std::time::Duration;

use anyhow::{Context, ensure};

use crate::cloud::Cloud;
use crate::console;
use crate::foreign_text::on_one_line;
use crate::reach::Host;
use crate::reach::infrastructure::{Infrastructure, at_provider, called};
use crate::waiting::ending;

/// Destroys `machines` one after the other, waiting at most for `limit` until each is gone.
///
/// # Errors
/// When one is still there in the end; the others are gone then all the same.
pub fn destroy(
    infrastructure: &Infrastructure,
    machines: &[&Host],
    limit: Duration,
) -> anyhow::Result<()> {
    let cloud = infrastructure
        .reach
        .cloud()
        .context("nothing was destroyed")?;
    let mut left = Vec::new();
    for machine in machines {
        if let Err(why) = destroy_one(cloud.as_ref(), machine, limit) {
            let name = on_one_line(&machine.name);
            console::say(format_args!("{name}: not destroyed: {why:#}"));
            left.push(called(machine));
        }
    }
    console::say(format_args!(
        "A managed database is no machine and stays; if the build has one, delete it at the provider."
    ));
    ensure!(
        left.is_empty(),
        "{} of {} machines were not destroyed: {}; destroy them with 'adt-helpers DestroyServer ADDRESS {}'",
        left.len(),
        machines.len(),
        left.join(", "),
        infrastructure.reach.build.cloudhost()
    );
    Ok(())
}

fn destroy_one(cloud: &dyn Cloud, machine: &Host, limit: Duration) -> anyhow::Result<()> {
    let Some(first) = at_provider(cloud, machine)? else {
        return Ok(());
    };
    let Some(found) = at_provider(cloud, machine)? else {
        return Ok(());
    };
    ending::ensure_same(&first, &found)?;
    console::say(format_args!(
        "destroying {} ({})",
        on_one_line(&found.name),
        found.id
    ));
    ending::destroy(cloud, &found, limit)
}
