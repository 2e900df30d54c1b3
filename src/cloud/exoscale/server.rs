//! Instances, made and destroyed. exo waits by itself until each of these is done.

use std::time::Duration;

use serde::Deserialize;

use super::Exoscale;
use crate::cloud::rows::Keyed;
use crate::cloud::server::{Firewall, Image, Links, Location, ServerOrder, Servers, found_or_made};
use crate::cloud::{Cloud, Listing, Machine, answered, decode};
use crate::command::{Change, Command, Failure};
use crate::names::BaseOs;

/// How long exo may take to make a private network or to connect a machine to one.
const CHANGE_TIMEOUT: Duration = Duration::from_secs(240);

/// The addresses that a private network gives its machines (contract 07 e24).
const NETWORK_ADDRESSES: [&str; 6] = [
    "--start-ip",
    "10.0.0.20",
    "--end-ip",
    "10.0.0.200",
    "--netmask",
    "255.255.255.0",
];

#[derive(Debug, Deserialize)]
struct SecurityGroup {
    #[serde(deserialize_with = "decode::id")]
    name: String,
}

/// A group's name is unique in an account, and its instances are given it by that.
impl Keyed for SecurityGroup {
    fn key(&self) -> String {
        self.name.clone()
    }
}

#[derive(Debug, Deserialize)]
struct Network {
    #[serde(deserialize_with = "decode::id")]
    id: String,
}

impl Exoscale<'_> {
    fn change(&self, words: &[&str]) -> Result<Change<()>, Failure> {
        let change = Command::changing(&self.exo, words).timeout(CHANGE_TIMEOUT);
        answered::changed(self.runner, &change)
    }

    /// The zone's private network (contract 07 e25, e24), looked for in its zone only: `list` fails when any does.
    fn private_network(&self) -> anyhow::Result<String> {
        let (zone, name) = (self.zone.as_str(), self.network_name());
        let find = || {
            let show = ["compute", "private-network", "show", &name, "--zone", zone];
            let found: Option<Network> =
                self.named(&name, &[&show[..], &["-O", "json"]].concat())?;
            Ok(found.map(|network| network.id))
        };
        let create = [
            "compute",
            "private-network",
            "create",
            &name,
            "--zone",
            zone,
        ];
        let words = [&create[..], &NETWORK_ADDRESSES].concat();
        let what = format!("the private network '{name}'");
        let made = found_or_made(&what, find, || self.change(&words))?;
        Ok(made.or_shown_as("NETWORK_ID"))
    }
}

impl Servers for Exoscale<'_> {
    fn system_image(&self, os: BaseOs, version: &str) -> anyhow::Result<String> {
        Ok(match os {
            BaseOs::Ubuntu => format!("Linux Ubuntu {version} LTS 64-bit"),
            BaseOs::Debian => {
                let code_name = os.code_name(version).unwrap_or_default();
                let (first, rest) = code_name.split_at(code_name.len().min(1));
                format!(
                    "Linux Debian {version} ({}{rest}) 64-bit",
                    first.to_uppercase()
                )
            }
        })
    }

    fn connect(&self, _site: &Location<'_>) -> anyhow::Result<Links> {
        Ok(Links {
            network: self.private_network()?,
            ..Links::default()
        })
    }

    /// Contract 07 e6 and e5.
    fn create_server(
        &self,
        order: &ServerOrder<'_>,
        limit: Duration,
    ) -> Result<Change<()>, Failure> {
        let (template, visibility) = match order.image {
            Image::System(name) => (name.as_str(), "public"),
            Image::Snapshot(id) => (id.as_str(), "private"),
        };
        let size = match order.size {
            full if full.contains('.') => full.to_owned(),
            size => format!("standard.{size}"),
        };
        let user_data = order.user_data.to_string_lossy();
        let create = [
            "compute",
            "instance",
            "create",
            order.name.as_str(),
            "--instance-type",
            &size,
        ];
        let firewall: &[&str] = match &order.links.firewall {
            Some(group) => &["--security-group", group],
            None => &[],
        };
        let template = ["--template", template];
        let zone = ["--zone", order.site.region.as_str()];
        let visibility = ["--template-visibility", visibility];
        let user_data = ["--cloud-init", &user_data];
        let words = if order.site.is_by_autoscaler() {
            [
                &create[..],
                firewall,
                &template,
                &visibility,
                &zone,
                &user_data,
            ]
            .concat()
        } else {
            [
                &create[..],
                firewall,
                &template,
                &zone,
                &visibility,
                &user_data,
            ]
            .concat()
        };
        let create = Command::changing(&self.exo, &words).timeout(limit);
        answered::created(self.runner, &create, order.name.as_str())
    }

    /// A security group, which an instance is given by its name. exo prints nothing at all when the list fails.
    fn firewalls(&self, name: &str) -> Result<Listing<Firewall>, Failure> {
        let list = ["-O", "json", "compute", "security-group", "list"];
        let groups: Listing<SecurityGroup> = self.listing(&list)?;
        let firewalls = groups.map(|group| Firewall {
            id: group.name.clone(),
            name: group.name,
            machine_ids: Vec::new(),
        });
        Ok(firewalls.named(name))
    }

    /// Contract 07 e20, unless the network has the machine already. Of two machines of one name only an id tells which.
    fn complete_server(&self, machine: &Machine, has_twin: bool) -> Result<(), Failure> {
        let name = machine.name.as_str();
        let word = if has_twin { machine.id.as_str() } else { name };
        let is_connected = |leases: Listing<super::Lease>| {
            let mut leases = leases.items.iter();
            leases.any(|lease| lease.instance == name)
        };
        if is_connected(self.leases()?) {
            return Ok(());
        }
        let network = self.network_name();
        let attach = [
            "compute",
            "instance",
            "private-network",
            "attach",
            word,
            &network,
        ];
        let zone = ["--zone", self.zone.as_str()];
        match self.change(&[&attach[..], &zone].concat()) {
            Err(failure) if !is_connected(self.leases()?) => Err(failure),
            _ => Ok(()),
        }
    }

    /// By its public address, or by the one that the private network gave it (contract 07 e26).
    fn machines_at(&self, address: &str) -> Result<Listing<Machine>, Failure> {
        let of_network = self.leases()?.items.into_iter();
        let having_it = of_network.filter(|lease| lease.ip_address == address);
        let names: Vec<String> = having_it.map(|lease| lease.instance).collect();
        let machines = self.machines()?;
        Ok(machines.filter_map(|mut machine| {
            if names.contains(&machine.name) {
                machine.private_addresses.push(address.to_owned());
            }
            machine.has_address(address).then_some(machine)
        }))
    }

    /// Contract 07 e8, by the id since two machines may have one name, and without the question.
    fn destroy_server(&self, machine: &Machine, limit: Duration) -> Result<Change<()>, Failure> {
        let words = [
            "compute",
            "instance",
            "delete",
            "--force",
            &machine.id,
            "--zone",
            &self.zone,
        ];
        let delete = Command::changing(&self.exo, &words).timeout(limit);
        answered::changed(self.runner, &delete)
    }
}
