//! The latest backups beside the snapshots.

use super::*;

const FROM_SNAPSHOT: &str = "was snapshotted on 2026-11-21 12:00 UTC";

fn with_backups(change: impl FnOnce(&mut Backups)) -> Facts {
    good_with(|facts| change(facts.backups.as_mut().unwrap()))
}

fn with_stored(change: impl FnOnce(&mut Result<StoredBackup, String>)) -> Facts {
    with_backups(|backups| {
        let Seen::Told(told) = &mut backups.seen else {
            panic!("the store was asked");
        };
        change(told.get_mut(&MachineType::Webserver).unwrap());
    })
}

/// What is said of the backup of one machine type.
fn said(facts: &Facts, subject: &str) -> Vec<(Verdict, String)> {
    let findings = examine(&plan_with("", ""), facts);
    let about = findings
        .all()
        .iter()
        .filter(|it| it.question == Rule::LatestBackup && it.subject == subject);
    about.map(|it| (it.result, it.found.clone())).collect()
}

#[test]
fn dates_decide_and_equal_ones_keep_the_snapshot() {
    let newer = format!(
        "{FROM_SNAPSHOT}, and the latest hourly backup is of 2026-11-22 12:00 UTC: a build installs the backup"
    );
    assert_eq!(said(&good(), "webserver"), [(Verdict::Ok, newer)]);
    for (seconds, words) in [
        (0, "keeps what the snapshot holds"),
        (-1, "keeps what the snapshot holds"),
        (1, "installs the backup"),
    ] {
        let taken = now() - SignedDuration::from_hours(24 * 3);
        let facts = with_stored(|stored| {
            let written = taken + SignedDuration::from_secs(seconds);
            stored.as_mut().unwrap().latest = Some(object(written));
        });
        let [(Verdict::Ok, found)] = &said(&facts, "webserver")[..] else {
            panic!("{:?}", said(&facts, "webserver"));
        };
        assert!(found.ends_with(words), "{seconds}: {found}");
    }
}

#[test]
fn without_an_answer_of_the_provider_the_manifest_has_the_date() {
    let recorded = now() - SignedDuration::from_hours(24 * 9);
    let mut facts = with_entry(MachineType::Webserver, |entry| entry.recorded = recorded);
    facts.provider = None;
    let [(Verdict::Ok, found)] = &said(&facts, "webserver")[..] else {
        panic!("{:?}", said(&facts, "webserver"));
    };
    assert!(
        found.starts_with("was snapshotted on 2026-11-15"),
        "{found}"
    );
    // Without any date the age is what is complained of.
    let records = facts.records.as_mut().unwrap();
    records.manifest = Ok(None);
    assert_eq!(said(&facts, "webserver"), []);
}

#[test]
fn a_newer_backup_that_nothing_installs_is_a_warning() {
    let off = with_backups(|backups| backups.are_restored = false);
    let expected = [
        (Rule::LatestBackup, "webserver", Verdict::Warning),
        (Rule::LatestBackup, "database", Verdict::Warning),
    ];
    let words = ["their first backup replaces the newer one"];
    expect(&plan_with("", ""), &off, &expected, &words);
}

#[test]
fn only_0_and_1_are_understood() {
    let variable = "RESTORE_LATEST_BACKUP";
    for value in ["", "0", "1"] {
        expect(&plan_with(variable, value), &good(), &[], &[]);
    }
    let expected = [(Rule::RestoreLatestBackup, variable, Verdict::Failure)];
    for value in ["2", "no", "yes", "false", " 0", "00"] {
        let words = [format!("is '{value}'")];
        let words = words.each_ref().map(String::as_str);
        expect(&plan_with(variable, value), &good(), &expected, &words);
    }
}

#[test]
fn a_backup_that_is_not_there_is_a_warning_only_where_it_is_to_be_installed() {
    let gone = |stored: &mut Result<StoredBackup, String>| stored.as_mut().unwrap().latest = None;
    let expected = [(Rule::LatestBackup, "webserver", Verdict::Warning)];
    let facts = with_stored(gone);
    let words = [
        "'applicationsourcecode.tar.gz' is not in the bucket 'www-site-uk-hourly'",
        "stops before it is declared installed",
    ];
    expect(&plan_with("", ""), &facts, &expected, &words);
    let mut off = facts.clone();
    off.backups.as_mut().unwrap().are_restored = false;
    let [(Verdict::Ok, found)] = &said(&off, "webserver")[..] else {
        panic!("{:?}", said(&off, "webserver"));
    };
    assert!(found.contains("keep what the snapshot holds"), "{found}");

    let cut_off = with_stored(|stored| {
        gone(stored);
        stored.as_mut().unwrap().predecessor = Some(object(now()));
    });
    let words = [
        "only 'applicationsourcecode.tar.gz.BACKUP' of 2026-11-24 12:00 UTC",
        "MoveDatastoreObject backup applicationsourcecode.tar.gz.BACKUP applicationsourcecode.tar.gz local hourly",
    ];
    expect(&plan_with("", ""), &cut_off, &expected, &words);
    let mut off = cut_off;
    off.backups.as_mut().unwrap().are_restored = false;
    let found = said(&off, "webserver");
    assert!(
        found[0].1.ends_with("their first backup deletes it"),
        "{found:?}"
    );
}

#[test]
fn a_store_that_cannot_be_asked_keeps_no_build_from_working() {
    let expected = [(Rule::LatestBackup, "datastore", Verdict::Warning)];
    let facts = with_backups(|backups| backups.seen = Seen::NotAsked);
    let findings = examine(&plan_with("", ""), &facts);
    assert_eq!(findings.conclusion(), Conclusion::Warnings);
    expect(&plan_with("", ""), &facts, &expected, &["was not asked"]);
    let silent = with_stored(|stored| *stored = Err("s3cmd failed".to_owned()));
    let words = ["not compared with the latest backups (webserver): s3cmd failed"];
    expect(&plan_with("", ""), &silent, &expected, &words);
    let nobody = good_with(|facts| facts.backups = None);
    expect(&plan_with("", ""), &nobody, &[], &[]);
}

#[test]
fn a_database_that_is_in_no_snapshot_is_not_compared() {
    let facts = with_backups(|backups| {
        backups.database_left_alone = Some("the provider runs it, so it is in no snapshot");
        let Seen::Told(told) = &mut backups.seen else {
            panic!("the store was asked");
        };
        told.remove(&MachineType::Database);
    });
    let expected = "is not restored: the provider runs it, so it is in no snapshot".to_owned();
    assert_eq!(said(&facts, "database"), [(Verdict::Ok, expected)]);
}
