//! What every question has for an argument: with all of them given, nothing is asked.

use std::time::Duration;

use clap::Args;

use crate::names::{BuildIdentifier, Cloudhost};
use crate::patience;

/// Which build.
#[derive(Debug, Clone, Args)]
pub struct BuildChoice {
    /// The cloud: digitalocean, exoscale, linode or vultr; asked for when not given
    #[arg(long, value_name = "CLOUDHOST")]
    pub cloudhost: Option<Cloudhost>,

    /// The build's name; asked for when not given
    #[arg(long, value_name = "BUILD")]
    pub build: Option<BuildIdentifier>,

    /// Make it the active build of this build machine
    #[arg(long)]
    pub make_active: bool,
}

/// Which machine of the build, and who logs in.
#[derive(Debug, Clone, Args)]
pub struct MachineChoice {
    /// The machine: its address or name, or 'all' where that makes sense; asked for when not given
    #[arg(long, value_name = "IP|NAME|all")]
    pub machine: Option<String>,

    /// Who logs in; the servers' user of the build when not given
    #[arg(long, value_name = "USER")]
    pub user: Option<String>,

    /// Trust the host keys that the machine shows now, whatever is known of it
    #[arg(long)]
    pub accept_host_key: bool,
}

/// How long it may take, a day unless said otherwise: the wait ends, but not while somebody may still need it.
#[derive(Debug, Clone, Args)]
pub struct TimeLimit {
    /// How long it may take on a machine, such as 90s, 10m or 1h; a bare number is seconds
    #[arg(long, value_name = "DURATION", default_value = "24h", value_parser = patience::parse_limit)]
    pub timeout: Duration,
}
