//! What the helpers print for `--json` is what `docs/schemas` says.

use serde_json::{Value, json};

use crate::world::{CLOUDS, LABELS, World};

mod schema;

pub use schema::fits;
use schema::{mismatch, of};

#[test]
fn a_snapshots_report_fits_whatever_became_of_it() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::at(cloudhost);
        let gone = world.machine_name("autoscaler");
        world.edit_state(|state| state.machines.retain(|machine| machine.name != gone));
        for (words, outcomes) in [
            (
                "--dry-run --type webserver --no-datastore",
                &["would-make"][..],
            ),
            (
                "--type autoscaler --type webserver --no-datastore",
                &["failed", "made"],
            ),
            ("--type webserver --adopt", &["adopted"]),
            ("--type webserver --replace", &["made"]),
        ] {
            let words: Vec<&str> = words.split(' ').chain(["--json"]).collect();
            let ended = world.obtain(&words).ends();
            let report = fits("ObtainWholeMachineSnapshot", ended.stdout());
            let results = report["results"].as_array().unwrap().iter();
            let told: Vec<&str> = results.map(|it| it["outcome"].as_str().unwrap()).collect();
            assert_eq!(told, outcomes, "{ended}");
        }
    }
}

#[test]
fn a_check_fits_whether_the_build_can_work_or_not() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::at(cloudhost);
        world.set_variable("BUILD_FROM_SNAPSHOT", Some("1"));
        let check = |words: &[&str]| {
            let words = [words, &["--json"]].concat();
            let door = crate::world::Door::Binary;
            let ended = world.helper(door, "CheckSnapshotBuild").args(words).ends();
            fits("CheckSnapshotBuild", ended.stdout())["outcome"].clone()
        };
        assert_eq!(check(&[]), "cannot-work");
        let types = LABELS.iter().flat_map(|label| ["--type", label]);
        let words: Vec<&str> = types.chain(["--no-datastore"]).collect();
        world.obtain(&words).ends().succeeded();
        assert_eq!(check(&[]), "warnings", "there is no backup");
        world.has_backups();
        assert_eq!(check(&[]), "ok");
        assert_eq!(check(&["--no-provider"]), "warnings");
    }
}

#[test]
fn a_servers_report_fits_whether_it_was_made_or_would_be() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::before_servers(cloudhost);
        let name = world.machine_name("database");
        for (words, outcome) in [
            (&["--json", "--dry-run", &name][..], "would-make"),
            (&["--json", &name], "made"),
        ] {
            let ended = world.creating(words).ends();
            let report = fits("CreateServer", ended.succeeded());
            assert_eq!(report["outcome"], outcome, "{report}");
        }
    }
}

#[test]
fn what_is_there_is_under_way_and_goes_fits() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::at(cloudhost);
        let run = |helper: &str, words: &[&str]| {
            let words = [words, &["--json"]].concat();
            let ended = world
                .helper(crate::world::Door::Binary, helper)
                .args(words)
                .ends();
            fits(helper, ended.stdout())
        };
        run("SnapshotStatus", &[]);
        run("VerifySnapshots", &["--no-datastore"]);
        world.edit_state(|state| state.config.snapshot_ms = 3_600_000);
        world
            .obtain(&["--type", "database", "--os", "debian", "--timeout", "1s"])
            .ends();
        let status = run("SnapshotStatus", &[]);
        assert!(
            status["machine_types"]
                .as_array()
                .unwrap()
                .iter()
                .any(|it| !it["pending"].is_null()),
            "{status}"
        );
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
        let all = world.obtain(&["--all", "--os", "debian", "--json"]).ends();
        fits("ObtainWholeMachineSnapshot", all.succeeded());
        run("SnapshotStatus", &[]);
        assert_eq!(run("VerifySnapshots", &[])["outcome"], "warnings");
        world.has_backups();
        assert_eq!(run("VerifySnapshots", &[])["outcome"], "ok");
        let kept = run("PruneSnapshots", &["--dry-run"]);
        assert_eq!(kept["snapshots"].as_array().unwrap().len(), 5, "{kept}");
    }
}

#[test]
fn the_schemas_know_every_machine_type_and_cloud() {
    let (snapshots, server) = (of("ObtainWholeMachineSnapshot"), of("CreateServer"));
    for types in [&snapshots["$defs"]["type"], &server["properties"]["type"]] {
        assert_eq!(types["enum"], json!(LABELS));
    }
    for schema in [&snapshots, &server] {
        let clouds = CLOUDS.map(|(cloudhost, ..)| cloudhost);
        assert_eq!(schema["properties"]["cloudhost"]["enum"], json!(clouds));
    }
}

#[test]
fn a_document_that_is_not_what_the_schema_says_does_not_fit() {
    let schema = of("CreateServer");
    let good = json!({
        "version": 1, "command": "CreateServer", "cloudhost": "linode", "region": "gb-lon", "name": "x",
        "type": "webserver", "size": "s", "outcome": "made", "id": "1", "public_addresses": ["203.0.113.7"],
        "private_addresses": [], "twins": [],
    });
    assert_eq!(mismatch(&schema, &schema, &good), None);
    for (field, wrong) in [
        ("version", json!(2)),
        ("cloudhost", json!("elsewhere")),
        ("name", json!("")),
        ("id", json!(1)),
        ("public_addresses", json!([null])),
        ("another", json!(true)),
    ] {
        let mut bad = good.clone();
        bad[field] = wrong;
        let found = mismatch(&schema, &schema, &bad);
        assert!(found.is_some_and(|it| it.contains(field)), "{bad}");
    }
    let mut bad = good;
    bad.as_object_mut().unwrap().remove("size");
    assert!(mismatch(&schema, &schema, &bad).is_some());
    let report = of("CheckSnapshotBuild");
    let rule = |result: &str, fix: Value| json!({"rule": "age", "subject": "x", "result": result, "found": "y", "fix": fix});
    for (rule, is_good) in [
        (rule("ok", Value::Null), true),
        (rule("warning", json!("z")), true),
        (rule("unknown", json!("z")), true),
        (rule("ok", json!("z")), false),
        (rule("failure", Value::Null), false),
    ] {
        let document = json!({"version": 2, "command": "CheckSnapshotBuild", "outcome": "ok", "rules": [rule]});
        assert_eq!(
            mismatch(&report, &report, &document).is_none(),
            is_good,
            "{document}"
        );
    }
}
