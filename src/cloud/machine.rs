//! Machines as a provider lists them.

/// A machine at a provider: a droplet, instance or linode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    pub id: String,
    pub name: String,
    /// The provider's word for its state.
    pub status: String,
    /// Whether the provider says that it is switched off: `off` (DigitalOcean), `stopped` (Exoscale; Vultr's power
    /// status) or `offline` (Linode).
    pub is_off: bool,
    /// Its addresses in the provider's order, those that `GetServerIPAddresses` prints.
    pub public_addresses: Vec<String>,
    /// Its addresses in the private network, as far as a list of machines tells them.
    pub private_addresses: Vec<String>,
}

/// A machine in the build's private network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkMember {
    /// The machine's name or label.
    pub name: String,
    /// Its addresses in the network, in the provider's order.
    pub addresses: Vec<String>,
}

impl Machine {
    /// Whether `address` is one of its addresses, public or private.
    pub fn has_address(&self, address: &str) -> bool {
        let mut addresses = self.public_addresses.iter().chain(&self.private_addresses);
        addresses.any(|known| known == address)
    }

    /// Whether the provider says that it runs: `active` (DigitalOcean, Vultr) or `running` (Exoscale, Linode).
    pub fn is_running(&self) -> bool {
        matches!(self.status.as_str(), "active" | "running")
    }

    /// Whether it runs and can be reached.
    pub fn is_ready(&self) -> bool {
        self.is_running() && !self.public_addresses.is_empty()
    }
}
