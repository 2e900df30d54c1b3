//! Killed at any moment, the next run finishes the same server: one, never two.

use super::*;
use crate::simcloud_state::Fault;

fn kill_at_every_call(cloudhost: &str, prepare: fn(&World)) {
    let prepared = || {
        let world = World::before_servers(cloudhost);
        prepare(&world);
        world
    };
    let world = prepared();
    world.create("webserver").succeeded();
    let calls = world.calls().len();
    for call in 1..=calls {
        for kind in ["kill-parent-before", "kill-parent-after"] {
            let what = format!("{cloudhost}, {kind} call {call} of {calls}");
            let world = prepared();
            world.faults(&[Fault {
                tool: "*".into(),
                call: call as u64,
                times: 1,
                kind: kind.into(),
                ..Fault::default()
            }]);
            let killed = world.create("webserver");
            if killed.status != Some(0) {
                // A call of the toolkit's firewall script ends the script and not us.
                assert!(matches!(killed.status, None | Some(1)), "{what}: {killed}");
                world.faults(&[]);
                let again = world.create("webserver");
                assert_eq!(again.status, Some(0), "{what}: {again}");
            }
            let machine = world.only_machine("webserver", &what);
            assert!(!machine.is_new(), "{what}");
            let state = world.state();
            let vpcs = state
                .vpcs
                .iter()
                .filter(|vpc| !vpc.name.starts_with("default"));
            assert_eq!(vpcs.count(), 1, "{what}");
            if cloudhost == "digitalocean" {
                assert_eq!(state.keys.len(), 1, "{what}");
                assert_eq!(machine.keys, [state.keys[0].id.clone()], "{what}");
            }
        }
    }
}

#[test]
fn killed_at_any_call_of_any_cloud_there_is_one_server() {
    for (cloudhost, ..) in CLOUDS {
        kill_at_every_call(cloudhost, |_| {});
    }
}

#[test]
fn killed_at_any_call_while_it_takes_time_and_from_a_snapshot_there_is_one_server() {
    for (cloudhost, ..) in CLOUDS {
        kill_at_every_call(cloudhost, |world| {
            world.records_snapshots();
            world.edit_state(|state| state.config.server_ms = 60);
        });
    }
}

#[test]
fn two_runs_at_once_make_one_server() {
    let world = World::before_servers("vultr");
    world.edit_state(|state| state.config.server_ms = 200);
    let name = world.machine_name("webserver");
    let runs: Vec<_> = (0..2).map(|_| world.creating(&[&name]).starts()).collect();
    let ended: Vec<_> = runs
        .into_iter()
        .map(|run| run.wait_with_output().unwrap())
        .collect();
    let succeeded = ended.iter().filter(|output| output.status.success());
    assert_eq!(succeeded.count(), 1, "{ended:?}");
    world.only_machine("webserver", "two at once");
}

#[test]
fn servers_made_at_once_share_one_network_and_one_key() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::before_servers(cloudhost);
        let names = LABELS.map(|label| world.machine_name(label));
        let runs: Vec<_> = names
            .iter()
            .map(|name| world.creating(&[name]).starts())
            .collect();
        for run in runs {
            let output = run.wait_with_output().unwrap();
            assert!(output.status.success(), "{cloudhost}: {output:?}");
        }
        let state = world.state();
        let network = &state.machines[0].vpc;
        assert_eq!(state.machines.len(), 5, "{cloudhost}");
        assert!(
            state.machines.iter().all(|machine| machine.vpc == *network),
            "{cloudhost}"
        );
        if cloudhost == "digitalocean" {
            assert_eq!(state.keys.len(), 1);
            assert!(
                state
                    .machines
                    .iter()
                    .all(|it| it.keys == [state.keys[0].id.clone()])
            );
        }
    }
}
