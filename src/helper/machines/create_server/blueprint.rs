//! What is to be made, as far as this machine knows it. Nothing is asked of the provider here.

use std::path::PathBuf;

use anyhow::{Context, ensure};

use super::Wish;
use crate::build::layout::{Layout, MakerMachine};
use crate::names::{BaseOs, Cloudhost, MachineType, Region, ServerName, SnapshotId};

/// The values of `ACTIVE_FIREWALLS` with which the provider's firewall guards the machines.
const WITH_FIREWALL: [&str; 2] = ["2", "3"];

/// The variables that say whether vultr shields a server; scripts write the one and read the other (contract 01).
const SHIELD_VARIABLES: [&str; 2] = ["ENABLE_DDOS_PROTECTION", "ENABLE_DDOS_PROTECION"];

/// A server on paper.
#[derive(Debug)]
pub struct Blueprint {
    pub name: ServerName,
    pub size: String,
    /// Where it is to be.
    pub region: Region,
    /// What it is built from.
    pub source: Source,
    pub user_data: PathBuf,
    /// The name of the private network.
    pub network: String,
    /// The private network's addresses.
    pub network_range: String,
    /// Whether the provider's firewall guards it.
    pub has_firewall: bool,
    /// Whether the provider shields it from floods of requests.
    pub is_shielded: bool,
    /// The build's public ssh key, on the build machine.
    pub public_key: Option<String>,
}

/// What a server is built from, before the provider is asked about it.
#[derive(Debug, PartialEq, Eq)]
pub enum Source {
    /// An operating system by its name and version.
    System(BaseOs, String),
    /// An image that the provider names so.
    Named(String),
    Snapshot(SnapshotId),
}

impl Blueprint {
    /// The server that `wish` means on this machine.
    pub fn of(wish: &Wish, layout: &dyn Layout) -> anyhow::Result<Self> {
        let kind = wish.name.kind();
        ensure!(
            layout.made_from() == MakerMachine::BuildMachine || kind == MachineType::Webserver,
            "an autoscaler makes webservers only, and {} would be the {kind}",
            wish.name
        );
        let size = match &wish.size {
            Some(size) => size.clone(),
            None => layout
                .required(kind.size_variable())
                .context("the size is not given")?,
        };
        let user_data = layout.cloud_init(kind);
        ensure!(
            user_data.is_file(),
            "the cloud-init configuration '{}' does not exist; build first",
            user_data.display()
        );
        // Exoscale has a network of its own for each zone.
        let network = |variable| match layout.cloudhost() {
            Cloudhost::Exoscale => Ok(String::new()),
            _ => layout.required(variable),
        };
        let firewalls = layout.variable("ACTIVE_FIREWALLS")?;
        let mut shields = Vec::new();
        for variable in SHIELD_VARIABLES {
            shields.push(layout.variable(variable)?);
        }
        Ok(Self {
            name: wish.name.clone(),
            size,
            region: layout.region()?,
            source: Source::of(wish, layout)?,
            user_data,
            network: network("VPC_NAME")?,
            network_range: match layout.made_from() {
                MakerMachine::Autoscaler if layout.cloudhost() != Cloudhost::Vultr => String::new(),
                _ => network("VPC_IP_RANGE")?,
            },
            has_firewall: WITH_FIREWALL.contains(&firewalls.as_str()),
            is_shielded: shields.iter().any(|value| value == "1"),
            public_key: layout.public_key()?,
        })
    }
}

impl Source {
    fn of(wish: &Wish, layout: &dyn Layout) -> anyhow::Result<Self> {
        if let Some(image) = &wish.image {
            let id: Option<SnapshotId> = image.parse().ok();
            let id = id.filter(|id| is_like_a_snapshots(id.as_str(), layout.cloudhost()));
            return Ok(id.map_or_else(|| Self::Named(image.clone()), Self::Snapshot));
        }
        if let Some(id) = layout.snapshot(wish.name.kind())? {
            return Ok(Self::Snapshot(id));
        }
        let os = layout.required("BUILDOS")?.parse()?;
        Ok(Self::System(os, layout.required("BUILDOS_VERSION")?))
    }
}

/// Whether `id` looks like what the provider gives a snapshot, and not like what it calls an operating system.
fn is_like_a_snapshots(id: &str, cloudhost: Cloudhost) -> bool {
    match cloudhost {
        Cloudhost::DigitalOcean => id.bytes().all(|byte| byte.is_ascii_digit()),
        Cloudhost::Linode => id.starts_with("private/"),
        Cloudhost::Exoscale | Cloudhost::Vultr => id.len() == 36 && id.matches('-').count() == 4,
    }
}
