//! The command line.

use std::time::Duration;

use clap::Parser;

use crate::patience;

/// Makes a server of the active build and waits until it runs.
///
/// The words are the size and the name, as the toolkit's scripts pass them. With a cloudhost besides, or without a size,
/// each word is told by what it is. A size that is not given is the one that the build has for the type, and a cloudhost
/// the active one. A run that was cut short is taken up where it stopped: run the same command again.
///
/// The host name goes into the type's cloud-init configuration. Where `ACTIVE_FIREWALLS` is 2 or 3 the toolkit's
/// ConfigureNativeFirewall.sh makes the firewall first (on DigitalOcean right after the droplet is there), and without
/// one no server is made, or stays.
///
/// With `BUILD_FROM_SNAPSHOT="1"` the server is built from the snapshot that is recorded for its type, and on an
/// autoscaler, which has its settings below the home that /home/homedir.dat names, from SNAPSHOTID.
#[derive(Debug, Parser)]
#[command(
    name = "CreateServer",
    version,
    after_help = "Examples:\n  CreateServer s-1vcpu-1gb ws-lon1-test-build-0-Xabc-init-1\n  CreateServer --name db-lon1-test-build-Xabc --size s-1vcpu-1gb --json\n  CreateServer --dry-run NO-1-as-lon1-test-build-Xabc"
)]
pub struct Arguments {
    /// The server's size and its name; more words in any order
    #[arg(value_name = "WORD")]
    pub words: Vec<String>,

    /// The server's name, which tells its type
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,

    /// The provider's word for the size
    #[arg(long, value_name = "SIZE")]
    pub size: Option<String>,

    /// What to build from instead: the provider's word for an operating system, or a snapshot's id
    #[arg(long, value_name = "IMAGE")]
    pub image: Option<String>,

    /// How long to wait until the server runs, such as 90s, 20m or 1h; a bare number is seconds
    #[arg(long, value_name = "DURATION", default_value = "20m", value_parser = patience::parse_limit)]
    pub timeout: Duration,

    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,

    /// Show what would be made, and make nothing
    #[arg(long)]
    pub dry_run: bool,

    /// With --dry-run, print each provider command too
    #[arg(long, short, requires = "dry_run")]
    pub verbose: bool,
}
