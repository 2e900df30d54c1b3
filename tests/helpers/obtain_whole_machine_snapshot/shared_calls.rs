//! `--all` asks the provider once a round, however many machines are waited for, and misses nothing by that.

use std::time::Duration;

use super::*;
use crate::simcloud_state::Fault;

/// How long a snapshot takes, and how long a list.
const SNAPSHOT_MS: u64 = 1500;
const LIST_MS: u64 = 150;

/// The words that creations at each cloud have in common.
const CREATIONS: [&str; 4] = [
    "droplet-action snapshot",
    "snapshot create",
    "images create",
    "instance-template register",
];

fn is_creation(call: &str) -> bool {
    CREATIONS.iter().any(|creation| call.contains(creation))
}

fn is_list(call: &str) -> bool {
    call.contains(" list ") || call.ends_with(" list")
}

/// The calls after the last creation, when all machines are waited for.
fn calls_of_the_wait(cloudhost: &str, machines: usize) -> Vec<String> {
    let world = World::at(cloudhost);
    world.edit_state(|state| {
        state.config.snapshot_ms = SNAPSHOT_MS;
        state.machines.truncate(machines);
    });
    world.faults(&[Fault {
        tool: "*".into(),
        argv: vec![" list ".into()],
        kind: "slow".into(),
        ms: LIST_MS,
        ..Fault::default()
    }]);
    let words = ["--all", "--os", "debian", "--no-datastore"];
    world.obtain(&words).ends().succeeded();
    assert_eq!(world.made().len(), machines, "{cloudhost}");
    let calls = world.calls();
    let creations = calls.iter().filter(|call| is_creation(call)).count();
    let steps = if cloudhost == "exoscale" { 2 } else { 1 };
    assert_eq!(creations, steps * machines, "{cloudhost}: {calls:#?}");
    let last = calls.iter().rposition(|call| is_creation(call)).unwrap();
    calls[last + 1..].to_vec()
}

/// Of one list no two calls overlap, so that the time a snapshot takes has room for so many; some are asked at the end.
/// Every machine asks for itself only what becomes of it once the lists show that something has.
fn check_the_calls_of_the_wait(cloudhost: &str) {
    let most_of_one_list = usize::try_from(SNAPSHOT_MS / LIST_MS).unwrap() + 5;
    for machines in [2, 5] {
        let calls = calls_of_the_wait(cloudhost, machines);
        let (lists, others): (Vec<_>, Vec<_>) = calls.iter().partition(|call| is_list(call));
        for list in &lists {
            let times = lists.iter().filter(|other| other == &list).count();
            assert!(
                times <= most_of_one_list,
                "{times} times of {machines} machines: {list}"
            );
        }
        assert!(
            others.len() <= 3 * machines,
            "{machines} machines: {others:#?}"
        );
    }
}

#[test]
fn more_machines_need_no_more_lists_at_digitalocean() {
    check_the_calls_of_the_wait("digitalocean");
}

#[test]
fn more_machines_need_no_more_lists_at_exoscale() {
    check_the_calls_of_the_wait("exoscale");
}

#[test]
fn more_machines_need_no_more_lists_at_linode() {
    check_the_calls_of_the_wait("linode");
}

#[test]
fn more_machines_need_no_more_lists_at_vultr() {
    check_the_calls_of_the_wait("vultr");
}

#[test]
fn a_build_of_one_machine_is_asked_about_as_ever() {
    for (cloudhost, _, _) in CLOUDS {
        let calls = |words: &[&str]| {
            let world = World::at(cloudhost);
            let name = world.machine_name("webserver");
            world.edit_state(|state| state.machines.retain(|machine| machine.name == name));
            world
                .obtain(words)
                .args(["--os", "debian"])
                .ends()
                .succeeded();
            let calls = world.calls().into_iter();
            let here = world.path("").display().to_string();
            calls
                .map(|call| call.replace(&here, ""))
                .collect::<Vec<_>>()
        };
        assert_eq!(calls(&["--all"]), calls(&["--type", "webserver"]));
    }
}

#[test]
fn snapshots_that_no_list_shows_are_found_all_the_same() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        world.edit_state(|state| {
            state.config.snapshot_ms = 100;
            state.config.list_lag_ms = 3_600_000;
        });
        world
            .obtain(&["--all", "--os", "debian", "--no-datastore"])
            .ends()
            .succeeded();
        assert_eq!(world.ids().lines().count(), 5, "{cloudhost}");
        assert_eq!(world.made().len(), 5, "{cloudhost}");
    }
}

#[test]
fn a_machine_that_is_busy_with_something_else_hides_no_snapshot() {
    let world = World::at("digitalocean");
    world.edit_state(|state| state.config.snapshot_ms = 1000);
    let run = world.obtain(&["--all", "--no-datastore"]).starts();
    let mut waited = 0;
    while world.state().snapshots.len() < 5 && waited < 1000 {
        std::thread::sleep(Duration::from_millis(10));
        waited += 1;
    }
    let mut other = world.snapshot("180009001", "by hand", "webserver");
    other.ready_ms = u64::MAX;
    world.edit_state(|state| state.snapshots.push(other));
    let output = run.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(world.ids().contains("webserver:"), "{}", world.ids());
}

#[test]
fn the_one_that_the_provider_gives_up_on_is_seen_among_the_others() {
    let world = World::at("digitalocean");
    world.edit_state(|state| state.config.snapshot_ms = 300);
    world.faults(&[Fault {
        tool: "doctl".into(),
        argv: vec![
            "droplet-action snapshot".into(),
            world.machine_name("database"),
        ],
        kind: "errored".into(),
        ..Fault::default()
    }]);
    let ended = world.obtain(&["--all", "--no-datastore"]).ends();
    assert_eq!(ended.status, Some(1), "{ended}");
    ended.says("the provider gave up on the snapshot (errored)");
    assert_eq!(world.ids().lines().count(), 4);
    assert!(!world.ids().contains("database"));
}
