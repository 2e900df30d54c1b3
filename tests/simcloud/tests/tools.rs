//! Paging, the call log and the administrative commands.

use std::fs;

use crate::sim::{Sim, finish};
use crate::state::Provider;
use crate::world;

#[test]
fn linode_cli_shows_a_page_of_a_hundred() {
    let sim = Sim::new();
    sim.with(|state| world::many(state, Provider::Linode, 450));
    let rows = |flags: &str| {
        sim.line(&format!(
            "linode-cli linodes list --no-defaults --json {flags}"
        ))
    };
    assert_eq!(rows("").rows(), 100);
    assert_eq!(rows("--page 5").rows(), 50);
    assert_eq!(rows("--page 9").rc, Some(2));
    assert_eq!(rows("--page-size 500 --suppress-warnings").rows(), 450);
    assert_eq!(rows("--all-rows").rows(), 450);
    assert_eq!(rows("--label ws-gb-lon-b1-0002").rows(), 1);
    let images = sim.line("linode-cli images list --json").json();
    assert_eq!(
        (&images[0]["is_public"], &images[8]["is_public"]),
        (&true.into(), &false.into())
    );
    assert_eq!(
        sim.line("linode-cli images list --json --is_public false --all-rows")
            .rows(),
        450
    );
    let id = images[8]["id"].as_str().expect("an id");
    assert_eq!(
        sim.line(&format!("linode-cli images view {id} --json"))
            .json()[0],
        images[8]
    );
    assert_eq!(
        sim.line(&format!("linode-cli images delete {id}")).rc,
        Some(0)
    );
    assert_eq!(
        sim.line(&format!("linode-cli images view {id} --json")).rc,
        Some(2)
    );
}

#[test]
fn linode_addresses_and_disks() {
    let sim = Sim::new();
    sim.with(|state| {
        state.add_machine(Provider::Linode, "ws", "gb-lon");
    });
    let machine = sim.state().machines[0].clone();
    let ips = sim
        .line(&format!(
            "linode-cli linodes ips-list {} --json",
            machine.id
        ))
        .json();
    assert_eq!(
        ips[0]["ipv4"]["vpc"][0]["address"],
        machine.private_ip.as_str()
    );
    assert_eq!(
        ips[0]["ipv4"]["vpc"][0]["nat_1_1"],
        machine.public_ip.as_str()
    );
    let disks = sim
        .line(&format!(
            "linode-cli linodes disks-list {} --json",
            machine.id
        ))
        .json();
    let filesystems: Vec<_> = disks
        .as_array()
        .expect("a list")
        .iter()
        .map(|disk| disk["filesystem"].clone())
        .collect();
    assert_eq!(filesystems, ["ext4", "swap"]);
    assert_eq!(
        sim.line(&format!("linode-cli linodes shutdown {}", machine.id))
            .rc,
        Some(0)
    );
    assert_eq!(sim.state().machines[0].status, "offline");
    assert_eq!(
        sim.line(&format!("linode-cli linodes delete {}", machine.id))
            .text(),
        ""
    );
    assert_eq!(
        sim.line(&format!("linode-cli linodes delete {}", machine.id))
            .rc,
        Some(2)
    );
}

#[test]
fn vultr_pages_instances_but_not_snapshots() {
    let sim = Sim::new();
    sim.with(|state| world::many(state, Provider::Vultr, 450));
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = sim
            .run(
                "vultr",
                &[
                    "instance",
                    "list",
                    "--per-page",
                    "200",
                    "--cursor",
                    &cursor,
                    "-o",
                    "json",
                ],
            )
            .json();
        seen.extend(
            page["instances"]
                .as_array()
                .expect("a list")
                .iter()
                .map(|row| row["id"].clone()),
        );
        page["meta"]["links"]["next"]
            .as_str()
            .expect("a cursor")
            .clone_into(&mut cursor);
        if cursor.is_empty() {
            break;
        }
    }
    seen.dedup();
    assert_eq!(seen.len(), 450);
    assert_eq!(
        sim.line("vultr snapshot list -o json").json()["meta"]["total"],
        450
    );
    assert_eq!(
        sim.line("vultr snapshot list -o json --per-page 500").rc,
        Some(64)
    );
    // The last one is beyond the list, yet it can be asked for.
    let last = sim.state().snapshots[449].id.clone();
    let got = sim
        .line(&format!("vultr-cli snapshot get {last} -o json"))
        .json();
    assert_eq!(got["snapshot"]["status"], "complete");
    assert_eq!(
        sim.line(&format!("vultr snapshot delete {last}")).rc,
        Some(0)
    );
    assert_eq!(
        sim.line(&format!("vultr snapshot delete {last}")).rc,
        Some(1)
    );
}

#[test]
fn deleting_needs_a_word_of_consent() {
    let sim = Sim::new();
    sim.with(|state| world::usual(state, Provider::DigitalOcean));
    assert_eq!(
        sim.line("doctl compute snapshot delete 180001010").rc,
        Some(1)
    );
    assert_eq!(
        sim.line("doctl compute droplet delete 500001004").rc,
        Some(1)
    );
    assert_eq!(sim.state().machines.len(), 3);
    assert_eq!(
        sim.line("doctl -force compute droplet delete 500001004").rc,
        Some(0)
    );
    assert_eq!(
        sim.line("doctl compute snapshot delete 180001010 --force")
            .rc,
        Some(0)
    );
    assert_eq!(
        (sim.state().machines.len(), sim.state().snapshots.len()),
        (2, 0)
    );
    assert_eq!(
        sim.line("doctl compute droplet delete 500001004 --force")
            .rc,
        Some(1)
    );

    let sim = Sim::new();
    sim.with(|state| world::usual(state, Provider::Exoscale));
    let asked = sim.line("exo compute instance delete ws-ch-gva-2-b1-0001 --zone ch-gva-2");
    assert_eq!((asked.rc, asked.stderr.as_str()), (Some(1), "EOF\n"));
    assert!(asked.text().ends_with("[yN]: "));
    assert_eq!(
        sim.line("exo compute instance delete -f ws-ch-gva-2-b1-0001 --zone ch-gva-2")
            .rc,
        Some(0)
    );
    assert_eq!(
        sim.line("exo compute instance delete -f ws-ch-gva-2-b1-0001 --zone ch-gva-2")
            .rc,
        Some(0)
    );
    assert_eq!(sim.state().machines.len(), 3);
}

#[test]
fn every_call_is_logged_and_what_is_not_understood_is_marked() {
    let sim = Sim::new();
    assert_eq!(
        sim.line("doctl compute droplet list --format ID").rc,
        Some(64)
    );
    assert_eq!(sim.line("exo compute sks list").rc, Some(64));
    assert_eq!(sim.line("vultr instance delete x").rc, Some(1));
    let calls = sim.calls();
    let keys: Vec<_> = calls[0]
        .as_object()
        .expect("an object")
        .keys()
        .cloned()
        .collect();
    assert_eq!(keys.len(), 7);
    assert_eq!(calls[0]["unexpected"], true);
    assert_eq!(calls[0]["argv"][4], "ID");
    assert_eq!(
        (&calls[2]["unexpected"], &calls[2]["mutating"]),
        (&false.into(), &true.into())
    );
    assert_eq!(calls[2]["parent"], std::process::id());
    assert_eq!(
        (&calls[2]["n"], &calls[2]["tool"]),
        (&3.into(), &"vultr".into())
    );
    let printed = sim.admin(&["calls"]).text();
    assert_eq!(
        printed,
        "   1   doctl compute droplet list --format ID  NOT UNDERSTOOD\n   \
         2   exo compute sks list  NOT UNDERSTOOD\n   3 * vultr instance delete x\n"
    );
}

#[test]
fn a_fleet_has_the_names_of_the_toolkit() {
    let sim = Sim::new();
    let argv = "fleet --cloudhost exoscale --region ch-gva-2 --build b1 --rnd Xabc --count 3";
    assert_eq!(sim.admin(&argv.split(' ').collect::<Vec<_>>()).rc, Some(0));
    let names: Vec<_> = sim
        .state()
        .machines
        .iter()
        .map(|m| m.name.clone())
        .skip(3)
        .collect();
    assert_eq!(
        names,
        [
            "NO-1-auth-ch-gva-2-b1-Xabc",
            "NO-1-rp-ch-gva-2-b1-Xabc",
            "NO-1-as-ch-gva-2-b1-Xabc",
            "ws-ch-gva-2-b1-1-Xabc-init-1",
            "db-ch-gva-2-b1-Xabc"
        ]
    );
    let network = sim
        .line("exo compute private-network show adt_private_net_ch-gva-2 --zone ch-gva-2 -O json")
        .json();
    assert_eq!(network["leases"].as_array().map(Vec::len), Some(8));
    let networks = sim.line("exo compute private-network list -O json").json();
    assert_eq!(
        (&networks[0]["name"], &networks[0]["id"]),
        (&network["name"], &network["id"])
    );
}

#[test]
fn without_a_directory_there_is_no_cloud() {
    let sim = Sim::new();
    fs::remove_file(sim.bin().join("simcloud.dir")).expect("it was there");
    assert_eq!(sim.line("doctl balance get").rc, Some(70));
    let mut command = sim.command("doctl", &["balance", "get"]);
    assert_eq!(finish(command.env("SIMCLOUD_DIR", sim.dir())).rc, Some(0));
}

#[test]
fn what_a_machine_runs_first_can_be_asked_for_and_snapshots_made_older() {
    let sim = Sim::new();
    sim.with(|state| world::usual(state, Provider::Vultr));
    sim.with(|state| {
        state.machines[0].user_data =
            "#cloud-config\nbootcmd:\n- [cloud-init-per, instance, a, /bin/sh, -c, \"echo \\\"x\\\" ]\"]\nruncmd:\n- [ls]\n"
                .to_owned();
    });
    let before = sim.state();
    let name = &before.machines[0].name;
    assert_eq!(sim.admin(&["bootcmd", name]).text(), "echo \"x\" ]\n");
    assert_eq!(sim.admin(&["bootcmd", &before.machines[1].name]).text(), "");
    assert_eq!(sim.admin(&["bootcmd", "nobody"]).rc, Some(70));
    assert_eq!(sim.admin(&["age", "21"]).rc, Some(0));
    for (older, snapshot) in sim.state().snapshots.iter().zip(&before.snapshots) {
        assert_eq!(
            older.created_ms + 21 * 24 * 60 * 60 * 1000,
            snapshot.created_ms
        );
    }
}
