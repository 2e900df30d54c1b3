//! `--json`: one document on standard output, and what a program finds in it.

use serde_json::{Value, json};

use super::*;
use crate::simcloud_state::Fault;

#[track_caller]
fn parsed(ended: &crate::world::Ended) -> Value {
    let text = ended.stdout();
    assert!(text.ends_with("}\n"), "{ended}");
    crate::json_schemas::fits("ObtainWholeMachineSnapshot", text)
}

/// The document of a run whose results are these.
fn document(cloudhost: &str, results: &[Value]) -> Value {
    json!({
        "version": 1,
        "command": "ObtainWholeMachineSnapshot",
        "website_url": "www.testwebsite.uk",
        "cloudhost": cloudhost,
        "results": results,
    })
}

/// A result of `label` without trouble.
fn result(world: &World, label: &str, outcome: &str, kind: &str, id: Option<&str>) -> Value {
    json!({
        "type": label,
        "outcome": outcome,
        "machine_id": world.machine_id(label),
        "machine_name": world.machine_name(label),
        "kind": kind,
        "id": id,
        "uploaded": id.is_some(),
        "warnings": [],
        "error": null,
    })
}

fn kind_at(cloudhost: &str) -> &'static str {
    match cloudhost {
        "exoscale" => "template",
        "linode" => "image",
        _ => "snapshot",
    }
}

#[test]
fn what_was_made_is_told_type_by_type() {
    for (cloudhost, _, _) in CLOUDS {
        for door in DOORS {
            let world = World::at(cloudhost);
            let run = world.helper(door, "ObtainWholeMachineSnapshot");
            let ended = run
                .args(["--json", "--type", "database", "--type", "webserver"])
                .ends();
            assert_eq!(ended.status, Some(0), "{ended}");
            let made = world.made();
            let kind = kind_at(cloudhost);
            assert_eq!(
                parsed(&ended),
                document(
                    cloudhost,
                    &[
                        result(&world, "database", "made", kind, Some(&made[0].id)),
                        result(&world, "webserver", "made", kind, Some(&made[1].id)),
                    ]
                )
            );
        }
    }
}

#[test]
fn a_question_does_not_disturb_the_document() {
    let world = World::at("exoscale");
    let ended = world.obtain(&["--json"]).stdin("x\n4\n1\n").ends();
    let made = world.made();
    let expected = result(&world, "webserver", "made", "template", Some(&made[0].id));
    assert_eq!(parsed(&ended), document("exoscale", &[expected]));
}

#[test]
fn what_was_there_before_is_adopted() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        let id = match cloudhost {
            "digitalocean" => "170000001",
            "linode" => "private/29000001",
            _ => "aaaaaaaa-d8f1-4adf-91b7-000000000001",
        };
        let snapshot = world.snapshot(id, &world.snapshot_name("webserver"), "webserver");
        world.edit_state(|state| state.snapshots.push(snapshot));
        let words = ["--json", "--type", "webserver", "--adopt"];
        let ended = world.obtain(&words).ends();
        let kind = kind_at(cloudhost);
        let expected = result(&world, "webserver", "adopted", kind, Some(id));
        assert_eq!(parsed(&ended), document(cloudhost, &[expected]));
    }
}

#[test]
fn what_an_earlier_run_began_is_resumed() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        world.edit_state(|state| state.config.snapshot_ms = 1500);
        let words = ["--json", "--type", "webserver", "--timeout", "500ms"];
        let ended = world.obtain(&words).ends();
        assert_eq!(ended.status, Some(1), "{ended}");
        let words = ["--json", "--type", "webserver"];
        let ended = world.obtain(&words).ends();
        assert_eq!(ended.status, Some(0), "{ended}");
        let made = world.made();
        assert_eq!(made.len(), 1);
        let kind = kind_at(cloudhost);
        let expected = result(&world, "webserver", "resumed", kind, Some(&made[0].id));
        assert_eq!(parsed(&ended), document(cloudhost, &[expected]));
    }
}

#[test]
fn one_that_failed_is_told_beside_one_that_did_not() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        let gone = world.machine_name("autoscaler");
        world.edit_state(|state| state.machines.retain(|machine| machine.name != gone));
        let words = "--json --type autoscaler --type webserver --no-datastore";
        let words: Vec<&str> = words.split(' ').collect();
        let ended = world.obtain(&words).ends();
        assert_eq!(ended.status, Some(1), "{ended}");
        ended.says("1 of 2 snapshots could not be obtained");
        let mut document_told = parsed(&ended);
        let error = document_told["results"][0]["error"].take();
        let error = error.as_str().unwrap();
        assert!(
            error.starts_with("there is no autoscaler of the build 'test-build'"),
            "{error}"
        );
        let made = world.made();
        let mut webserver = result(
            &world,
            "webserver",
            "made",
            kind_at(cloudhost),
            Some(&made[0].id),
        );
        webserver["uploaded"] = json!(false);
        let autoscaler = json!({
            "type": "autoscaler",
            "outcome": "failed",
            "machine_id": null,
            "machine_name": null,
            "kind": null,
            "id": null,
            "uploaded": false,
            "warnings": [],
            "error": null,
        });
        assert_eq!(document_told, document(cloudhost, &[autoscaler, webserver]));
    }
}

#[test]
fn an_upload_that_failed_is_an_error_in_it() {
    let world = World::at("digitalocean");
    world.faults(&[Fault {
        tool: "s3cmd".to_owned(),
        kind: "403".to_owned(),
        ..Fault::default()
    }]);
    let ended = world.obtain(&["--json", "--type", "webserver"]).ends();
    assert_eq!(ended.status, Some(1), "{ended}");
    let error = parsed(&ended)["results"][0]["error"].take();
    assert!(error.as_str().unwrap().contains("--upload-only"), "{error}");
}

#[test]
fn a_warning_is_in_it_and_on_stderr() {
    let world = World::at("digitalocean");
    let ids = "runtimedata/wholemachinebackups/www.testwebsite.uk/snapshots/snapshot_ids.dat";
    world.write(ids, "webserver:170000001\n");
    let ended = world.obtain(&["--json", "--type", "webserver"]).ends();
    let warnings = parsed(&ended)["results"][0]["warnings"].take();
    let warning = warnings[0].as_str().unwrap();
    assert!(warning.starts_with("170000001, which was recorded before"));
    ended.says(warning);
}

#[test]
fn trouble_before_the_first_result_leaves_stdout_empty() {
    let world = World::at("digitalocean");
    std::fs::remove_file(world.home("runtimedata/ACTIVE_CLOUDHOST")).unwrap();
    let ended = world.obtain(&["--json", "--type", "webserver"]).ends();
    ended.refused();
}
