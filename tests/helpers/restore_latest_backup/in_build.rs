//! The end of a build from snapshots: the mark that it is done is put when its machines serve the latest backup.

use super::{assert_latest_survives, assert_refused, assert_restored, cut, held, restore};
use crate::world::disk::WEBROOT;
use crate::world::disks::Disks;
use crate::world::{CLOUDS, DOORS, Door, Ended};

/// The configuration bucket of the sample build.
const CONFIG: &str = "www-testwebsite-uk-config-xk3j";

/// The build's last step, as `FinaliseBuildProcessing` has it.
fn is_declared_installed(disks: &Disks, door: Door) -> Ended {
    let words = ["config", "INSTALLED_SUCCESSFULLY", "root", "local", "no"];
    let run = disks.world().helper(door, "PutToDatastore").args(words);
    run.within("exec \"$@\" 3>terminal 4>>log").ends()
}

fn has_the_mark(disks: &Disks) -> bool {
    let bucket = disks.world().bucket(CONFIG);
    bucket.contains_key("INSTALLED_SUCCESSFULLY")
}

fn told(disks: &Disks, file: &str) -> String {
    std::fs::read_to_string(disks.world().path(file)).unwrap_or_default()
}

/// A build whose machines hold their backups, with its configuration bucket.
fn build_at(cloudhost: &str) -> Disks {
    let disks = Disks::at(cloudhost);
    disks.all_hold_backups();
    let bucket = disks.world().path("cloud/buckets").join(CONFIG);
    std::fs::create_dir_all(bucket).unwrap();
    disks
}

#[test]
fn a_build_from_snapshots_ends_with_the_latest_backup_on_its_machines() {
    for (door, (cloudhost, ..)) in DOORS.into_iter().zip([CLOUDS[1], CLOUDS[2]]) {
        let disks = build_at(cloudhost);
        let ended = is_declared_installed(&disks, door);
        ended.succeeded();
        assert!(has_the_mark(&disks));
        assert_restored(&disks, &ended);
        assert_latest_survives(&disks, "the build is done");
        let terminal = told(&disks, "terminal");
        assert!(
            terminal.starts_with(
                "Installing the latest hourly backup on the machines, which are made of snapshots\n"
            ),
            "{terminal}"
        );
        assert_eq!(
            terminal.matches("serves the backup of").count(),
            3,
            "{terminal}"
        );
        let log = told(&disks, "log");
        assert!(
            log.lines()
                .all(|line| line.starts_with("RestoreLatestBackup.sh: ")),
            "{log}"
        );
        assert!(!disks.world().build("RESTORE_PENDING").exists());
    }
}

#[test]
fn machines_that_never_held_their_backups_are_restored_as_well() {
    // An image without cloud-init: nothing was told to them in their first boot.
    let disks = Disks::at("linode");
    let bucket = disks.world().path("cloud/buckets").join(CONFIG);
    std::fs::create_dir_all(bucket).unwrap();
    let ended = is_declared_installed(&disks, Door::Shim);
    ended.succeeded();
    assert_restored(&disks, &ended);
}

#[test]
fn without_the_latest_backup_the_build_is_not_declared_installed() {
    let disks = build_at("vultr");
    let whole = std::fs::read(disks.world().path("cloud/buckets").join(WEBROOT)).unwrap();
    cut(&disks, WEBROOT);
    let ended = is_declared_installed(&disks, Door::Shim);
    assert_refused(&disks, &ended, "INSTALLED_SUCCESSFULLY was not put");
    assert!(!has_the_mark(&disks));
    let terminal = told(&disks, "terminal");
    assert!(
        terminal.contains("run 'adt-helpers RestoreLatestBackup'"),
        "{terminal}"
    );
    assert_eq!(held(&disks), [true; 3]);
    // The next try finds a good one, and makes up for the mark.
    std::fs::write(disks.world().path("cloud/buckets").join(WEBROOT), whole).unwrap();
    let ended = restore(&disks, &[]);
    ended.succeeded();
    assert_restored(&disks, &ended);
    assert!(has_the_mark(&disks));
    assert!(!disks.world().build("RESTORE_PENDING").exists());
}

#[test]
fn a_person_may_end_the_build_with_what_the_snapshots_hold() {
    let disks = build_at("exoscale");
    cut(&disks, WEBROOT);
    is_declared_installed(&disks, Door::Binary).failed();
    let ended = restore(&disks, &["--keep"]);
    ended.succeeded();
    assert!(has_the_mark(&disks));
    assert_eq!(held(&disks), [false; 3]);
}

#[test]
fn it_is_turned_off_in_the_template() {
    for (before, after) in [
        (
            "BUILD_ARCHIVE_CHOICE=hourly",
            "RESTORE_LATEST_BACKUP=0\nBUILD_ARCHIVE_CHOICE=hourly",
        ),
        ("BUILD_ARCHIVE_CHOICE=hourly", "BUILD_ARCHIVE_CHOICE=virgin"),
        ("BUILD_FROM_SNAPSHOT=1", "BUILD_FROM_SNAPSHOT=0"),
    ] {
        let disks = build_at("digitalocean");
        disks
            .world()
            .edit_environment(|text| text.replace(before, after));
        is_declared_installed(&disks, Door::Shim).succeeded();
        assert!(has_the_mark(&disks), "{after}");
        assert_eq!(disks.stage.order(), [""; 0], "{after}");
        let is_told = told(&disks, "terminal").contains("keep what their snapshots hold");
        assert_eq!(is_told, !after.starts_with("BUILD_FROM"), "{after}");
    }
}

#[test]
fn other_objects_are_put_as_ever() {
    let disks = build_at("digitalocean");
    for words in [
        ["config", "203.0.113.7", "webserverips", "local", "no"],
        ["other", "INSTALLED_SUCCESSFULLY", "root", "local", "no"],
    ] {
        std::fs::create_dir_all(disks.world().path("cloud/buckets/other")).unwrap();
        let run = disks.world().helper(Door::Binary, "PutToDatastore");
        run.args(words).ends().succeeded();
    }
    assert_eq!(disks.stage.order(), [""; 0]);
}
