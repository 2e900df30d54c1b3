//! Every cell of clouds and machine types, by every door.

use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::world::Ended;

/// The calls that change something when a snapshot is made, as the contract has them.
fn creations(world: &World, cloudhost: &str, label: &str) -> Vec<String> {
    let machine = world.machine_id(label);
    let name = world.snapshot_name(label);
    match cloudhost {
        "digitalocean" => vec![format!(
            "doctl compute droplet-action snapshot --snapshot-name {name} {machine} -o json"
        )],
        "exoscale" => {
            let snapshots = world.state().snapshots.into_iter();
            let source = snapshots.map(|snapshot| snapshot.id).next().unwrap();
            vec![
                format!("exo compute instance snapshot create -z ch-gva-2 {machine} -O json"),
                format!(
                    "exo compute instance-template register --boot-mode legacy --disable-password --from-snapshot {source} \
                     --zone ch-gva-2 --username debian {name} -O json"
                ),
            ]
        }
        "linode" => {
            let disk = world.root_disk(label);
            vec![format!(
                "linode-cli images create --disk_id {disk} --label {name} --cloud_init true --no-defaults --json --suppress-warnings"
            )]
        }
        _ => vec![format!(
            "vultr snapshot create -i {machine} -d {name} -o json"
        )],
    }
}

fn check(cloudhost: &str, number: &str, label: &str, door: Door) {
    let world = World::at(cloudhost);
    // On exoscale the operating system is asked for as well; everywhere else nobody reads the second line.
    let ended = world
        .helper(door, "ObtainWholeMachineSnapshot")
        .stdin(format!("{number}\n2\n"))
        .ends();
    ended.succeeded();
    let made = world.made();
    assert_eq!(made.len(), 1, "{ended}");
    assert_eq!(made[0].name, world.snapshot_name(label));
    // How a tool is to print what it did, and that it is not to warn, is not what it is to do.
    let plain = |calls: Vec<String>| -> Vec<String> {
        let about_printing = [" -o json", " -O json", " --suppress-warnings"];
        let plain = |call: &String| {
            about_printing
                .iter()
                .fold(call.clone(), |call, words| call.replace(words, ""))
        };
        calls.iter().map(plain).collect()
    };
    let mut expected = creations(&world, cloudhost, label);
    if cloudhost == "linode"
        && corrected("ObtainWholeMachineSnapshot: linode images take user data; contract 07")
    {
        for call in &mut expected {
            *call = call.replace(" --cloud_init true", "");
        }
    }
    assert_eq!(plain(world.changes()), plain(expected), "{ended}");
    let bucket = world.bucket(&format!("www-testwebsite-uk-{cloudhost}-snap"));
    for (name, content) in [
        ("snapshot_ids.dat", format!("{label}:{}\n", made[0].id)),
        (
            "credentials.dat",
            "USERNAME:Xk3JdQ9sPzLw8RtYv2NX\nPASSWORD:aB3dE5fG7hJ9kL1mN2\n".to_owned(),
        ),
    ] {
        let written = std::fs::read_to_string(world.legacy_snapshots(name)).unwrap();
        assert_eq!(written, content, "{name}");
        assert_eq!(bucket[name], content.into_bytes(), "{name}");
    }
    if corrected(
        "ObtainWholeMachineSnapshot: stdout has the result alone, the snapshot directory has two names, database credentials \
         and keys are kept, and secrets are their owner's alone; contract README, decisions 1, 3, 4 and 6",
    ) {
        return;
    }
    check_what_is_corrected(&world, cloudhost, label, &ended);
}

fn check_what_is_corrected(world: &World, cloudhost: &str, label: &str, ended: &Ended) {
    let machine = world.machine_name(label);
    let id = &world.made()[0].id;
    let kind = ["snapshot", "image", "template"].into_iter().find(|kind| {
        let line = format!("{label}: {kind} {id} of {machine} is recorded (took ");
        ended.succeeded().starts_with(&line)
    });
    assert!(kind.is_some(), "{ended}");
    assert_eq!(world.ids(), format!("{label}:{id}\n"));
    assert_eq!(
        world.changes(),
        creations(world, cloudhost, label),
        "{ended}"
    );
    assert_eq!(world.pending(), [""; 0]);
    let snapshots = world.snapshots("");
    for (name, content) in [
        (
            "credentials.dat",
            "USERNAME:Xk3JdQ9sPzLw8RtYv2NX\nPASSWORD:aB3dE5fG7hJ9kL1mN2\n",
        ),
        (
            "db_credentials.dat",
            "USERNAME:u2m5n8b4vu\nPASSWORD:p9x7c3v1bp\nDBNAME:n4f8k2lq1n\n",
        ),
        (
            "db_credentials.dat.candidate",
            "USERNAME:u2m5n8b4vu\nPASSWORD:p9x7c3v1bp\nDBNAME:n4f8k2lq1n\n",
        ),
    ] {
        assert_eq!(
            std::fs::read_to_string(snapshots.join(name)).unwrap(),
            content,
            "{name}"
        );
        let permissions = snapshots
            .join(name)
            .metadata()
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(permissions & 0o777, 0o600, "{name}");
    }
    let objects: Vec<String> = world
        .bucket(&format!("www-testwebsite-uk-{cloudhost}-snap"))
        .into_keys()
        .collect();
    let expected = [
        "credentials.dat",
        "db_credentials.dat",
        "db_credentials.dat.candidate",
        "keys.tar.gz",
        "snapshot_ids.dat",
    ];
    assert_eq!(objects, expected);
}

fn check_all(cloudhost: &str) {
    for (number, label) in TYPES {
        for door in [Door::Shim, Door::Shell, Door::Binary] {
            check(cloudhost, number, label, door);
        }
    }
}

#[test]
fn every_machine_of_digitalocean_is_snapshotted_and_recorded() {
    check_all("digitalocean");
}

#[test]
fn every_machine_of_exoscale_is_snapshotted_and_recorded() {
    check_all("exoscale");
}

#[test]
fn every_machine_of_linode_is_snapshotted_and_recorded() {
    check_all("linode");
}

#[test]
fn every_machine_of_vultr_is_snapshotted_and_recorded() {
    check_all("vultr");
}

#[test]
fn a_whole_fleet_is_snapshotted_by_one_command() {
    if corrected(
        "ObtainWholeMachineSnapshot: options answer for the questions; the original reads no arguments, contract 03 §3.1",
    ) {
        return;
    }
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        world.edit_state(|state| state.config.snapshot_ms = 100);
        let types = TYPES.iter().flat_map(|(_, label)| ["--type", label]);
        world
            .helper(Door::Shim, "ObtainWholeMachineSnapshot")
            .args(types)
            .ends()
            .succeeded();
        let ids = world.ids();
        let labels: Vec<&str> = ids
            .lines()
            .filter_map(|line| line.split(':').next())
            .collect();
        assert_eq!(labels, TYPES.map(|(_, label)| label));
        assert_eq!(world.made().len(), 5);
    }
}

#[test]
fn the_other_types_go_on_when_one_fails() {
    if corrected(
        "ObtainWholeMachineSnapshot: options answer for the questions; the original reads no arguments, contract 03 §3.1",
    ) {
        return;
    }
    let world = World::at("digitalocean");
    world.edit_state(|state| {
        state
            .machines
            .retain(|machine| !machine.name.contains("-rp-"));
    });
    let ended = world
        .helper(Door::Shim, "ObtainWholeMachineSnapshot")
        .args(["--type", "reverseproxy", "--type", "database"])
        .ends();
    assert_eq!(ended.status, Some(1), "{ended}");
    ended
        .says("reverseproxy: there is no reverseproxy of the build 'test-build' in lon1 at digitalocean")
        .says("1 of 2 snapshots could not be obtained");
    assert!(world.ids().starts_with("database:"));
}
