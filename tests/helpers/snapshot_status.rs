//! `SnapshotStatus`, on four clouds: what it shows of the records, the notes and the locks on this machine.

use std::fs::File;

use serde_json::Value;

use crate::simcloud_state::Fault;
use crate::world::{CLOUDS, DOORS, Door, TYPES, World};

/// A world in which two machine types were snapshotted.
fn snapshotted(cloudhost: &str) -> World {
    let world = World::at(cloudhost);
    let words = ["--type", "webserver", "--type", "database"];
    world.obtain(&words).ends().succeeded();
    world
}

impl World {
    /// What `SnapshotStatus` prints with `words`; it asks nobody and writes nothing.
    #[track_caller]
    fn status(&self, words: &[&str]) -> String {
        let (before, calls) = (self.tree(), self.calls().len());
        let run = self.helper(Door::Binary, "SnapshotStatus").args(words);
        let ended = run.ends();
        assert_eq!(ended.stderr(), "", "{ended}");
        assert_eq!(self.tree(), before, "something was written");
        assert_eq!(self.calls().len(), calls, "somebody was asked");
        ended.succeeded().to_owned()
    }

    /// The JSON, and in it the part about a machine type.
    #[track_caller]
    fn status_of(&self, label: &str) -> (Value, Value) {
        let report: Value = serde_json::from_str(&self.status(&["--json"])).unwrap();
        assert_eq!(report["version"], 1);
        assert_eq!(report["command"], "SnapshotStatus");
        let types = report["machine_types"].as_array().unwrap();
        assert_eq!(types.len(), TYPES.len());
        let of_type = types.iter().find(|it| it["machine_type"] == label);
        (report.clone(), of_type.unwrap().clone())
    }

    /// Leaves the note of a run that could not upload the records.
    fn leave_a_note(&self) {
        self.faults(&[Fault {
            tool: "s3cmd".to_owned(),
            kind: "401".to_owned(),
            ..Fault::default()
        }]);
        let ended = self.obtain(&["--type", "webserver"]).ends();
        assert_eq!(ended.status, Some(1), "{ended}");
        self.faults(&[]);
    }
}

#[test]
fn what_is_recorded_is_shown_with_its_age_and_machine() {
    for (cloudhost, _, region) in CLOUDS {
        let world = snapshotted(cloudhost);
        let shown = world.status(&[]);
        assert_eq!(shown.lines().count(), 1 + TYPES.len(), "{shown}");
        let ids = world.ids();
        for line in ids.lines() {
            let (label, id) = line.split_once(':').unwrap();
            let machine = world.machine_name(label);
            let of_type = shown.lines().find(|line| line.starts_with(label)).unwrap();
            assert!(of_type.contains(id), "{shown}");
            assert!(of_type.ends_with(&format!(" old, of {machine}")), "{shown}");
            let (_, json) = world.status_of(label);
            assert_eq!(json["recorded"]["id"], id);
            assert_eq!(json["recorded"]["machine_name"], machine.as_str());
            assert_eq!(json["recorded"]["region"], region);
            assert!(json["pending"].is_null());
            assert_eq!(json["is_at_work"], false);
        }
        let (report, none) = world.status_of("autoscaler");
        assert!(none["recorded"].is_null());
        assert_eq!(report["problems"].as_array().unwrap().len(), 0);
        assert_eq!(report["cloudhost"], cloudhost);
    }
}

#[test]
fn a_site_without_records_has_a_screen_too() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        let shown = world.status(&[]);
        assert_eq!(shown.lines().count(), 1 + TYPES.len(), "{shown}");
        assert!(shown.lines().skip(1).all(|line| line.ends_with("  -")));
    }
}

#[test]
fn a_snapshot_under_way_is_shown_with_its_step_and_id() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        world.leave_a_note();
        let shown = world.status(&[]);
        let ids = world.ids();
        let id = ids.trim_end().trim_start_matches("webserver:");
        assert!(shown.contains("begun "), "{shown}");
        assert!(
            shown.contains(&format!("{id} is recorded and not uploaded yet")),
            "{shown}"
        );
        let (_, json) = world.status_of("webserver");
        assert_eq!(json["pending"]["step"], "recorded");
        assert_eq!(json["pending"]["id"], id);
    }
}

#[test]
fn each_step_of_a_note_has_its_words() {
    let world = World::at("digitalocean");
    world.leave_a_note();
    let path = world.snapshots("pending/webserver.json");
    let note: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let edited = |edit: fn(&mut Value)| {
        let mut note = note.clone();
        note["is_recorded"] = false.into();
        edit(&mut note);
        std::fs::write(&path, serde_json::to_vec(&note).unwrap()).unwrap();
        let step = world.status_of("webserver").1["pending"]["step"].clone();
        (step.as_str().unwrap().to_owned(), world.status(&[]))
    };
    for (edit, step, words) in [
        (
            (|note| note["steps"] = Value::Array(Vec::new())) as fn(&mut Value),
            "begun",
            "nothing is asked for yet",
        ),
        (
            |note| note["steps"][0]["id"] = Value::Null,
            "asked",
            "the snapshot is asked for and has no id yet",
        ),
        (
            |note| note["steps"][0]["is_usable"] = false.into(),
            "made",
            "is not usable yet",
        ),
        (|_| {}, "usable", "is usable and not recorded yet"),
        (
            |note| {
                note["is_recorded"] = true.into();
                note["replaces"] = serde_json::json!([{"kind": "snapshot", "id": "77"}]);
            },
            "recorded",
            "is recorded; still to be deleted: 1",
        ),
    ] {
        let (found, shown) = edited(edit);
        assert_eq!(found, step);
        assert!(shown.contains(words), "{shown}");
    }
}

#[test]
fn a_lock_counts_only_while_it_is_held() {
    for (cloudhost, _, _) in CLOUDS {
        let world = snapshotted(cloudhost);
        for name in ["webserver.lock", "upload.lock"] {
            let path = world.snapshots("pending").join(name);
            let lock = File::create(&path).unwrap();
            assert!(!world.status(&[]).contains("a run is"));
            lock.lock().unwrap();
            assert!(world.status(&[]).contains("a run is"));
            let (report, json) = world.status_of("webserver");
            let is_transfer = name == "upload.lock";
            assert_eq!(report["is_transferring"], is_transfer);
            assert_eq!(json["is_at_work"], !is_transfer);
            drop(lock);
            assert!(!world.status(&[]).contains("a run is"));
        }
    }
}

#[test]
fn damaged_records_are_shown_as_such() {
    for (cloudhost, _, _) in CLOUDS {
        let world = snapshotted(cloudhost);
        std::fs::write(world.snapshots("pending/autoscaler.json"), "{").unwrap();
        let ids = world.ids().replacen("webserver:", "webserver:a b", 1);
        std::fs::write(world.snapshots("snapshot_ids.dat"), ids).unwrap();
        let shown = world.status(&[]);
        assert!(
            shown.contains("problem: cannot understand the note"),
            "{shown}"
        );
        assert!(shown.contains("problem: the line for webserver"), "{shown}");
        std::fs::write(world.snapshots("snapshot_ids.dat"), "webserver:other\n").unwrap();
        let shown = world.status(&[]);
        assert!(shown.contains("in place of other"), "{shown}");
        assert!(shown.contains("of unknown age"), "{shown}");
        std::fs::write(world.snapshots("snapshot_manifest.json"), "\u{1b}[2J").unwrap();
        let (report, _) = world.status_of("webserver");
        assert_eq!(report["problems"].as_array().unwrap().len(), 1);
        let shown = world.status(&[]);
        assert!(
            !shown.contains('\u{1b}')
                && shown.contains("problem: cannot understand 'snapshot_manifest.json'")
        );
    }
}

#[test]
fn every_door_shows_the_same_and_help_has_an_example() {
    let world = World::at("linode");
    let shown = world.status(&[]);
    for door in DOORS {
        let ended = world.helper(door, "SnapshotStatus").ends();
        assert_eq!(ended.succeeded(), shown);
    }
    assert!(
        world
            .status(&["--help"])
            .contains("Examples:\n  SnapshotStatus\n")
    );
    let ended = world
        .helper(Door::Binary, "SnapshotStatus")
        .args(["x"])
        .ends();
    assert_eq!(ended.status, Some(2), "{ended}");
    std::fs::remove_file(world.home("runtimedata/ACTIVE_CLOUDHOST")).unwrap();
    let ended = world.helper(Door::Binary, "SnapshotStatus").ends();
    assert!(
        ended.failed().contains("there is no active build"),
        "{ended}"
    );
}
