//! What the simulated cloud remembers: `state.json`, `faults.json` and `counters.json` in its directory.
//!
//! This file depends on no module but those in `state/`, which it brings along, so that a test can include it with
//! `#[path = "simcloud/state.rs"]` and write the state directly.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

#[path = "state/account.rs"]
mod account;
#[path = "state/fault.rs"]
mod fault;
#[path = "state/firewall.rs"]
mod firewall;

pub use account::{Key, Vpc};
pub use fault::*;
pub use firewall::*;

/// Whose machine or snapshot it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    #[default]
    DigitalOcean,
    Exoscale,
    Linode,
    Vultr,
}

/// What a machine can be made from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A snapshot of digitalocean, exoscale or vultr.
    #[default]
    Snapshot,
    /// An exoscale template.
    Template,
    /// A private linode image.
    Image,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
#[allow(clippy::struct_field_names, reason = "the unit belongs to the name")]
pub struct Config {
    /// How long a new snapshot, image or template takes to become usable.
    pub snapshot_ms: u64,
    /// How long a new machine takes until it runs.
    pub server_ms: u64,
    /// How long a new object is missing from lists; by its id it is found at once.
    pub list_lag_ms: u64,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Disk {
    pub id: u64,
    pub label: String,
    pub filesystem: String,
    pub size: u64,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Machine {
    pub provider: Provider,
    pub id: String,
    pub name: String,
    pub region: String,
    pub public_ip: String,
    /// Empty: the machine has no private address.
    pub private_ip: String,
    /// Linode only: what its list names besides the public address.
    pub more_addresses: Vec<String>,
    /// Empty: the provider's word for a running machine.
    pub status: String,
    pub created_ms: u64,
    /// Until then it is new, whatever `status` says: digitalocean's and vultr's have no address, and none can be reached.
    pub ready_ms: u64,
    /// What it was made from, as it was asked for: a slug, an id or a name. Empty: the provider's Debian 12.
    pub image: String,
    /// The id of the snapshot, template or private image that it was made from; empty: a public image.
    pub from_snapshot: String,
    /// The size, type or plan. Empty: the smallest.
    pub size: String,
    /// Plain text, however it was handed over.
    pub user_data: String,
    /// The id of its private network. Empty: the provider's default, or none.
    pub vpc: String,
    /// The ids of its firewalls.
    pub firewalls: Vec<String>,
    /// The ids of the keys that it was made with; on linode the keys themselves, on exoscale their names.
    pub keys: Vec<String>,
    /// Linode only: whether it was given a root password; which one is kept nowhere.
    pub has_root_pass: bool,
    /// Linode only: the interfaces, as JSON.
    pub interfaces: String,
    /// Linode only. Empty: one ext4 disk and one swap disk.
    pub disks: Vec<Disk>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Snapshot {
    pub provider: Provider,
    pub kind: Kind,
    pub id: String,
    /// The name, linode's label or vultr's description.
    pub name: String,
    pub machine_id: String,
    pub machine_name: String,
    pub region: String,
    pub created_ms: u64,
    /// From when on it is usable, or known to have failed.
    pub ready_ms: u64,
    pub failed: bool,
    /// In the provider's own unit; 0: what the recordings show.
    pub size: u64,
    /// An exoscale template's default user.
    pub user: String,
    /// What else the same list shows: digitalocean's `volume`, linode's `automatic`. Empty: one of a machine.
    pub sort: String,
    /// A linode image made without `--cloud_init true`.
    pub no_cloud_init: bool,
}

/// A digitalocean action.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Action {
    pub id: u64,
    pub droplet_id: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub started_ms: u64,
    pub ready_ms: u64,
    pub errored: bool,
    pub region: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    pub config: Config,
    pub machines: Vec<Machine>,
    pub snapshots: Vec<Snapshot>,
    pub actions: Vec<Action>,
    pub vpcs: Vec<Vpc>,
    pub firewalls: Vec<Firewall>,
    pub keys: Vec<Key>,
    /// How many objects were ever made; ids follow from it.
    pub made: u64,
}

impl Machine {
    /// Whether it is still being made.
    pub fn is_new(&self) -> bool {
        now_ms() < self.ready_ms
    }
}

impl State {
    /// Reads the state; without a file it is empty.
    pub fn load(dir: &Path) -> io::Result<Self> {
        load(&dir.join("state.json"))
    }

    /// Replaces the state in one step.
    pub fn save(&self, dir: &Path) -> io::Result<()> {
        save(&dir.join("state.json"), self)
    }

    /// Adds a running machine with addresses and an id of its own.
    pub fn add_machine(&mut self, provider: Provider, name: &str, region: &str) -> &mut Machine {
        let n = self.next();
        let (high, low) = (n >> 8 & 255, n & 255);
        self.machines.push(Machine {
            provider,
            id: match provider {
                Provider::DigitalOcean => (500_000_000 + n).to_string(),
                Provider::Linode => (70_000_000 + n).to_string(),
                Provider::Exoscale | Provider::Vultr => uuid(n),
            },
            name: name.to_owned(),
            region: region.to_owned(),
            public_ip: format!("203.{}.{high}.{low}", n >> 16),
            private_ip: format!("10.{}.{high}.{low}", n >> 16),
            created_ms: now_ms(),
            ..Machine::default()
        });
        let last = self.machines.len() - 1;
        &mut self.machines[last]
    }

    /// Adds a usable snapshot, image or template of a machine (which need not exist).
    pub fn add_snapshot(
        &mut self,
        provider: Provider,
        name: &str,
        machine_id: &str,
    ) -> &mut Snapshot {
        let kind = if provider == Provider::Linode {
            Kind::Image
        } else {
            Kind::Snapshot
        };
        let id = self.snapshot_id(provider);
        let machine = self
            .machines
            .iter()
            .find(|m| m.provider == provider && m.id == machine_id);
        let (machine_name, region) =
            machine.map_or_else(Default::default, |m| (m.name.clone(), m.region.clone()));
        let now = now_ms();
        self.snapshots.push(Snapshot {
            provider,
            kind,
            id,
            name: name.to_owned(),
            machine_id: machine_id.to_owned(),
            machine_name,
            region,
            created_ms: now,
            ready_ms: now,
            ..Snapshot::default()
        });
        let last = self.snapshots.len() - 1;
        &mut self.snapshots[last]
    }

    /// The id of the provider's next snapshot: no two are ever the same, and a run repeated gives the same ones.
    pub fn snapshot_id(&mut self, provider: Provider) -> String {
        loop {
            let n = self.next();
            let id = match provider {
                Provider::DigitalOcean => (180_000_000 + n).to_string(),
                Provider::Linode => format!("private/{}", 30_000_000 + n),
                Provider::Exoscale | Provider::Vultr => uuid(n),
            };
            if !self.snapshots.iter().any(|s| s.id == id) {
                return id;
            }
        }
    }

    /// The next number; the first is 1001.
    pub fn next(&mut self) -> u64 {
        self.made += 1;
        1000 + self.made
    }
}

/// Waits for the directory's lock; it is held until the file is dropped.
pub fn lock(dir: &Path) -> io::Result<File> {
    let file = File::options()
        .create(true)
        .append(true)
        .open(dir.join("lock"))?;
    file.lock()?;
    Ok(file)
}

/// Milliseconds since 1970.
pub fn now_ms() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |d| d.as_secs() * 1000 + u64::from(d.subsec_millis()))
}

/// A UUID that depends on nothing but the number.
pub fn uuid(n: u64) -> String {
    let (a, b) = (mix(2 * n), mix(2 * n + 1));
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        a >> 32,
        a >> 16 & 0xffff,
        a & 0xfff,
        0x8000 | b >> 48 & 0x3fff,
        b & 0xffff_ffff_ffff
    )
}

/// splitmix64.
fn mix(n: u64) -> u64 {
    let z = n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

fn load<T: Default + for<'de> Deserialize<'de>>(path: &Path) -> io::Result<T> {
    match fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map_err(|e| io::Error::other(format!("{}: {e}", path.display()))),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(T::default()),
        Err(e) => Err(e),
    }
}

fn save<T: Serialize>(path: &Path, value: &T) -> io::Result<()> {
    let new = path.with_extension(format!("json.{}", std::process::id()));
    fs::write(&new, serde_json::to_vec(value)?)?;
    fs::rename(&new, path)
}
