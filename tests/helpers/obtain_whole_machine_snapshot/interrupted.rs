//! Killed at any moment, the next run finishes the same snapshot: one, never two, with the right files.

use std::os::unix::process::ExitStatusExt;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::*;
use crate::simcloud_state::{Fault, Kind};
use crate::world::Ended;

fn obtain(world: &World, arguments: &[&str]) -> Ended {
    world
        .helper(Door::Binary, "ObtainWholeMachineSnapshot")
        .args(["--type", "webserver"])
        .args(arguments)
        .ends()
}

/// One usable snapshot, recorded and uploaded, and nothing left under way.
fn assert_all_is_well(world: &World, cloudhost: &str, what: &str) {
    let snapshots = world.state().snapshots;
    let templates = snapshots
        .iter()
        .filter(|snapshot| snapshot.kind == Kind::Template)
        .count();
    let expected = if cloudhost == "exoscale" {
        (1, 2)
    } else {
        (0, 1)
    };
    assert_eq!(
        (templates, snapshots.len()),
        expected,
        "{what}: {snapshots:#?}"
    );
    let recorded = world.made();
    assert_eq!(
        world.ids(),
        format!("webserver:{}\n", recorded[0].id),
        "{what}"
    );
    assert_eq!(
        world
            .bucket(&format!("www-testwebsite-uk-{cloudhost}-snap"))
            .len(),
        5,
        "{what}"
    );
    assert_eq!(world.pending(), [""; 0], "{what}");
    let halves = world
        .files()
        .into_keys()
        .filter(|path| path.contains(".adt-new"));
    assert_eq!(halves.collect::<Vec<_>>(), [""; 0], "{what}");
}

fn kill_at_every_call(cloudhost: &str, snapshot_ms: u64, prepare: fn(&World), arguments: &[&str]) {
    let world = World::at(cloudhost);
    prepare(&world);
    world.edit_state(|state| state.config.snapshot_ms = snapshot_ms);
    obtain(&world, arguments).succeeded();
    let count = world.calls().len();
    for call in 1..=count {
        for kind in ["kill-parent-before", "kill-parent-after"] {
            let what = format!("{cloudhost}, {kind} call {call} of {count}");
            let world = World::at(cloudhost);
            prepare(&world);
            world.edit_state(|state| state.config.snapshot_ms = snapshot_ms);
            world.faults(&[Fault {
                tool: "*".into(),
                call: call as u64,
                times: 1,
                kind: kind.into(),
                ..Fault::default()
            }]);
            let killed = obtain(&world, arguments);
            if killed.status == Some(0) {
                // With time passing there may be fewer looks than in the first run.
                assert_all_is_well(&world, cloudhost, &what);
                continue;
            }
            assert_eq!(killed.status, None, "{what}: {killed}");
            world.faults(&[]);
            let again = obtain(&world, arguments);
            assert_eq!(again.status, Some(0), "{what}: {again}");
            assert_all_is_well(&world, cloudhost, &what);
        }
    }
}

#[test]
fn killed_at_any_call_of_digitalocean_there_is_one_snapshot() {
    kill_at_every_call("digitalocean", 0, |_| {}, &[]);
}

#[test]
fn killed_at_any_call_of_digitalocean_while_it_takes_time_there_is_one_snapshot() {
    kill_at_every_call("digitalocean", 60, |_| {}, &[]);
}

#[test]
fn killed_at_any_call_of_exoscale_there_is_one_snapshot() {
    kill_at_every_call("exoscale", 0, |_| {}, &["--os", "debian"]);
}

#[test]
fn killed_at_any_call_of_exoscale_while_it_takes_time_there_is_one_snapshot() {
    kill_at_every_call("exoscale", 60, |_| {}, &["--os", "debian"]);
}

#[test]
fn killed_at_any_call_of_linode_there_is_one_snapshot() {
    kill_at_every_call("linode", 60, |_| {}, &[]);
}

#[test]
fn killed_at_any_call_of_vultr_there_is_one_snapshot() {
    kill_at_every_call("vultr", 60, |_| {}, &[]);
}

#[test]
fn killed_at_any_call_of_a_replacement_the_old_one_goes_only_for_the_new_one() {
    for (cloudhost, id) in [
        ("digitalocean", "180009001"),
        ("linode", "private/30009001"),
    ] {
        let prepare: fn(&World) = match cloudhost {
            "linode" => |world| with_old(world, "private/30009001"),
            _ => |world| with_old(world, "180009001"),
        };
        kill_at_every_call(cloudhost, 0, prepare, &["--replace"]);
        assert!(!id.is_empty());
    }
}

fn with_old(world: &World, id: &str) {
    let old = world.snapshot(id, &world.snapshot_name("webserver"), "webserver");
    world.edit_state(|state| state.snapshots.push(old));
}

#[test]
fn killed_again_and_again_at_any_moment_it_comes_to_its_end() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        world.edit_state(|state| state.config.snapshot_ms = 120);
        for moment_ms in (10..90).step_by(7) {
            let mut run = world
                .helper(Door::Binary, "ObtainWholeMachineSnapshot")
                .args(["--type", "webserver", "--os", "debian"])
                .starts();
            std::thread::sleep(Duration::from_millis(moment_ms));
            run.kill().unwrap();
            run.wait().unwrap();
        }
        let last = obtain(&world, &["--os", "debian"]);
        if last.status != Some(0) {
            // One of the runs was quick enough to finish.
            assert!(last.failed().contains("exists and is recorded"), "{last}");
        }
        assert_all_is_well(&world, cloudhost, cloudhost);
    }
}

#[test]
fn a_wait_that_is_too_long_ends_and_is_taken_up_later() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        world.edit_state(|state| state.config.snapshot_ms = 3_600_000);
        let ended = obtain(&world, &["--timeout", "1s", "--os", "debian"]);
        let said = ended.failed();
        assert!(
            said.contains("stopped waiting") && said.contains("run the same command again"),
            "{ended}"
        );
        assert_eq!(world.ids(), "");
        assert_eq!(world.pending(), ["webserver.json"]);
        world.edit_state(|state| {
            state.config.snapshot_ms = 0;
            state
                .snapshots
                .iter_mut()
                .for_each(|snapshot| snapshot.ready_ms = 1);
            state
                .actions
                .iter_mut()
                .for_each(|action| action.ready_ms = 1);
        });
        let again = obtain(&world, &["--os", "debian"]);
        again.succeeded();
        again.says("an earlier run began a snapshot");
        assert_all_is_well(&world, cloudhost, cloudhost);
    }
}

/// A run whose CLI has asked for a snapshot and waits for it.
fn at_work(world: &World, door: Door) -> std::process::Child {
    world.edit_state(|state| state.config.snapshot_ms = 60_000);
    let run = world
        .helper(door, "ObtainWholeMachineSnapshot")
        .args(["--type", "webserver", "--os", "debian"])
        .starts();
    let mut waited = 0;
    while world.state().snapshots.is_empty() && waited < 1000 {
        std::thread::sleep(Duration::from_millis(10));
        waited += 1;
    }
    run
}

#[test]
fn a_termination_ends_the_cli_and_says_how_to_go_on() {
    let world = World::at("exoscale");
    let run = at_work(&world, Door::Binary);
    kill_process(Pid::from_child(&run), Signal::TERM).unwrap();
    let output = run.wait_with_output().unwrap();
    assert_eq!(output.status.signal(), Some(15));
    assert!(String::from_utf8_lossy(&output.stderr).contains("run the same command again"));
    world.edit_state(|state| {
        state.config.snapshot_ms = 0;
        state
            .snapshots
            .iter_mut()
            .for_each(|snapshot| snapshot.ready_ms = 1);
    });
    obtain(&world, &["--os", "debian"]).succeeded();
    assert_all_is_well(&world, "exoscale", "terminated");
}

#[test]
fn a_note_of_another_cloud_is_not_mixed_up() {
    let world = World::at("digitalocean");
    world.edit_state(|state| state.config.snapshot_ms = 3_600_000);
    assert_eq!(obtain(&world, &["--timeout", "1s"]).status, Some(1));
    let note = std::fs::read_to_string(world.snapshots("pending/webserver.json")).unwrap();
    std::fs::write(
        world.snapshots("pending/webserver.json"),
        note.replace("digitalocean", "linode"),
    )
    .unwrap();
    let ended = obtain(&world, &[]);
    let said = ended.failed();
    for named in [
        "at linode) is unfinished",
        "at digitalocean)",
        "webserver.json",
    ] {
        assert!(said.contains(named), "{ended}");
    }
}

#[test]
fn whatever_signal_it_is_the_cli_ends_and_the_caller_sees_it() {
    for signal in [Signal::INT, Signal::QUIT, Signal::HUP, Signal::TERM] {
        let world = World::at("exoscale");
        let run = at_work(&world, Door::Shim);
        kill_process(Pid::from_child(&run), signal).unwrap();
        let output = run.wait_with_output().unwrap();
        assert_eq!(output.status.signal(), Some(signal.as_raw()));
        assert!(!output.status.core_dumped());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("run the same command again"), "{said}");
    }
}
