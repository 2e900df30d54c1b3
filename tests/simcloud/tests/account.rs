//! Private networks, keys and firewalls, and the end of servers.

use crate::servers::usual;
use crate::sim::Sim;
use crate::state::{Kind, Provider};

#[test]
fn a_private_network_is_made_and_joined() {
    let sim = usual(Provider::Exoscale);
    let list = "exo compute private-network list -O json";
    assert_eq!(sim.line(list).text(), "[]\n");
    let make = "exo compute private-network create adt_private_net_ch-gva-2 --zone ch-gva-2 --start-ip 10.0.0.20 \
                --end-ip 10.0.0.200 --netmask 255.255.255.0";
    assert_eq!(sim.line(make).rc, Some(0));
    assert_eq!(sim.line(list).json()[0]["name"], "adt_private_net_ch-gva-2");
    for (n, ip) in [(1, "10.0.0.20"), (2, "10.0.0.21")] {
        let attach = format!(
            "exo compute instance private-network attach ws-ch-gva-2-b1-000{n} adt_private_net_ch-gva-2 --zone ch-gva-2"
        );
        assert_eq!(sim.line(&attach).rc, Some(0));
        assert_eq!(sim.line(&attach).rc, Some(1), "it is attached already");
        let show =
            "exo compute private-network show adt_private_net_ch-gva-2 --zone ch-gva-2 -O json";
        assert_eq!(sim.line(show).json()["leases"][n - 1]["ip_address"], ip);
    }
}

#[test]
fn keys_firewalls_and_networks() {
    let sim = usual(Provider::DigitalOcean);
    let key = sim.run(
        "doctl",
        &[
            "compute",
            "ssh-key",
            "create",
            "k2",
            "--public-key",
            "ssh-ed25519 AAAA you@example",
        ],
    );
    assert_eq!(key.rc, Some(0));
    let keys = sim.line("doctl compute ssh-key list -o json").json();
    assert_eq!(
        (keys[1]["name"].as_str(), keys[1]["id"].is_u64()),
        (Some("k2"), true)
    );

    let id = sim
        .admin(&[
            "firewall",
            "--cloudhost",
            "digitalocean",
            "--name",
            "adt-webserver-b1",
        ])
        .text();
    let add = format!(
        "doctl compute firewall add-droplets {} --droplet-ids 500001001,500001004",
        id.trim()
    );
    assert_eq!(sim.line(&add).rc, Some(0));
    let firewalls = sim.line("doctl compute firewall list -o json").json();
    assert_eq!(
        firewalls[0]["droplet_ids"],
        serde_json::json!([500_001_001, 500_001_004])
    );
    assert_eq!(
        sim.line("doctl compute firewall add-droplets x --droplet-ids 500001001")
            .rc,
        Some(1)
    );

    let sim = usual(Provider::Linode);
    let make = "linode-cli vpcs create --no-defaults --label adt-vpc --region gb-lon --subnets.label adt-subnet --subnets.ipv4 10.0.0.0/24";
    assert_eq!(sim.line(make).rc, Some(0));
    let vpcs = sim.line("linode-cli vpcs list --no-defaults --json").json();
    let subnets = sim
        .line(&format!(
            "linode-cli vpcs subnets-list {} --no-defaults --json",
            vpcs[1]["id"]
        ))
        .json();
    assert_eq!(subnets[0]["id"], vpcs[1]["subnets"][0]["id"]);

    for (provider, list) in [
        (Provider::Linode, "linode-cli --json firewalls list"),
        (Provider::Vultr, "vultr firewall group list -o json"),
        (
            Provider::Exoscale,
            "exo -O json compute security-group list",
        ),
    ] {
        let sim = Sim::new();
        sim.with(|state| {
            state.add_firewall(provider, "adt-webserver-b1");
        });
        let done = sim.line(list);
        assert_eq!((done.rc, done.rows()), (Some(0), 1), "{done:?}");
        assert!(done.text().contains("adt-webserver-b1"));
    }
}

#[test]
fn servers_are_destroyed() {
    let sim = usual(Provider::DigitalOcean);
    assert_eq!(
        sim.line("doctl -force compute droplet delete 500001001").rc,
        Some(0)
    );
    assert_eq!(
        sim.line("doctl compute droplet delete 500001004 --force")
            .rc,
        Some(0)
    );
    assert_eq!(
        sim.line("doctl compute droplet create ws-lon1-b1-0003 --size s --image debian-12-x64")
            .rc,
        Some(0)
    );
    // Two of one name: neither is deleted.
    assert_eq!(
        sim.line("doctl compute droplet delete ws-lon1-b1-0003 --force")
            .rc,
        Some(1)
    );
    assert_eq!(sim.state().machines.len(), 2);
    assert_eq!(sim.admin(&["destroy-all"]).text(), "2 machines destroyed\n");
    assert!(sim.state().machines.is_empty());
    // What a server was made from outlives it.
    assert_eq!(sim.state().snapshots[0].kind, Kind::Snapshot);

    let sim = usual(Provider::Linode);
    for line in [
        "linode-cli linodes shutdown 70001015",
        "linode-cli linodes delete 70001015",
    ] {
        let done = sim.line(line);
        assert_eq!((done.rc, done.text().as_str()), (Some(0), ""));
    }
    assert_eq!(sim.state().machines.len(), 2);
}
