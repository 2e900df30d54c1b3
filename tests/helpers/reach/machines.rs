//! Which machines are offered: those of exactly this build, at the addresses they are reached at.

use crate::world::ssh::Fleet;
use crate::world::{CLOUDS, Door, Ended, TYPES, World};

fn name_of_helper(label: &str) -> String {
    let suffix = match label {
        "authenticator" => "Authenticator",
        "reverseproxy" => "ReverseProxy",
        "autoscaler" => "Autoscaler",
        "webserver" => "Webserver",
        _ => "Database",
    };
    format!("ConnectTo{suffix}")
}

/// What the helper for machines of a type offers when every machine is refused.
fn offered(world: &World, cloudhost: &str, label: &str) -> Vec<String> {
    let ended = asked(world, cloudhost, label);
    assert_eq!((ended.status, ended.stdout()), (Some(1), ""), "{ended}");
    let lines = ended.stderr().lines();
    let offers = lines.filter(|line| line.starts_with(|first: char| first.is_ascii_digit()));
    offers.map(str::to_owned).collect()
}

fn asked(world: &World, cloudhost: &str, label: &str) -> Ended {
    world
        .helper(Door::Shim, &name_of_helper(label))
        .args(["--cloudhost", cloudhost, "--build", "test-build"])
        .stdin("N\n".repeat(9))
        .ends()
}

/// A world with machines of builds whose names begin or end like this one's.
fn among_others(cloudhost: &str) -> World {
    let world = World::at(cloudhost);
    let mut number = 20;
    for (_, label) in TYPES {
        for other in ["test-build2", "test-build-2", "my-test-build", "test-buil"] {
            let name = world.machine_name(label).replace("test-build", other);
            world.edit_state(|state| state.machines.insert(0, world.machine(number, &name)));
            number += 1;
        }
    }
    world
}

#[test]
fn every_type_at_every_cloud_is_found_by_the_exact_name() {
    for (cloudhost, ..) in CLOUDS {
        let world = among_others(cloudhost);
        for (number, (_, label)) in TYPES.iter().enumerate() {
            let expected = format!(
                "1:   203.0.113.{}   {}",
                number + 1,
                world.machine_name(label)
            );
            assert_eq!(offered(&world, cloudhost, label), [expected]);
        }
    }
}

#[test]
fn from_within_the_private_network_it_is_the_private_addresses() {
    for (cloudhost, ..) in CLOUDS {
        let world = among_others(cloudhost);
        std::fs::write(world.build("VPC-ACTIVE"), "").unwrap();
        for (number, (_, label)) in TYPES.iter().enumerate() {
            let expected = format!("1:   10.0.0.{}   {}", number + 1, world.machine_name(label));
            assert_eq!(offered(&world, cloudhost, label), [expected], "{cloudhost}");
        }
    }
}

#[test]
fn where_there_is_no_machine_the_helper_says_so() {
    for (cloudhost, ..) in CLOUDS {
        let world = among_others(cloudhost);
        let names = TYPES.map(|(_, label)| world.machine_name(label));
        world.edit_state(|state| state.machines.retain(|it| !names.contains(&it.name)));
        for (_, label) in TYPES {
            let ended = asked(&world, cloudhost, label);
            let expected = format!(
                "{}: there is no {label} of the build test-build running at {cloudhost}; make sure that it is started and that \
                 REGION in its build_environment is right\n",
                name_of_helper(label)
            );
            assert_eq!(ended.failed(), expected);
        }
    }
}

#[test]
fn a_linode_is_offered_at_each_address_and_counts_once_among_all() {
    let fleet = Fleet::at("linode");
    let [first, second] = fleet.servers_of("webserver")[..] else {
        panic!("there are two webservers");
    };
    fleet.world.edit_state(|state| {
        for machine in &mut state.machines {
            machine.more_addresses = vec!["192.168.137.9".to_owned()];
        }
    });
    assert_eq!(
        offered(&fleet.world, "linode", "webserver"),
        [
            format!("1:   {}   {}", first.address, first.name),
            format!("2:   192.168.137.9   {}", first.name),
            format!("3:   {}   {}", second.address, second.name),
            format!("4:   192.168.137.9   {}", second.name),
        ]
    );
    let ended = fleet
        .world
        .helper(Door::Shim, "ExecuteOnWebserver")
        .args(["--cloudhost", "linode", "--build", "test-build"])
        .args(["--machine", "all", "echo here"])
        .ends();
    let mut lines: Vec<&str> = ended.succeeded().lines().collect();
    lines.sort_unstable();
    let expected = [first, second].map(|server| format!("{}: here", server.name));
    assert_eq!(lines, expected);
}

#[test]
fn a_provider_that_does_not_answer_is_not_taken_for_one_that_has_no_machine() {
    let world = World::at("digitalocean");
    let ended = world
        .helper(Door::Shim, "ConnectToWebserver")
        .args(["--cloudhost", "digitalocean", "--build", "test-build"])
        .env("DOCTL", "/bin/false")
        .ends();
    assert!(!ended.failed().contains("there is no webserver"), "{ended}");
}
