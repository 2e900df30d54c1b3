//! What is printed when all is well, and what a person sees when it is not.

use super::*;

#[test]
fn a_build_of_what_was_snapshotted_can_work_on_every_cloud() {
    for (cloudhost, _, _) in CLOUDS {
        let world = snapshotted(cloudhost);
        let before = world.tree();
        let short = world.check(&[]).ends();
        let lines: Vec<&str> = short.succeeded_silently().lines().collect();
        assert_eq!(lines.len(), 2, "{short}");
        assert!(
            lines[0].ends_with(" checks; --verbose shows them"),
            "{short}"
        );
        assert_eq!(lines[1], "A build from snapshots can work.");
        let calls = world.calls().len();
        let ended = world.check(&["--verbose"]).ends();
        let text = ended.succeeded_silently();
        assert!(
            text.ends_with("\nA build from snapshots can work.\n"),
            "{ended}"
        );
        assert!(
            !text.contains('\u{1b}') && !text.contains("fix:"),
            "{ended}"
        );
        assert!(
            text.lines()
                .rev()
                .skip(1)
                .all(|line| line.starts_with("ok       ")),
            "{ended}"
        );
        for made in world.made() {
            assert!(text.contains(&made.id), "{ended}");
        }
        assert_eq!(world.tree(), before);
        // One list of all, a look at each backup, and nothing that changes anything.
        let asked = world.calls().split_off(calls);
        assert_eq!(asked.len(), 3, "{asked:?}");
        world.breaks(&[]);
    }
}

#[test]
fn every_way_in_says_the_same() {
    let world = snapshotted("linode");
    world.set_variable("MULTI_REGION", Some("1"));
    for door in DOORS {
        for words in [&[][..], &["--json"]] {
            let ended = world.helper(door, "CheckSnapshotBuild").args(words).ends();
            assert_eq!(ended.status, Some(1), "{ended}");
            assert_eq!(ended.stdout(), world.check(words).ends().stdout());
        }
    }
}

#[test]
fn the_columns_are_aligned_and_a_fix_follows_what_is_not_ok() {
    let world = snapshotted("digitalocean");
    world.set_variable("BUILD_ARCHIVE_CHOICE", Some("virgin"));
    world.set_variable("MULTI_REGION", Some("1"));
    let ended = world.check(&["-v"]).ends();
    assert_eq!(ended.status, Some(2), "{ended}");
    let lines: Vec<&str> = ended.stdout().lines().collect();
    let expected = [
        "ok       build from snapshot   BUILD_FROM_SNAPSHOT         is 1",
        "failure  archive choice        BUILD_ARCHIVE_CHOICE        is 'virgin', which is no temporal backup: what it deploys does not belong to the snapshots",
        "         fix: set it to hourly, daily, weekly, monthly or bimonthly, whichever backup there is",
        "ok       restoring             RESTORE_LATEST_BACKUP       is not 0: a build installs a backup that is newer than the snapshots",
        "ok       expedited build       /root/HARDCORE              is not there: the build is expedited",
        "warning  one region            MULTI_REGION                is 1: the snapshots hold what belongs to one region",
    ];
    assert_eq!(lines[..6], expected, "{ended}");
    let last = "A build from snapshots cannot work: 1 failure, 1 warning.";
    assert_eq!(lines.last(), Some(&last));
}

#[test]
fn only_what_is_planned_is_looked_at() {
    let world = World::at("vultr");
    world.set_variable("BUILD_FROM_SNAPSHOT", Some("1"));
    world.set_variable("NO_AUTOSCALERS", Some("0"));
    world.set_variable("DATABASE_INSTALLATION_TYPE", Some("None"));
    let words = ["--type", "webserver", "--no-datastore"];
    world.obtain(&words).ends().succeeded();
    world.has_backups();
    world.breaks(&[]);
    world.set_variable("NO_AUTOSCALERS", Some("1"));
    world.breaks(&["recorded-id autoscaler failure"]);
    world.set_variable("NO_AUTOSCALERS", Some("0"));
    world.set_variable("DATABASE_INSTALLATION_TYPE", Some("DBaaS"));
    // The webserver's snapshot is of a build without a database, which a webserver gets over.
    world.breaks(&[
        "recorded-id database failure",
        "same-build DATABASE_INSTALLATION_TYPE warning",
    ]);
}
