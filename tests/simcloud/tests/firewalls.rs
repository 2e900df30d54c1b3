//! Firewalls and their rules, as the toolkit's own firewall scripts make them.

use serde_json::Value;

use crate::sim::{Done, Sim};
use crate::state::{Firewall, Provider, Rule};

fn only(sim: &Sim) -> Firewall {
    let firewalls = sim.state().firewalls;
    assert_eq!(firewalls.len(), 1, "{firewalls:?}");
    firewalls[0].clone()
}

fn rule(protocol: &str, ports: &str, address: &str) -> Rule {
    Rule {
        protocol: protocol.to_owned(),
        ports: ports.to_owned(),
        addresses: vec![address.to_owned()],
        ..Rule::default()
    }
}

fn ok(done: Done) -> Done {
    assert_eq!(done.rc, Some(0), "{done:?}");
    done
}

#[test]
fn digitalocean_makes_one_anew_and_puts_droplets_behind_it() {
    let sim = Sim::new();
    sim.with(|state| {
        state.add_machine(Provider::DigitalOcean, "ws-lon1-b1-1", "lon1");
    });
    let droplet = sim.state().machines[0].id.clone();
    let outbound = "protocol:tcp,ports:all,protocol:tcp,ports:all,address:0.0.0.0/0 protocol:icmp,address:0.0.0.0/0";
    let create = [
        "compute",
        "firewall",
        "create",
        "--name",
        "adt-webserver-b1",
        "--outbound-rules",
        outbound,
    ];
    let made = ok(sim.run("doctl", &create));
    assert!(
        made.text()
            .contains("protocol:tcp,ports:all,address:0.0.0.0/0 protocol:icmp,address:0.0.0.0/0")
    );
    let twin = sim.run("doctl", &create);
    assert_eq!(twin.rc, Some(1));
    assert!(twin.stderr.contains("409") && twin.stderr.contains("duplicate name"));

    let id = only(&sim).id;
    let add = |inbound: &str| {
        sim.run(
            "doctl",
            &[
                "compute",
                "firewall",
                "add-rules",
                &id,
                "--inbound-rules",
                inbound,
                "--outbound-rules",
                outbound,
            ],
        )
    };
    let inbound =
        "protocol:tcp,ports:443,address:0.0.0.0/0 protocol:tcp,ports:1035,address:10.0.0.0/16";
    assert_eq!(ok(add(inbound)).text(), "");
    let rules = only(&sim).rules;
    assert_eq!(
        rules.len(),
        4,
        "outbound rules that are there already stay once"
    );
    assert!(rules.contains(&rule("tcp", "443", "0.0.0.0/0")));
    // One rule without a port, and none is added.
    let refused =
        add("protocol:tcp,ports:,address:10.0.0.0/16 protocol:tcp,ports:22,address:10.0.0.0/16");
    assert!(
        refused.stderr.contains("422") && refused.rc == Some(1),
        "{refused:?}"
    );
    assert_eq!(only(&sim).rules.len(), 4);
    assert_eq!(add("tcp").rc, Some(1));

    let put = format!("doctl compute firewall add-droplets {id} --droplet-ids {droplet}");
    ok(sim.line(&put));
    let row = ok(sim.line("doctl -o json compute firewall list")).json()[0].clone();
    assert_eq!(row["droplet_ids"][0].to_string(), droplet);
    assert_eq!(
        row["inbound_rules"][0]["sources"]["addresses"][0],
        "0.0.0.0/0"
    );
    assert_eq!(row["outbound_rules"][1].get("ports"), None, "icmp has none");
    let delete = format!("doctl compute firewall delete {id}");
    assert_eq!(sim.line(&delete).rc, Some(1), "it asks");
    ok(sim.line(&format!("{delete} --force")));
    assert!(sim.state().firewalls.is_empty());
    assert!(sim.state().machines[0].firewalls.is_empty());
    assert_eq!(sim.line(&format!("{delete} --force")).rc, Some(1));
}

#[test]
fn exoscale_adds_rules_by_name_and_deletes_them_after_a_yes() {
    let sim = Sim::new();
    let group = "exo compute security-group";
    ok(sim.line(&format!("{group} create adt-database-b1")));
    assert_eq!(
        sim.line(&format!("{group} create adt-database-b1")).rc,
        Some(1)
    );
    let add = format!("{group} rule add adt-database-b1");
    ok(sim.line(&format!("{add} --network 10.0.0.0/16 --port 1035")));
    let icmp = format!("{add} --protocol icmp --network 0.0.0.0/0 --icmp-code 0 --icmp-type 8");
    assert!(
        ok(sim.line(&icmp))
            .text()
            .contains("| Name             | adt-database-b1")
    );
    // What becomes of a port that nobody named.
    let refused = sim.line(&format!("{add} --network 10.0.0.0/16 --port"));
    assert_eq!(
        (refused.rc, refused.stderr.as_str()),
        (Some(1), "error: flag needs an argument: --port\n")
    );
    assert_eq!(
        sim.line(&format!("{add} --network 10.0.0.1 --port 1")).rc,
        Some(1)
    );

    let id = only(&sim).id;
    let shown = ok(sim.line(&format!("{group} show {id} -O json"))).json();
    assert_eq!(shown["ingress_rules"][0]["start_port"], 1035);
    assert_eq!(shown["egress_rules"], Value::Array(Vec::new()));
    let first = shown["ingress_rules"][0]["id"].as_str().expect("an id");
    let delete = format!("{group} rule delete {id} {first}");
    assert_eq!(sim.line(&delete).rc, Some(1), "nobody says yes");
    assert_eq!(only(&sim).rules.len(), 2);
    ok(sim.line(&format!("{delete} --force")));
    assert_eq!(only(&sim).rules[0].protocol, "icmp");
}

#[test]
fn linode_replaces_the_rules() {
    let sim = Sim::new();
    let create = "linode-cli firewalls create --json --label adt-webserver-b1 --rules.inbound_policy DROP \
                  --rules.outbound_policy ACCEPT";
    let made = ok(sim.line(create)).json();
    let id = made[0]["id"].to_string();
    let twin = sim.line(create);
    assert!(
        twin.rc == Some(2) && twin.stderr.contains("Request failed: 400"),
        "{twin:?}"
    );

    let inbound = r#"[{"addresses":{"ipv4":["10.0.0.0/16"]},"action":"ACCEPT","protocol":"TCP","ports":"1-65535"},{"addresses":{"ipv4":["0.0.0.0/0"]},"action":"ACCEPT","protocol":"ICMP"}]"#;
    let update = |inbound: &str| {
        let line =
            "firewalls rules-update --inbound_policy DROP --outbound_policy ACCEPT --inbound";
        let words: Vec<_> = line.split(' ').chain([inbound, &id]).collect();
        sim.run("linode-cli", &words)
    };
    // As linode-cli 5.69.0 printed it.
    let table = "\
│ ACCEPT │       │ TCP      │ 1-65535 │         │             │
├────────┼───────┼──────────┼─────────┼─────────┼─────────────┤
│ ACCEPT │       │ ICMP     │         │         │             │
└────────┴───────┴──────────┴─────────┴─────────┴─────────────┘
outbound                                                     
┌────────┬───────┬──────────┬───────┬─────────┬─────────────┐
";
    for _ in 0..2 {
        let text = ok(update(inbound)).text();
        assert!(text.contains(table), "{text}");
        assert_eq!(only(&sim).rules.len(), 2);
    }
    let accepted = Rule {
        action: "ACCEPT".to_owned(),
        ..rule("tcp", "1-65535", "10.0.0.0/16")
    };
    assert_eq!(only(&sim).rules[0], accepted);
    assert_eq!(update("[{]").rc, Some(2));
    let listed = ok(sim.line("linode-cli --json firewalls list")).json();
    assert_eq!(listed[0]["rules"]["inbound"][1]["protocol"], "ICMP");
    ok(update("[]"));
    assert!(only(&sim).rules.is_empty());
}

#[test]
fn vultr_makes_a_group_without_a_name_and_numbers_its_rules() {
    let sim = Sim::new();
    let made = ok(sim.line("vultr firewall group create -o json")).json();
    let id = made["firewall_group"]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let update = format!("vultr firewall group update {id} --description adt-autoscaler-b1");
    ok(sim.line(&update));
    let rule = format!("vultr firewall rule create {id}");
    for rest in [
        "--protocol=tcp --port=1035 --size=32 --ip-type=v4 --subnet=203.0.113.9/32",
        "--protocol=tcp --port=443 --size=32 --ip-type=v4 --source=cloudflare --subnet=10.0.0.0/8",
        "--protocol icmp --size 32 --ip-type v4 -s 0.0.0.0/0",
    ] {
        ok(sim.line(&format!("{rule} {rest}")));
    }
    assert_eq!(
        sim.line(&format!("{rule} --protocol=tcp --size=32")).rc,
        Some(1)
    );
    ok(sim.line(&format!("vultr firewall rule delete {id} 2")));
    let list = format!("vultr firewall rule list {id} -o json");
    let rules = ok(sim.line(&list)).json();
    let numbers: Vec<_> = rules["firewall_rules"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|r| r["id"].to_string())
        .collect();
    assert_eq!(numbers, ["1", "3"]);
    let groups = ok(sim.line("vultr firewall group list -o json")).json();
    assert_eq!(groups["firewall_groups"][0]["rule_count"], 2);
    assert_eq!(
        groups["firewall_groups"][0]["description"],
        "adt-autoscaler-b1"
    );
    assert_eq!(sim.line("vultr firewall rule list x -o json").rc, Some(1));
}

/// Whatever is wrong with a list of machines can be wrong with a list of firewalls.
#[test]
fn lists_are_paged_and_struck() {
    for (provider, tool, list) in [
        (
            Provider::DigitalOcean,
            "doctl",
            "doctl -o json compute firewall list",
        ),
        (
            Provider::Exoscale,
            "exo",
            "exo -O json compute security-group list",
        ),
        (
            Provider::Linode,
            "linode-cli",
            "linode-cli --json firewalls list",
        ),
        (
            Provider::Vultr,
            "vultr",
            "vultr firewall group list -o json",
        ),
    ] {
        let sim = Sim::new();
        sim.with(|state| {
            for n in 0..102 {
                state.add_firewall(provider, &format!("fw-{n}"));
            }
        });
        let pages = matches!(provider, Provider::Linode | Provider::Vultr);
        assert_eq!(ok(sim.line(list)).rows(), if pages { 100 } else { 102 });
        if provider == Provider::Vultr {
            let first = sim.line(list).json();
            assert_eq!(first["meta"]["total"], 102);
            let next = first["meta"]["links"]["next"].as_str().expect("a cursor");
            assert_eq!(
                sim.line(&format!("{list} --per-page 100 --cursor {next}"))
                    .rows(),
                2
            );
        }
        if provider == Provider::Linode {
            assert_eq!(sim.line(&format!("{list} --all-rows")).rows(), 102);
        }
        let strike = |kind: &str| sim.fault(tool, kind, 0).line(list);
        // A list of one page is whole with doctl.
        let most = if provider == Provider::DigitalOcean {
            102
        } else {
            51
        };
        assert!(strike("partial-list").rows() <= most);
        assert_ne!(strike("401").rc, Some(0));
        assert!(strike("non-utf8").stdout.contains(&0xff));
        assert!(strike("empty-stdout").stdout.is_empty());
    }
}
