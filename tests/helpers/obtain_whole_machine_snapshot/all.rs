//! `--all`: every machine type that the build has, at the same time.

use std::os::unix::process::ExitStatusExt;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::*;
use crate::simcloud_state::Fault;

fn labels_recorded(world: &World) -> Vec<String> {
    let ids = world.ids();
    let mut labels: Vec<String> = ids
        .lines()
        .filter_map(|line| Some(line.split_once(':')?.0.to_owned()))
        .collect();
    labels.sort();
    labels
}

fn every_label() -> Vec<String> {
    let mut labels = TYPES.map(|(_, label)| label.to_owned()).to_vec();
    labels.sort();
    labels
}

#[test]
fn every_type_is_snapshotted_and_a_second_run_makes_nothing() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        world.edit_state(|state| state.config.snapshot_ms = 150);
        world
            .obtain(&["--all", "--os", "debian"])
            .ends()
            .succeeded();
        assert_eq!(labels_recorded(&world), every_label(), "{cloudhost}");
        assert_eq!(world.made().len(), 5, "{cloudhost}");
        let uploaded =
            &world.bucket(&format!("www-testwebsite-uk-{cloudhost}-snap"))["snapshot_ids.dat"];
        assert_eq!(
            String::from_utf8_lossy(uploaded),
            world.ids(),
            "{cloudhost}"
        );
        let (ids, changes) = (world.ids(), world.changes());
        let again = world.obtain(&["--all", "--os", "debian", "--json"]).ends();
        let report: serde_json::Value = serde_json::from_str(again.succeeded()).unwrap();
        let results = report["results"].as_array().unwrap();
        assert_eq!(results.len(), 5);
        assert!(
            results.iter().all(|result| result["outcome"] == "kept"),
            "{report}"
        );
        assert_eq!(
            (world.ids(), world.changes()),
            (ids, changes),
            "{cloudhost}"
        );
    }
}

#[test]
fn they_are_made_at_the_same_time_unless_told_otherwise() {
    for (words, is_at_once) in [
        (&["--all"][..], true),
        (&["--all", "--parallel", "1"][..], false),
    ] {
        let world = World::at("digitalocean");
        world.edit_state(|state| state.config.snapshot_ms = 1500);
        world.obtain(words).ends().succeeded();
        let times: Vec<u64> = world.made().iter().map(|made| made.created_ms).collect();
        let took = times.iter().max().unwrap() - times.iter().min().unwrap();
        // One after the other, each waits for the snapshot before it.
        assert_eq!(took < 4 * 1500, is_at_once, "{words:?}: {times:?}");
    }
}

#[test]
fn one_list_of_machines_serves_all() {
    let world = World::at("linode");
    world.obtain(&["--all"]).ends().succeeded();
    let lists = world
        .calls()
        .into_iter()
        .filter(|call| call.contains("linodes list"));
    assert_eq!(lists.count(), 1);
}

#[test]
fn one_failure_does_not_stop_the_others_and_a_second_run_does_what_is_missing() {
    let world = World::at("vultr");
    let name = world.snapshot_name("database");
    world.faults(&[Fault {
        tool: "vultr".into(),
        argv: vec!["snapshot create".into(), name],
        kind: "403".into(),
        ..Fault::default()
    }]);
    let ended = world.obtain(&["--all"]).ends();
    assert_eq!(ended.status, Some(1), "{ended}");
    ended
        .says("database: ")
        .says("1 of 5 snapshots could not be obtained");
    assert_eq!(world.made().len(), 4);
    world.faults(&[]);
    world.obtain(&["--all"]).ends().succeeded();
    assert_eq!(labels_recorded(&world), every_label());
    assert_eq!(world.made().len(), 5);
    assert_eq!(world.pending(), [""; 0]);
}

#[test]
fn only_the_types_that_the_build_has_are_taken() {
    let world = World::at("digitalocean");
    world.edit_state(|state| {
        state
            .machines
            .retain(|machine| machine.name.starts_with("ws-") || machine.name.starts_with("db-"));
    });
    world.obtain(&["--all"]).ends().succeeded();
    assert_eq!(labels_recorded(&world), ["database", "webserver"]);
    world.edit_state(|state| state.machines.clear());
    let none = world.obtain(&["--all"]).ends();
    assert!(
        none.failed()
            .contains("the build 'test-build' has no machine in lon1 at digitalocean"),
        "{none}"
    );
}

#[test]
fn a_snapshot_that_is_not_the_recorded_one_is_still_refused() {
    let world = World::at("digitalocean");
    let old = world.snapshot("180009001", &world.snapshot_name("webserver"), "webserver");
    world.edit_state(|state| state.snapshots.push(old));
    let ended = world.obtain(&["--all"]).ends();
    assert_eq!(ended.status, Some(1), "{ended}");
    ended.says("180009001").says("--adopt");
    assert_eq!(world.made().len(), 5, "four new ones beside it");
}

#[test]
fn killed_all_at_once_all_are_taken_up() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        world.edit_state(|state| state.config.snapshot_ms = 300);
        let mut run = world.obtain(&["--all", "--os", "debian"]).starts();
        std::thread::sleep(std::time::Duration::from_millis(150));
        run.kill().unwrap();
        run.wait().unwrap();
        world
            .obtain(&["--all", "--os", "debian"])
            .ends()
            .succeeded();
        assert_eq!(labels_recorded(&world), every_label(), "{cloudhost}");
        assert_eq!(world.made().len(), 5, "{cloudhost}");
        assert_eq!(world.pending(), [""; 0], "{cloudhost}");
    }
}

#[test]
fn all_and_one_type_contradict_each_other() {
    let world = World::at("digitalocean");
    let ended = world.obtain(&["--all", "--type", "webserver"]).ends();
    assert_eq!(ended.status, Some(2), "{ended}");
}

#[test]
fn each_machine_has_lines_of_its_own() {
    let world = World::at("linode");
    world.edit_state(|state| state.config.snapshot_ms = 200);
    let ended = world.obtain(&["--all", "--no-datastore"]).ends();
    ended.succeeded();
    for (_, label) in TYPES {
        let lines = ended.stderr().lines();
        let asked = lines.filter(|line| line.starts_with(&format!("{label}: image: asking")));
        assert_eq!(asked.count(), 1, "{ended}");
        ended.says(&format!("{label}: image: creating ("));
    }
}

#[test]
fn an_interrupt_says_once_for_all_that_they_go_on_and_how_to_go_on_with_them() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        world.edit_state(|state| state.config.snapshot_ms = 60_000);
        let run = world
            .obtain(&["--all", "--os", "debian", "--no-datastore"])
            .starts();
        let mut waited = 0;
        while world.state().snapshots.len() < 5 && waited < 1000 {
            std::thread::sleep(Duration::from_millis(10));
            waited += 1;
        }
        kill_process(Pid::from_child(&run), Signal::INT).unwrap();
        let output = run.wait_with_output().unwrap();
        assert_eq!(output.status.signal(), Some(2), "{cloudhost}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let farewell = "interrupted; the provider goes on with everything it was asked for: run the same command again to continue\n";
        assert!(said.ends_with(&format!("\n{farewell}")), "{said}");
        assert_eq!(said.matches("interrupted").count(), 1, "{said}");
        let pending = world.pending().into_iter();
        let kept: Vec<String> = pending
            .filter_map(|name| name.strip_suffix(".json").map(str::to_owned))
            .collect();
        assert_eq!(kept, every_label(), "{cloudhost}");
        world.edit_state(|state| {
            state.config.snapshot_ms = 0;
            for snapshot in &mut state.snapshots {
                snapshot.ready_ms = 1;
            }
            for action in &mut state.actions {
                action.ready_ms = 1;
            }
        });
        let again = world
            .obtain(&["--all", "--os", "debian", "--no-datastore"])
            .ends();
        again.succeeded();
        assert!(!again.stderr().contains("another run"), "{again}");
        assert_eq!(labels_recorded(&world), every_label(), "{cloudhost}");
        assert_eq!(world.made().len(), 5, "{cloudhost}");
        assert_eq!(world.pending(), [""; 0], "{cloudhost}");
    }
}
