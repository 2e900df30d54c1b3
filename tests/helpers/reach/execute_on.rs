//! `ExecuteOnWebserver` and its like.

use crate::world::ssh::Fleet;
use crate::world::{CLOUDS, DOORS, Door};

#[test]
fn the_questions_of_the_script_lead_to_one_machine_where_the_command_runs_once() {
    for door in DOORS {
        let fleet = Fleet::at("digitalocean");
        let ended = fleet
            .world
            .helper(door, "ExecuteOnWebserver")
            .args(["echo \"$MACHINE\"; exit 7"])
            .stdin("1\ntest-build\nN\nY\n")
            .ends();
        assert_eq!(ended.status, Some(7), "{ended}");
        let [first, second] = fleet.servers_of("webserver")[..] else {
            panic!("{ended}");
        };
        assert_eq!(ended.stdout(), format!("{}\n", second.name), "{ended}");
        assert_eq!((first.logins(), second.logins()), (0, 1), "{ended}");
        let kept = std::fs::read_to_string(fleet.known_hosts("webserver", second)).unwrap();
        let expected = format!("[{}]:{} ssh-ed25519 ", second.address, fleet.port);
        assert!(
            kept.starts_with(&expected) && kept.ends_with('\n'),
            "{kept}"
        );
    }
}

#[test]
fn with_all_given_nothing_is_asked_at_any_cloud() {
    for (cloudhost, ..) in CLOUDS {
        let fleet = Fleet::at(cloudhost);
        let before = fleet.world.files();
        let server = fleet.server("database");
        let ended = fleet
            .world
            .helper(Door::Shim, "ExecuteOnDatabase")
            .args(["--cloudhost", cloudhost, "--build", "test-build"])
            .args(["--machine", &server.name, "echo", "a  b", "it's", "/t*"])
            .ends();
        assert_eq!(ended.succeeded(), "a  b it's /t*\n");
        assert_eq!(ended.stderr(), "");
        let mut after = fleet.world.files();
        let known_hosts = format!(
            "{cloudhost}/test-build/keys/database_{}keys",
            server.address
        );
        assert!(after.remove(&known_hosts).is_some(), "{ended}");
        assert_eq!(after, before, "{ended}");
    }
}

#[test]
fn on_all_machines_each_line_bears_the_machines_name_and_a_failure_is_named() {
    let fleet = Fleet::at("linode");
    let run = |command: &str| {
        fleet
            .world
            .helper(Door::Binary, "ExecuteOnWebserver")
            .args(["--cloudhost", "linode", "--build", "test-build"])
            .args(["--machine", "all", command])
            .ends()
    };
    let [first, second] = fleet.servers_of("webserver")[..] else {
        panic!("there are two webservers");
    };
    let ended = run("echo one; echo two");
    let mut lines: Vec<&str> = ended.succeeded().lines().collect();
    lines.sort_unstable();
    let mut expected: Vec<String> = [first, second]
        .iter()
        .flat_map(|server| ["one", "two"].map(|word| format!("{}: {word}", server.name)))
        .collect();
    expected.sort();
    assert_eq!(lines, expected);
    let ended = run("case $MACHINE in *-init-2) echo no >&2; exit 3;; esac");
    assert_eq!(
        ended.failed(),
        format!(
            "{name}: no\n1 of 2 machines failed: {name} (status 3)\n",
            name = second.name
        )
    );
}
