//! The snapshots beside the latest backups, in the bucket store of each tool.

use std::fs;

use super::*;
use crate::simcloud_state::Fault;

const TAKEN: &str = "2026-11-01T10:00:00Z";
const NEWER: &str = "2026-11-01T10:00:01Z";
const OLDER: &str = "2026-10-31T23:59:59Z";

/// A world whose webserver and database were snapshotted at [`TAKEN`], with backups of the time `written`.
fn world_with(cloudhost: &str, written: &str) -> World {
    let world = snapshotted(cloudhost);
    world.edit_state(|state| {
        let taken: jiff::Timestamp = TAKEN.parse().unwrap();
        for snapshot in &mut state.snapshots {
            snapshot.created_ms = taken.as_millisecond().try_into().unwrap();
        }
    });
    for label in ["webserver", "database"] {
        world.has_backup_of(label, written);
    }
    world
}

/// As [`world_with`], with newer backups in the store of this tool.
fn world_with_tool(tool: &str) -> World {
    let world = world_with("vultr", NEWER);
    let style = format!("DATASTORETOOL:{tool}\n");
    world.write("builddescriptors/buildstyles.dat", style);
    world
}

impl World {
    /// What is said of the latest backups: subject, result, what was found and the fix.
    #[track_caller]
    fn said_of_backups(&self, words: &[&str]) -> Vec<[String; 4]> {
        let before = (self.tree(), self.bucket(""));
        let words: Vec<&str> = words.iter().copied().chain(["--json"]).collect();
        let report = report(&self.check(&words).ends());
        assert!(
            (self.tree(), self.bucket("")) == before,
            "something changed"
        );
        let rules = report["rules"].as_array().unwrap().iter();
        let about = rules.filter(|rule| rule["rule"] == "latest-backup");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        about
            .map(|rule| {
                [
                    &rule["subject"],
                    &rule["result"],
                    &rule["found"],
                    &rule["fix"],
                ]
                .map(text)
            })
            .collect()
    }

    /// The only word of the backups is a warning, which has these words.
    #[track_caller]
    fn warns_of_the_datastore(&self, words: &[&str], expected: &str) {
        let said = self.said_of_backups(words);
        let [[subject, result, found, _]] = &said[..] else {
            panic!("{said:?}");
        };
        let told = (subject.as_str(), result.as_str());
        assert_eq!(told, ("datastore", "warning"));
        assert!(found.contains(expected), "{found}");
    }
}

/// Both machine types have this result, and words in what was found.
#[track_caller]
fn both(said: &[[String; 4]], expected: &str, words: &str) {
    let subjects: Vec<&str> = said.iter().map(|it| it[0].as_str()).collect();
    let mut sorted = subjects;
    sorted.sort_unstable();
    assert_eq!(sorted, ["database", "webserver"]);
    for [_, result, found, _] in said {
        assert_eq!(result, expected, "{found}");
        assert!(found.contains(words), "{found}");
    }
}

#[test]
fn a_newer_backup_is_what_the_build_installs() {
    for (cloudhost, ..) in CLOUDS {
        let world = world_with(cloudhost, "2026-11-28T02:02:02Z");
        let said = world.said_of_backups(&[]);
        let words = "was snapshotted on 2026-11-01 10:00 UTC, and the latest hourly backup is of 2026-11-28 02:02 UTC: a build installs the backup";
        both(&said, "ok", words);
    }
}

#[test]
fn every_tool_tells_the_dates_to_the_second() {
    for tool in ["s3cmd", "s5cmd", "rclone"] {
        let world = world_with_tool(tool);
        both(&world.said_of_backups(&[]), "ok", "installs the backup");
        for written in [TAKEN, OLDER] {
            for label in ["webserver", "database"] {
                world.has_backup_of(label, written);
            }
            let words = ": a build keeps what the snapshot holds";
            both(&world.said_of_backups(&[]), "ok", words);
        }
        fs::remove_dir_all(world.path("cloud/buckets")).unwrap();
        both(
            &world.said_of_backups(&[]),
            "warning",
            "has no hourly backup",
        );
    }
}

#[test]
fn a_build_that_is_told_to_leave_a_newer_backup_is_warned_of() {
    let world = world_with("linode", NEWER);
    world.set_variable("RESTORE_LATEST_BACKUP", Some("0"));
    let words = "the machines will serve the snapshot's old site, and their first backup replaces the newer one";
    both(&world.said_of_backups(&[]), "warning", words);
    for label in ["webserver", "database"] {
        world.has_backup_of(label, OLDER);
    }
    both(&world.said_of_backups(&[]), "ok", "keeps what");
    fs::remove_dir_all(world.path("cloud/buckets")).unwrap();
    both(&world.said_of_backups(&[]), "ok", "keep what the snapshot");
}

#[test]
fn the_backup_is_the_one_that_is_chosen() {
    let world = world_with("digitalocean", NEWER);
    for period in ["daily", "weekly", "monthly", "bimonthly"] {
        world.set_variable("BUILD_ARCHIVE_CHOICE", Some(period));
        let words = format!("has no {period} backup: ");
        both(&world.said_of_backups(&[]), "warning", &words);
        for label in ["webserver", "database"] {
            let chosen = world.backup(label, period);
            fs::create_dir_all(chosen.parent().unwrap()).unwrap();
            fs::rename(world.backup(label, "hourly"), chosen).unwrap();
            world.has_backup_of(label, NEWER);
        }
        let words = format!("the latest {period} backup is of ");
        both(&world.said_of_backups(&[]), "ok", &words);
    }
    world.set_variable("BUILD_ARCHIVE_CHOICE", Some("virgin"));
    assert_eq!(world.said_of_backups(&[]), [[""; 4]; 0]);
}

#[test]
fn a_backup_that_was_cut_off_is_told_with_the_command_that_puts_it_back() {
    let world = world_with("exoscale", NEWER);
    for label in ["webserver", "database"] {
        let latest = world.backup(label, "hourly");
        let former = format!("{}.BACKUP", latest.display());
        fs::rename(latest, former).unwrap();
    }
    let said = world.said_of_backups(&[]);
    both(&said, "warning", ".BACKUP' of 2026-11-01 10:00 UTC in the");
    for [_, _, _, fix] in &said {
        let (_, command) = fix.split_once(": ").unwrap();
        let mut words = command.split(' ');
        let helper = words.next().unwrap();
        let ended = world.helper(Door::Binary, helper).args(words).ends();
        ended.succeeded();
    }
    both(&world.said_of_backups(&[]), "ok", "installs the backup");
}

#[test]
fn a_store_that_gives_no_answer_is_a_warning_and_never_no_backup() {
    for tool in ["s3cmd", "s5cmd", "rclone"] {
        let world = world_with_tool(tool);
        for kind in [
            "401",
            "403",
            "429",
            "500",
            "503",
            "502-html",
            "cut",
            "empty-body",
            "refused",
            "garbage-stdout",
            "empty-stdout",
            "overwritten-stdout",
        ] {
            world.faults(&[Fault {
                tool: tool.to_owned(),
                kind: kind.to_owned(),
                ..Fault::default()
            }]);
            let words = "not compared with the latest backups (webserver, database): cannot tell the age of";
            world.warns_of_the_datastore(&[], words);
        }
    }
}

#[test]
fn without_a_datastore_that_is_set_up_the_build_can_work_all_the_same() {
    let world = world_with("digitalocean", NEWER);
    fs::remove_file(world.path("home/.s3cfg-1")).unwrap();
    world.warns_of_the_datastore(&[], ".s3cfg-1");
    world.write("builddescriptors/buildstyles.dat", "");
    world.warns_of_the_datastore(&[], "names no datastore tool");
    let calls = world.calls().len();
    let words = ["--no-datastore", "--no-provider"];
    world.warns_of_the_datastore(&words, "was not asked");
    assert_eq!(world.calls().len(), calls);
}

#[test]
fn a_database_that_is_in_no_snapshot_is_not_compared() {
    let world = world_with("digitalocean", NEWER);
    for (name, value, expected) in [
        (
            "DATABASE_INSTALLATION_TYPE",
            "DBaaS",
            "the provider runs it",
        ),
        ("DATABASE_INSTALLATION_TYPE", "None", "the build has none"),
        ("DB_INSTALL_MODE", "2", "the toolkit does not install it"),
        ("DB_INSTALL_MODE", "0", "makes no database machine"),
    ] {
        let kept = fs::read(world.build("build_environment")).unwrap();
        world.set_variable(name, Some(value));
        let calls = world.calls().len();
        let said = world.said_of_backups(&[]);
        both(&said, "ok", "");
        let database = said.iter().find(|it| it[0] == "database").unwrap();
        assert!(database[2].starts_with("is not restored: "), "{database:?}");
        assert!(database[2].contains(expected), "{database:?}");
        let asked = world.calls().split_off(calls);
        assert!(!asked.iter().any(|call| call.contains("-db-hourly")));
        fs::write(world.build("build_environment"), kept).unwrap();
    }
    world.set_variable("MULTI_REGION", Some("1"));
    world.set_variable("PRIMARY_REGION", Some("1"));
    both(&world.said_of_backups(&[]), "ok", "installs the backup");
    world.set_variable("PRIMARY_REGION", Some("0"));
    let said = world.said_of_backups(&[]);
    let words = "is not restored: the primary region installs it";
    assert!(said.iter().any(|it| it[2] == words), "{said:?}");
}

#[test]
fn a_choice_that_nothing_understands_is_a_failure_before_anything_exists() {
    let world = world_with("digitalocean", NEWER);
    for value in ["no", "2", "false"] {
        world.set_variable("RESTORE_LATEST_BACKUP", Some(value));
        world.breaks(&["restore-latest-backup RESTORE_LATEST_BACKUP failure"]);
        let content = format!(
            "export BUILD_FROM_SNAPSHOT=\"1\"\nexport BUILD_ARCHIVE_CHOICE=\"hourly\"\nexport RESTORE_LATEST_BACKUP=\"{value}\"\n"
        );
        world.write("my.tmpl", content);
        let path = world.home("my.tmpl").display().to_string();
        let ended = world
            .check(&["--template-rules", "--template", &path])
            .ends();
        assert_eq!(ended.status, Some(2), "{ended}");
        let words = format!("is '{value}', which is neither 0 nor 1");
        assert!(ended.stdout().contains(&words), "{ended}");
    }
}
