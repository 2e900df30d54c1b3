//! The state as a tool sees it, at one moment and perhaps distorted by a fault.

use std::path::PathBuf;

use crate::state::{Firewall, Key, Kind, Machine, Provider, Snapshot, State, Vpc};

/// A moment that does not come.
const NEVER: u64 = u64::MAX;

/// How a fault distorts what a tool sees or does.
#[derive(Clone, Debug, Default)]
pub struct Twist {
    /// Lists leave out what was created within this time.
    pub hide_new_ms: u64,
    /// Lists lose their second half.
    pub partial: bool,
    /// A snapshot made now will fail, a machine made now will never run.
    pub errored: bool,
    /// A machine is never busy, so that a repeated request makes a second snapshot.
    pub never_busy: bool,
}

/// How far a snapshot is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Pending,
    Ready,
    Failed,
}

pub struct Cloud {
    pub state: State,
    pub now: u64,
    /// The simulated cloud's directory.
    pub dir: PathBuf,
    pub twist: Twist,
}

impl Cloud {
    /// The provider's machines that lists may show; the caller still cuts.
    pub fn machines(&self, provider: Provider) -> Vec<&Machine> {
        self.state
            .machines
            .iter()
            .filter(|m| m.provider == provider && self.is_listed(m.created_ms))
            .collect()
    }

    /// The machine of that id.
    pub fn machine(&self, provider: Provider, id: &str) -> Option<&Machine> {
        self.state
            .machines
            .iter()
            .find(|m| m.provider == provider && m.id == id)
    }

    /// The provider's snapshots that lists may show, in the order in which they were made; the caller still cuts.
    pub fn snapshots(&self, provider: Provider, kind: Kind) -> impl Iterator<Item = &Snapshot> {
        self.of(provider, kind)
            .filter(|s| self.is_listed(s.created_ms))
    }

    /// The snapshot of that id, however new.
    pub fn snapshot(&self, provider: Provider, kind: Kind, id: &str) -> Option<&Snapshot> {
        self.of(provider, kind).find(|s| s.id == id)
    }

    fn of(&self, provider: Provider, kind: Kind) -> impl Iterator<Item = &Snapshot> {
        self.state
            .snapshots
            .iter()
            .filter(move |s| s.provider == provider && s.kind == kind)
    }

    pub fn phase(&self, snapshot: &Snapshot) -> Phase {
        match (self.now < snapshot.ready_ms, snapshot.failed) {
            (true, _) => Phase::Pending,
            (false, true) => Phase::Failed,
            (false, false) => Phase::Ready,
        }
    }

    /// Whether a snapshot of the machine is being made.
    pub fn is_busy(&self, provider: Provider, machine_id: &str) -> bool {
        let mine = |s: &&Snapshot| {
            s.provider == provider && s.kind != Kind::Template && s.machine_id == machine_id
        };
        !self.twist.never_busy
            && self
                .state
                .snapshots
                .iter()
                .filter(mine)
                .any(|s| self.phase(s) == Phase::Pending)
    }

    /// Starts to make a snapshot, image or template.
    pub fn make(&mut self, kind: Kind, name: &str, machine: &Machine) -> Snapshot {
        let snapshot = Snapshot {
            provider: machine.provider,
            kind,
            id: self.state.snapshot_id(machine.provider),
            name: name.to_owned(),
            machine_id: machine.id.clone(),
            machine_name: machine.name.clone(),
            region: machine.region.clone(),
            created_ms: self.now,
            ready_ms: self.now + self.state.config.snapshot_ms,
            failed: self.twist.errored,
            ..Snapshot::default()
        };
        self.state.snapshots.push(snapshot.clone());
        snapshot
    }

    /// Starts to make a machine as it is wanted; its id and its addresses are given here.
    pub fn boot(&mut self, wanted: Machine) -> Machine {
        let provider = wanted.provider;
        let ready_ms = if self.twist.errored {
            NEVER
        } else {
            self.now + self.state.config.server_ms
        };
        let vpc = self.state.vpcs.iter().find(|v| v.id == wanted.vpc);
        let in_vpc = vpc.map(|vpc| self.state.free_address(vpc));
        let made = self
            .state
            .add_machine(provider, &wanted.name, &wanted.region);
        let in_default_vpc = match provider {
            Provider::DigitalOcean => made.private_ip.clone(),
            Provider::Exoscale | Provider::Linode | Provider::Vultr => String::new(),
        };
        *made = Machine {
            id: made.id.clone(),
            public_ip: made.public_ip.clone(),
            private_ip: in_vpc.unwrap_or(in_default_vpc),
            created_ms: self.now,
            ready_ms,
            ..wanted
        };
        made.clone()
    }

    /// The provider's private networks that lists may show; the caller still cuts.
    pub fn vpcs(&self, provider: Provider) -> Vec<&Vpc> {
        let mine = |v: &&Vpc| v.provider == provider && self.is_listed(v.created_ms);
        self.state.vpcs.iter().filter(mine).collect()
    }

    /// The private network of that id.
    pub fn vpc(&self, provider: Provider, id: &str) -> Option<&Vpc> {
        let mine = |v: &&Vpc| v.provider == provider && v.id == id;
        self.state.vpcs.iter().find(mine)
    }

    /// The provider's firewalls that lists may show; the caller still cuts.
    pub fn firewalls(&self, provider: Provider) -> Vec<&Firewall> {
        let mine = |f: &&Firewall| f.provider == provider && self.is_listed(f.created_ms);
        self.state.firewalls.iter().filter(mine).collect()
    }

    /// The firewall of that id.
    pub fn firewall(&self, provider: Provider, id: &str) -> Option<&Firewall> {
        let mine = |f: &&Firewall| f.provider == provider && f.id == id;
        self.state.firewalls.iter().find(mine)
    }

    /// The machines that the firewall protects.
    pub fn protected<'a>(&'a self, firewall: &'a Firewall) -> impl Iterator<Item = &'a Machine> {
        self.state
            .machines
            .iter()
            .filter(|m| m.provider == firewall.provider && m.firewalls.contains(&firewall.id))
    }

    /// The provider's keys that lists may show; the caller still cuts.
    pub fn keys(&self, provider: Provider) -> Vec<&Key> {
        let mine = |k: &&Key| k.provider == provider && self.is_listed(k.created_ms);
        self.state.keys.iter().filter(mine).collect()
    }

    /// Deletes a snapshot; false if there is none of that id.
    pub fn delete_snapshot(&mut self, provider: Provider, kind: Kind, id: &str) -> bool {
        let before = self.state.snapshots.len();
        self.state
            .snapshots
            .retain(|s| s.provider != provider || s.kind != kind || s.id != id);
        self.state.snapshots.len() < before
    }

    /// Deletes a machine; false if there is none of that id.
    pub fn delete_machine(&mut self, provider: Provider, id: &str) -> bool {
        let before = self.state.machines.len();
        self.state
            .machines
            .retain(|m| m.provider != provider || m.id != id);
        self.state.machines.len() < before
    }

    /// The rows that a list shows; a partial list loses its second half, and with doctl every page but the first.
    pub fn cut<T>(&self, mut rows: Vec<T>) -> Vec<T> {
        if self.twist.partial {
            rows.truncate(rows.len() / 2);
        }
        rows
    }

    pub fn is_listed(&self, created_ms: u64) -> bool {
        let hidden_ms = self.state.config.list_lag_ms.max(self.twist.hide_new_ms);
        hidden_ms == 0 || created_ms + hidden_ms <= self.now
    }
}
