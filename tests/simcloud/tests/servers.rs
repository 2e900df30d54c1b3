//! Servers are made and destroyed with the commands of `CreateServer` and `DestroyServer`, and remember what they were made from.

use std::fs;
use std::time::{Duration, Instant};

use crate::sim::{Done, Sim, finish};
use crate::state::{Machine, Provider};
use crate::world::{self, LONG_MS};

const YAML: &str = "#cloud-config\nhostname: \"ws\"\n";

/// As the build machine gives it, with a firewall.
const INTERFACES: &str = r#" [ { "purpose": "public", "firewall_id": FIREWALL, "default_route": { "ipv4": true }, "public": { "ipv4": { "addresses": [ { "address": "auto", "primary": true, "nat_1_1_address": "auto" } ] } } }, { "purpose": "vpc", "firewall_id": FIREWALL, "vpc": { "ipv4": { "addresses": [ { "address": "auto", "primary": true } ] } , "subnet_id": 600001 } } ]"#;

pub fn usual(provider: Provider) -> Sim {
    let sim = Sim::new();
    sim.with(|state| world::usual(state, provider));
    fs::write(sim.work().join("ws.yaml"), YAML).expect("the user data is written");
    sim
}

fn newest(sim: &Sim) -> Machine {
    sim.state().machines.last().expect("a machine").clone()
}

/// The argument list that makes a server of a snapshot, as the build machine has it.
fn from_snapshot(sim: &Sim, provider: Provider) -> Vec<String> {
    let state = sim.state();
    let id = state.snapshots.last().map_or("", |s| &s.id);
    let firewall = state.firewalls.last().map_or("", |f| &f.id);
    let line = match provider {
        Provider::DigitalOcean => format!(
            "doctl compute droplet create ws-new --ssh-keys 40000001 --size s-1vcpu-1gb --image {id} --region lon1 \
             --vpc-uuid bbdaff43-918c-573a-b92f-4cdf10ab0b3b --user-data-file ws.yaml"
        ),
        Provider::Exoscale => format!(
            "exo compute instance create ws-new --instance-type standard.tiny --security-group adt-webserver-b1 \
             --template {id} --zone ch-gva-2 --template-visibility private --cloud-init ws.yaml"
        ),
        Provider::Linode => format!(
            "linode-cli linodes create --root_pass sEcret-9 --region gb-lon --image {id} --firewall_id={firewall} \
             --type g6-standard-1 --label ws-new --no-defaults --interface_generation linode --interfaces INTERFACES \
             --metadata.user_data I2Nsb3VkLWNvbmZpZwpob3N0bmFtZTogIndzIgo= --disk_encryption enabled"
        ),
        Provider::Vultr => format!(
            "vultr instance create --label=ws-new --region=lhr --plan=vc2-1c-2gb --snapshot={id} --ipv6=false \
             --firewall-group={firewall} --ddos=false --userdata=YAML --vpc-enable --vpc-ids \
             4f1d1f4c-0000-4000-8000-000000000001"
        ),
    };
    let words = line.split_whitespace().map(|word| match word {
        "INTERFACES" => INTERFACES.replace("FIREWALL", firewall),
        "--userdata=YAML" => format!("--userdata={YAML}"),
        word => word.to_owned(),
    });
    words.collect()
}

fn create(sim: &Sim, provider: Provider) -> Done {
    if provider == Provider::Exoscale {
        sim.with(|state| {
            world::template(state, "ws-template");
        });
    }
    if provider != Provider::DigitalOcean {
        sim.with(|state| {
            state.add_firewall(provider, "adt-webserver-b1");
        });
    }
    let argv = from_snapshot(sim, provider);
    let argv: Vec<&str> = argv.iter().map(String::as_str).collect();
    sim.run(argv[0], &argv[1..])
}

const ALL: [Provider; 4] = [
    Provider::DigitalOcean,
    Provider::Exoscale,
    Provider::Linode,
    Provider::Vultr,
];

#[test]
fn a_server_remembers_what_it_was_made_from() {
    for provider in ALL {
        let sim = usual(provider);
        let done = create(&sim, provider);
        assert_eq!(done.rc, Some(0), "{done:?}");
        let state = sim.state();
        let machine = newest(&sim);
        let snapshot = state.snapshots.last().expect("a snapshot");
        assert_eq!(machine.name, "ws-new");
        assert_eq!(
            (&machine.from_snapshot, &machine.image),
            (&snapshot.id, &snapshot.id)
        );
        assert_eq!(machine.user_data, YAML, "{provider:?}");
        assert!(!machine.size.is_empty() && machine.public_ip.starts_with("203."));
        match provider {
            Provider::DigitalOcean => {
                assert_eq!(machine.keys, ["40000001"]);
                assert_eq!(machine.vpc, "bbdaff43-918c-573a-b92f-4cdf10ab0b3b");
                assert_eq!(machine.private_ip, "10.105.0.2");
            }
            Provider::Exoscale => {
                assert_eq!(
                    (machine.vpc.as_str(), machine.private_ip.as_str()),
                    ("", "")
                );
            }
            Provider::Linode => {
                assert_eq!(
                    (machine.vpc.as_str(), machine.private_ip.as_str()),
                    ("300001", "10.0.0.2")
                );
                assert!(machine.has_root_pass && machine.interfaces.starts_with("[ {"));
            }
            Provider::Vultr => assert_eq!(machine.private_ip, "10.9.0.2"),
        }
        if provider != Provider::DigitalOcean {
            assert_eq!(
                machine.firewalls,
                [state.firewalls.last().expect("a firewall").id.clone()]
            );
        }
        let table = sim.admin(&["machines"]).text();
        let row = table.lines().last().expect("a row");
        assert!(row.starts_with("ws-new "), "{table}");
        assert!(
            row.contains(&format!("snapshot {} ({})", snapshot.id, snapshot.name)),
            "{table}"
        );
        assert!(
            row.ends_with(&format!("running    {}", machine.public_ip)),
            "{table}"
        );
    }
}

#[test]
fn a_server_is_new_for_a_while() {
    for (provider, list, new, running) in [
        (
            Provider::DigitalOcean,
            "doctl compute droplet list -o json",
            "new",
            "active",
        ),
        (
            Provider::Exoscale,
            "exo compute instance list -z ch-gva-2 -O json",
            "starting",
            "running",
        ),
        (
            Provider::Linode,
            "linode-cli linodes list --json",
            "provisioning",
            "running",
        ),
        (
            Provider::Vultr,
            "vultr instance list -o json",
            "pending",
            "active",
        ),
    ] {
        let sim = usual(provider);
        sim.with(|state| state.config.server_ms = 300);
        let start = Instant::now();
        assert_eq!(create(&sim, provider).rc, Some(0));
        // Of the four only exo waits until it runs.
        let waited = start.elapsed() >= Duration::from_millis(250);
        assert_eq!(waited, provider == Provider::Exoscale, "{provider:?}");
        let status = |sim: &Sim| {
            let json = sim.line(list).json();
            let rows = json
                .get("instances")
                .unwrap_or(&json)
                .as_array()
                .cloned()
                .expect("a list");
            let row = rows
                .into_iter()
                .find(|row| row.to_string().contains("ws-new"))
                .expect("the server");
            row.get("status")
                .or(row.get("state"))
                .expect("a status")
                .clone()
        };
        sim.with(|state| state.machines.last_mut().expect("it").ready_ms = u64::MAX);
        assert_eq!(status(&sim), new);
        sim.with(|state| state.machines.last_mut().expect("it").ready_ms = 0);
        assert_eq!(status(&sim), running);
    }
    let sim = usual(Provider::DigitalOcean);
    sim.with(|state| state.config.server_ms = LONG_MS);
    let made = sim.line(
        "doctl compute droplet create x --size s --image debian-13-x64 --region lon1 -o json",
    );
    assert_eq!(made.json()[0]["networks"], serde_json::json!({}));
    let id = &made.json()[0]["id"];
    let got = sim
        .line(&format!("doctl compute droplet get {id} -o json"))
        .json();
    assert_eq!(
        (&got[0]["status"], &got[0]["networks"]),
        (&"new".into(), &serde_json::json!({}))
    );
    assert_eq!(got[0]["image"]["slug"], "debian-13-x64");
    assert!(newest(&sim).from_snapshot.is_empty());
}

#[test]
fn what_a_fault_leaves_of_a_server() {
    for provider in ALL {
        let repeats = provider != Provider::Linode;
        for (kind, rc, made) in [
            ("500", None, 0),
            ("401", None, 0),
            ("refused", None, 0),
            ("cut", None, 0),
            ("lost-answer-once", None, 1),
            (
                "lost-answer",
                repeats.then_some(0),
                if repeats { 2 } else { 1 },
            ),
            ("garbage-stdout", Some(0), 1),
            ("empty-stdout", Some(0), 1),
        ] {
            let sim = usual(provider);
            let before = sim.state().machines.len();
            sim.fault("*", kind, 0);
            let done = create(&sim, provider);
            assert_eq!(
                done.rc == Some(0),
                rc == Some(0),
                "{provider:?} {kind} {done:?}"
            );
            assert_eq!(
                sim.state().machines.len() - before,
                made,
                "{provider:?} {kind}"
            );
        }
        let sim = usual(provider);
        sim.fault("*", "errored", 0);
        let done = create(&sim, provider);
        assert_eq!(done.rc, Some(i32::from(provider == Provider::Exoscale)));
        assert!(newest(&sim).is_new(), "it never runs");
        let table = sim.admin(&["machines"]).text();
        assert!(
            table.lines().last().expect("a row").contains(" new "),
            "{table}"
        );
    }
}

#[test]
fn secrets_are_not_logged() {
    let sim = usual(Provider::Linode);
    create(&sim, Provider::Linode);
    let log = fs::read_to_string(sim.dir().join("calls.jsonl")).expect("the log");
    assert!(!log.contains("sEcret-9"));
    assert_eq!(
        (&sim.calls()[0]["secret_argv"], &sim.calls()[0]["argv"][3]),
        (&true.into(), &"[hidden]".into())
    );

    // Without a value it comes from the environment, or is asked for.
    let argv: Vec<_> = "linodes create --root_pass --region gb-lon --image linode/debian13 --type g6-nanode-1 --label other"
        .split(' ')
        .collect();
    let mut command = sim.command("linode-cli", &argv);
    assert_eq!(
        finish(command.env("LINODE_CLI_ROOT_PASS", "sEcret-9")).rc,
        Some(0)
    );
    assert!(newest(&sim).has_root_pass);
    assert!(sim.calls()[1].get("secret_argv").is_none());
    assert_eq!(sim.run("linode-cli", &argv).rc, Some(1));
}

#[test]
fn a_server_needs_an_image_that_can_be_used() {
    let sim = usual(Provider::Linode);
    sim.with(|state| world::pending(state, "ws-nightly"));
    let done = create(&sim, Provider::Linode);
    assert_eq!(done.rc, Some(2), "{done:?}");
    assert_eq!(sim.state().machines.len(), 3);

    let sim = usual(Provider::Exoscale);
    let snapshot = sim.state().snapshots[0].id.clone();
    let line = format!(
        "exo compute instance create x --instance-type standard.small --template {snapshot} --template-visibility private --zone ch-gva-2"
    );
    assert_eq!(sim.line(&line).rc, Some(1), "a snapshot is no template");
    assert_eq!(
        sim.state().keys.len(),
        1,
        "the key for this one instance stays"
    );
}
