//! Which files a snapshot leaves, who may read them, and what the manifest keeps.

use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use super::*;

const RECORDS: [&str; 5] = [
    "credentials.dat",
    "db_credentials.dat",
    "db_credentials.dat.candidate",
    "snapshot_ids.dat",
    "snapshot_manifest.json",
];

fn take(world: &World, label: &str) {
    let run = world.obtain(&["--type", label, "--no-datastore"]);
    run.ends().succeeded();
}

fn mode(path: &std::path::Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn these_files_are_left_and_no_others() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        let before = world.files();
        world.obtain(&["--type", "webserver"]).ends().succeeded();
        let mut after = world.files();
        after.retain(|name, content| before.get(name) != Some(content));
        let directory = "wholemachinebackups/www.testwebsite.uk/snapshots";
        let mut expected = vec![
            format!("{cloudhost}/test-build/keys/keys.tar.gz"),
            "wholemachinesnapshots/www.testwebsite.uk/snapshots".to_owned(),
        ];
        expected.extend(RECORDS.map(|name| format!("{directory}/{name}")));
        expected.sort();
        let names: Vec<String> = after.into_keys().collect();
        assert_eq!(names, expected);
        assert!(before.keys().all(|name| world.files().contains_key(name)));
    }
}

#[test]
fn new_files_are_their_owners_alone() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        take(&world, "webserver");
        for name in RECORDS {
            assert_eq!(mode(&world.snapshots(name)), 0o600, "{name}");
        }
        assert_eq!(mode(&world.build("keys/keys.tar.gz")), 0o600);
    }
}

#[test]
fn a_file_that_exists_keeps_its_mode() {
    for kept in [0o644, 0o744, 0o700, 0o600] {
        let world = World::at("digitalocean");
        take(&world, "webserver");
        let archive = world.build("keys/keys.tar.gz");
        let files = RECORDS.map(|name| world.snapshots(name));
        for file in files.iter().chain([&archive]) {
            std::fs::set_permissions(file, PermissionsExt::from_mode(kept)).unwrap();
        }
        take(&world, "database");
        for file in files.iter().chain([&archive]) {
            assert_eq!(mode(file), kept, "{}", file.display());
        }
    }
}

#[test]
fn a_record_that_is_a_link_stays_one() {
    let world = World::at("digitalocean");
    take(&world, "webserver");
    for name in RECORDS {
        let target = world.path(name);
        std::fs::rename(world.snapshots(name), &target).unwrap();
        std::os::unix::fs::symlink(&target, world.snapshots(name)).unwrap();
    }
    take(&world, "database");
    for name in RECORDS {
        assert_eq!(world.snapshots(name).read_link().unwrap(), world.path(name));
    }
    assert_eq!(world.ids().lines().count(), 2);
}

#[test]
fn the_manifest_tells_of_which_build_and_machine_each_snapshot_is() {
    for (cloudhost, _, region) in CLOUDS {
        let world = World::at(cloudhost);
        take(&world, "webserver");
        take(&world, "database");
        let bytes = std::fs::read(world.snapshots("snapshot_manifest.json")).unwrap();
        assert!(bytes.ends_with(b"}\n"));
        let mut manifest: Value = serde_json::from_slice(&bytes).unwrap();
        let made = world.made();
        let kind = match cloudhost {
            "exoscale" => "template",
            "linode" => "image",
            _ => "snapshot",
        };
        let mut expected = json!({"version": 1, "is_candidate_ours": true, "snapshots": {}});
        for (label, snapshot) in [("webserver", &made[0]), ("database", &made[1])] {
            let took = manifest["snapshots"][label]["took_seconds"].take();
            assert!(took.as_u64().is_some_and(|took| took < 120), "{took}");
            let recorded = manifest["snapshots"][label]["recorded"].take();
            let recorded = recorded.as_str().unwrap().parse::<jiff::Timestamp>();
            let age = jiff::Timestamp::now().duration_since(recorded.unwrap());
            assert!((0..120).contains(&age.as_secs()), "{age:?}");
            let source = world.state().snapshots.into_iter().find(|source| {
                cloudhost == "exoscale"
                    && source.machine_id == world.machine_id(label)
                    && source.id != snapshot.id
            });
            expected["snapshots"][label] = json!({
                "id": snapshot.id,
                "kind": kind,
                "source": source.map(|source| source.id),
                "cloudhost": cloudhost,
                "region": region,
                "machine_id": world.machine_id(label),
                "machine_name": world.machine_name(label),
                "recorded": null,
                "took_seconds": null,
                "server_user": "Xk3JdQ9sPzLw8RtYv2NX",
                "variables": {
                    "ALGORITHM": "ed25519",
                    "APPLICATION": "",
                    "BUILDOS": "debian",
                    "BUILDOS_VERSION": "13",
                    "BUILD_ARCHIVE_CHOICE": "hourly",
                    "BUILD_IDENTIFIER": "test-build",
                    "DATABASE_INSTALLATION_TYPE": "Maria",
                    "REGION": region,
                    "WEBSERVER_CHOICE": "APACHE",
                },
            });
        }
        assert_eq!(manifest, expected);
    }
}

#[test]
fn the_region_is_the_current_one_and_the_name_the_variables() {
    let world = World::at("exoscale");
    std::fs::write(world.build("CURRENTREGION"), "de-fra-1\n").unwrap();
    world.edit_state(|state| {
        for machine in &mut state.machines {
            "de-fra-1".clone_into(&mut machine.region);
        }
    });
    take(&world, "webserver");
    for call in world.calls() {
        assert!(
            call.contains(" de-fra-1 ") && !call.contains("--zone ch-gva-2"),
            "{call}"
        );
    }
    let bytes = std::fs::read(world.snapshots("snapshot_manifest.json")).unwrap();
    let manifest: Value = serde_json::from_slice(&bytes).unwrap();
    let recorded = &manifest["snapshots"]["webserver"];
    assert_eq!(recorded["region"], "de-fra-1");
    assert_eq!(recorded["variables"]["REGION"], "ch-gva-2");
}

#[test]
fn a_deletion_without_an_answer_is_in_the_history_all_the_same() {
    for kind in ["lost-answer-once", "kill-parent-after", "interrupt-parent"] {
        let world = World::at("vultr");
        let words = ["--type", "webserver", "--no-datastore"];
        world.obtain(&words).ends().succeeded();
        let old = world.made()[0].id.clone();
        world.faults(&[crate::simcloud_state::Fault {
            tool: "vultr".into(),
            argv: vec!["snapshot delete".into()],
            times: 1,
            kind: kind.into(),
            ..Default::default()
        }]);
        let replace = || world.obtain(&words).args(["--replace"]).ends();
        let ended = replace();
        if kind == "lost-answer-once" {
            ended.succeeded();
        } else {
            replace().succeeded();
        }
        let history = std::fs::read_to_string(world.snapshots("history.jsonl")).unwrap();
        assert!(history.contains(&old), "{kind}: {history}");
        assert_eq!(world.made().len(), 1, "{kind}: {ended}");
        assert_eq!(world.pending(), [""; 0], "{kind}");
    }
}
