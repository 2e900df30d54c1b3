//! The toolkit's callers: its build loop in our own words, on our installed shims, where nothing is prepared that the
//! toolkit has not prepared (contract 09). What matters is what a caller makes of the answers.

use std::process::Command;

use crate::simcloud_state::{Fault, Machine};
use crate::world::{CLOUDS, Door, LABELS, World};

/// Every script that the loop calls.
const CALLED: [&str; 11] = [
    "CreateServer",
    "DestroyServer",
    "IsInstanceRunning",
    "GetServerIPAddresses",
    "GetServerPrivateIPAddresses",
    "NumberOfServers",
    "ListServerIDs",
    "ListFromDatastore",
    "DeleteFromDatastore",
    "MountDatastore",
    "PutToDatastore",
];

/// The folders of the config bucket that a build script puts a machine's addresses into, and the token it counts with.
fn folders(label: &str, region: &str) -> (&'static str, &'static str, String) {
    let build = format!("{region}-test-build");
    match label {
        "authenticator" => (
            "authenticatorpublicip",
            "authenticatorip",
            format!("auth-{build}"),
        ),
        "reverseproxy" => (
            "reverseproxypublicips",
            "reverseproxyips",
            format!("NO-1-rp-{build}"),
        ),
        // It counts with a token that matches no name.
        "autoscaler" => (
            "autoscalerpublicips",
            "autoscalerips",
            format!("NO-1-{build}"),
        ),
        "webserver" => ("webserverpublicips", "webserverips", format!("ws-{build}")),
        _ => ("databasepublicip", "databaseip", format!("db-{build}")),
    }
}

/// The name that the build scripts give a machine. An initial webserver belongs to autoscaler 0, however many there are.
fn name(world: &World, label: &str) -> String {
    world
        .machine_name(label)
        .replace("-test-build-1-", "-test-build-0-")
}

/// A world on the build machine with the shims installed where the scripts call them.
fn installed(cloudhost: &str) -> World {
    let world = World::before_servers(cloudhost);
    for helper in CALLED {
        world.install_at_the_toolkits_path(helper);
    }
    world
}

/// Runs the loop for a machine; hands back what the build said at its end.
fn build(world: &World, label: &str, more: &[&str]) -> String {
    build_for(crate::world::URL, world, label, more)
}

/// As [`build`] with another exported `WEBSITE_URL`.
fn build_for(url: &str, world: &World, label: &str, more: &[&str]) -> String {
    let (public, private, token) = folders(label, world.region());
    let name = name(world, label);
    let words = [world.size(), &name, &token, public, private];
    let script =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/helpers/callers/build_loop");
    // Through the front door's environment, as the main shell exports it.
    let mut command = Command::new("/bin/sh");
    command.arg(script).args(words).args(more);
    world.in_a_builds_environment(&mut command);
    command.env("WEBSITE_URL", url);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complained = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.success(),
        "{said}\n{complained}\n{:#?}",
        world.calls()
    );
    said.lines().last().unwrap_or_default().to_owned()
}

/// The machine is what the caller asked for, behind its firewall, under its own host name, and recorded.
#[track_caller]
fn assert_built(world: &World, label: &str, last_line: &str, machine: &Machine) {
    let name = name(world, label);
    assert_eq!(machine.name, name);
    assert_eq!(
        last_line,
        format!("built {name} {} {}", machine.public_ip, machine.private_ip)
    );
    assert!(
        machine.user_data.contains(&format!("hostname: {name}\n")),
        "{machine:#?}"
    );
    assert!(!machine.user_data.contains("_HOSTNAME"), "{machine:#?}");
    let state = world.state();
    let firewall = format!("adt-{label}-test-build");
    let firewall = state
        .firewalls
        .iter()
        .find(|it| it.name == firewall)
        .unwrap();
    assert_eq!(machine.firewalls, std::slice::from_ref(&firewall.id));
    let (public, private, _) = folders(label, world.region());
    let bucket = world.bucket("www-testwebsite-uk-config-xk3j");
    let names: Vec<&String> = bucket.keys().collect();
    let expected = [
        format!("{private}/{}", machine.private_ip),
        format!("{public}/{}", machine.public_ip),
    ];
    let mut expected: Vec<&String> = expected.iter().collect();
    expected.sort();
    assert_eq!(names, expected);
}

#[test]
fn every_machine_comes_up_from_its_operating_system() {
    for (cloudhost, ..) in CLOUDS {
        for label in LABELS {
            let world = installed(cloudhost);
            // It takes a moment, as it does.
            world.edit_state(|state| state.config.server_ms = 60);
            let last_line = build(&world, label, &[]);
            let machine = world.machines().pop().unwrap();
            assert_built(&world, label, &last_line, &machine);
            assert_eq!(machine.from_snapshot, "", "{cloudhost} {label}");
        }
    }
}

#[test]
fn every_machine_comes_up_from_its_snapshot() {
    for (cloudhost, ..) in CLOUDS {
        for (number, label) in LABELS.into_iter().enumerate() {
            let world = installed(cloudhost);
            world.records_snapshots();
            let last_line = build(&world, label, &[]);
            let machine = world.machines().pop().unwrap();
            assert_built(&world, label, &last_line, &machine);
            assert_eq!(
                machine.from_snapshot,
                world.snapshot_id(number),
                "{cloudhost} {label}"
            );
        }
    }
}

#[test]
fn an_authenticator_is_the_sites_whatever_its_script_exports() {
    // BuildAuthenticator exports the authenticator's own address as WEBSITE_URL; everybody looks in the site's bucket, and
    // the snapshots are the site's (contract 09, README decision 2).
    let url = "auth.testwebsite.uk";
    for (cloudhost, ..) in CLOUDS {
        for from_snapshots in [false, true] {
            let world = installed(cloudhost);
            world.set_variable("AUTH_SERVER_URL", Some(url));
            if from_snapshots {
                world.records_snapshots();
            }
            let last_line = build_for(url, &world, "authenticator", &[]);
            let machine = world.machines().pop().unwrap();
            assert_built(&world, "authenticator", &last_line, &machine);
            let id = if from_snapshots {
                world.snapshot_id(0)
            } else {
                String::new()
            };
            assert_eq!(machine.from_snapshot, id, "{cloudhost}");
        }
    }
}

#[test]
fn a_machine_that_does_not_finish_is_destroyed_and_made_anew() {
    for (cloudhost, ..) in CLOUDS {
        for label in LABELS {
            let world = installed(cloudhost);
            let last_line = build(&world, label, &["broken"]);
            let machines = world.machines();
            assert_eq!(machines.len(), 1, "{cloudhost} {label}: {machines:#?}");
            assert_built(&world, label, &last_line, &machines[0]);
            assert_eq!(world.creations().len(), 2, "{cloudhost} {label}");
        }
    }
}

#[test]
fn a_whole_build_comes_up_machine_by_machine() {
    for (cloudhost, ..) in CLOUDS {
        let world = installed(cloudhost);
        for label in LABELS {
            build(&world, label, &[]);
        }
        let machines = world.machines();
        assert_eq!(machines.len(), 5, "{cloudhost}");
        for machine in machines {
            assert!(
                machine
                    .user_data
                    .contains(&format!("hostname: {}\n", machine.name))
            );
            assert_eq!(machine.firewalls.len(), 1, "{cloudhost}: {machine:#?}");
        }
    }
}

#[test]
fn a_list_that_fails_once_while_a_build_waits_stops_nothing() {
    for (cloudhost, tool, words) in [
        ("digitalocean", "doctl", "droplet list"),
        ("exoscale", "exo", "instance list"),
        ("linode", "linode-cli", "linodes list"),
        ("vultr", "vultr", "instance list"),
    ] {
        for kind in ["500", "empty-stdout", "partial-list"] {
            let world = installed(cloudhost);
            if cloudhost == "digitalocean" {
                world.crowd();
            }
            world.faults(&[Fault {
                tool: tool.into(),
                argv: vec![words.into()],
                nth: 4,
                times: 1,
                kind: kind.into(),
                ..Fault::default()
            }]);
            build(&world, "database", &[]);
            assert_eq!(world.machines().len(), 1, "{cloudhost} {kind}");
        }
    }
}

#[test]
fn no_build_takes_a_database_for_gone_because_the_list_failed() {
    for (cloudhost, tool, words) in [
        ("digitalocean", "doctl", "droplet list"),
        ("exoscale", "exo", "instance list"),
        ("linode", "linode-cli", "linodes list"),
        ("vultr", "vultr", "instance list"),
    ] {
        for kind in ["401", "500", "cut"] {
            let world = installed(cloudhost);
            build(&world, "database", &[]);
            world.faults(&[Fault {
                tool: tool.into(),
                argv: vec![words.into()],
                kind: kind.into(),
                ..Fault::default()
            }]);
            let token = format!("db-{}-test-build", world.region());
            for helper in ["NumberOfServers", "IsInstanceRunning"] {
                let ended = world
                    .helper(Door::Shim, helper)
                    .args([token.as_str(), cloudhost])
                    .ends();
                // What cannot be known is nothing that a caller could compare with `0` or `running`.
                assert!(!ended.failed().is_empty(), "{ended}");
            }
        }
    }
}

#[test]
fn a_list_that_lacks_a_page_gives_no_number() {
    let world = installed("digitalocean");
    build(&world, "database", &[]);
    world.crowd();
    let token = format!("db-{}-test-build", world.region());
    let count = || {
        let run = world.helper(Door::Shim, "NumberOfServers");
        run.args([token.as_str(), "digitalocean"]).ends()
    };
    // One page that fails on the way is asked for again, with the words that show what doctl leaves out.
    for times in [1, 2, 3] {
        world.drop_pages("droplet list", 1, times);
        assert_eq!(count().succeeded(), "1\n");
    }
    assert!(
        world
            .calls()
            .last()
            .unwrap()
            .ends_with("droplet list -o json --trace")
    );
    world.drop_pages("droplet list", 1, 0);
    let ended = count();
    assert!(ended.failed().contains("doctl shows 200 of 201"), "{ended}");
    assert!(!ended.failed().contains("HTTP/"), "{ended}");
    assert_eq!(ended.stdout(), "");
}

#[test]
fn an_autoscaler_brings_up_a_webserver() {
    for (cloudhost, ..) in CLOUDS {
        for from_snapshot in [false, true] {
            let id = World::at(cloudhost).snapshot_id(3);
            let settings = if from_snapshot {
                format!("BUILDFROMSNAPSHOT:1\nSNAPSHOTID:{id}\n")
            } else {
                "BUILDFROMSNAPSHOT:1\nSNAPSHOTID:\n".to_owned()
            };
            let world = World::on_an_autoscaler(cloudhost, &settings);
            let snapshot = world.usable_snapshot(3, "webserver");
            world.edit_state(|state| state.snapshots.push(snapshot));
            let name = format!("ws-{}-test-build-1-Xk3J-aB3d", world.region());
            world.creating(&[world.size(), &name]).ends().succeeded();
            let machine = world.machines().pop().unwrap();
            assert_eq!(
                machine.from_snapshot,
                if from_snapshot { id.as_str() } else { "" }
            );
            assert!(
                machine.user_data.contains(&format!("hostname: {name}\n")),
                "{machine:#?}"
            );
            let state = world.state();
            assert_eq!(
                machine.firewalls,
                [state.firewalls[0].id.clone()],
                "{cloudhost}"
            );
            assert_eq!(state.firewalls.len(), 1, "an autoscaler makes none");
        }
    }
}
