//! `VerifySnapshots`, on four clouds: the records held against the provider and the bucket.

use serde_json::Value;

use crate::simcloud_state::{Fault, Kind, Snapshot};
use crate::world::{CLOUDS, DOORS, Door, Ended, Run, TYPES, World};

mod latest_backups;

const PROVIDERS: [&str; 4] = ["doctl", "exo", "linode-cli", "vultr"];

/// The records, in the order in which they are uploaded.
const RECORDS: [&str; 5] = [
    "snapshot_ids.dat",
    "db_credentials.dat.candidate",
    "db_credentials.dat",
    "credentials.dat",
    "keys.tar.gz",
];

/// A world in which all five machine types were snapshotted and the records uploaded, with the latest backups in
/// the bucket store.
fn snapshotted(cloudhost: &str) -> World {
    let world = World::at(cloudhost);
    let types = TYPES.iter().flat_map(|(_, label)| ["--type", label]);
    let words: Vec<&str> = types.collect();
    world.obtain(&words).ends().succeeded();
    world.has_backups();
    world
}

/// The JSON report, whose outcome agrees with the exit status.
#[track_caller]
fn report(ended: &Ended) -> Value {
    let report: Value =
        serde_json::from_str(ended.stdout()).unwrap_or_else(|why| panic!("{why}: {ended}"));
    assert_eq!(report["version"], 2);
    assert_eq!(report["command"], "VerifySnapshots");
    let results = ["ok", "warning", "unknown", "failure"];
    let mut worst = 0;
    for finding in report["findings"].as_array().unwrap() {
        assert_eq!(finding["fix"].is_null(), finding["result"] == "ok");
        let rank = results.iter().position(|it| finding["result"] == *it);
        worst = worst.max(rank.unwrap());
    }
    let outcomes = [("ok", 0), ("warnings", 1), ("unknown", 3), ("failures", 2)];
    let (outcome, status) = outcomes[worst];
    assert_eq!(ended.status, Some(status), "{ended}");
    assert_eq!(report["outcome"], outcome);
    assert_eq!(ended.stderr(), "", "{ended}");
    report
}

impl World {
    /// `VerifySnapshots` with `words`.
    fn verify(&self, words: &[&str]) -> Run<'_> {
        self.helper(Door::Binary, "VerifySnapshots").args(words)
    }

    /// The report with `words`; nothing is written or changed to find out.
    #[track_caller]
    fn report(&self, words: &[&str]) -> Value {
        let (before, changes) = (self.tree(), self.changes());
        let buckets = self.bucket("");
        let words: Vec<&str> = words.iter().copied().chain(["--json"]).collect();
        let report = report(&self.verify(&words).ends());
        assert_eq!(self.tree(), before, "something was written");
        assert_eq!(self.changes(), changes, "the provider was told to change");
        assert_eq!(self.bucket(""), buckets, "the bucket was changed");
        report
    }

    /// What is not ok is this, as `check subject result`.
    #[track_caller]
    fn finds(&self, expected: &[&str]) -> Value {
        let report = self.report(&[]);
        let findings = report["findings"].as_array().unwrap().iter();
        let broken = findings.filter(|finding| finding["result"] != "ok");
        let broken: Vec<String> = broken
            .map(|finding| {
                ["check", "subject", "result"]
                    .map(|name| finding[name].as_str().unwrap())
                    .join(" ")
            })
            .collect();
        assert_eq!(broken, expected, "{report:#}");
        report
    }

    fn recorded_id(&self, label: &str) -> String {
        let ids = self.ids();
        let line = ids.lines().find_map(|line| line.strip_prefix(label));
        line.unwrap().trim_start_matches(':').to_owned()
    }

    fn edit_recorded(&self, label: &str, edit: impl FnOnce(&mut Snapshot)) {
        let id = self.recorded_id(label);
        self.edit_state(|state| {
            let mut all = state.snapshots.iter_mut();
            edit(all.find(|snapshot| snapshot.id == id).unwrap());
        });
    }

    fn record(&self, name: &str) -> std::path::PathBuf {
        match name {
            "keys.tar.gz" => self.build("keys/keys.tar.gz"),
            _ => self.snapshots(name),
        }
    }
}

#[test]
fn what_is_there_and_agrees_is_ok() {
    for (cloudhost, _, region) in CLOUDS {
        let world = snapshotted(cloudhost);
        let report = world.finds(&[]);
        let snapshots = report["snapshots"].as_array().unwrap();
        assert_eq!(snapshots.len(), TYPES.len());
        for snapshot in snapshots {
            assert_eq!(snapshot["presence"], "usable");
            let label = snapshot["machine_type"].as_str().unwrap();
            assert_eq!(snapshot["id"], world.recorded_id(label).as_str());
            assert!(snapshot["created"].is_string(), "{snapshot}");
            let is_bound = matches!(cloudhost, "digitalocean" | "exoscale");
            let regions = if is_bound { vec![region] } else { vec![] };
            assert_eq!(snapshot["regions"], serde_json::json!(regions));
        }
        assert_eq!(report["orphans"].as_array().unwrap().len(), 0);
        // An id each at the provider and in the manifest, five records, two backups, no orphan, and the last line.
        let short = world.verify(&[]).ends();
        assert_eq!(short.succeeded().lines().count(), 2, "{short}");
        let ended = world.verify(&["--verbose"]).ends();
        let table = ended.succeeded();
        assert_eq!(table.lines().count(), 2 * TYPES.len() + RECORDS.len() + 4);
        assert!(
            table.ends_with("All that is recorded is there.\n"),
            "{table}"
        );
    }
}

#[test]
fn every_tool_compares_the_records() {
    for tool in ["s3cmd", "s5cmd", "rclone"] {
        let world = World::at("vultr");
        let style = format!("DATASTORETOOL:{tool}\n");
        world.write("builddescriptors/buildstyles.dat", style);
        world.obtain(&["--type", "webserver"]).ends().succeeded();
        world.has_backups();
        world.finds(&[]);
        std::fs::write(world.object("credentials.dat"), "other").unwrap();
        world.finds(&["in-bucket credentials.dat failure"]);
    }
}

#[test]
fn what_the_provider_no_longer_has_or_cannot_use_is_a_failure() {
    for (cloudhost, _, _) in CLOUDS {
        let world = snapshotted(cloudhost);
        let id = world.recorded_id("webserver");
        world.edit_state(|state| state.snapshots.retain(|snapshot| snapshot.id != id));
        let report = world.finds(&["at-provider webserver failure"]);
        let snapshots = report["snapshots"].as_array().unwrap().iter();
        let gone: Vec<_> = snapshots.filter(|it| it["presence"] == "missing").collect();
        assert_eq!(gone.len(), 1);
        assert_eq!(gone[0]["machine_type"], "webserver");
    }
    // A droplet's snapshot, and exoscale's template, is not known before it is done.
    for cloudhost in ["linode", "vultr"] {
        let world = snapshotted(cloudhost);
        world.edit_recorded("database", |snapshot| snapshot.ready_ms = u64::MAX / 2);
        world.finds(&["at-provider database failure"]);
    }
}

#[test]
fn a_region_that_a_snapshot_is_not_in_is_a_failure() {
    let world = snapshotted("digitalocean");
    world.edit_recorded("webserver", |snapshot| {
        "ams3".clone_into(&mut snapshot.region);
    });
    world.finds(&[
        "at-provider webserver failure",
        "manifest webserver failure",
    ]);
}

#[test]
fn a_manifest_that_disagrees_is_a_failure_and_an_absent_one_a_warning() {
    for (cloudhost, _, _) in CLOUDS {
        let world = snapshotted(cloudhost);
        let path = world.snapshots("snapshot_manifest.json");
        let good = std::fs::read(&path).unwrap();
        for (field, value) in [
            ("machine_name", "ws-other"),
            ("cloudhost", "elsewhere"),
            ("region", "ams3"),
            ("id", "4711"),
        ] {
            let mut manifest: Value = serde_json::from_slice(&good).unwrap();
            let entry = &mut manifest["snapshots"]["autoscaler"];
            entry[field] = match (field, cloudhost) {
                ("cloudhost", "linode") => "vultr".into(),
                ("cloudhost", _) => "linode".into(),
                _ => value.into(),
            };
            std::fs::write(&path, serde_json::to_vec(&manifest).unwrap()).unwrap();
            // Vultr's snapshots are not called like their machine; those of two clouds are bound to no region.
            let cannot_show = match field {
                "machine_name" => cloudhost == "vultr",
                "region" => matches!(cloudhost, "vultr" | "linode"),
                _ => false,
            };
            if cannot_show {
                world.finds(&[]);
            } else {
                world.finds(&["manifest autoscaler failure"]);
            }
        }
        std::fs::write(&path, "{").unwrap();
        let found = world.report(&[])["findings"].to_string();
        assert!(found.contains("cannot understand 'snapshot_manifest.json'"));
        std::fs::remove_file(&path).unwrap();
        let ended = world.verify(&["--json"]).ends();
        let report = report(&ended);
        assert_eq!(report["outcome"], "warnings", "{ended}");
        // Without it nobody knows what exoscale's templates were registered from.
        let orphans = if cloudhost == "exoscale" {
            TYPES.len()
        } else {
            0
        };
        assert_eq!(report["orphans"].as_array().unwrap().len(), orphans);
    }
}

#[test]
fn an_id_that_is_not_recorded_any_more_or_damaged_is_a_failure() {
    for (cloudhost, _, _) in CLOUDS {
        let world = snapshotted(cloudhost);
        let line = format!("webserver:{}\n", world.recorded_id("webserver"));
        for (new, expected) in [
            ("", "manifest webserver failure"),
            ("webserver:a b\n", "recorded-id webserver failure"),
        ] {
            let good = std::fs::read_to_string(world.snapshots("snapshot_ids.dat")).unwrap();
            let ids = good.replace(&line, new);
            std::fs::write(world.snapshots("snapshot_ids.dat"), ids).unwrap();
            world.finds(&[expected, "in-bucket snapshot_ids.dat failure"]);
            std::fs::write(world.snapshots("snapshot_ids.dat"), good).unwrap();
        }
        world.finds(&[]);
    }
}

#[test]
fn every_record_is_compared_byte_for_byte() {
    for (cloudhost, _, _) in CLOUDS {
        let world = snapshotted(cloudhost);
        for name in RECORDS {
            let object = world.object(name);
            let good = std::fs::read(&object).unwrap();
            let mut other = good.clone();
            other.push(b'\n');
            let expected = format!("in-bucket {name} failure");
            std::fs::write(&object, other).unwrap();
            world.finds(&[&expected]);
            std::fs::remove_file(&object).unwrap();
            world.finds(&[&expected]);
            std::fs::write(&object, good).unwrap();
        }
        for name in RECORDS.into_iter().skip(1) {
            let good = std::fs::read(world.record(name)).unwrap();
            std::fs::remove_file(world.record(name)).unwrap();
            world.finds(&[&format!("in-bucket {name} failure")]);
            std::fs::write(world.record(name), good).unwrap();
        }
        world.finds(&[]);
    }
}

#[test]
fn while_a_run_copies_the_records_a_difference_proves_nothing() {
    let world = snapshotted("vultr");
    std::fs::write(world.object("credentials.dat"), "other").unwrap();
    let lock = std::fs::File::create(world.snapshots("pending/upload.lock")).unwrap();
    lock.lock().unwrap();
    world.finds(&["in-bucket bucket unknown"]);
}

#[test]
fn without_the_datastore_the_bucket_is_not_asked_and_that_is_said() {
    for (cloudhost, _, _) in CLOUDS {
        let world = snapshotted(cloudhost);
        let asked = |world: &World| {
            let calls = world.calls();
            calls.iter().filter(|it| it.starts_with("s3cmd")).count()
        };
        let before = asked(&world);
        let report = world.report(&["--no-datastore"]);
        assert_eq!(report["outcome"], "warnings");
        assert_eq!(asked(&world), before);
    }
}

#[test]
fn what_nothing_records_is_listed() {
    for (cloudhost, _, _) in CLOUDS {
        let world = snapshotted(cloudhost);
        let name = world.snapshot_name("webserver");
        let id = match cloudhost {
            "digitalocean" => "987654",
            "linode" => "private/987654",
            _ => "11111111-2222-4333-8444-555555555555",
        };
        let orphan = world.snapshot(id, &name, "webserver");
        let foreign = match cloudhost {
            "vultr" => "webserver-somebody".to_owned(),
            _ => name.replace("test-build", "test-build2"),
        };
        let mut other = world.snapshot(&format!("{}9", &id[..id.len() - 1]), &foreign, "webserver");
        other.machine_name = foreign;
        world.edit_state(|state| state.snapshots.extend([orphan, other]));
        let report = world.finds(&[&format!("orphan {id} warning")]);
        let orphans = report["orphans"].as_array().unwrap();
        assert_eq!(orphans.len(), 1);
        assert_eq!(orphans[0]["id"], id);
        assert_eq!(orphans[0]["name"], name.as_str());
        assert!(orphans[0]["created"].is_string());
    }
}

#[test]
fn an_instance_snapshot_that_no_template_is_of_is_listed() {
    let world = snapshotted("exoscale");
    let id = "11111111-2222-4333-8444-555555555555";
    let mut orphan = world.snapshot(id, &world.machine_name("database"), "database");
    orphan.kind = Kind::Snapshot;
    world.edit_state(|state| state.snapshots.push(orphan));
    let report = world.finds(&[&format!("orphan {id} warning")]);
    assert_eq!(report["orphans"][0]["kind"], "snapshot");
}

#[test]
fn what_a_note_names_is_under_way_and_no_orphan() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        world.faults(&[Fault {
            tool: "s3cmd".to_owned(),
            kind: "401".to_owned(),
            ..Fault::default()
        }]);
        let ended = world.obtain(&["--type", "webserver"]).ends();
        assert_eq!(ended.status, Some(1), "{ended}");
        world.faults(&[]);
        for name in ["snapshot_ids.dat", "snapshot_manifest.json"] {
            std::fs::remove_file(world.snapshots(name)).unwrap();
        }
        let report = world.report(&[]);
        assert_eq!(report["orphans"].as_array().unwrap().len(), 0, "{report}");
        let findings = report["findings"].as_array().unwrap();
        let mut mentions = findings.iter().filter(|it| it["check"] == "under-way");
        let mention = mentions.next().unwrap().to_string();
        assert!(mention.contains("webserver.json"), "{mention}");
        assert!(mention.contains("is not finished"), "{mention}");
        // Nor where the note does not have the id yet.
        let path = world.snapshots("pending/webserver.json");
        let mut note: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        for step in note["steps"].as_array_mut().unwrap() {
            step["id"] = Value::Null;
        }
        std::fs::write(&path, serde_json::to_vec(&note).unwrap()).unwrap();
        let report = world.report(&[]);
        assert_eq!(report["orphans"].as_array().unwrap().len(), 0, "{report}");
        std::fs::remove_file(&path).unwrap();
        let report = world.report(&[]);
        let expected = if cloudhost == "exoscale" { 2 } else { 1 };
        assert_eq!(report["orphans"].as_array().unwrap().len(), expected);
    }
}

#[test]
fn no_answer_of_the_provider_is_never_taken_for_absence() {
    for ((cloudhost, _, _), tool) in CLOUDS.into_iter().zip(PROVIDERS) {
        let world = snapshotted(cloudhost);
        for kind in [
            "401",
            "500",
            "502-html",
            "refused",
            "garbage-stdout",
            "empty-stdout",
        ] {
            world.faults(&[Fault {
                tool: tool.to_owned(),
                kind: kind.to_owned(),
                ..Fault::default()
            }]);
            let report = world.report(&[]);
            assert_eq!(report["outcome"], "unknown", "{kind}: {report:#}");
            let snapshots = report["snapshots"].as_array().unwrap().iter();
            assert!(snapshots.clone().all(|it| it["presence"] == "unknown"));
            assert_eq!(snapshots.len(), TYPES.len());
            let found = report["findings"].to_string();
            assert_eq!(found.matches("not checked (").count(), 1, "{kind}");
            let types = TYPES.map(|(_, label)| label).join(", ");
            let begins = format!("not checked ({types}, what nothing records): ");
            assert!(found.contains(&begins), "{kind}: {found}");
            assert!(found.contains(tool), "{kind}: {found}");
        }
    }
}

#[test]
fn what_could_not_be_checked_is_one_line_with_its_reason_and_a_status_of_its_own() {
    let world = snapshotted("digitalocean");
    let verify = || {
        let run = world.verify(&[]).env("DOCTL", "/nowhere/doctl");
        run.env("S3CMD", "/nowhere/s3cmd").ends()
    };
    let ended = verify();
    assert_eq!(ended.status, Some(3), "{ended}");
    let said = ended.stdout();
    assert_eq!(said.matches("not checked (").count(), 1, "{ended}");
    assert!(said.contains("what nothing records): DOCTL names '/nowhere/doctl', "));
    assert!(
        said.contains("not checked: S3CMD names '/nowhere/s3cmd', "),
        "{ended}"
    );
    assert!(!said.contains("answers"), "{ended}");
    let last = "Not all could be checked: 2 not checked, 1 warning.\n";
    assert!(said.ends_with(last), "{ended}");
    // What is known to be missing counts for more.
    std::fs::write(world.snapshots("snapshot_ids.dat"), "webserver:\n").unwrap();
    assert_eq!(verify().status, Some(2));
}

#[test]
fn a_record_that_cannot_be_read_hides_nothing_of_what_was_found() {
    let world = snapshotted("vultr");
    world.edit_state(|state| state.snapshots.clear());
    std::fs::remove_file(world.snapshots("credentials.dat")).unwrap();
    std::fs::create_dir(world.snapshots("credentials.dat")).unwrap();
    let report = world.report(&[]);
    assert_eq!(report["outcome"], "failures", "{report:#}");
    let found = report["findings"].to_string();
    assert_eq!(found.matches("vultr does not know").count(), TYPES.len());
    assert!(found.contains("not checked: cannot read "), "{found}");
}

#[test]
fn an_object_that_is_no_record_is_known_to_be_wrong() {
    let world = snapshotted("linode");
    std::fs::write(world.object("credentials.dat"), vec![b'x'; 2 << 20]).unwrap();
    world.finds(&["in-bucket credentials.dat failure"]);
}

#[test]
fn no_answer_of_the_bucket_is_never_taken_for_absence() {
    for (cloudhost, _, _) in CLOUDS {
        let world = snapshotted(cloudhost);
        for kind in ["401", "500", "refused"] {
            world.faults(&[Fault {
                tool: "s3cmd".to_owned(),
                kind: kind.to_owned(),
                ..Fault::default()
            }]);
            let expected = [
                "in-bucket bucket unknown",
                "latest-backup datastore warning",
            ];
            let report = world.finds(&expected);
            let found = format!("not checked ({}): ", RECORDS.join(", "));
            assert!(report.to_string().contains(&found), "{report}");
            let found = "not compared with the latest backups (webserver, database): ";
            assert!(report.to_string().contains(found), "{report}");
        }
        world.faults(&[]);
        world.write("builddescriptors/buildstyles.dat", "");
        let expected = [
            "in-bucket bucket unknown",
            "latest-backup datastore warning",
        ];
        world.finds(&expected);
    }
}

#[test]
fn nothing_recorded_is_nothing_verified() {
    for (cloudhost, _, _) in CLOUDS {
        World::at(cloudhost).finds(&["recorded-id www.testwebsite.uk unknown"]);
    }
}

#[test]
fn every_door_says_the_same_and_nothing_verified_is_status_two() {
    let world = snapshotted("linode");
    for door in DOORS {
        world.helper(door, "VerifySnapshots").ends().succeeded();
    }
    let help = world.verify(&["--help"]).ends();
    assert!(help.succeeded().contains("Examples:\n  VerifySnapshots\n"));
    std::fs::remove_file(world.home("runtimedata/ACTIVE_CLOUDHOST")).unwrap();
    for words in [&["x"][..], &[]] {
        let ended = world.verify(words).ends();
        assert_eq!((ended.status, ended.stdout()), (Some(2), ""), "{ended}");
        assert_eq!(ended.stderr().lines().count(), 1, "{ended}");
    }
}

/// What a signal in the middle of a download finds there, and what it leaves.
#[test]
fn a_signal_leaves_no_record_in_the_temporary_directory() {
    let world = snapshotted("vultr");
    let tool = "#!/bin/sh
for word; do from=$to; to=$word; done
case \"$*\" in
*' ls '*) echo \"2026-11-24 02:00  5  $to\" ;;
*' get '*)
    printf 12345 >\"$to/${from##*/}\"
    stat -c %a \"$to\" \"$to/${from##*/}\" >\"$TMPDIR/../seen\"
    kill -s $SIGNAL $PPID
    exec sleep 20 ;;
esac
";
    std::fs::write(world.path("tool"), tool).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(world.path("tool"), mode).unwrap();
    let temporary = world.path("temporary");
    std::fs::create_dir(&temporary).unwrap();
    for signal in ["TERM", "INT", "HUP"] {
        let _ = std::fs::remove_file(world.path("seen"));
        let before = world.tree();
        let run = world
            .verify(&[])
            .env("S3CMD", world.path("tool").display().to_string());
        let run = run.env("SIGNAL", signal);
        let ended = run.env("TMPDIR", temporary.display().to_string()).ends();
        assert_ne!(ended.status, Some(0), "{signal}: {ended}");
        let seen = std::fs::read_to_string(world.path("seen")).unwrap();
        assert_eq!(seen, "700\n600\n", "{signal}");
        assert_eq!(world.names_below("temporary"), ["."], "{signal}");
        assert_eq!(world.tree(), before, "{signal}");
    }
}

#[test]
fn what_a_killed_run_left_goes_with_the_next() {
    let world = snapshotted("vultr");
    let left = world.path("temporary/.adt-private-Ab12Cd");
    std::fs::create_dir_all(&left).unwrap();
    std::fs::write(left.join("credentials.dat"), "PASSWORD:x\n").unwrap();
    let temporary = world.path("temporary").display().to_string();
    world
        .verify(&[])
        .env("TMPDIR", &temporary)
        .ends()
        .succeeded();
    assert_eq!(world.names_below("temporary"), ["."]);
}

/// A list of each kind that is made answers for all ids; only what it lacks is asked for.
#[test]
fn five_snapshots_are_verified_with_one_list() {
    for ((cloudhost, _, _), tool) in CLOUDS.into_iter().zip(PROVIDERS) {
        let world = snapshotted(cloudhost);
        let asked = |world: &World| {
            let before = world.calls().len();
            let report = world.report(&["--no-datastore"]);
            let calls = world.calls().split_off(before);
            assert!(
                calls.iter().all(|call| call.starts_with(tool)),
                "{calls:#?}"
            );
            (report, calls.len())
        };
        let lists = if cloudhost == "exoscale" { 2 } else { 1 };
        let (report, calls) = asked(&world);
        assert_eq!(
            (report["outcome"].as_str(), calls),
            (Some("warnings"), lists)
        );
        let ids = world.ids();
        let (_, id) = ids.lines().next().unwrap().split_once(':').unwrap();
        world.edit_state(|state| state.snapshots.retain(|it| it.id != id));
        let (report, calls) = asked(&world);
        assert_eq!(
            (report["outcome"].as_str(), calls),
            (Some("failures"), lists + 1)
        );
    }
}

/// A list in pages shows a row again when something is made meanwhile.
#[test]
fn a_snapshot_that_is_listed_twice_is_one() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        let stray = world.snapshot(
            &world.snapshot_id(7),
            &world.snapshot_name("webserver"),
            "webserver",
        );
        world.edit_state(|state| state.snapshots.extend([stray.clone(), stray]));
        let report = world.report(&["--no-datastore"]);
        assert_eq!(report["orphans"].as_array().unwrap().len(), 1, "{report:#}");
        let ended = world
            .obtain(&["--type", "webserver", "--adopt", "--no-datastore"])
            .ends();
        ended.succeeded();
        assert_eq!(world.ids(), format!("webserver:{}\n", world.snapshot_id(7)));
    }
}
