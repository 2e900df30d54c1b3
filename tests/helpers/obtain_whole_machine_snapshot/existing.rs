//! Which machine is taken, and what becomes of a snapshot that is there already.

use super::*;

/// An id as the cloud gives it.
fn id_at(cloudhost: &str, number: u32) -> String {
    match cloudhost {
        "digitalocean" => format!("{}", 180_009_000 + number),
        "linode" => format!("private/{}", 30_009_000 + number),
        _ => format!("0b0b0b0b-0000-4000-8000-{number:012}"),
    }
}

fn with_old_snapshot(cloudhost: &str) -> (World, String) {
    let world = World::at(cloudhost);
    let id = id_at(cloudhost, 1);
    let old = world.snapshot(&id, &world.snapshot_name("webserver"), "webserver");
    world.edit_state(|state| state.snapshots.push(old));
    (world, id)
}

#[test]
fn a_snapshot_that_nothing_explains_is_refused_with_both_ways_on() {
    if corrected(
        "ObtainWholeMachineSnapshot: a snapshot that exists is an error at every cloud, and nothing is written; contract 03 §3.1 and README, decision 3",
    ) {
        return;
    }
    for (cloudhost, _, _) in CLOUDS {
        let (world, id) = with_old_snapshot(cloudhost);
        let before = world.files();
        let ended = world
            .helper(Door::Shim, "ObtainWholeMachineSnapshot")
            .stdin("4\n")
            .ends();
        let said = ended.failed();
        for words in [id.as_str(), "ago", "--adopt", "--replace"] {
            assert!(said.contains(words), "{words}: {ended}");
        }
        assert_eq!(world.changes(), [""; 0]);
        let kept = world
            .files()
            .into_iter()
            .filter(|(path, _)| !path.contains("wholemachine"));
        assert_eq!(kept.collect::<std::collections::BTreeMap<_, _>>(), before);
        assert_eq!(world.ids(), "");
    }
}

#[test]
fn adopting_records_it_and_makes_nothing() {
    if corrected(
        "ObtainWholeMachineSnapshot: options answer for the questions; the original reads no arguments, contract 03 §3.1",
    ) {
        return;
    }
    for (cloudhost, _, _) in CLOUDS {
        let (world, id) = with_old_snapshot(cloudhost);
        world
            .helper(Door::Shim, "ObtainWholeMachineSnapshot")
            .args(["--type", "webserver", "--adopt"])
            .ends()
            .succeeded();
        assert_eq!(world.ids(), format!("webserver:{id}\n"));
        assert_eq!(world.changes(), [""; 0]);
    }
}

#[test]
fn replacing_deletes_the_old_one_after_the_new_one_is_recorded_and_uploaded() {
    if corrected(
        "ObtainWholeMachineSnapshot: options answer for the questions; the original reads no arguments, contract 03 §3.1",
    ) {
        return;
    }
    for (cloudhost, _, _) in CLOUDS {
        let (world, old) = with_old_snapshot(cloudhost);
        world
            .helper(Door::Shim, "ObtainWholeMachineSnapshot")
            .args(["--type", "webserver", "--replace"])
            .ends()
            .succeeded();
        let made = world.made();
        assert_eq!(made.len(), 1, "{cloudhost}");
        assert_ne!(made[0].id, old);
        assert_eq!(world.ids(), format!("webserver:{}\n", made[0].id));
        let calls = world.calls();
        let deletion = calls
            .iter()
            .position(|call| call.contains("delete") && call.contains(&old))
            .unwrap();
        assert_eq!(deletion, calls.len() - 1, "{calls:#?}");
        assert_eq!(world.pending(), [""; 0]);
    }
}

#[test]
fn what_is_not_made_of_a_machine_on_request_is_as_good_as_not_there() {
    for (cloudhost, sort) in OTHER_SORTS {
        for way in [&[][..], &["--adopt"], &["--replace"], &["--all"]] {
            let (world, other) = with_old_snapshot(cloudhost);
            world.edit_state(|state| sort.clone_into(&mut state.snapshots[0].sort));
            let words = match way {
                ["--all"] => vec!["--all", "--no-datastore"],
                way => [&["--type", "webserver", "--no-datastore"], way].concat(),
            };
            let ended = world.obtain(&words).ends();
            if way == ["--adopt"] {
                assert!(ended.failed().contains("no snapshot of"), "{ended}");
            } else {
                ended.succeeded();
            }
            assert!(!ended.stderr().contains(&other), "{ended}");
            assert!(!world.ids().contains(&other), "{ended}");
            let mut left = world.state().snapshots.into_iter();
            assert!(left.any(|it| it.id == other), "{ended}");

            let recorded = format!("webserver:{other}\n");
            std::fs::create_dir_all(world.snapshots("")).unwrap();
            std::fs::write(world.snapshots("snapshot_ids.dat"), recorded).unwrap();
            let ended = world.obtain(&["--type", "webserver", "--replace"]).ends();
            let mut left = world.state().snapshots.into_iter();
            assert!(left.any(|it| it.id == other), "{ended}");
        }
    }
}

#[test]
fn a_recorded_snapshot_is_refused_and_its_source_goes_with_it_when_replaced() {
    if corrected(
        "ObtainWholeMachineSnapshot: options answer for the questions; the original reads no arguments, contract 03 §3.1",
    ) {
        return;
    }
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        let obtain = |arguments: &[&str]| {
            world
                .helper(Door::Binary, "ObtainWholeMachineSnapshot")
                .args(["--type", "webserver"])
                .args(arguments)
                .ends()
        };
        obtain(&[]).succeeded();
        let again = obtain(&[]);
        assert!(again.failed().contains("exists and is recorded"), "{again}");
        obtain(&["--replace"]).succeeded();
        let left = world.state().snapshots;
        let expected = if cloudhost == "exoscale" { 2 } else { 1 };
        assert_eq!(left.len(), expected, "{left:#?}");
    }
}

#[test]
fn two_of_one_name_are_both_named_and_nothing_is_guessed() {
    if corrected(
        "ObtainWholeMachineSnapshot: options answer for the questions; the original reads no arguments, contract 03 §3.1",
    ) {
        return;
    }
    for (cloudhost, _, _) in CLOUDS {
        let (world, first) = with_old_snapshot(cloudhost);
        let second = id_at(cloudhost, 2);
        let twin = world.snapshot(&second, &world.snapshot_name("webserver"), "webserver");
        world.edit_state(|state| state.snapshots.push(twin));
        for way in ["--adopt", "--replace"] {
            let ended = world
                .helper(Door::Binary, "ObtainWholeMachineSnapshot")
                .args(["--type", "webserver", way])
                .ends();
            let said = ended.failed();
            assert!(said.contains(&first) && said.contains(&second), "{ended}");
        }
        assert_eq!(world.changes(), [""; 0]);
        world
            .helper(Door::Binary, "ObtainWholeMachineSnapshot")
            .args(["--type", "webserver", &format!("--adopt={second}")])
            .ends()
            .succeeded();
        assert_eq!(world.ids(), format!("webserver:{second}\n"));
    }
}

#[test]
fn prod_never_takes_a_machine_of_prod2() {
    if corrected("ObtainWholeMachineSnapshot: the exact machine; contract README, decision 3") {
        return;
    }
    for (cloudhost, _, region) in CLOUDS {
        let world = World::at(cloudhost);
        let longer = world.machine(90, &format!("ws-{region}-test-build2-1-Xk3J-init-1"));
        world.edit_state(|state| {
            state
                .machines
                .retain(|machine| !machine.name.starts_with("ws-"));
            state.machines.push(longer);
        });
        let ended = world
            .helper(Door::Shim, "ObtainWholeMachineSnapshot")
            .stdin("4\n")
            .ends();
        let said = ended.failed();
        assert!(
            said.contains("there is no webserver of the build 'test-build'"),
            "{ended}"
        );
        assert_eq!(world.changes(), [""; 0]);
    }
}

#[test]
fn the_first_of_several_is_taken_and_said_and_another_can_be_asked_for() {
    if corrected(
        "ObtainWholeMachineSnapshot: options answer for the questions; the original reads no arguments, contract 03 §3.1",
    ) {
        return;
    }
    for (cloudhost, _, region) in CLOUDS {
        let world = World::at(cloudhost);
        let name = format!("ws-{region}-test-build-1-Xk3J-a1b2");
        let second = world.machine(91, &name);
        let second_id = second.id.clone();
        world.edit_state(|state| state.machines.push(second));
        let ended = world
            .helper(Door::Shim, "ObtainWholeMachineSnapshot")
            .stdin("4\n")
            .ends();
        assert!(ended.succeeded().contains(&world.machine_name("webserver")));
        ended
            .says("2 machines match; taking the first")
            .says("--machine picks another");
        for wanted in [name.as_str(), second_id.as_str()] {
            let world = World::at(cloudhost);
            let second = world.machine(91, &name);
            world.edit_state(|state| state.machines.push(second));
            let ended = world
                .helper(Door::Shim, "ObtainWholeMachineSnapshot")
                .args(["--type", "webserver", "--machine", wanted])
                .ends();
            assert!(ended.succeeded().contains(&name), "{ended}");
        }
    }
}

#[test]
fn a_machine_that_does_not_match_is_refused_with_those_that_do() {
    if corrected(
        "ObtainWholeMachineSnapshot: options answer for the questions; the original reads no arguments, contract 03 §3.1",
    ) {
        return;
    }
    let world = World::at("digitalocean");
    let ended = world
        .helper(Door::Shim, "ObtainWholeMachineSnapshot")
        .args([
            "--type",
            "webserver",
            "--machine",
            "db-lon1-test-build-Xk3J",
        ])
        .ends();
    let said = ended.failed();
    assert!(said.contains("is no webserver of the build"), "{ended}");
    assert!(said.contains(&world.machine_name("webserver")), "{ended}");
}

#[test]
fn a_machine_far_down_a_long_list_is_found() {
    if corrected(
        "ObtainWholeMachineSnapshot: options answer for the questions; the original reads no arguments, contract 03 §3.1",
    ) {
        return;
    }
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        let fillers: Vec<_> = (100..750)
            .map(|number| world.machine(number, &format!("filler-{number}")))
            .collect();
        world.edit_state(|state| {
            let fleet = std::mem::take(&mut state.machines);
            state.machines.extend(fillers);
            state.machines.extend(fleet);
        });
        world
            .helper(Door::Shim, "ObtainWholeMachineSnapshot")
            .args(["--type", "database"])
            .ends()
            .succeeded();
        assert!(world.ids().starts_with("database:"), "{cloudhost}");
    }
}

#[test]
fn a_linode_with_two_root_disks_is_not_guessed_about() {
    if corrected(
        "ObtainWholeMachineSnapshot: an id is never guessed or empty; contract README, decision 3",
    ) {
        return;
    }
    let world = World::at("linode");
    world.edit_state(|state| {
        let webserver = state
            .machines
            .iter_mut()
            .find(|machine| machine.name.starts_with("ws-"))
            .unwrap();
        webserver.disks = [("root", "ext4"), ("data", "ext4"), ("swap", "swap")]
            .into_iter()
            .enumerate()
            .map(
                |(number, (label, filesystem))| crate::simcloud_state::Disk {
                    id: 140_000_001 + u64::try_from(number).unwrap(),
                    label: label.to_owned(),
                    filesystem: filesystem.to_owned(),
                    size: 512,
                },
            )
            .collect();
    });
    let ended = world
        .helper(Door::Shim, "ObtainWholeMachineSnapshot")
        .stdin("4\n")
        .ends();
    let said = ended.failed();
    assert!(
        said.contains("140000001") && said.contains("140000002"),
        "{ended}"
    );
    assert_eq!((world.changes(), world.pending()), (vec![], vec![]));
}

#[test]
fn a_snapshot_whose_machine_is_gone_does_not_keep_exoscale_from_making_others() {
    if corrected(
        "ObtainWholeMachineSnapshot: options answer for the questions; the original reads no arguments, contract 03 §3.1",
    ) {
        return;
    }
    let world = World::at("exoscale");
    world.edit_state(|state| {
        state.snapshots.push(crate::simcloud_state::Snapshot {
            provider: crate::simcloud_state::Provider::Exoscale,
            id: id_at("exoscale", 7),
            machine_id: id_at("exoscale", 8),
            machine_name: "ws-gone".into(),
            region: "ch-gva-2".into(),
            created_ms: 1_760_000_000_000,
            ready_ms: 1_760_000_000_000,
            ..Default::default()
        });
    });
    let ended = world
        .helper(Door::Shim, "ObtainWholeMachineSnapshot")
        .stdin("4\n2\n")
        .ends();
    ended.succeeded();
    ended.says("does not list every snapshot");
    assert!(world.ids().starts_with("webserver:"));
}
