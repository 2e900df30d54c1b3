//! Killed at any moment, the next run brings the records.

use std::time::Duration;

use super::*;
use crate::simcloud_state::Fault;

#[test]
fn killed_at_any_call_the_next_run_brings_the_records() {
    for (number, (cloudhost, _, _)) in CLOUDS.into_iter().enumerate() {
        let tool = TOOLS[number % TOOLS.len()];
        for call in 1..=10 {
            for kind in ["kill-parent-before", "kill-parent-after"] {
                let what = format!("{cloudhost} {tool}, {kind} call {call}");
                let world = World::from_snapshots(cloudhost, tool);
                world.faults(&[Fault {
                    tool: "*".into(),
                    call,
                    times: 1,
                    kind: kind.into(),
                    ..Fault::default()
                }]);
                let killed = world.initialise();
                assert_eq!(killed.status, None, "{what}: {killed}");
                assert!(!world.snapshots("snapshot_ids.dat").exists(), "{what}");
                world.faults(&[]);
                let again = world.initialise();
                let id = format!("{}\n", world.webserver_id());
                assert_eq!(again.succeeded(), id, "{what}");
                world.assert_initialised(&what);
            }
        }
    }
}

#[test]
fn killed_again_and_again_at_any_moment_it_comes_to_its_end() {
    let world = World::from_snapshots("vultr", "rclone");
    for moment_ms in (5..120).step_by(5) {
        let run = world.helper(Door::Binary, "InitialiseSnapshots");
        let mut run = run.in_private_tmp().starts();
        std::thread::sleep(Duration::from_millis(moment_ms));
        run.kill().unwrap();
        run.wait().unwrap();
        if world.snapshots("snapshot_ids.dat").exists() {
            world.assert_complete();
        }
    }
    world.initialise().succeeded();
    world.assert_initialised("killed");
}

impl World {
    /// Whoever sees the ids finds the rest.
    fn assert_complete(&self) {
        for name in OBJECTS {
            assert!(self.snapshots(name).exists(), "{name}");
        }
        assert!(self.build("keys").join(KEY).exists());
        assert_eq!(self.variable("SERVER_USER").len(), 1);
    }
}
