//! Whose a note of a snapshot under way is, and what may be recorded for it.

use super::*;
use crate::simcloud_state::Fault;
use crate::world::Ended;

const WORDS: [&str; 5] = ["--type", "webserver", "--os", "debian", "--no-datastore"];

fn obtain(world: &World, more: &[&str]) -> Ended {
    world.obtain(&[&WORDS[..], more].concat()).ends()
}

/// A run that was killed as it asked for the webserver's snapshot, before or after the provider heard it.
fn with_a_note(cloudhost: &str, kind: &str) -> World {
    let world = World::at(cloudhost);
    let creation = match cloudhost {
        "digitalocean" => "droplet-action snapshot",
        "linode" => "images create",
        _ => "snapshot create",
    };
    world.faults(&[Fault {
        tool: "*".into(),
        argv: vec![creation.into()],
        nth: 1,
        times: 1,
        kind: kind.into(),
        ..Fault::default()
    }]);
    let killed = obtain(&world, &[]);
    assert_eq!(killed.status, None, "{killed}");
    world.faults(&[]);
    assert!(world.pending().contains(&"webserver.json".to_owned()));
    world
}

/// Makes another build of the same site the active one.
pub fn switch_to(world: &World, build: &str) {
    let from = world.build("");
    let to = from.with_file_name(build);
    if !to.exists() {
        world.system(
            &format!("cp -a \"$1\" '{}'", to.display()),
            &world.build("."),
        );
        let path = to.join("build_environment");
        let content = std::fs::read_to_string(&path).unwrap();
        std::fs::write(path, content.replace("test-build", build)).unwrap();
        let name = world.machine_name("webserver").replace("test-build", build);
        let machine = world.machine(80, &name);
        world.edit_state(|state| state.machines.push(machine));
    }
    world.write("runtimedata/ACTIVE_BUILD_IDENTIFIER", format!("{build}\n"));
}

/// Every file below `runtimedata` but the empty ones of locks, which a run that is killed leaves.
fn without_locks(world: &World) -> Vec<(String, Vec<u8>)> {
    let files = world.files().into_iter();
    files.filter(|(path, _)| !path.contains(".lock")).collect()
}

#[test]
fn a_run_of_another_build_takes_no_note_up_and_names_both() {
    for (cloudhost, _, region) in CLOUDS {
        let world = with_a_note(cloudhost, "kill-parent-after");
        switch_to(&world, "other-build");
        let (changes, before) = (world.changes(), without_locks(&world));
        for words in [&[][..], &["--replace"], &["--adopt"]] {
            let ended = obtain(&world, words);
            let said = ended.failed();
            for expected in ["'test-build'", "'other-build'", region, "webserver.json"] {
                assert!(said.contains(expected), "{expected}: {ended}");
            }
            assert_eq!(world.changes(), changes, "{ended}");
            assert_eq!(without_locks(&world), before, "{ended}");
        }
        switch_to(&world, "test-build");
        obtain(&world, &[]).succeeded();
        assert_eq!(world.ids(), format!("webserver:{}\n", world.made()[0].id));
    }
}

#[test]
fn a_build_with_another_servers_user_takes_no_note_up() {
    for (cloudhost, _, _) in CLOUDS {
        let world = with_a_note(cloudhost, "kill-parent-after");
        std::fs::write(world.build("credentials/SERVERUSER"), "XanotheruserX\n").unwrap();
        let ended = obtain(&world, &[]);
        let said = ended.failed();
        assert!(said.contains("XanotheruserX"), "{ended}");
        assert!(said.contains("webserver.json"), "{ended}");
        assert_eq!(world.ids(), "");
    }
}

#[test]
fn a_note_whose_machine_is_gone_is_dropped_and_the_machine_that_is_there_taken() {
    for (cloudhost, _, _) in CLOUDS {
        for way in ["", "--replace", "--all"] {
            let world = with_a_note(cloudhost, "kill-parent-before");
            let (old, name) = (
                world.machine_id("webserver"),
                world.machine_name("webserver"),
            );
            let new = world.machine(77, &name).id;
            world.edit_state(|state| {
                let mut machines = state.machines.iter_mut();
                let rebuilt = machines.find(|machine| machine.id == old).unwrap();
                rebuilt.id.clone_from(&new);
            });
            let ended = match way {
                "--all" => world
                    .obtain(&["--all", "--os", "debian", "--no-datastore"])
                    .ends(),
                "" => obtain(&world, &[]),
                way => obtain(&world, &[way]),
            };
            ended.succeeded();
            ended.says("is gone").says("webserver.json").says(&old);
            let made = world.state().snapshots.into_iter();
            let made: Vec<_> = made.filter(|it| it.machine_name == name).collect();
            assert!(made.iter().all(|it| it.machine_id == new), "{ended}");
            assert!(world.ids().contains("webserver:"), "{ended}");
            assert_eq!(world.pending(), [""; 0], "{ended}");
        }
    }
}

#[test]
fn with_a_note_only_what_it_may_have_made_is_adopted() {
    for (cloudhost, _, _) in CLOUDS {
        // At exoscale the note waits for a snapshot, of which a template is registered.
        let kind = match cloudhost {
            "linode" => crate::simcloud_state::Kind::Image,
            _ => crate::simcloud_state::Kind::Snapshot,
        };
        let world = with_a_note(cloudhost, "kill-parent-before");
        world.edit_state(|state| {
            for (number, label) in [(1, "database"), (2, "webserver"), (3, "webserver")] {
                let mut there = world.usable_snapshot(number, label);
                there.kind = kind;
                state.snapshots.push(there);
            }
            if cloudhost == "digitalocean" {
                state.snapshots[1].machine_id = "500000999".into();
            }
        });
        let adopt = |number| obtain(&world, &[&format!("--adopt={}", world.snapshot_id(number))]);
        let of_the_database = adopt(1);
        assert!(
            of_the_database.failed().contains("is named"),
            "{of_the_database}"
        );
        if cloudhost == "digitalocean" {
            let of_another = adopt(2);
            assert!(of_another.failed().contains("500000999"), "{of_another}");
        }
        assert_eq!(world.ids(), "");
        adopt(3).succeeded();
        if cloudhost != "exoscale" {
            assert_eq!(world.ids(), format!("webserver:{}\n", world.snapshot_id(3)));
        }
    }
}

#[test]
fn an_id_is_recorded_for_one_machine_type() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        let there = world.usable_snapshot(1, "webserver");
        world.edit_state(|state| state.snapshots.push(there));
        let id = world.snapshot_id(1);
        let recorded = format!("database:{id}\n");
        std::fs::create_dir_all(world.snapshots("")).unwrap();
        std::fs::write(world.snapshots("snapshot_ids.dat"), &recorded).unwrap();
        for word in ["--adopt", &format!("--adopt={id}")] {
            let ended = obtain(&world, &[word]);
            let said = ended.failed();
            assert!(said.contains("is recorded for the database"), "{ended}");
        }
        let kept = std::fs::read_to_string(world.snapshots("snapshot_ids.dat")).unwrap();
        assert_eq!(kept, recorded);
        let ended = obtain(&world, &["--type", "database", &format!("--adopt={id}")]);
        assert!(ended.failed().contains("one --type"), "{ended}");
        assert_eq!(world.changes(), [""; 0]);
    }
}
