//! The same command once more: what it keeps, waits for, makes anew and tells beforehand.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::*;
use crate::simcloud_state::{Fault, Kind};
use crate::world::Ended;

const ALL: [&str; 4] = ["--all", "--os", "debian", "--no-datastore"];

fn all(world: &World, more: &[&str]) -> Ended {
    world.obtain(&[&ALL[..], more].concat()).ends()
}

fn in_ms(ms: u64) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u64::try_from(now.as_millis()).unwrap() + ms
}

fn strike(world: &World, words: &[&str], kind: &str, times: u64) {
    world.faults(&[Fault {
        tool: "*".into(),
        argv: words.iter().map(|&word| word.to_owned()).collect(),
        nth: 1,
        times,
        kind: kind.into(),
        ..Fault::default()
    }]);
}

fn creation(cloudhost: &str) -> &'static str {
    match cloudhost {
        "digitalocean" => "droplet-action snapshot",
        "linode" => "images create",
        _ => "snapshot create",
    }
}

/// The webserver's snapshot alone, recorded. At exoscale a template is listed once it is usable, so there is none there.
fn with_recorded(cloudhost: &str) -> World {
    let world = World::at(cloudhost);
    world.edit_state(|state| {
        let webserver = world.machine_name("webserver");
        state.machines.retain(|it| it.name == webserver);
        state.snapshots.push(world.usable_snapshot(1, "webserver"));
    });
    let recorded = format!("webserver:{}\n", world.snapshot_id(1));
    std::fs::create_dir_all(world.snapshots("")).unwrap();
    std::fs::write(world.snapshots("snapshot_ids.dat"), recorded).unwrap();
    world
}

#[test]
fn a_recorded_snapshot_that_is_not_usable_yet_is_waited_for() {
    for cloudhost in ["linode", "vultr"] {
        let world = with_recorded(cloudhost);
        world.edit_state(|state| state.snapshots[0].ready_ms = in_ms(400));
        let ended = all(&world, &[]);
        ended.succeeded();
        ended.says("not usable yet; waiting for it");
        assert!(world.state().snapshots[0].ready_ms <= in_ms(0), "{ended}");
        assert_eq!(world.changes(), [""; 0], "{ended}");
        assert_eq!(world.ids(), format!("webserver:{}\n", world.snapshot_id(1)));
    }
}

#[test]
fn after_a_failed_snapshot_the_command_that_is_named_makes_another() {
    for cloudhost in ["digitalocean", "exoscale", "linode"] {
        for way in [&["--type", "webserver"][..], &["--all"], &["--adopt"]] {
            let world = with_recorded(cloudhost);
            world.edit_state(|state| {
                state.snapshots.clear();
                state.config.snapshot_ms = 80;
            });
            std::fs::remove_file(world.snapshots("snapshot_ids.dat")).unwrap();
            let plain = ["--type", "webserver", "--os", "debian", "--no-datastore"];
            let words = match way {
                ["--all"] => ALL.to_vec(),
                ["--adopt"] => [&plain[..], way].concat(),
                _ => plain.to_vec(),
            };
            strike(&world, &[creation(cloudhost)], "errored", 1);
            let failed = if way == ["--adopt"] {
                world.obtain(&plain).ends()
            } else {
                world.obtain(&words).ends()
            };
            failed.says("to make another");
            world.faults(&[]);
            let again = world.obtain(&words).ends();
            if way == ["--adopt"] {
                assert!(
                    again.failed().contains("make one without --adopt"),
                    "{again}"
                );
                world.obtain(&plain).ends().succeeded();
            } else {
                again.succeeded();
            }
            if cloudhost == "exoscale" {
                again.says("nothing can be built from the snapshot");
            }
            let made = world.made();
            let last = &made.last().unwrap().id;
            assert_eq!(world.ids(), format!("webserver:{last}\n"));
        }
    }
}

#[test]
fn the_snapshot_of_a_template_that_is_gone_leads_to_another() {
    let once = ["--type", "webserver", "--os", "debian", "--no-datastore"];
    for way in [&["--adopt"][..], &["--replace"], &["--all"]] {
        let world = with_recorded("exoscale");
        world.edit_state(|state| state.snapshots.clear());
        std::fs::remove_file(world.snapshots("snapshot_ids.dat")).unwrap();
        world.obtain(&once).ends().succeeded();
        world.edit_state(|state| state.snapshots.retain(|it| it.kind != Kind::Template));
        let plain = world.obtain(&once).ends();
        let said = plain.failed();
        assert!(
            said.contains("--adopt") && said.contains("--replace"),
            "{plain}"
        );
        let words = match way {
            ["--all"] => ALL.to_vec(),
            way => [&once[..], way].concat(),
        };
        let ended = world.obtain(&words).ends();
        ended.succeeded();
        assert_eq!(world.ids(), format!("webserver:{}\n", world.made()[0].id));
        assert_eq!(world.state().snapshots.len(), 2, "{ended}");
    }
}

#[test]
fn a_repetition_replaces_only_what_the_run_before_did_not() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        all(&world, &[]).succeeded();
        let old = world.ids();
        let id = world.machine_id("database");
        let target = match cloudhost {
            "linode" => world.root_disk("database"),
            _ => id,
        };
        strike(&world, &[creation(cloudhost), &target], "403", 0);
        let failed = all(&world, &["--replace"]);
        assert_eq!(failed.status, Some(1), "{failed}");
        failed.says("run the same command again for those: database");
        let replaced = world.ids();
        let stays: Vec<&str> = old.lines().filter(|line| replaced.contains(line)).collect();
        assert_eq!(stays.len(), 1, "{failed}");
        world.faults(&[]);
        world.forget_calls();
        let again = all(&world, &["--replace"]);
        again.succeeded();
        let now = world.ids();
        let new: Vec<&str> = now
            .lines()
            .filter(|line| !replaced.contains(line))
            .collect();
        assert_eq!(new.len(), 1, "{again}");
        assert!(new[0].starts_with("database:"), "{again}");
        assert_eq!(world.pending(), [""; 0], "{again}");
        // That run is over, so the next one is a new one.
        all(&world, &["--replace"]).succeeded();
        let last = world.ids();
        assert!(!now.lines().any(|line| last.contains(line)), "{last}");
    }
}

#[test]
fn interrupted_before_anything_was_asked_for_it_says_so() {
    let world = World::at("digitalocean");
    world.faults(&[Fault {
        tool: "doctl".into(),
        argv: vec!["snapshot list".into()],
        kind: "hang".into(),
        ..Fault::default()
    }]);
    let run = world.obtain(&ALL).starts();
    let mut waited = 0;
    let has_begun = || {
        world
            .calls()
            .iter()
            .any(|call| call.contains("snapshot list"))
    };
    while !has_begun() && waited < 1000 {
        std::thread::sleep(Duration::from_millis(10));
        waited += 1;
    }
    kill_process(Pid::from_child(&run), Signal::INT).unwrap();
    let output = run.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("interrupted before the provider was asked"),
        "{said}"
    );
    assert!(!said.contains("run the same command again"), "{said}");
    assert_eq!(world.changes(), [""; 0]);
}

#[test]
fn a_provider_that_is_busy_is_asked_again() {
    // At exoscale whatever keeps a machine busy is listed under its name.
    for cloudhost in ["digitalocean", "linode", "vultr"] {
        let world = with_recorded(cloudhost);
        world.edit_state(|state| {
            let mut other = world.usable_snapshot(9, "webserver");
            other.name = "somebody-elses".into();
            other.machine_name = "somebody-elses".into();
            other.ready_ms = in_ms(600);
            state.snapshots = vec![other];
        });
        std::fs::remove_file(world.snapshots("snapshot_ids.dat")).unwrap();
        let words = ["--type", "webserver", "--os", "debian", "--no-datastore"];
        let ended = world.obtain(&words).ends();
        ended.succeeded();
        assert!(world.ids().starts_with("webserver:"), "{ended}");
        let name = world.snapshot_name("webserver");
        let made = world.made().into_iter().filter(|it| it.name == name);
        assert_eq!(made.count(), 1, "{ended}");
    }
}

#[test]
fn one_failure_of_the_providers_own_is_asked_past() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        strike(&world, &[creation(cloudhost)], "500", 1);
        let words = ["--type", "webserver", "--os", "debian", "--no-datastore"];
        let ended = world.obtain(&words).ends();
        ended.succeeded();
        assert_eq!(world.made().len(), 1, "{ended}");
    }
}

#[test]
fn an_answer_of_no_known_shape_ends_the_run_soon_with_the_tools_words() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        for stream in ["1", "2"] {
            let answer = format!("echo 'Available Commands' >&{stream}; exit 0");
            world.before_the_tool(creation(cloudhost), &answer);
            let words = ["--type", "webserver", "--os", "debian", "--no-datastore"];
            let ended = world.obtain(&words).ends();
            let said = ended.failed();
            assert!(said.contains("could be made"), "{ended}");
            assert!(said.contains("Available Commands"), "{ended}");
            assert!(!said.contains("goes on at the provider"), "{ended}");
        }
    }
}

#[test]
fn a_cli_that_never_answers_is_stopped_once_the_snapshot_is_usable() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        world.edit_state(|state| state.config.snapshot_ms = 300);
        world.before_the_tool(
            creation(cloudhost),
            "\"$real\" \"$@\" >/dev/null; exec sleep 300",
        );
        let words = ["--type", "webserver", "--os", "debian", "--no-datastore"];
        let ended = world.obtain(&words).ends();
        ended.succeeded();
        assert_eq!(world.ids(), format!("webserver:{}\n", world.made()[0].id));
    }
}

/// What a rehearsal says of the webserver, which changes nothing.
fn rehearsed(world: &World, words: &[&str]) -> (Ended, Value) {
    let (before, changes) = (world.tree(), world.changes());
    let ended = world
        .obtain(&[words, &["--dry-run", "--json"]].concat())
        .ends();
    let report: Value = serde_json::from_str(ended.succeeded()).unwrap();
    assert_eq!(world.tree(), before);
    assert_eq!(world.changes(), changes);
    let mut results = report["results"].as_array().unwrap().iter();
    let webserver = results.find(|it| it["type"] == "webserver");
    (ended, webserver.unwrap().clone())
}

#[test]
fn a_rehearsal_tells_what_is_kept_adopted_or_taken_up() {
    for (cloudhost, _, _) in CLOUDS {
        let world = with_recorded(cloudhost);
        let id = world.snapshot_id(1);
        let (ended, kept) = rehearsed(&world, &ALL);
        assert_eq!(kept["outcome"], "kept");
        assert_eq!(kept["id"], id.as_str());
        ended.says("is recorded and would stay");
        let once = ["--type", "webserver", "--os", "debian", "--no-datastore"];
        let (_, adopted) = rehearsed(&world, &[&once[..], &["--adopt"]].concat());
        assert_eq!(adopted["outcome"], "would-adopt");
        assert_eq!(adopted["id"], id.as_str());
        let (ended, replaced) = rehearsed(&world, &[&once[..], &["--replace"]].concat());
        assert_eq!(replaced["outcome"], "would-make");
        let is_deletion = |line: &str| line.contains("delete") && line.contains(&id);
        assert!(ended.stderr().lines().any(is_deletion), "{ended}");

        for kind in ["kill-parent-before", "kill-parent-after"] {
            let world = World::at(cloudhost);
            strike(&world, &[creation(cloudhost)], kind, 1);
            assert_eq!(world.obtain(&once).ends().status, None);
            world.faults(&[]);
            let (ended, resumed) = rehearsed(&world, &once);
            assert_eq!(resumed["outcome"], "would-resume", "{ended}");
            let asks = ended.stderr().contains("ask for it again");
            assert_eq!(asks, kind == "kill-parent-before", "{ended}");
            world.obtain(&once).ends().succeeded();
        }
    }
}
