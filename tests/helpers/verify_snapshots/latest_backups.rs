//! The recorded snapshots beside the latest backups.

use super::*;

/// What is said of the latest backups.
#[track_caller]
fn said_of_backups(world: &World) -> Vec<String> {
    let report = world.report(&[]);
    let findings = report["findings"].as_array().unwrap().iter();
    let about = findings.filter(|finding| finding["check"] == "latest-backup");
    about
        .map(|finding| {
            ["subject", "result", "found"]
                .map(|name| finding[name].as_str().unwrap())
                .join(" ")
        })
        .collect()
}

#[test]
fn the_snapshots_are_held_against_the_latest_backups() {
    let taken: jiff::Timestamp = "2026-11-01T10:00:00Z".parse().unwrap();
    for (cloudhost, _, _) in CLOUDS {
        let world = snapshotted(cloudhost);
        for label in ["webserver", "database"] {
            world.edit_recorded(label, |snapshot| {
                snapshot.created_ms = taken.as_millisecond().try_into().unwrap();
            });
            world.has_backup_of(label, "2026-11-28T02:02:02Z");
        }
        let dates = "was snapshotted on 2026-11-01 10:00 UTC, and the latest hourly backup is of 2026-11-28 02:02 UTC";
        let all = |result: &str, words: &str| {
            ["webserver", "database"].map(|label| format!("{label} {result} {words}"))
        };
        let installed = format!("{dates}: a build installs the backup");
        assert_eq!(said_of_backups(&world), all("ok", &installed));
        world.set_variable("RESTORE_LATEST_BACKUP", Some("0"));
        let lost = format!(
            "{dates}, but RESTORE_LATEST_BACKUP is 0: the machines will serve the snapshot's old site, and their first backup replaces the newer one"
        );
        assert_eq!(said_of_backups(&world), all("warning", &lost));
        world.finds(&[
            "latest-backup webserver warning",
            "latest-backup database warning",
        ]);
        world.has_backup_of("database", "2026-10-31T02:02:02Z");
        let said = said_of_backups(&world);
        assert_eq!(
            said[1],
            "database ok was snapshotted on 2026-11-01 10:00 UTC, after the latest hourly backup of 2026-10-31 02:02 UTC: a build keeps what the snapshot holds"
        );
        world.set_variable("RESTORE_LATEST_BACKUP", None);
        std::fs::remove_dir_all(world.backup("database", "hourly").parent().unwrap()).unwrap();
        world.finds(&["latest-backup database warning"]);
        world.set_variable("DATABASE_INSTALLATION_TYPE", Some("DBaaS"));
        let said = said_of_backups(&world);
        assert_eq!(
            said[1],
            "database ok is not restored: the provider runs it, so it is in no snapshot"
        );
        world.set_variable("BUILD_ARCHIVE_CHOICE", Some("virgin"));
        let expected = "BUILD_ARCHIVE_CHOICE ok is 'virgin', which names no backup that a snapshot could be older than";
        assert_eq!(said_of_backups(&world), [expected]);
    }
}

#[test]
fn a_backup_that_was_cut_off_is_a_warning() {
    let world = snapshotted("digitalocean");
    let latest = world.backup("webserver", "hourly");
    std::fs::rename(&latest, format!("{}.BACKUP", latest.display())).unwrap();
    let report = world.finds(&["latest-backup webserver warning"]);
    let fix = "MoveDatastoreObject backup applicationsourcecode.tar.gz.BACKUP applicationsourcecode.tar.gz local hourly";
    assert!(report.to_string().contains(fix), "{report:#}");
}
