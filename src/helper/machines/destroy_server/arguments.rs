//! The command line.

use std::net::IpAddr;
use std::time::Duration;

use anyhow::ensure;
use clap::Parser;

use crate::names::{Cloudhost, beginning};
use crate::patience;

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
