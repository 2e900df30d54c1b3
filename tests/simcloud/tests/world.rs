//! What was in the clouds when the recordings were made.

use crate::state::{Disk, Kind, Machine, Provider, Snapshot, State, now_ms};

/// The key that digitalocean had.
const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA8zLmG3zC6vQp5yVQ0r0K9mZ0q3o3J1m1m1m1m1m1m1 ops@example";

/// 2026-01-01.
const JANUARY_MS: u64 = 1_767_225_600_000;

/// Long enough not to end during a test.
pub const LONG_MS: u64 = 3_600_000;

pub const EXO_FIRST: &str = "cd613e30-d8f1-4adf-91b7-584a2265b1f5";

/// The machines and the one finished snapshot that were there for most recordings.
pub fn usual(state: &mut State, provider: Provider) {
    for (id, name, region) in machines(provider) {
        machine(state, provider, id, name, region);
    }
    account(state, provider);
    let first = state.machines[0].clone();
    let snapshot = add(state, &first, "ws-snap-0001");
    match provider {
        Provider::DigitalOcean => "180001010".clone_into(&mut snapshot.id),
        Provider::Exoscale => "35bf992d-c9e9-4616-a12e-7696a6cecc1b".clone_into(&mut snapshot.id),
        Provider::Vultr => "1a2b8f1f-f1fd-42a2-9755-d4c13a902931".clone_into(&mut snapshot.id),
        Provider::Linode => {
            "private/30001027".clone_into(&mut snapshot.id);
            snapshot.region.clear();
        }
    }
}

/// The private networks, firewalls and keys.
fn account(state: &mut State, provider: Provider) {
    match provider {
        Provider::DigitalOcean => {
            let regions = [
                "nyc1", "nyc3", "sfo3", "ams3", "sgp1", "lon1", "fra1", "tor1", "blr1", "syd1",
            ];
            for (n, region) in regions.iter().enumerate() {
                let name = format!("default-{region}");
                let range = format!("10.{}.0.0/20", 100 + n);
                let vpc = state.add_vpc(provider, &name, region, &range);
                vpc.is_default = true;
                if *region == "lon1" {
                    "bbdaff43-918c-573a-b92f-4cdf10ab0b3b".clone_into(&mut vpc.id);
                }
            }
            let key = state.add_key(provider, "k1", KEY);
            "40000001".clone_into(&mut key.id);
            "aa:bb:cc".clone_into(&mut key.fingerprint);
        }
        Provider::Exoscale => {
            state.add_firewall(provider, "default");
        }
        Provider::Linode => {
            let vpc = state.add_vpc(provider, "old-vpc", "gb-lon", "10.0.0.0/16");
            "300001".clone_into(&mut vpc.id);
            "600001".clone_into(&mut vpc.subnet_id);
            vpc.created_ms = JANUARY_MS;
        }
        Provider::Vultr => {
            let vpc = state.add_vpc(provider, "old-vpc", "lhr", "10.9.0.0/16");
            "4f1d1f4c-0000-4000-8000-000000000001".clone_into(&mut vpc.id);
            vpc.created_ms = JANUARY_MS;
        }
    }
}

fn machines(provider: Provider) -> Vec<(&'static str, &'static str, &'static str)> {
    match provider {
        Provider::DigitalOcean => vec![
            ("500001001", "ws-lon1-b1-0001", "lon1"),
            ("500001004", "ws-lon1-b1-0002", "lon1"),
            ("500001007", "ws-lon1-b1-0003", "lon1"),
        ],
        Provider::Exoscale => vec![
            (EXO_FIRST, "ws-ch-gva-2-b1-0001", "ch-gva-2"),
            (
                "1e2feb89-414c-443c-9027-c4d1c386bbc4",
                "ws-ch-gva-2-b1-0002",
                "ch-gva-2",
            ),
            (
                "78e51061-7311-48a3-82ce-6f447ed4d57b",
                "ws-ch-gva-2-b1-0003",
                "ch-gva-2",
            ),
            (
                "e4b06ce6-0741-47a8-bce4-2c8218072e8c",
                "ws-de-fra-1-b1-0001",
                "de-fra-1",
            ),
        ],
        Provider::Linode => vec![
            ("70001015", "ws-gb-lon-b1-0001", "gb-lon"),
            ("70001019", "ws-gb-lon-b1-0002", "gb-lon"),
            ("70001023", "ws-gb-lon-b1-0003", "gb-lon"),
        ],
        Provider::Vultr => vec![
            (
                "9b810e76-6ec9-4286-a3ca-828dd5f4b3b2",
                "ws-lhr-b1-0001",
                "lhr",
            ),
            (
                "b2221a58-008a-45a6-8464-7159c324c985",
                "ws-lhr-b1-0002",
                "lhr",
            ),
            (
                "cd447e35-b8b6-48fe-842e-3d437204e52d",
                "ws-lhr-b1-0003",
                "lhr",
            ),
        ],
    }
}

/// 450 machines with a snapshot each, 1200 if the recording says so.
pub fn many(state: &mut State, provider: Provider, count: usize) {
    let (_, name, region) = machines(provider)[0];
    let stem = name.trim_end_matches("0001");
    for n in 1..=count {
        state.add_machine(provider, &format!("{stem}{n:04}"), region);
        let machine = state.machines[n - 1].clone();
        let snapshot = add(state, &machine, &format!("ws-snap-{n:04}"));
        if provider == Provider::Linode {
            snapshot.region.clear();
        }
    }
}

/// A machine as it was recorded: exoscale's had no private network, linode's no VPC.
pub fn machine<'a>(
    state: &'a mut State,
    provider: Provider,
    id: &str,
    name: &str,
    region: &str,
) -> &'a mut Machine {
    let machine = state.add_machine(provider, name, region);
    id.clone_into(&mut machine.id);
    match provider {
        Provider::Exoscale => machine.private_ip.clear(),
        Provider::Linode => {
            machine.private_ip.clear();
            if id == "70001015" {
                machine.disks = vec![
                    disk(140_001_017, "Debian 12 Disk", "ext4", 25088),
                    disk(140_001_018, "512 MB Swap Image", "swap", 512),
                ];
            }
        }
        Provider::DigitalOcean | Provider::Vultr => (),
    }
    machine
}

/// A finished snapshot of a machine.
pub fn add<'a>(state: &'a mut State, machine: &Machine, name: &str) -> &'a mut Snapshot {
    let snapshot = state.add_snapshot(machine.provider, name, &machine.id);
    // Those recorded were made without the flag.
    snapshot.no_cloud_init = true;
    snapshot
}

/// A snapshot of the first machine that is still being made.
pub fn pending(state: &mut State, name: &str) {
    let first = state.machines[0].clone();
    let snapshot = add(state, &first, name);
    snapshot.ready_ms = now_ms() + LONG_MS;
}

/// A template that is registered.
pub fn template(state: &mut State, name: &str) {
    let first = state.machines[0].clone();
    add(state, &first, name).kind = Kind::Template;
}

fn disk(id: u64, label: &str, filesystem: &str, size: u64) -> Disk {
    Disk {
        id,
        label: label.into(),
        filesystem: filesystem.into(),
        size,
    }
}
