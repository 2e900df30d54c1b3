//! `ExecuteOnWebserver` and its like.

use crate::world::ssh::Fleet;
use crate::world::{CLOUDS, DOORS, Door, Ended, Run};

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

#[test]
fn all_machines_are_at_work_at_the_same_time_and_each_runs_the_command_once() {
    let fleet = Fleet::at("digitalocean");
    let meeting = fleet.world.path("meeting");
    std::fs::create_dir(&meeting).unwrap();
    // Each waits until the other is there.
    let command = format!(
        "cd '{}' && echo x >>$MACHINE && for i in $(seq 600); do [ $(ls | wc -l) = 2 ] && exit 0; sleep 0.05; done; exit 9",
        meeting.display()
    );
    let ended = all(&fleet, &command);
    assert_eq!(ended.succeeded(), "");
    for server in fleet.servers_of("webserver") {
        let runs = std::fs::read_to_string(meeting.join(&server.name)).unwrap();
        assert_eq!(runs, "x\n", "{ended}");
    }
}

#[test]
fn a_machine_that_is_gone_does_not_keep_the_others_from_their_work() {
    let mut fleet = Fleet::at("digitalocean");
    let gone = fleet.servers_of("webserver")[0].name.clone();
    fleet.stop(&gone);
    let ended = all(&fleet, "echo here");
    assert_eq!(ended.status, Some(1), "{ended}");
    let other = &fleet.servers_of("webserver")[0].name;
    assert_eq!(ended.stdout(), format!("{other}: here\n"));
    ended.says(&format!("{gone}: no ssh server answers at "));
    ended.says(&format!("1 of 2 machines failed: {gone}\n"));
}

#[test]
fn a_command_that_ends_with_sshs_own_status_is_told_apart_from_ssh() {
    let fleet = Fleet::at("digitalocean");
    let server = fleet.server("database");
    let ended = one(&fleet, &["exit 255"]).ends();
    assert_eq!(ended.status, Some(255), "{ended}");
    assert_eq!(
        ended.stderr(),
        format!(
            "{} ({}): ended with status 255; ssh reports no trouble of its own\n",
            server.name, server.address
        )
    );
    // Nothing speaks of host keys, so nobody asks for them again.
    let ended = one(&fleet, &["exit 255"])
        .env("ADT_SSH_KEYSCAN", "/no/such")
        .ends();
    assert_eq!(ended.status, Some(255), "{ended}");
    let ended = one(&fleet, &["--user", "nobody-at-all", "exit 0"]).ends();
    assert_eq!(ended.status, Some(255), "{ended}");
    ended.says("Permission denied (publickey)");
    ended.says(": ssh itself failed, with status 255; see above\n");
    // A signal that ends the command.
    let ended = one(&fleet, &["kill -9 $$"]).ends();
    assert_ne!(ended.status, Some(0), "{ended}");
}

#[test]
fn the_machines_that_failed_are_named_although_nothing_can_be_passed_on() {
    let fleet = Fleet::at("digitalocean");
    let ended = fleet
        .world
        .helper(Door::Binary, "ExecuteOnWebserver")
        .args(["--cloudhost", "digitalocean", "--build", "test-build"])
        .args(["--machine", "all", "echo x; exit 3"])
        .within("exec \"$@\" >/dev/full")
        .ends();
    assert_eq!(ended.status, Some(1), "{ended}");
    ended.says("2 of 2 machines failed: ");
    ended.says("besides, not all that they said could be passed on: No space left on device");
}

#[test]
fn a_command_arrives_as_it_is_whatever_it_looks_like() {
    let fleet = Fleet::at("digitalocean");
    for words in [
        &[
            "printf",
            "%s\\n",
            "a  b",
            "it's",
            "*",
            "$HOME",
            "\u{fc}\u{65e5}",
            "",
        ][..],
        &["printf '%s\\n' 'a  b' \"it's\" '*' '$HOME' '\u{fc}\u{65e5}' ''"],
    ] {
        let ended = one(&fleet, words).ends();
        assert_eq!(
            ended.succeeded(),
            "a  b\nit's\n*\n$HOME\n\u{fc}\u{65e5}\n\n"
        );
    }
    // Neither the helper nor ssh takes it for an option.
    let ended = one(&fleet, &["--", "-V"]).ends();
    assert_ne!(ended.status, Some(0), "{ended}");
    assert!(!ended.stderr().contains("OpenSSH"), "{ended}");
    let ended = one(&fleet, &["echo", "--machine", "-V", "--", "-h"]).ends();
    assert_eq!(ended.succeeded(), "--machine -V -- -h\n");
    for words in [&[][..], &[""], &["", ""]] {
        let ended = one(&fleet, words).ends();
        assert_eq!(
            ended.failed(),
            "ExecuteOnDatabase: there is no command to run; give it as the last argument, such as 'uptime'\n"
        );
    }
}

#[test]
fn what_follows_the_answers_is_the_commands_to_read() {
    let fleet = Fleet::at("digitalocean");
    let mut input = b"1\ntest-build\nY\n".to_vec();
    let bytes = super::copy_to::content();
    input.extend(&bytes);
    let kept = fleet.world.path("kept");
    let ended = fleet
        .world
        .helper(Door::Shim, "ExecuteOnDatabase")
        .args([format!("cat >'{}'; echo bye >&2", kept.display())])
        .stdin(input)
        .ends();
    assert_eq!(ended.succeeded(), "");
    assert!(ended.stderr().ends_with("bye\n"), "{ended}");
    assert!(std::fs::read(kept).unwrap() == bytes);
}

#[test]
fn a_command_that_takes_too_long_is_ended() {
    let fleet = Fleet::at("digitalocean");
    let ended = one(&fleet, &["--timeout", "1", "sleep 100"]).ends();
    assert!(ended.failed().contains("1s"), "{ended}");
    let ended = all(&fleet, "true");
    assert_eq!(ended.succeeded(), "");
}

/// Runs a command on both webservers.
fn all(fleet: &Fleet, command: &str) -> Ended {
    fleet
        .world
        .helper(Door::Shim, "ExecuteOnWebserver")
        .args(["--cloudhost", "digitalocean", "--build", "test-build"])
        .args(["--machine", "all", command])
        .ends()
}

/// The helper for the database, about to run.
fn one<'a>(fleet: &'a Fleet, words: &[&str]) -> Run<'a> {
    fleet
        .world
        .helper(Door::Shim, "ExecuteOnDatabase")
        .args(["--cloudhost", "digitalocean", "--build", "test-build"])
        .args(["--machine", &fleet.server("database").name])
        .args(words)
}
