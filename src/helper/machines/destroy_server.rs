//! `DestroyServer IP CLOUDHOST`: the end of the one machine that has an address (contract 07, "destroy").
//!
//! A machine that is gone cannot be had back. So it is found by its whole address and never guessed: no machine and
//! several are errors, and an address of a private network, which other networks have too, means a machine of the build.

use std::net::IpAddr;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use clap::Parser;

use crate::build::layout::{self, Layout};
use crate::cloud::{self, Cloud, Machine};
use crate::command::{self, Runner};
use crate::console::{self, StatusLines};
use crate::foreign_text::beginning;
use crate::names::{Cloudhost, MachineType};
use crate::patience;
use crate::waiting::ending;

/// Destroys the one machine that has an address, and waits until it is gone. This cannot be undone.
///
/// A public address may be any machine's; one of a private network must be a machine's of the active build.
#[derive(Debug, Parser)]
#[command(
    name = "DestroyServer",
    version,
    after_help = "Examples:\n  DestroyServer 203.0.113.7 digitalocean\n  DestroyServer 10.0.0.5 linode --timeout 5m\n  DestroyServer --dry-run 203.0.113.7 vultr"
)]
pub struct Arguments {
    /// The machine's public or private address
    #[arg(value_name = "IP")]
    pub address: String,

    /// digitalocean, exoscale, linode or vultr; the active one when not given
    #[arg(value_name = "CLOUDHOST")]
    pub cloudhost: Option<String>,

    /// How long to wait until it is gone, such as 90s, 10m or 1h; a bare number is seconds
    #[arg(long, value_name = "DURATION", default_value = "10m", value_parser = patience::parse_limit)]
    pub timeout: Duration,

    /// Show which machine would be destroyed, and destroy nothing
    #[arg(long)]
    pub dry_run: bool,

    /// With --dry-run, print each provider command too
    #[arg(long, short, requires = "dry_run")]
    pub verbose: bool,
}

impl Arguments {
    /// The address and the cloudhost.
    ///
    /// # Errors
    /// When the address or the cloudhost is missing or is not one.
    pub fn address_and_cloudhost(&self) -> anyhow::Result<(String, Option<Cloudhost>)> {
        let address: Option<IpAddr> = self.address.parse().ok();
        ensure!(
            address.is_some_and(|address| !address.is_unspecified()),
            "'{}' is no address of a machine, so nothing was destroyed; expected one such as 203.0.113.7",
            beginning(&self.address)
        );
        let cloudhost = self.cloudhost.as_deref().map(str::parse).transpose()?;
        Ok((self.address.clone(), cloudhost))
    }
}

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
    let addressed = Addressed {
        address: &address,
        layout: layout.as_ref(),
        cloud: cloud.as_ref(),
    };
    let (first, machine) = (addressed.machine()?, addressed.machine()?);
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

/// A machine by its address.
struct Addressed<'a> {
    address: &'a str,
    layout: &'a dyn Layout,
    cloud: &'a dyn Cloud,
}

impl Addressed<'_> {
    /// The one machine that has the address: the one whose public address it is, or the machine of the build that has
    /// it in its private network.
    ///
    /// # Errors
    /// When there is none, there are several, or it may belong to somebody else.
    fn machine(&self) -> anyhow::Result<Machine> {
        let address = self.address;
        let listing = self.cloud.machines_at(address)?;
        let caveat = listing.completeness.caveat();
        let is_public = |machine: &Machine| machine.public_addresses.iter().any(|it| it == address);
        let (public, private): (Vec<Machine>, Vec<Machine>) =
            listing.items.into_iter().partition(is_public);
        let found = if public.is_empty() {
            self.of_the_build(private)?
        } else {
            public
        };
        let named = found
            .iter()
            .map(|machine| format!("{} ({})", machine.name, machine.id));
        let named = named.collect::<Vec<_>>().join(", ");
        ensure!(
            found.len() <= 1,
            "{} machines have the address {address}, so none was destroyed: {named}; destroy the right one at the provider",
            found.len()
        );
        let only = found.into_iter().next();
        only.with_context(|| {
            format!("no machine has the address {address}, so none was destroyed{caveat}")
        })
    }

    /// Those that belong to the active build: other networks have the same addresses, and once the build's own machine is
    /// gone its address would mean another's.
    fn of_the_build(&self, machines: Vec<Machine>) -> anyhow::Result<Vec<Machine>> {
        let (region, build) = (self.layout.region()?, self.layout.build());
        let cut_at = self.cloud.longest_name();
        let is_ours = |machine: &Machine| {
            let mut kinds = MachineType::ALL.into_iter();
            kinds.any(|kind| kind.names(&machine.name, &region, build, cut_at))
        };
        let (ours, others): (Vec<Machine>, Vec<Machine>) = machines.into_iter().partition(is_ours);
        if let (true, Some(other)) = (ours.is_empty(), others.first()) {
            bail!(
                "{} has the private address {}, but is no machine of the build {build}, so it was not destroyed; give its public \
                 address",
                other.name,
                self.address
            );
        }
        Ok(ours)
    }
}
