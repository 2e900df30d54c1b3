//! Firewalls and their rules.

use serde::{Deserialize, Serialize};

use super::{Provider, State, now_ms, uuid};

/// A firewall, exoscale's security group or vultr's firewall group. Which machines it protects is kept with these.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Firewall {
    pub provider: Provider,
    pub id: String,
    /// The name, linode's label or vultr's description.
    pub name: String,
    pub created_ms: u64,
    /// Vultr's keep the number that they were given; `inbound` and `outbound` stand mixed, as they came.
    pub rules: Vec<Rule>,
    /// Linode only: what becomes of traffic that no rule names.
    pub inbound_policy: String,
    pub outbound_policy: String,
}

/// What a firewall lets through.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rule {
    /// Exoscale's UUID or vultr's number; empty: the provider's rules have none.
    pub id: String,
    pub is_outbound: bool,
    /// In lower case.
    pub protocol: String,
    /// A port, a range of them or `all`, in the provider's notation; empty: the protocol has none.
    pub ports: String,
    /// The networks, in CIDR notation.
    pub addresses: Vec<String>,
    /// Vultr only: `cloudflare` instead of the network.
    pub source: String,
    /// Vultr only: the bits of the network's mask.
    pub subnet_size: u64,
    /// Linode only: `ACCEPT` or `DROP`.
    pub action: String,
}

impl State {
    /// Adds a firewall that protects nothing yet and has no rules.
    pub fn add_firewall(&mut self, provider: Provider, name: &str) -> &mut Firewall {
        let n = self.next();
        self.firewalls.push(Firewall {
            provider,
            id: if provider == Provider::Linode {
                (200_000 + n).to_string()
            } else {
                uuid(n)
            },
            name: name.to_owned(),
            created_ms: now_ms(),
            inbound_policy: "DROP".to_owned(),
            outbound_policy: "ACCEPT".to_owned(),
            ..Firewall::default()
        });
        let last = self.firewalls.len() - 1;
        &mut self.firewalls[last]
    }

    /// The provider's firewall of that id.
    pub fn firewall_mut(&mut self, provider: Provider, id: &str) -> Option<&mut Firewall> {
        let mine = |f: &&mut Firewall| f.provider == provider && f.id == id;
        self.firewalls.iter_mut().find(mine)
    }
}
