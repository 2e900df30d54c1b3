//! `RestoreLatestBackup`: machines that were made of snapshots get the latest backup, and no backup is ever replaced by
//! an older site.

mod faults;
mod in_build;
mod killed;
mod scale_ups;

use crate::json_schemas;
use crate::world::disk::{DUMP, WEBROOT};
use crate::world::disks::Disks;
use crate::world::{CLOUDS, DOORS, Door, Ended, Run};

/// The helper without words.
fn helper(disks: &Disks, door: Door) -> Run<'_> {
    disks.world().helper(door, "RestoreLatestBackup")
}

fn restore(disks: &Disks, words: &[&str]) -> Ended {
    helper(disks, Door::Binary).args(words).ends()
}

/// Fails unless all machines serve the latest backup, and make backups of it.
fn assert_restored(disks: &Disks, ended: &Ended) {
    for server in disks.stage.fleet.servers_of("webserver") {
        assert_eq!(
            disks.disk(server).page(),
            "latest",
            "{}: {ended}",
            server.name
        );
        assert!(disks.disk(server).site("new-since.php").exists());
        assert!(!disks.disk(server).site("deleted-since.php").exists());
        // What no backup holds stays.
        assert!(disks.disk(server).site("logs/today").exists());
        let configuration = std::fs::read_to_string(disks.disk(server).site("wp-config.php"));
        assert_eq!(configuration.unwrap(), "for the database at 10.0.3.4\n");
    }
    assert_eq!(
        disks.disk_of("database").database(),
        "CREATE TABLE `adt1_posts` ( latest );\n"
    );
    for disk in disks.that_make_backups() {
        let crontab = disk.crontab();
        assert!(!crontab.contains("ADT-HELD"), "{crontab}{ended}");
    }
}

/// Fails unless the datastore still has the latest site, after the machines had their chance to replace it.
fn assert_latest_survives(disks: &Disks, why: &str) {
    for _ in 0..2 {
        disks.the_hour_strikes();
        let (page, dump) = disks.world().latest_backups();
        assert_eq!(page, "latest", "{why}");
        assert!(dump.contains("latest"), "{why}: {dump}");
    }
}

#[test]
fn without_it_the_old_site_replaces_the_latest_backup() {
    let disks = Disks::at("digitalocean");
    disks.the_hour_strikes();
    let (page, dump) = disks.world().latest_backups();
    assert_eq!(page, "old");
    assert!(dump.contains("old"));
}

#[test]
fn all_machines_serve_the_latest_backup() {
    // linode lists machines at their private addresses as well.
    for (door, (cloudhost, ..)) in DOORS.into_iter().zip([CLOUDS[0], CLOUDS[2]]) {
        let disks = Disks::at(cloudhost);
        disks.all_hold_backups();
        assert_latest_survives(&disks, "nothing was done yet");
        let ended = helper(&disks, door).ends();
        let said = ended.succeeded();
        assert_eq!(
            said.matches("serves the backup of 2026-11-").count(),
            3,
            "{ended}"
        );
        assert_restored(&disks, &ended);
        assert_latest_survives(&disks, "restored");
        assert!(!ended.to_string().contains(&disks.stage.password));
        let database = disks.stage.fleet.server("database");
        let settings = disks
            .disk(database)
            .in_home("runtime/database_configuration_settings.dat");
        let settings = std::fs::read_to_string(settings).unwrap();
        assert!(settings.ends_with("IPMASK:10.0.%.%\n"), "{settings}");
    }
}

/// Fails unless the machines are as they were, and the helper said `why`.
fn assert_refused(disks: &Disks, ended: &Ended, why: &str) {
    let said = ended.failed();
    assert!(said.contains(why), "{why}: {ended}");
    for server in disks.stage.fleet.servers_of("webserver") {
        assert_eq!(disks.disk(server).page(), "old", "{ended}");
    }
    assert!(
        disks.disk_of("database").database().contains("old"),
        "{ended}"
    );
}

/// Whether the cron of each machine is kept from making backups.
fn held(disks: &Disks) -> Vec<bool> {
    let machines = disks.that_make_backups().into_iter();
    machines
        .map(|disk| disk.crontab().contains("ADT-HELD"))
        .collect()
}

#[test]
fn a_dry_run_says_what_would_be_done_and_leaves_nothing() {
    let disks = Disks::at("vultr");
    disks.all_hold_backups();
    let kept = disks
        .disk_of("database")
        .file("var/lib/adt-helpers/restore");
    let ended = restore(&disks, &["--dry-run"]);
    let said = ended.succeeded();
    assert_eq!(
        said.matches("the backup would be installed").count(),
        3,
        "{ended}"
    );
    let files = std::fs::read_dir(kept).unwrap();
    let names: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
    assert_eq!(names, ["made-from-snapshot"]);
    assert_eq!(held(&disks), [true; 3]);
    assert!(!disks.world().build("restore.lock").exists() || held(&disks) == [true; 3]);
}

#[test]
fn only_what_is_named_is_restored() {
    let disks = Disks::at("linode");
    disks.all_hold_backups();
    restore(&disks, &["--database"]).succeeded();
    assert!(disks.disk_of("database").database().contains("latest"));
    for server in disks.stage.fleet.servers_of("webserver") {
        assert_eq!(disks.disk(server).page(), "old");
    }
    assert_eq!(held(&disks), [true, true, false]);
    let ended = restore(&disks, &["--webservers", "--json"]);
    let report = json_schemas::fits("RestoreLatestBackup", ended.succeeded());
    let machines = report["machines"].as_array().unwrap().iter();
    let outcomes: Vec<_> = machines.map(|it| it["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["restored", "restored", "prepared"], "{ended}");
    assert_restored(&disks, &ended);
    let again = restore(&disks, &[]);
    let said = again.succeeded();
    assert_eq!(
        said.matches("serves the latest backup already").count(),
        3,
        "{again}"
    );
}

#[test]
fn a_backup_that_is_none_changes_nothing_on_any_machine() {
    type Spoiling = fn(&Disks);
    let bad: [(&str, Spoiling, &str); 6] = [
        (
            "no webroot",
            |disks| std::fs::remove_file(object(disks, WEBROOT)).unwrap(),
            "there is no backup 'applicationsourcecode.tar.gz'",
        ),
        (
            "no dump",
            |disks| std::fs::remove_file(object(disks, DUMP)).unwrap(),
            "there is no backup 'testwebsite-DB-backup.tar.gz'",
        ),
        ("cut", |disks| cut(disks, WEBROOT), "is cut or damaged"),
        (
            "a dump that is cut",
            |disks| dump(disks, "CREATE TABLE `adt1_posts` ( x );\n"),
            "its last line does not make the table zzzz",
        ),
        (
            "another site's dump",
            |disks| {
                dump(
                    disks,
                    "CREATE TABLE `xyz_posts` ( x );\nCREATE TABLE `zzzz` ( x );\n",
                );
            },
            "it is a backup of another site",
        ),
        (
            "another application's",
            |disks| page(disks, "dba.dat", "JOOMLA\n"),
            "it is a backup of another site",
        ),
    ];
    let disks = Disks::at("exoscale");
    for (number, (what, spoil, why)) in bad.into_iter().enumerate() {
        // Half of them were held before, and stay so.
        let is_new = number % 2 == 0;
        disks.begin_anew();
        if !is_new {
            disks.are_in_use();
        }
        spoil(&disks);
        let words: &[&str] = if is_new { &[] } else { &["--replace-newer"] };
        let ended = restore(&disks, words);
        assert_refused(&disks, &ended, why);
        assert_eq!(held(&disks), [is_new; 3], "{what}: {ended}");
    }
}

fn object(disks: &Disks, name: &str) -> std::path::PathBuf {
    disks.world().path("cloud/buckets").join(name)
}

fn cut(disks: &Disks, name: &str) {
    let whole = std::fs::read(object(disks, name)).unwrap();
    std::fs::write(object(disks, name), &whole[..whole.len() / 2]).unwrap();
}

fn dump(disks: &Disks, content: &str) {
    let folder = disks.world().path("work/dump");
    std::fs::write(folder.join("applicationDB.sql"), content).unwrap();
    disks.world().put_backup(DUMP, &folder, "applicationDB.sql");
}

fn page(disks: &Disks, name: &str, content: &str) {
    let folder = disks.world().path("work/site");
    std::fs::write(folder.join(name), content).unwrap();
    disks.world().put_backup(WEBROOT, &folder, ".");
}

#[test]
fn the_database_comes_back_where_there_is_no_backup_of_the_webroot() {
    let disks = Disks::at("vultr");
    disks.all_hold_backups();
    std::fs::remove_file(object(&disks, WEBROOT)).unwrap();
    restore(&disks, &["--database", "--dry-run"]).succeeded();
    let ended = restore(&disks, &["--database"]);
    ended.succeeded();
    assert!(disks.disk_of("database").database().contains("latest"));
    assert_eq!(held(&disks), [true, true, false], "{ended}");
}

#[test]
fn a_backup_that_was_cut_off_is_told_of() {
    let disks = Disks::at("exoscale");
    disks.all_hold_backups();
    let whole = object(&disks, WEBROOT);
    std::fs::rename(&whole, whole.with_extension("gz.BACKUP")).unwrap();
    let ended = restore(&disks, &[]);
    assert_refused(
        &disks,
        &ended,
        "only 'applicationsourcecode.tar.gz.BACKUP' of 2026-11-18",
    );
}

#[test]
fn nothing_newer_is_replaced_without_a_word() {
    let disks = Disks::at("digitalocean");
    // Machines that were not just made of snapshots have been in use.
    let ended = restore(&disks, &[]);
    assert_refused(&disks, &ended, "--replace-newer");
    assert_eq!(held(&disks), [false; 3], "{ended}");
    // Snapshots that are newer than the backups are kept.
    disks.all_hold_backups();
    for name in [WEBROOT, DUMP] {
        disks.world().backup_is_of(name, 1_700_000_000);
    }
    let ended = restore(&disks, &[]);
    let said = ended.succeeded();
    assert_eq!(
        said.matches("is newer than the backup of 2023-11-14")
            .count(),
        3,
        "{ended}"
    );
    assert_eq!(held(&disks), [false; 3], "{ended}");
    assert!(disks.disk_of("database").database().contains("old"));
    let ended = restore(&disks, &["--replace-newer"]);
    ended.succeeded();
    assert_restored(&disks, &ended);
}

#[test]
fn a_person_may_keep_what_the_machines_have() {
    let disks = Disks::at("vultr");
    disks.all_hold_backups();
    let ended = restore(&disks, &["--keep"]);
    ended.succeeded();
    assert_eq!(held(&disks), [false; 3], "{ended}");
    assert!(disks.disk_of("database").database().contains("old"));
}

#[test]
fn a_machine_whose_backup_was_not_installed_makes_none() {
    let disks = Disks::at("linode");
    disks.all_hold_backups();
    let database = disks.stage.fleet.server("database");
    disks.disk(database).breaks(
        "InstallApplicationDB.sh",
        "rm -f \"$HOME/runtime/DB_APPLICATION_INSTALLED\"; exit 0",
    );
    let ended = restore(&disks, &[]);
    assert_eq!(ended.status, Some(1), "{ended}");
    ended.says("not all machines serve the latest backup");
    assert!(
        ended.to_string().contains("the dump was not installed"),
        "{ended}"
    );
    assert_latest_survives(&disks, "the dump was not installed");
    std::fs::remove_dir_all(disks.disk(database).in_home("breaks")).unwrap();
    let ended = restore(&disks, &[]);
    ended.succeeded();
    assert_restored(&disks, &ended);
    assert_latest_survives(&disks, "in the end");
}

#[test]
fn a_dump_that_is_not_read_to_its_end_is_not_taken_for_installed() {
    let disks = Disks::at("vultr");
    disks.all_hold_backups();
    let database = disks.stage.fleet.server("database");
    // The mark is put all the same, if only the table is there by which the dump's end is told.
    disks.disk(database).breaks("import", "");
    let ended = restore(&disks, &[]);
    assert_eq!(ended.status, Some(1), "{ended}");
    assert!(
        ended.to_string().contains("the dump was not installed"),
        "{ended}"
    );
    assert_latest_survives(&disks, "the import failed");
    std::fs::remove_dir_all(disks.disk(database).in_home("breaks")).unwrap();
    let ended = restore(&disks, &[]);
    ended.succeeded();
    assert_restored(&disks, &ended);
}

#[test]
fn a_site_that_could_not_find_its_database_is_not_installed() {
    let disks = Disks::at("linode");
    disks.all_hold_backups();
    let servers = disks.stage.fleet.servers_of("webserver");
    let known = disks.disk(servers[0]).in_home("databaseip");
    std::fs::write(&known, "").unwrap();
    let ended = restore(&disks, &["--webservers"]);
    assert_refused(&disks, &ended, "the config store has no 'databaseip'");
    std::fs::write(&known, "10.0.3.4\n").unwrap();
    // The configuration is made, and names another one.
    disks.disk(servers[1]).breaks(
        "InitialiseConfigurationByApplication.sh",
        "grep -q old \"$site/index.php\" || { echo elsewhere >\"$site/wp-config.php\" && touch \"$HOME/runtime/INITIAL_CONFIG_SET\" && exit; }",
    );
    let ended = restore(&disks, &["--webservers"]);
    assert_eq!(ended.status, Some(1), "{ended}");
    assert_eq!(disks.disk(servers[1]).page(), "old", "{ended}");
    assert!(
        ended.to_string().contains("the site is as it was"),
        "{ended}"
    );
}

#[test]
fn a_site_that_cannot_be_set_up_is_put_back_and_makes_no_backup() {
    let disks = Disks::at("exoscale");
    disks.all_hold_backups();
    let servers = disks.stage.fleet.servers_of("webserver");
    // The configuration fails for the backup's site, and not for the old one.
    disks.disk(servers[1]).breaks(
        "InitialiseConfigurationByApplication.sh",
        "grep -q old \"$site/index.php\" || exit 1",
    );
    let ended = restore(&disks, &[]);
    assert!(
        ended.to_string().contains("the site is as it was"),
        "{ended}"
    );
    assert_eq!(ended.status, Some(1), "{ended}");
    assert_eq!(disks.disk(servers[1]).page(), "old");
    assert!(disks.disk(servers[1]).site("deleted-since.php").exists());
    assert!(!disks.disk(servers[1]).site("new-since.php").exists());
    assert_latest_survives(&disks, "put back");
}

#[test]
fn it_waits_for_a_backup_that_is_being_made_and_lets_go_when_that_takes_too_long() {
    let disks = Disks::at("digitalocean");
    let server = disks.stage.fleet.servers_of("webserver")[0];
    let script = disks.disk(server).in_home("cron/BackupFromCron.sh");
    // A process of that name, as the machine's cron has one.
    let mut backup = std::process::Command::new("/bin/sh")
        .args(["-c", "read never", script.to_str().unwrap()])
        .stdin(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let ended = restore(&disks, &["--replace-newer", "--timeout", "2s"]);
    assert_refused(&disks, &ended, "a backup is being made there");
    assert_eq!(held(&disks), [false; 3], "{ended}");
    backup.kill().unwrap();
    backup.wait().unwrap();
    let ended = restore(&disks, &["--replace-newer"]);
    ended.succeeded();
    assert_restored(&disks, &ended);
}

#[test]
fn a_database_that_is_in_use_and_cannot_be_kept_is_not_replaced() {
    let disks = Disks::at("linode");
    let database = disks.disk_of("database");
    database.breaks("BackupDatabase.sh", "exit 0");
    let ended = restore(&disks, &["--replace-newer"]);
    assert_eq!(ended.status, Some(1), "{ended}");
    assert!(ended.to_string().contains("cannot be dumped"), "{ended}");
    assert!(database.database().contains("old"), "{ended}");
    assert_eq!(held(&disks), [false; 3], "{ended}");
    // One that was just made of a snapshot has its content there still.
    disks.begin_anew();
    disks
        .disk_of("database")
        .breaks("BackupDatabase.sh", "exit 0");
    restore(&disks, &[]).succeeded();
    assert!(disks.disk_of("database").database().contains("latest"));
}
