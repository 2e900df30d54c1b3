//! `PruneSnapshots`, on four clouds: what goes, what stays, and that nothing else is touched.

use serde_json::Value;

use crate::simcloud_state::{Fault, Kind, Snapshot};
use crate::world::{CLOUDS, DOORS, Door, Ended, OTHER_SORTS, World};

/// The numbers of those that nothing needs.
const OLD: [usize; 3] = [2, 3, 4];

impl World {
    fn prune(&self, words: &[&str]) -> crate::world::Run<'_> {
        self.helper(Door::Binary, "PruneSnapshots").args(words)
    }

    /// The numbers of the build's snapshots that are there; the others' must be there anyway.
    #[track_caller]
    fn left(&self) -> Vec<usize> {
        let made = self.made();
        let is_there = |number: &usize| made.iter().any(|it| it.id == self.snapshot_id(*number));
        assert_eq!((11..15).filter(is_there).count(), 4, "{made:#?}");
        (1..=6).filter(is_there).collect()
    }

    /// The lines of the history.
    fn history(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.snapshots("history.jsonl")).unwrap_or_default();
        let lines = text.lines().map(serde_json::from_str);
        lines.map(Result::unwrap).collect()
    }

    fn strike(&self, argv: &[&str], kind: &str, nth: u64, times: u64) {
        self.faults(&[Fault {
            tool: "*".into(),
            argv: argv.iter().map(|&word| word.to_owned()).collect(),
            kind: kind.into(),
            nth,
            times,
            ..Fault::default()
        }]);
    }
}

/// Nothing is changed, here or there, but for the locks' directory.
#[track_caller]
fn nothing_went(world: &World, ended: &Ended) {
    assert_eq!(world.left(), [1, 2, 3, 4, 5, 6], "{ended}");
    assert_eq!(world.changes(), [""; 0], "{ended}");
    assert!(world.history().is_empty(), "{ended}");
}

#[test]
fn what_is_old_and_not_needed_goes_and_its_end_is_noted() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::with_old_snapshots(cloudhost);
        let ended = world.prune(&[]).env("USER", "somebody").stdin("y\n").ends();
        let plan = ended.succeeded();
        for number in 1..=6 {
            let id = world.snapshot_id(number);
            let line = plan.lines().find(|line| line.contains(&id)).unwrap();
            assert_eq!(line.contains("  goes  "), OLD.contains(&number), "{line}");
        }
        assert!(!plan.contains(&world.snapshot_id(11)), "{plan}");
        ended.says("Delete 3 of 6? [y/N]");
        assert_eq!(world.left(), [1, 5, 6], "{ended}");
        assert_eq!(world.changes().len(), 3);
        let history = world.history();
        let ids: Vec<&Value> = history.iter().map(|line| &line["id"]).collect();
        assert_eq!(
            ids,
            [4, 3, 2].map(|number| world.snapshot_id(number)).each_ref()
        );
        for line in &history {
            assert_eq!(line["version"], 1);
            assert_eq!(line["name"], world.snapshot_name("webserver"));
            assert_eq!(line["who"], "somebody");
            assert_eq!(line["why"], "pruned");
            for field in ["what", "when", "reason"] {
                assert!(line[field].is_string(), "{line}");
            }
        }
        let mode = world.system("stat -c %a \"$1\"", &world.snapshots("history.jsonl"));
        assert_eq!(mode.trim(), "600");
        assert_eq!(world.ids(), format!("webserver:{}\n", world.snapshot_id(1)));
        assert_eq!(world.pending(), [""; 0]);
        world
            .prune(&["--yes"])
            .ends()
            .says("nothing is to be deleted")
            .succeeded();
    }
}

#[test]
fn without_a_yes_nothing_goes() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::with_old_snapshots(cloudhost);
        for answer in ["", "n\n", "\n", "yy\n", "Delete\n"] {
            let ended = world.prune(&[]).stdin(answer).ends();
            assert_eq!(ended.status, Some(1), "{ended}");
            ended.says("nothing was deleted");
            nothing_went(&world, &ended);
        }
    }
}

#[test]
fn a_dry_run_shows_the_plan_and_the_commands() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::with_old_snapshots(cloudhost);
        let before = world.tree();
        let ended = world.prune(&["--dry-run", "-v", "--yes"]).ends();
        assert_eq!(ended.succeeded().matches("  goes  ").count(), 3, "{ended}");
        for number in OLD {
            let id = world.snapshot_id(number);
            let is_command = |line: &str| line.contains("delete") && line.contains(&id);
            assert!(ended.stderr().lines().any(is_command), "{ended}");
        }
        assert_eq!(world.tree(), before);
        nothing_went(&world, &ended);
    }
}

#[test]
fn the_limits_are_the_callers() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::with_old_snapshots(cloudhost);
        world
            .prune(&["--yes", "--keep", "0", "--within", "45d"])
            .ends()
            .succeeded();
        assert_eq!(world.left(), [1, 4, 5, 6]);
        world
            .prune(&["--yes", "--keep", "1", "--within", "0"])
            .ends()
            .succeeded();
        assert_eq!(world.left(), [1, 6]);
        let ended = world.prune(&["--yes", "--within", "3"]).ends();
        assert_eq!(ended.status, Some(2), "{ended}");
    }
}

#[test]
fn a_list_that_is_not_known_to_be_whole_lets_nothing_go() {
    for (cloudhost, _, _) in CLOUDS {
        for kind in ["500", "garbage-stdout", "truncated-stdout", "empty-stdout"] {
            let world = World::with_old_snapshots(cloudhost);
            world.strike(&["list"], kind, 1, 0);
            let ended = world.prune(&["--yes"]).ends();
            assert_eq!(ended.status, Some(1), "{cloudhost} {kind}: {ended}");
            ended.says("nothing was deleted");
            nothing_went(&world, &ended);
        }
    }
}

#[test]
fn one_that_cannot_be_deleted_does_not_keep_the_others() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::with_old_snapshots(cloudhost);
        let id = world.snapshot_id(3);
        world.strike(&["delete", &id], "500", 1, 0);
        let ended = world.prune(&["--yes", "--json"]).ends();
        assert_eq!(ended.status, Some(1), "{ended}");
        ended.says("could not be deleted").says("1 of 3");
        let report: Value = serde_json::from_str(ended.stdout()).unwrap();
        assert_eq!(report["version"], 1);
        assert_eq!(report["command"], "PruneSnapshots");
        let entries = report["snapshots"].as_array().unwrap();
        let outcomes: Vec<&str> = entries
            .iter()
            .map(|entry| entry["outcome"].as_str().unwrap())
            .collect();
        assert_eq!(
            outcomes,
            ["kept", "kept", "deleted", "failed", "deleted", "kept"],
            "{ended}"
        );
        assert_eq!(world.left(), [1, 3, 5, 6]);
        assert_eq!(world.history().len(), 2);
    }
}

#[test]
fn killed_between_deletions_the_next_run_goes_on() {
    for (cloudhost, _, _) in CLOUDS {
        for kind in ["kill-parent-before", "kill-parent-after"] {
            let world = World::with_old_snapshots(cloudhost);
            world.strike(&["delete"], kind, 2, 1);
            let killed = world.prune(&["--yes"]).ends();
            assert_eq!(killed.status, None, "{killed}");
            world.faults(&[]);
            let again = world.prune(&["--yes"]).ends();
            again.succeeded();
            assert_eq!(world.left(), [1, 5, 6], "{cloudhost} {kind}: {again}");
            assert_eq!(world.pending(), [""; 0]);
        }
    }
}

#[test]
fn beside_a_snapshot_under_way_neither_it_nor_what_it_replaces_goes() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::with_old_snapshots(cloudhost);
        world.edit_state(|state| state.config.snapshot_ms = 300);
        let words = [
            "--type",
            "webserver",
            "--os",
            "debian",
            "--replace",
            "--no-datastore",
        ];
        let obtaining = world
            .helper(Door::Binary, "ObtainWholeMachineSnapshot")
            .args(words)
            .starts();
        for _ in 0..4 {
            world
                .prune(&["--yes", "--keep", "0", "--within", "0"])
                .ends()
                .succeeded();
        }
        let output = obtaining.wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{cloudhost}: {stderr}");
        let ids = world.ids();
        let recorded = ids.trim().strip_prefix("webserver:").unwrap();
        assert!(world.made().iter().any(|made| made.id == recorded));
        world
            .prune(&["--yes", "--keep", "0", "--within", "0"])
            .ends()
            .succeeded();
        assert_eq!(world.left(), [0; 0]);
        assert_eq!(world.made().len(), 5, "{cloudhost}");
        let replaced = world
            .history()
            .into_iter()
            .find(|line| line["why"] == "replaced");
        assert_eq!(replaced.unwrap()["id"], world.snapshot_id(1));
    }
}

#[test]
fn a_note_or_a_missing_record_lets_nothing_go() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::with_old_snapshots(cloudhost);
        world.strike(&["delete"], "kill-parent-before", 1, 1);
        let words = [
            "--type",
            "webserver",
            "--os",
            "debian",
            "--replace",
            "--no-datastore",
        ];
        let killed = world.obtain(&words).ends();
        assert_eq!(killed.status, None, "{killed}");
        let ended = world
            .prune(&["--yes", "--keep", "0", "--within", "0"])
            .ends();
        assert_eq!(
            ended.succeeded().matches("is being made").count(),
            6,
            "{ended}"
        );
        assert_eq!(world.left(), [1, 2, 3, 4, 5, 6]);

        let world = World::with_old_snapshots(cloudhost);
        for path in [
            world.snapshots("snapshot_ids.dat"),
            world.legacy_snapshots("snapshot_ids.dat"),
        ] {
            std::fs::remove_file(path).unwrap();
        }
        let ended = world.prune(&["--yes"]).ends();
        assert!(ended.failed().contains("nothing was deleted"), "{ended}");
        nothing_went(&world, &ended);
    }
}

#[test]
fn what_has_no_date_stays_and_is_none_of_the_newest() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::with_old_snapshots(cloudhost);
        let undated = world.snapshot_id(2);
        world.edit_state(|state| {
            let mut snapshots = state.snapshots.iter_mut();
            snapshots.find(|it| it.id == undated).unwrap().created_ms = 0;
        });
        let everything = ["--yes", "--keep", "1", "--within", "0"];
        let ended = world.prune(&everything).ends();
        assert!(ended.succeeded().contains("an unknown time"), "{ended}");
        assert_eq!(world.left(), [1, 2, 6], "{cloudhost}: {ended}");
    }
}

#[test]
fn only_what_is_made_of_a_machine_on_request_goes() {
    for (cloudhost, sort) in OTHER_SORTS {
        let world = World::with_old_snapshots(cloudhost);
        let others = [2, 3].map(|number| world.snapshot_id(number));
        world.edit_state(|state| {
            let snapshots = state.snapshots.iter_mut();
            for it in snapshots.filter(|it| others.contains(&it.id)) {
                sort.clone_into(&mut it.sort);
            }
        });
        let ended = world
            .prune(&["--yes", "--keep", "0", "--within", "0"])
            .ends();
        let plan = ended.succeeded();
        assert!(!others.iter().any(|id| plan.contains(id)), "{ended}");
        assert_eq!(world.left(), [1, 2, 3], "{cloudhost}: {ended}");
    }
}

#[test]
fn what_another_site_or_the_builds_autoscalers_use_stays() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::with_old_snapshots(cloudhost);
        let other = world.home("runtimedata/wholemachinesnapshots/www.other.uk/snapshots");
        std::fs::create_dir_all(&other).unwrap();
        let line = format!("webserver:{}\n", world.snapshot_id(2));
        std::fs::write(other.join("snapshot_ids.dat"), line).unwrap();
        world.set_variable("SNAPSHOT_ID", Some(&world.snapshot_id(3)));
        world.prune(&["--yes"]).ends().succeeded();
        assert_eq!(world.left(), [1, 2, 3, 5, 6]);
    }
}

#[test]
fn the_snapshot_of_a_template_goes_with_it_only_where_the_manifest_knows_it() {
    let world = World::at("exoscale");
    let words = ["--type", "webserver", "--os", "debian", "--no-datastore"];
    world.obtain(&words).ends().succeeded();
    let first = world.ids();
    let newer = world.usable_snapshot(9, "webserver");
    world.edit_state(|state| state.snapshots.push(newer));
    let recorded = format!("webserver:{}\n", world.snapshot_id(9));
    std::fs::write(world.snapshots("snapshot_ids.dat"), recorded).unwrap();
    let everything = ["--yes", "--keep", "0", "--within", "0"];
    let ended = world.prune(&everything).ends();
    assert!(ended.succeeded().contains("with its snapshot"), "{ended}");
    let left = world.state().snapshots;
    assert_eq!(left.len(), 1, "{ended}");
    let history = world.history();
    assert_eq!(history.len(), 2);
    assert_eq!(
        format!("webserver:{}\n", history[0]["id"].as_str().unwrap()),
        first
    );
    assert_eq!(history[1]["what"], "snapshot");

    let world = World::with_old_snapshots("exoscale");
    let mut source = world.usable_snapshot(21, "webserver");
    source.kind = Kind::Snapshot;
    world.edit_state(|state| state.snapshots.push(source));
    let ended = world.prune(&["--yes"]).ends();
    assert!(
        ended.succeeded().contains("are not known and stay"),
        "{ended}"
    );
    let source = world.snapshot_id(21);
    assert!(world.state().snapshots.iter().any(|it| it.id == source));
}

#[test]
fn every_door_leads_to_the_same_help() {
    let world = World::with_old_snapshots("vultr");
    for door in DOORS {
        let ended = world.helper(door, "PruneSnapshots").args(["--help"]).ends();
        for words in [
            "Usage: PruneSnapshots",
            "--keep",
            "PruneSnapshots --dry-run",
        ] {
            assert!(ended.succeeded().contains(words), "{ended}");
        }
    }
}

#[test]
fn nothing_goes_while_a_page_of_the_list_is_missing() {
    let world = World::with_old_snapshots("digitalocean");
    world.crowd();
    world.drop_pages("snapshot list", 1, 0);
    let ended = world.prune(&["--yes"]).ends();
    ended.says(
        "cannot tell which snapshots there are, so nothing was deleted: doctl shows 200 of 210",
    );
    nothing_went(&world, &ended);
    // One that fails on the way once is asked for again.
    world.drop_pages("snapshot list", 1, 3);
    world.prune(&["--yes"]).ends().succeeded();
    assert_eq!(world.left(), [1, 5, 6]);
}

/// vultr's CLI shows the first 100 snapshots of an account, and has no way to show the others.
#[test]
fn of_more_snapshots_than_vultr_lists_the_old_ones_go_all_the_same() {
    let world = World::with_old_snapshots("vultr");
    world.edit_state(|state| {
        let usual = std::mem::take(&mut state.snapshots);
        let old = usual
            .iter()
            .find(|it| it.id == world.snapshot_id(4))
            .unwrap();
        let many = |first: u32, name: &str| {
            let name = name.to_owned();
            (first..first + 70).map(move |number| Snapshot {
                id: format!("35bf992d-c9e9-4616-a12e-{number:012}"),
                name: name.clone(),
                ..old.clone()
            })
        };
        let all = many(1_000, &old.name).chain(many(2_000, "of others"));
        state.snapshots = all.chain(usual.iter().cloned()).collect();
    });
    assert_eq!(world.made().len(), 150);
    let ended = world.prune(&["--yes", "--json"]).ends();
    ended.succeeded();
    ended.says("not every snapshot is listed (vultr shows 100 of 150)");
    assert_eq!(world.left(), [1, 5, 6], "{ended}");
    assert_eq!(world.made().len(), 70 + 7);
    let report: Value = serde_json::from_str(ended.stdout()).unwrap();
    let entries = report["snapshots"].as_array().unwrap();
    let with = |outcome: &str| entries.iter().filter(|it| it["outcome"] == outcome).count();
    assert_eq!((with("deleted"), with("kept")), (73, 3), "{report:#}");
    let lists = world.calls().into_iter();
    let lists = lists.filter(|call| call.contains("snapshot list"));
    assert_eq!(lists.count(), 2);
    // Where none of the build's is among those that are listed, nothing goes and nothing fails.
    let world = World::with_old_snapshots("vultr");
    world.edit_state(|state| {
        let first = state.snapshots[0].clone();
        let others = (0..120).map(|number| Snapshot {
            id: format!("35bf992d-c9e9-4616-a12e-{:012}", 3_000 + number),
            name: "of others".into(),
            ..first.clone()
        });
        let all = others.chain(state.snapshots.clone());
        state.snapshots = all.collect();
    });
    let ended = world.prune(&["--yes"]).ends();
    ended.succeeded();
    ended
        .says("vultr shows 100 of 130")
        .says("nothing is to be deleted");
    nothing_went(&world, &ended);
}
