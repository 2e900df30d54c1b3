//! What every question has for an argument: with all of them given, nothing is asked.

use clap::Args;

use crate::names::{BuildIdentifier, Cloudhost};

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
