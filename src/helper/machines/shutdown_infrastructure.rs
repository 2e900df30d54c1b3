//! `ShutdownInfrastructure`: every autoscaler, webserver and database of a build is halted, and destroyed if that is
//! wanted too (contract 02 §2.8).
//!
//! The servers' own scripts do the halting; a webserver's makes backups first. So a machine whose script failed may hold
//! what nothing else does, and is not destroyed unless a person who was told so agrees.

mod destroying;

use std::time::Duration;

use anyhow::{Context, ensure};
use clap::Parser;

use crate::ask;
use crate::console;
use crate::foreign_text::on_one_line;
use crate::patience;
use crate::reach::Host;
use crate::reach::infrastructure::{
    Choice, Fate, Infrastructure, Order, ensure_obeyed, is_agreed_to,
};
use crate::ssh::{HALTING, User};

/// Halts the autoscalers, webservers and databases of a build, in this order and one after the other.
///
/// A webserver makes its backups first. It shows the machines and asks before it does anything, and asks once more before
/// it destroys any machine at the provider, which cannot be undone. Authenticators and reverse proxies are left alone. A
/// machine that is gone already is passed over; one that is not reached is named in the end, with status 1.
#[derive(Debug, Parser)]
#[command(
    name = "ShutdownInfrastructure",
    version,
    after_help = "Examples:\n  ShutdownInfrastructure\n  ShutdownInfrastructure --cloudhost vultr --build prod --yes\n  ShutdownInfrastructure --cloudhost vultr --build prod --yes --destroy"
)]
pub struct Arguments {
    #[command(flatten)]
    choice: Choice,

    /// Destroy each machine that was shut down, too, without asking
    #[arg(long, requires = "yes")]
    destroy: bool,

    /// How long halting may take on each machine, and destroying it, such as 90s, 10m or 1h; a bare number is seconds
    #[arg(long, value_name = "DURATION", default_value = "1h", value_parser = patience::parse_limit)]
    timeout: Duration,
}

/// Halts the machines, once it is agreed to, and destroys them once that is agreed to.
///
/// # Errors
/// When there are none, it is not agreed to, or one was not shut down or not destroyed.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let infrastructure = Infrastructure::of(&arguments.choice)?;
    let user = infrastructure.reach.scripts_user()?;
    infrastructure.show();
    let is_agreed = arguments.choice.yes
        || is_agreed_to("Shut all of them down?").context("nothing was shut down")?;
    ensure!(
        is_agreed,
        "nothing was shut down, since the answer was not Y; --yes shuts down without asking"
    );
    let order = Order {
        doing: "shutting down",
        done: "shut down",
        stays_off: true,
        tries: HALTING,
        limit: arguments.timeout,
    };
    let mut fates = infrastructure.tell_each(&order, |machine| halting(machine, &user));
    let doomed = doomed(&fates, arguments)?;
    if !doomed.is_empty() {
        destroying::destroy(&infrastructure, &doomed, arguments.timeout)?;
        fates.retain(|(machine, _)| !doomed.contains(machine));
    }
    ensure_obeyed(&fates, &order)
}

/// The machines that are to be destroyed too.
fn doomed<'a>(fates: &[(&'a Host, Fate)], arguments: &Arguments) -> anyhow::Result<Vec<&'a Host>> {
    let with = |wanted: Fate| {
        let found = fates.iter().filter(move |(_, fate)| *fate == wanted);
        found.map(|(machine, _)| *machine)
    };
    let (down, failed): (Vec<_>, Vec<_>) =
        (with(Fate::Obeyed).collect(), with(Fate::Failed).collect());
    if arguments.destroy {
        return Ok(down);
    }
    let all: Vec<&Host> = fates
        .iter()
        .filter(|(_, fate)| *fate != Fate::Gone)
        .map(|(machine, _)| *machine)
        .collect();
    if arguments.choice.yes || all.is_empty() {
        return Ok(Vec::new());
    }
    if !failed.is_empty() {
        let names: Vec<String> = failed
            .iter()
            .map(|machine| on_one_line(&machine.name))
            .collect();
        console::say(format_args!(
            "Not shut down, and so perhaps without a backup: {}",
            names.join(", ")
        ));
    }
    let question = format!(
        "Destroy all {} machines at the provider as well? This cannot be undone.",
        all.len()
    );
    if ask::agrees(&question)? {
        return Ok(all);
    }
    console::say(format_args!("no machine was destroyed"));
    Ok(Vec::new())
}

/// The server's own script that ends its work and halts it.
fn halting(machine: &Host, user: &User) -> String {
    format!(
        "/home/{}/utilities/housekeeping/ShutdownThis{}.sh halt",
        user.as_str(),
        machine.kind.script_suffix()
    )
}
