//! `PerformWebsiteBackup` and `PerformDatabaseBackup`: a machine makes a backup now, and the datastore says whether it did.

use crate::json_schemas;
use crate::world::ssh::{Server, user};
use crate::world::{CLOUDS, DOORS, Door, Ended, Stage};

/// The helper, the machine's type, the name of its backup and what stands before the period in the bucket's name.
const BOTH: [(&str, &str, &str, &str); 2] = [
    (
        "PerformWebsiteBackup",
        "webserver",
        "applicationsourcecode.tar.gz",
        "",
    ),
    (
        "PerformDatabaseBackup",
        "database",
        "testwebsite-DB-backup.tar.gz",
        "db-",
    ),
];

/// What a machine does that makes the backups it is asked for, as the servers' Backup.sh does.
fn makes(stage: &Stage, server: &Server, object: &str, bucket: &str) {
    let buckets = stage.world().path("cloud/buckets");
    stage.plays(
        server,
        &format!(
            "case $SSH_ORIGINAL_COMMAND in\n\
             *BUILDIDENTIFIER*) echo test-build ;;\n\
             *Backup.sh*)\n\
             period=$(echo \"${{SSH_ORIGINAL_COMMAND#*Backup.sh }}\" | tr 'A-Z' 'a-z'); period=${{period%% *}}\n\
             bucket={}/www-testwebsite-uk-{bucket}$period\n\
             mkdir -p \"$bucket\"; echo new >\"$bucket/{object}\"; echo ./index.php; echo done; exit 0 ;;\n\
             esac\n",
            buckets.display()
        ),
    );
}

/// The datastore has a backup that is as old as this.
fn has(stage: &Stage, object: &str, bucket: &str, seconds: u64) {
    let place = format!("www-testwebsite-uk-{bucket}/{object}");
    let path = stage.world().path("cloud/buckets").join(&place);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, "old").unwrap();
    stage.world().backup_is_of(&place, seconds);
}

fn backup(stage: &Stage, helper: &str, server: &Server, words: &[&str]) -> Ended {
    let run = stage.world().helper(Door::Binary, helper);
    run.args(["--cloudhost", stage.cloudhost(), "--build", "test-build"])
        .args(["--machine", &server.name])
        .args(words)
        .ends()
}

/// What the machine was asked for after the question for its build.
fn asked_to_do(stage: &Stage, server: &Server) -> Vec<String> {
    let asked = stage.asked(server).0;
    let lines = asked.lines().filter(|line| line.contains("Backup.sh"));
    lines.map(str::to_owned).collect()
}

fn asked_for(period: &str) -> String {
    format!(
        "DEBIAN_FRONTEND=noninteractive /usr/bin/sudo -S -E -p '' /home/{}/application/backupscripts/Backup.sh {period} test-build",
        user()
    )
}

#[test]
fn the_answers_of_the_script_have_a_backup_made() {
    for (door, (helper, label, object, bucket)) in DOORS.into_iter().zip(BOTH) {
        let stage = Stage::at("digitalocean");
        let server = stage.fleet.server(label);
        makes(&stage, server, object, bucket);
        has(&stage, object, &format!("{bucket}hourly"), 1_790_000_000);
        let run = stage.world().helper(door, helper);
        let ended = run.stdin("1\ntest-build\nY\n1\n\n").ends();
        let said = ended.succeeded();
        let made = format!("{}: the hourly backup: made; ", server.name);
        assert!(said.starts_with(&made), "{ended}");
        assert_eq!(asked_to_do(&stage, server), [asked_for("HOURLY")]);
        assert_eq!(stage.order().len(), 2, "{ended}");
    }
}

#[test]
fn all_periods_are_made_one_after_the_other_and_each_is_told() {
    for ((cloudhost, ..), (helper, label, object, bucket)) in
        [CLOUDS[2], CLOUDS[3]].into_iter().zip(BOTH)
    {
        let stage = Stage::at(cloudhost);
        let server = stage.fleet.server(label);
        makes(&stage, server, object, bucket);
        let ended = backup(
            &stage,
            helper,
            server,
            &["--period", "all", "--yes", "--json"],
        );
        let report = json_schemas::fits(helper, ended.succeeded());
        let told: Vec<&str> = report["backups"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|it| it["outcome"] == "made")
            .map(|it| it["period"].as_str().unwrap())
            .collect();
        assert_eq!(told, ["hourly", "daily", "weekly", "monthly", "bimonthly"]);
        let periods = ["HOURLY", "DAILY", "WEEKLY", "MONTHLY", "BIMONTHLY"];
        assert_eq!(asked_to_do(&stage, server), periods.map(asked_for));
    }
}

#[test]
fn a_manual_backup_is_refused_before_anything_is_moved() {
    for (helper, label, ..) in BOTH {
        let stage = Stage::at("vultr");
        let server = stage.fleet.server(label);
        let before = stage.world().tree();
        let by_word = backup(&stage, helper, server, &["--period", "MANUAL", "--yes"]);
        let run = stage.world().helper(Door::Shim, helper);
        let by_number = run.stdin("4\ntest-build\nY\n6\n\n").ends();
        for ended in [by_word, by_number] {
            let said = ended.failed();
            assert!(said.contains("make no manual backup"), "{ended}");
        }
        assert_eq!(stage.order(), [""; 0]);
        assert_eq!(stage.world().tree(), before);
    }
}

#[test]
fn a_backup_that_the_datastore_does_not_have_was_not_made() {
    for (helper, label, object, bucket) in BOTH {
        let stage = Stage::at("digitalocean");
        let server = stage.fleet.server(label);
        let quiet = "case $SSH_ORIGINAL_COMMAND in *BUILDID*) echo test-build ;; *) echo 'Invalid periodicity' ;; esac";
        for (part, why) in [
            (
                quiet,
                "the datastore has none, though the machine ended well",
            ),
            (quiet, "the datastore still has the one of 2026-"),
            (
                "case $SSH_ORIGINAL_COMMAND in *BUILDID*) echo test-build ;; *) echo 'disk full' >&2; exit 3 ;; esac",
                "the machine failed with status 3; it said last: disk full",
            ),
        ] {
            stage.plays(server, part);
            let ended = backup(&stage, helper, server, &["--period", "daily", "--yes"]);
            assert_eq!(ended.status, Some(1), "{ended}");
            let said = ended.stdout();
            assert!(said.contains("the daily backup: not made: "), "{ended}");
            assert!(said.contains(why), "{why}: {ended}");
            has(&stage, object, &format!("{bucket}daily"), 1_790_000_000);
        }
    }
}

#[test]
fn a_webserver_makes_none_while_the_latest_is_young() {
    let stage = Stage::at("linode");
    let server = stage.fleet.server("webserver");
    stage.plays(server, "echo test-build");
    let now = std::time::SystemTime::now();
    let now = now.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    has(&stage, BOTH[0].2, "weekly", now);
    let words = ["--period", "weekly", "--yes"];
    let ended = backup(&stage, "PerformWebsiteBackup", server, &words);
    assert_eq!(ended.status, Some(1), "{ended}");
    let said = ended.stdout();
    assert!(said.contains("is younger than five minutes"), "{ended}");
}

#[test]
fn without_a_datastore_nobody_can_tell() {
    let stage = Stage::at("exoscale");
    let server = stage.fleet.server("database");
    makes(&stage, server, BOTH[1].2, "db-");
    stage.world().write("builddescriptors/buildstyles.dat", "");
    let words = ["--period", "hourly", "--yes"];
    let ended = backup(&stage, "PerformDatabaseBackup", server, &words);
    assert_eq!(ended.status, Some(1), "{ended}");
    let said = ended.stdout();
    assert!(
        said.contains("perhaps not made: the machine ended well"),
        "{ended}"
    );
}

#[test]
fn a_wrong_number_is_asked_again_and_the_end_of_input_ends_it() {
    let stage = Stage::at("digitalocean");
    let server = stage.fleet.server("webserver");
    makes(&stage, server, BOTH[0].2, "");
    for (answers, is_made) in [
        ("1\ntest-build\nY\n\n8\n.\n2\n\n", true),
        ("1\ntest-build\nY\n2\nn\n", false),
        ("1\ntest-build\nY\n2\n", false),
        ("1\ntest-build\nY\n8\n", false),
        ("1\ntest-build\nY\n", false),
        ("1\ntest-build\nN\nN\n1\n\n", false),
    ] {
        let before = asked_to_do(&stage, server).len();
        let run = stage.world().helper(Door::Binary, "PerformWebsiteBackup");
        let ended = run.stdin(answers).ends();
        assert_eq!(
            ended.status,
            Some(i32::from(!is_made)),
            "{answers:?}: {ended}"
        );
        let after = asked_to_do(&stage, server).len();
        assert_eq!(after - before, usize::from(is_made), "{answers:?}: {ended}");
    }
}

#[test]
fn a_dry_run_of_a_backup_says_what_would_be_made_and_reaches_no_machine() {
    let stage = Stage::at("digitalocean");
    let server = stage.fleet.server("database");
    let words = ["--period", "all", "--dry-run"];
    let ended = backup(&stage, "PerformDatabaseBackup", server, &words);
    let said = ended.succeeded();
    assert_eq!(
        said.matches("backup: would be made\n").count(),
        5,
        "{ended}"
    );
    ended.says("'testwebsite-DB-backup.tar.gz' in the bucket 'www-testwebsite-uk-db-daily'");
    assert_eq!(stage.order(), [""; 0]);
}

#[test]
fn the_password_of_a_backup_is_on_standard_input_alone() {
    let stage = Stage::at("digitalocean");
    let server = stage.fleet.server("webserver");
    stage.plays(server, "cat $MACHINE.input >&2; echo test-build; exit 1");
    let words = ["--period", "hourly", "--yes"];
    let ended = backup(&stage, "PerformWebsiteBackup", server, &words);
    assert!(ended.failed().contains("did not answer as root"), "{ended}");
    assert!(!ended.to_string().contains(&stage.password), "{ended}");
    assert!(stage.seen().contains("ExtractConfigValue.sh"));
    assert!(!stage.seen().contains(&stage.password));
    let (_, input) = stage.asked(server);
    assert_eq!(input, format!("{}\n\n", stage.password));
}

#[test]
fn a_person_at_a_terminal_has_a_backup_made() {
    use expectrl::Expect;
    let stage = Stage::at("digitalocean");
    let server = stage.fleet.server("database");
    makes(&stage, server, BOTH[1].2, "db-");
    let helper = stage.world().helper(Door::Shim, "PerformDatabaseBackup");
    let mut session = helper.on_a_terminal();
    for (question, answer) in [
        ("4) Vultr", "1"),
        ("name of the build?", "test-build"),
        ("Y/N", "y"),
        ("7) all", "3"),
        ("press Enter", ""),
    ] {
        session.expect(question).unwrap();
        session.send_line(answer).unwrap();
    }
    session.expect("the weekly backup: made").unwrap();
}
