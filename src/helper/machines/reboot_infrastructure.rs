//! `RebootInfrastructure`: every autoscaler, webserver and database of a build is rebooted (contract 02 §2.7).

use std::time::Duration;

use anyhow::{Context, ensure};
use clap::Parser;

use crate::patience;
use crate::reach::infrastructure::{Choice, Infrastructure, Order, ensure_obeyed, is_agreed_to};
use crate::ssh::PATIENT;

/// Reboots the autoscalers, webservers and databases of a build, in this order and one after the other.
///
/// It shows the machines and asks before it does anything. Authenticators and reverse proxies are left alone. A machine
/// that is gone already is passed over; one that is not reached is named in the end, with status 1.
#[derive(Debug, Parser)]
#[command(
    name = "RebootInfrastructure",
    version,
    after_help = "Examples:\n  RebootInfrastructure\n  RebootInfrastructure --cloudhost vultr --build prod\n  RebootInfrastructure --cloudhost vultr --build prod --yes --timeout 2m"
)]
pub struct Arguments {
    #[command(flatten)]
    choice: Choice,

    /// How long it may take on each machine, such as 90s, 10m or 1h; a bare number is seconds
    #[arg(long, value_name = "DURATION", default_value = "10m", value_parser = patience::parse_limit)]
    timeout: Duration,
}

/// Reboots the machines, once it is agreed to.
///
/// # Errors
/// When there are none, it is not agreed to, or one was not reached.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let infrastructure = Infrastructure::of(&arguments.choice)?;
    infrastructure.show();
    let is_agreed = arguments.choice.yes
        || is_agreed_to("Reboot all of them?").context("nothing was rebooted")?;
    ensure!(
        is_agreed,
        "nothing was rebooted, since the answer was not Y; --yes reboots without asking"
    );
    let order = Order {
        doing: "rebooting",
        done: "rebooted",
        stays_off: false,
        tries: PATIENT,
        limit: arguments.timeout,
    };
    let fates = infrastructure.tell_each(&order, |_| "/usr/sbin/shutdown -r now".to_owned());
    ensure_obeyed(&fates, &order)
}
