//! What an account has beside machines, snapshots and firewalls: private networks and SSH keys.

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use super::{Provider, State, now_ms, uuid};

/// A private network: digitalocean's, linode's or vultr's VPC, or exoscale's private network.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Vpc {
    pub provider: Provider,
    pub id: String,
    /// The name, linode's label or vultr's description.
    pub name: String,
    pub region: String,
    /// Like `10.0.0.0/16`; exoscale has the three addresses below instead.
    pub range: String,
    pub start_ip: String,
    pub end_ip: String,
    pub netmask: String,
    /// Linode only: the one subnet, whose range is the VPC's.
    pub subnet_id: String,
    pub subnet_label: String,
    /// Digitalocean only: the VPC that a region has of itself.
    pub is_default: bool,
    pub created_ms: u64,
}

/// A public key.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Key {
    pub provider: Provider,
    /// Exoscale's keys go by their name.
    pub id: String,
    pub name: String,
    /// As in its `.pub` file.
    pub public: String,
    /// Made up, not computed from the key.
    pub fingerprint: String,
    pub created_ms: u64,
}

impl State {
    /// Adds a private network; linode's has the subnet `adt-subnet`.
    pub fn add_vpc(
        &mut self,
        provider: Provider,
        name: &str,
        region: &str,
        range: &str,
    ) -> &mut Vpc {
        let n = self.next();
        let subnet = if provider == Provider::Linode {
            (600_000 + self.next()).to_string()
        } else {
            String::new()
        };
        self.vpcs.push(Vpc {
            provider,
            id: if provider == Provider::Linode {
                (300_000 + n).to_string()
            } else {
                uuid(n)
            },
            name: name.to_owned(),
            region: region.to_owned(),
            range: range.to_owned(),
            subnet_label: if subnet.is_empty() {
                String::new()
            } else {
                "adt-subnet".to_owned()
            },
            subnet_id: subnet,
            created_ms: now_ms(),
            ..Vpc::default()
        });
        let last = self.vpcs.len() - 1;
        &mut self.vpcs[last]
    }

    /// Adds a key.
    pub fn add_key(&mut self, provider: Provider, name: &str, public: &str) -> &mut Key {
        let n = self.next();
        let hex = uuid(n).replace('-', "");
        let pairs: Vec<_> = (0..16).map(|i| &hex[2 * i..2 * i + 2]).collect();
        self.keys.push(Key {
            provider,
            id: match provider {
                Provider::DigitalOcean => (40_000_000 + n).to_string(),
                Provider::Linode => (500_000 + n).to_string(),
                Provider::Exoscale => name.to_owned(),
                Provider::Vultr => uuid(n),
            },
            name: name.to_owned(),
            public: public.to_owned(),
            fingerprint: pairs.join(":"),
            created_ms: now_ms(),
        });
        let last = self.keys.len() - 1;
        &mut self.keys[last]
    }

    /// An address of the private network that no machine in it has; empty if its range makes no sense or is full.
    pub fn free_address(&self, vpc: &Vpc) -> String {
        let taken: Vec<Ipv4Addr> = self
            .machines
            .iter()
            .filter(|m| m.provider == vpc.provider && (m.vpc == vpc.id || m.vpc.is_empty()))
            .filter_map(|m| m.private_ip.parse().ok())
            .collect();
        hosts(vpc)
            .into_iter()
            .flatten()
            .map(Ipv4Addr::from_bits)
            .find(|ip| !taken.contains(ip))
            .map_or_else(String::new, |ip| ip.to_string())
    }
}

/// The addresses that machines may have: the gateway has the first.
fn hosts(vpc: &Vpc) -> Option<std::ops::RangeInclusive<u32>> {
    let number = |ip: &str| ip.parse::<Ipv4Addr>().ok().map(Ipv4Addr::to_bits);
    if let (Some(start), Some(end)) = (number(&vpc.start_ip), number(&vpc.end_ip)) {
        return Some(start..=end);
    }
    let (base, prefix) = vpc.range.split_once('/')?;
    let size = 1_u32.checked_shl(32 - prefix.parse::<u32>().ok().filter(|p| *p <= 32)?)?;
    let base = number(base)?;
    Some(base + 2..=base + size.checked_sub(2)?)
}
