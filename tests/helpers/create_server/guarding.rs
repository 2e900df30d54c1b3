//! The provider's firewall, which only `CreateServer` has made: no server without it (contract 09, 10 §1.3).

use super::*;
use crate::world::Ended;

/// What the toolkit's script may do wrong: shell that runs in its place, and ends it.
const TROUBLES: [&str; 5] = [
    // It fails, or prints no id, or several.
    "echo cannot set the rules >&2; exit 1",
    "exit 0",
    "echo 'ADT_FIREWALL_ID:'; exit 0",
    "echo 'ADT_FIREWALL_ID:1'; echo 'ADT_FIREWALL_ID:2'; exit 0",
    // As `-h` in place of a value, it would be a flag.
    "echo 'ADT_FIREWALL_ID:--force'; exit 0",
];

#[test]
fn every_type_stands_behind_its_own_firewall_at_every_cloud() {
    for (cloudhost, ..) in CLOUDS {
        for label in LABELS {
            let world = World::before_servers(cloudhost);
            world.create(label).succeeded();
            let machine = world.only_machine(label, cloudhost);
            let state = world.state();
            let name = format!("adt-{label}-test-build");
            let firewalls: Vec<_> = state
                .firewalls
                .iter()
                .filter(|it| it.name == name)
                .collect();
            assert_eq!(
                firewalls.len(),
                1,
                "{cloudhost} {label}: {:#?}",
                state.firewalls
            );
            assert_eq!(
                machine.firewalls,
                [firewalls[0].id.clone()],
                "{cloudhost} {label}"
            );
            assert_eq!(
                world.firewalls_asked_for(),
                [format!("adt-{label}")],
                "{cloudhost}"
            );
        }
    }
}

#[test]
fn it_is_made_before_the_machine_or_at_digitalocean_right_after() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::before_servers(cloudhost);
        // The address takes its time; the firewall does not wait for it.
        world.edit_state(|state| state.config.server_ms = 200);
        world.create("webserver").succeeded();
        let changes = world.changes();
        let creation = changes
            .iter()
            .position(|call| world.creations().contains(call))
            .unwrap();
        let is_a_firewalls =
            |call: &String| call.contains("firewall") || call.contains("security-group create");
        let before = changes[..creation]
            .iter()
            .filter(|call| is_a_firewalls(call))
            .count();
        let after = changes[creation + 1..]
            .iter()
            .filter(|call| is_a_firewalls(call))
            .count();
        assert_eq!(
            before > 0,
            cloudhost != "digitalocean",
            "{cloudhost}: {changes:#?}"
        );
        assert_eq!(
            after > 0,
            cloudhost == "digitalocean",
            "{cloudhost}: {changes:#?}"
        );
    }
}

#[test]
fn without_one_there_is_no_machine() {
    for (cloudhost, ..) in CLOUDS {
        for active in ["2", "3"] {
            for trouble in TROUBLES {
                let world = World::before_servers(cloudhost);
                world.set_variable("ACTIVE_FIREWALLS", Some(active));
                world.firewall_trouble(trouble);
                let ended = world.create("webserver");
                let said = ended.failed();
                assert!(
                    said.contains("firewall 'adt-webserver-test-build'"),
                    "{ended}"
                );
                assert_eq!(world.machines().len(), 0, "{ended}");
                assert_eq!(world.server_notes(), [""; 0], "{ended}");
                if cloudhost != "digitalocean" {
                    assert_eq!(world.changes(), [""; 0], "{ended}");
                }
                // The same command again, once that is mended.
                std::fs::remove_file(world.home("firewall-trouble")).unwrap();
                world.create("webserver").succeeded();
                assert_eq!(world.only_machine("webserver", trouble).firewalls.len(), 1);
            }
        }
    }
}

#[test]
fn what_the_script_says_reaches_the_person() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::before_servers(cloudhost);
        world.firewall_trouble(TROUBLES[0]);
        let ended = world.create("database");
        if cloudhost == "digitalocean" {
            ended.says("was deleted again");
        } else {
            ended.says("ConfigureNativeFirewall.sh| cannot set the rules");
        }
    }
}

#[test]
fn a_script_that_is_missing_or_never_ends_makes_no_machine() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::before_servers(cloudhost);
        let script = "providerscripts/security/firewall/ConfigureNativeFirewall.sh";
        std::fs::remove_file(world.home(script)).unwrap();
        let ended = world.create("webserver");
        assert!(
            ended
                .failed()
                .contains("ConfigureNativeFirewall.sh could not be run")
                || cloudhost == "digitalocean",
            "{ended}"
        );
        assert_eq!(world.machines().len(), 0, "{ended}");

        let world = World::before_servers(cloudhost);
        world.firewall_trouble("sleep 300");
        let name = world.machine_name("webserver");
        let ended = world
            .creating(&[world.size(), &name, "--timeout", "1s"])
            .ends();
        assert!(ended.failed().contains("CreateServer: "), "{ended}");
        assert_eq!(world.machines().len(), 0, "{ended}");
    }
}

#[test]
fn without_active_firewalls_the_script_is_asked_and_nothing_depends_on_it() {
    for (cloudhost, ..) in CLOUDS {
        for active in ["0", "1", ""] {
            for trouble in ["exit 1", "rm \"$0\"; exit 1"] {
                let world = World::before_servers(cloudhost);
                world.set_variable("ACTIVE_FIREWALLS", Some(active));
                world.firewall_trouble(trouble);
                world.create("webserver").succeeded();
                let machine = world.only_machine("webserver", cloudhost);
                assert_eq!(machine.firewalls, [""; 0], "{cloudhost}");
                assert_eq!(
                    world.firewalls_asked_for(),
                    ["adt-webserver"],
                    "{cloudhost}"
                );
                let call = &world.creations()[0];
                assert!(
                    !call.contains("firewall") && !call.contains("security-group"),
                    "{call}"
                );
                let is_given_the_key = call.contains("--authorized_keys ssh-");
                assert_eq!(is_given_the_key, cloudhost == "linode", "{call}");
            }
        }
        let world = World::before_servers(cloudhost);
        world.set_variable("ACTIVE_FIREWALLS", Some("1"));
        let script = "providerscripts/security/firewall/ConfigureNativeFirewall.sh";
        std::fs::remove_file(world.home(script)).unwrap();
        world.create("webserver").succeeded();
    }
}

#[test]
fn a_droplet_that_may_be_in_use_is_named_and_stays() {
    let world = World::before_servers("digitalocean");
    world.faults(&[world.creation_fault("kill-parent-after")]);
    assert_eq!(world.create("webserver").status, None);
    world.faults(&[]);
    world.firewall_trouble("exit 1");
    let ended = world.create("webserver");
    let machine = world.machines().pop().unwrap();
    let said = ended.failed();
    assert!(
        said.contains("is not behind the firewall") && said.contains(&machine.id),
        "{ended}"
    );
    std::fs::remove_file(world.home("firewall-trouble")).unwrap();
    world.create("webserver").succeeded();
    assert_eq!(world.only_machine("webserver", "again").firewalls.len(), 1);
}

#[test]
fn no_droplet_is_deleted_while_its_firewall_cannot_be_seen() {
    let world = World::before_servers("digitalocean");
    let list = crate::simcloud_state::Fault {
        tool: "doctl".into(),
        argv: vec!["firewall list".into()],
        kind: "500".into(),
        ..crate::simcloud_state::Fault::default()
    };
    world.faults(&[list]);
    let name = world.machine_name("webserver");
    let ended: Ended = world
        .creating(&[world.size(), &name, "--timeout", "1s"])
        .ends();
    ended.failed();
    assert_eq!(world.machines().len(), 1, "{ended}");
    world.faults(&[]);
    world.create("webserver").succeeded();
    assert_eq!(world.only_machine("webserver", "again").firewalls.len(), 1);
}

#[test]
fn a_list_of_many_firewalls_is_seen_whole() {
    for (cloudhost, provider, _) in CLOUDS {
        let world = World::on_an_autoscaler(cloudhost, "");
        world.edit_state(|state| {
            let mut ours = state.firewalls.clone();
            state.firewalls.clear();
            for n in 0..620 {
                state.add_firewall(provider, &format!("somebody-elses-{n}"));
            }
            state.firewalls.append(&mut ours);
        });
        world.create("webserver").succeeded();
        let machine = world.only_machine("webserver", cloudhost);
        let state = world.state();
        let ours = state.firewalls.last().unwrap();
        assert_eq!(
            machine.firewalls,
            std::slice::from_ref(&ours.id),
            "{cloudhost}"
        );
    }
}

#[test]
fn a_firewall_on_a_page_that_was_dropped_is_looked_for_again() {
    for (cloudhost, tool, words) in [
        ("digitalocean", "doctl", "firewall list"),
        ("linode", "linode-cli", "firewalls list"),
        ("vultr", "vultr", "firewall group list"),
    ] {
        let world = World::on_an_autoscaler(cloudhost, "");
        if cloudhost == "digitalocean" {
            world.crowd();
        }
        world.faults(&[crate::simcloud_state::Fault {
            tool: tool.into(),
            argv: vec![words.into()],
            times: 1,
            kind: "partial-list".into(),
            ..crate::simcloud_state::Fault::default()
        }]);
        world.create("webserver").succeeded();
        assert_eq!(
            world.only_machine("webserver", cloudhost).firewalls.len(),
            1
        );
    }
}

#[test]
fn a_firewall_a_network_and_a_key_that_are_listed_twice_are_one() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::on_an_autoscaler(cloudhost, "");
        world.edit_state(|state| {
            state.firewalls.extend(state.firewalls.clone());
            state.vpcs.extend(state.vpcs.clone());
            state.keys.extend(state.keys.clone());
        });
        let ended = world.create("webserver");
        ended.succeeded();
        assert!(!ended.stderr().contains("the provider has "), "{ended}");
        assert_eq!(
            world.only_machine("webserver", cloudhost).firewalls.len(),
            1
        );
    }
}
