//! `DestroyServer`: one machine or none.

use std::os::unix::fs::PermissionsExt;

use crate::simcloud_state::Fault;
use crate::world::crowd::dropped_pages;
use crate::world::{CLOUDS, Ended, World};

fn destroy(world: &World, words: &[&str]) -> Ended {
    world.at_this_machine("DestroyServer", words).ends()
}

fn names(world: &World) -> Vec<String> {
    world
        .machines()
        .into_iter()
        .map(|machine| machine.name)
        .collect()
}

/// Nothing was destroyed, and the reason is said.
#[track_caller]
fn assert_refused(world: &World, address: &str, cloudhost: &str, words: &str) {
    let before = names(world);
    let ended = destroy(world, &[address, cloudhost]);
    assert!(
        ended.failed().contains(words),
        "expected '{words}': {ended}"
    );
    assert_eq!(names(world), before, "{ended}");
    assert_eq!(world.changes(), [""; 0], "{ended}");
}

#[test]
fn the_machine_is_found_by_its_public_or_its_private_address() {
    for (cloudhost, ..) in CLOUDS {
        for is_private in [false, true] {
            let world = World::in_a_network(cloudhost);
            let machine = world.machines()[3].clone();
            let address = if is_private {
                &machine.private_ip
            } else {
                &machine.public_ip
            };
            let ended = destroy(&world, &[address, cloudhost]);
            assert_eq!(ended.succeeded(), "", "{cloudhost} {is_private}");
            let left = names(&world);
            assert!(
                left.len() == 4 && !left.contains(&machine.name),
                "{cloudhost}: {left:?}"
            );
            let (id, region) = (&machine.id, world.region());
            let expected = match cloudhost {
                "digitalocean" => vec![format!("doctl compute droplet delete {id} --force")],
                "exoscale" => vec![format!(
                    "exo compute instance delete --force {id} --zone {region}"
                )],
                "linode" => vec![
                    format!("linode-cli linodes shutdown {id} --suppress-warnings"),
                    format!("linode-cli linodes delete {id} --suppress-warnings"),
                ],
                _ => vec![format!("vultr instance delete {id}")],
            };
            assert_eq!(world.changes(), expected, "{cloudhost}");
        }
    }
}

#[test]
fn what_is_no_machines_address_destroys_nothing() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::in_a_network(cloudhost);
        for address in [
            "",
            " ",
            "ws",
            "203.0.113",
            "203.0.113.",
            "0.0.0.0",
            "203.0.113.4/24",
            "-f",
        ] {
            if address == "-f" {
                assert_eq!(destroy(&world, &[address, cloudhost]).status, Some(2));
            } else {
                assert_refused(&world, address, cloudhost, "is no address of a machine");
            }
        }
        // 203.0.113.4 is a machine's, and these only look like it.
        for address in ["203.0.113.40", "3.0.113.4", "10.0.0.99"] {
            assert_refused(&world, address, cloudhost, "no machine has the address");
        }
        assert_refused(&world, "203.0.113.4", "mars", "'mars' is not a cloudhost");
    }
}

#[test]
fn without_a_cloudhost_it_is_the_active_one() {
    let world = World::in_a_network("vultr");
    let address = world.state().machines[0].public_ip.clone();
    let left = names(&world).len() - 1;
    assert_eq!(destroy(&world, &[&address]).succeeded(), "");
    assert_eq!(names(&world).len(), left);
    // A variable that is empty is no word in the scripts, so that the cloud stands in the address's place.
    assert_ne!(destroy(&world, &["vultr"]).status, Some(0));
    assert_eq!(names(&world).len(), left);
}

#[test]
fn several_machines_are_none() {
    for cloudhost in ["digitalocean", "linode", "vultr"] {
        let world = World::in_a_network(cloudhost);
        world.edit_state(|state| {
            state.machines[0].private_ip = state.machines[1].private_ip.clone();
        });
        let address = world.machines()[0].private_ip.clone();
        assert_refused(&world, &address, cloudhost, "2 machines have the address");
    }
}

#[test]
fn a_private_address_means_a_machine_of_the_build() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::in_a_network(cloudhost);
        let address = world.machines()[3].private_ip.clone();
        let other = format!("ws-{}-other-1-Xabc-init-1", world.region());
        world.edit_state(|state| state.machines[3].name.clone_from(&other));
        assert_refused(
            &world,
            &address,
            cloudhost,
            "is no machine of the build test-build",
        );
        let public = world.machines()[3].public_ip.clone();
        destroy(&world, &[&public, cloudhost]).succeeded();
        assert!(!names(&world).contains(&other));
    }
}

#[test]
fn whatever_the_cli_says_the_list_decides() {
    for (cloudhost, ..) in CLOUDS {
        for kind in [
            "lost-answer-once",
            "lost-answer",
            "empty-stdout",
            "garbage-stdout",
        ] {
            let world = World::in_a_network(cloudhost);
            world.faults(&[deletion_fault(kind)]);
            let address = world.machines()[3].public_ip.clone();
            destroy(&world, &[&address, cloudhost]).succeeded();
            assert_eq!(names(&world).len(), 4, "{cloudhost} {kind}");
        }
        for kind in ["500", "401", "refused"] {
            let world = World::in_a_network(cloudhost);
            world.faults(&[deletion_fault(kind)]);
            let address = world.machines()[3].public_ip.clone();
            let ended = destroy(&world, &[&address, cloudhost]);
            assert!(ended.failed().contains("could not be destroyed"), "{ended}");
            assert_eq!(names(&world).len(), 5, "{cloudhost} {kind}");
        }
    }
}

#[test]
fn looks_that_find_a_machine_count_only_in_a_row() {
    let world = World::in_a_network("linode");
    let address = world.machines()[3].public_ip.clone();
    let list = |nth: u64, times: u64, kind: &str| Fault {
        tool: "linode-cli".into(),
        argv: vec!["linodes list".into()],
        nth,
        times,
        kind: kind.into(),
        ..Fault::default()
    };
    // Twice it is asked which machine is meant. Then four looks find it, and one gets no answer.
    world.faults(&[deletion_fault("500"), list(7, 12, "500")]);
    let ended = destroy(&world, &[&address, "linode"]);
    assert!(ended.failed().contains("could not be destroyed"), "{ended}");
    let calls = world.calls();
    let looks = calls
        .iter()
        .filter(|it| it.contains("linodes list"))
        .count();
    assert!(looks >= 2 + 4 + 12 + 5, "{looks} looks: {ended}");
}

#[test]
fn a_page_that_was_dropped_is_no_end() {
    let world = World::in_a_network("digitalocean");
    let address = world.machines()[4].public_ip.clone();
    world.crowd();
    // Twice it is asked which machine is meant; the first list of an account of several pages takes two calls.
    let dropped = dropped_pages("droplet list", 4, 0);
    world.faults(&[deletion_fault("500"), dropped]);
    let ended = destroy(&world, &[&address, "digitalocean", "--timeout", "1s"]);
    ended.failed();
    ended.says("the list may be incomplete: doctl shows 200 of 205");
    // Where a page fails on the way once, the list is asked for again, and the refusal counts.
    world.faults(&[deletion_fault("500"), dropped_pages("droplet list", 4, 2)]);
    let ended = destroy(&world, &[&address, "digitalocean"]);
    assert!(ended.failed().contains("could not be destroyed"), "{ended}");
    assert_eq!(world.machines().len(), 5);
}

#[test]
fn a_damaged_answer_that_makes_sense_does_not_destroy_another_machine() {
    let world = World::in_a_network("digitalocean");
    let [webserver, database] = [3, 4].map(|number| world.machines()[number].public_ip.clone());
    let (tool, behind) = (world.path("bin/doctl"), world.path("behind/doctl"));
    std::fs::create_dir_all(world.path("behind")).unwrap();
    std::fs::rename(&tool, &behind).unwrap();
    // In the first answer the two have changed places.
    let script = format!(
        "#!/bin/sh\nif mkdir '{mark}' 2>/dev/null; then\n\
         '{behind}' \"$@\" | sed 's/\"{webserver}\"/\"x\"/; s/\"{database}\"/\"{webserver}\"/; s/\"x\"/\"{database}\"/'\n\
         else exec '{behind}' \"$@\"; fi\n",
        mark = world.path("behind/asked").display(),
        behind = behind.display(),
    );
    std::fs::write(&tool, script).unwrap();
    std::fs::set_permissions(&tool, std::fs::Permissions::from_mode(0o755)).unwrap();
    let ended = destroy(&world, &[&webserver, "digitalocean"]);
    assert!(ended.failed().contains("so none was destroyed"), "{ended}");
    assert_eq!(world.changes(), [""; 0]);
    destroy(&world, &[&webserver, "digitalocean"]).succeeded();
    assert!(!names(&world).contains(&world.machine_name("webserver")));
}

#[test]
fn a_cli_that_hangs_is_stopped() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::in_a_network(cloudhost);
        world.faults(&[deletion_fault("hang")]);
        let address = world.machines()[3].public_ip.clone();
        let ended = destroy(&world, &[&address, cloudhost, "--timeout", "1s"]);
        assert_eq!(ended.status, Some(1), "{ended}");
        destroy(&world, &[&address, cloudhost]).succeeded();
        assert_eq!(names(&world).len(), 4);
    }
}

#[test]
fn help_in_place_of_an_answer_is_a_refusal() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::in_a_network(cloudhost);
        let help = "printf 'Delete things\\n\\nUsage:\\n  x delete\\n'; exit 0";
        world.before_the_tool(" delete ", help);
        let address = world.machines()[3].public_ip.clone();
        let ended = destroy(&world, &[&address, cloudhost]);
        let said = ended.failed();
        assert!(said.contains("could not be destroyed"), "{ended}");
        assert!(said.contains("Delete things"), "{ended}");
        assert_eq!(names(&world).len(), 5);
    }
}

#[test]
fn a_dry_run_destroys_nothing() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::in_a_network(cloudhost);
        let address = world.machines()[3].public_ip.clone();
        let ended = destroy(&world, &["--dry-run", "-v", &address, cloudhost]);
        ended.succeeded();
        ended.says(" delete ");
        ended.says(&format!("would destroy {} (", world.machines()[3].name));
        assert_eq!(world.changes(), [""; 0]);
        assert_eq!(names(&world).len(), 5);
    }
}

fn deletion_fault(kind: &str) -> Fault {
    Fault {
        tool: "*".into(),
        argv: vec![" delete".into()],
        nth: 1,
        times: 1,
        kind: kind.into(),
        ..Fault::default()
    }
}
