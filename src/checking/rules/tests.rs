//! Every rule, kept and broken: what is changed in a good plan or in good facts, and exactly what is found then.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::checking::backups::{Backups, Seen};
use crate::checking::{KeyPair, Lookup};
use crate::cloud::{Snapshot, SnapshotState};
use crate::datastore::StoredObject;
use crate::datastore::backups::{Backup, StoredBackup};
use crate::names::{ArchivePeriod, Cloudhost, MachineType, SnapshotKind};
use crate::records::manifest::{Manifest, RecordedSnapshot};
use crate::records::{Conclusion, Verdict};
use crate::toolkit::build_environment::BuildEnvironment;

mod access;
mod images;
mod latest_backups;
mod origin;

const VARIABLES: [(&str, &str); 17] = [
    ("ALGORITHM", "ed25519"),
    ("APPLICATION", "joomla"),
    ("BUILDOS", "debian"),
    ("BUILDOS_VERSION", "13"),
    ("BUILD_ARCHIVE_CHOICE", "hourly"),
    ("BUILD_FROM_SNAPSHOT", "1"),
    ("BUILD_IDENTIFIER", "prod"),
    ("CLOUDHOST", "digitalocean"),
    ("DATABASE_INSTALLATION_TYPE", "Maria"),
    ("MULTI_REGION", "0"),
    ("NO_AUTHENTICATORS", "1"),
    ("NO_AUTOSCALERS", "1"),
    ("NO_REVERSE_PROXY", "1"),
    ("NO_WEBSERVERS", "1"),
    ("REGION", "lon1"),
    ("RESTORE_LATEST_BACKUP", "1"),
    ("WEBSERVER_CHOICE", "APACHE"),
];

fn plan_with(name: &str, value: &str) -> Plan {
    let line = |(known, good): (&str, &str)| {
        let value = if known == name { value } else { good };
        format!("{known}={value}\n")
    };
    let content: String = VARIABLES.into_iter().map(line).collect();
    Plan::of(&BuildEnvironment::new(content.into_bytes())).unwrap()
}

fn now() -> Timestamp {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

fn id(kind: MachineType) -> crate::names::SnapshotId {
    format!("18000100{}", kind as u8).parse().unwrap()
}

fn snapshot(kind: MachineType) -> Snapshot {
    Snapshot {
        id: id(kind),
        kind: SnapshotKind::Snapshot,
        name: "n".to_owned(),
        state: SnapshotState::Usable,
        machine_id: None,
        created: Some(now() - SignedDuration::from_hours(24 * 3)),
        regions: vec!["lon1".to_owned()],
        lacks_cloud_init: false,
    }
}

fn entry(kind: MachineType) -> RecordedSnapshot {
    let variables = VARIABLES.into_iter();
    RecordedSnapshot {
        took_seconds: None,
        id: id(kind),
        kind: SnapshotKind::Snapshot,
        source: None,
        cloudhost: Cloudhost::DigitalOcean,
        region: "lon1".to_owned(),
        machine_id: "1".to_owned(),
        machine_name: "m".to_owned(),
        recorded: now(),
        server_user: "XabcX".to_owned(),
        variables: variables
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
    }
}

fn all<T>(of: impl Fn(MachineType) -> T) -> BTreeMap<MachineType, T> {
    MachineType::ALL
        .into_iter()
        .map(|kind| (kind, of(kind)))
        .collect()
}

fn good() -> Facts {
    let mut manifest = Manifest::default();
    manifest.snapshots = all(entry);
    Facts {
        now: now(),
        is_hardcore: false,
        records: Ok(Records {
            documented: "/r/wholemachinebackups/u/snapshots".into(),
            legacy: "/r/wholemachinesnapshots/u/snapshots".into(),
            missing_names: Vec::new(),
            ids: all(|kind| Ok(id(kind))),
            manifest: Ok(Some(manifest)),
            server: Some(Ok("XabcX".to_owned())),
            database: Some(Ok(())),
        }),
        provider: Some(all(|kind| Lookup::Found(snapshot(kind)))),
        backups: Some(backups()),
        keys: Some(KeyPair {
            name: "id_ed25519_AGILE_DEPLOYMENT_BUILD_KEY_prod".to_owned(),
            directory: "/r/keys".into(),
            missing: Vec::new(),
        }),
        own_server_user: Some("XabcX".to_owned()),
    }
}

/// Both backups, each a day younger than the snapshots.
fn backups() -> Backups {
    let site = "www.site.uk".parse().unwrap();
    let stored = |backup: Backup| {
        Ok(StoredBackup {
            backup,
            latest: Some(object(now() - SignedDuration::from_hours(24 * 2))),
            predecessor: None,
        })
    };
    let told = [
        (
            MachineType::Webserver,
            stored(Backup::of_webroot(&site, ArchivePeriod::Hourly).unwrap()),
        ),
        (
            MachineType::Database,
            stored(Backup::of_database(&site, ArchivePeriod::Hourly).unwrap()),
        ),
    ];
    Backups {
        period: ArchivePeriod::Hourly,
        are_restored: true,
        database_left_alone: None,
        seen: Seen::Told(told.into()),
    }
}

fn object(modified: Timestamp) -> StoredObject {
    StoredObject {
        modified,
        size: 4711,
    }
}

fn good_with(change: impl FnOnce(&mut Facts)) -> Facts {
    let mut facts = good();
    change(&mut facts);
    facts
}

fn with_records(change: impl FnOnce(&mut Records)) -> Facts {
    good_with(|facts| change(facts.records.as_mut().unwrap()))
}

fn with_entry(kind: MachineType, change: impl FnOnce(&mut RecordedSnapshot)) -> Facts {
    with_records(|records| {
        let manifest = records.manifest.as_mut().unwrap().as_mut().unwrap();
        change(manifest.snapshots.get_mut(&kind).unwrap());
    })
}

fn with_lookup(lookup: Lookup) -> Facts {
    good_with(|facts| {
        let lookups = facts.provider.as_mut().unwrap();
        lookups.insert(MachineType::Webserver, lookup);
    })
}

fn with_snapshot(change: impl FnOnce(&mut Snapshot)) -> Facts {
    let mut changed = snapshot(MachineType::Webserver);
    change(&mut changed);
    with_lookup(Lookup::Found(changed))
}

/// What is not ok: rule, subject and result.
type Broken<'a> = (Rule, &'a str, Verdict);

#[track_caller]
fn expect(plan: &Plan, facts: &Facts, expected: &[Broken<'_>], words: &[&str]) {
    let findings = examine(plan, facts);
    let broken = findings.all().iter().filter(|it| it.result != Verdict::Ok);
    let broken: Vec<_> = broken.collect();
    let told: Vec<Broken<'_>> = broken
        .iter()
        .map(|it| (it.question, it.subject.as_str(), it.result))
        .collect();
    assert_eq!(told, expected, "{findings:#?}");
    for finding in findings.all() {
        assert_eq!(
            finding.fix.is_none(),
            finding.result == Verdict::Ok,
            "{finding:?}"
        );
        assert!(finding.fix.as_deref() != Some("") && !finding.found.is_empty());
    }
    let text = format!("{broken:?}");
    for words in words {
        assert!(text.contains(words), "expected '{words}' in {text}");
    }
}

#[test]
fn a_good_plan_keeps_every_rule() {
    let findings = examine(&plan_with("", ""), &good());
    assert_eq!(findings.conclusion(), Conclusion::Ok, "{findings:#?}");
    let mut rules: Vec<Rule> = findings.all().iter().map(|it| it.question).collect();
    rules.sort();
    rules.dedup();
    assert_eq!(rules.len(), 14, "a rule is silent: {rules:?}");
}

#[test]
fn the_template_is_held_against_the_rules() {
    use Verdict::{Failure, Warning};
    let hardcore = good_with(|facts| facts.is_hardcore = true);
    let expected = [(Rule::Expedited, "/root/HARDCORE", Warning)];
    expect(&plan_with("", ""), &hardcore, &expected, &["hardcore"]);
    for value in ["0", "", "yes"] {
        let expected = [(Rule::BuildFromSnapshot, "BUILD_FROM_SNAPSHOT", Warning)];
        expect(
            &plan_with("BUILD_FROM_SNAPSHOT", value),
            &good(),
            &expected,
            &[],
        );
    }
    for value in ["virgin", "baseline", "", "Hourly", "yearly"] {
        let expected = [(Rule::ArchiveChoice, "BUILD_ARCHIVE_CHOICE", Failure)];
        expect(
            &plan_with("BUILD_ARCHIVE_CHOICE", value),
            &good(),
            &expected,
            &["bimonthly"],
        );
    }
    for value in ["hourly", "daily", "weekly", "monthly", "bimonthly"] {
        expect(&plan_with("BUILD_ARCHIVE_CHOICE", value), &good(), &[], &[]);
    }
    let expected = [(Rule::MultiRegion, "MULTI_REGION", Warning)];
    expect(&plan_with("MULTI_REGION", "1"), &good(), &expected, &[]);
}

#[test]
fn both_names_of_the_directory_reach_the_same_files() {
    use Verdict::{Failure, Warning};
    let plan = plan_with("", "");
    let about = |result| [(Rule::Directory, "snapshots", result)];
    let missing = |names: &[&str]| {
        with_records(|records| records.missing_names = names.iter().map(Into::into).collect())
    };
    let documented = "/r/wholemachinebackups/u/snapshots";
    let legacy = "/r/wholemachinesnapshots/u/snapshots";
    let command = format!("ln -sfn {documented} {legacy}");
    expect(&plan, &missing(&[legacy]), &about(Failure), &[&command]);
    expect(
        &plan,
        &missing(&[documented]),
        &about(Warning),
        &["ln -sfn"],
    );
    expect(
        &plan,
        &missing(&[documented, legacy]),
        &about(Failure),
        &["nothing is recorded"],
    );
    let differ = good_with(|facts| facts.records = Err("two directories differ".to_owned()));
    expect(&plan, &differ, &about(Failure), &["two directories differ"]);
}

#[test]
fn a_template_alone_is_held_against_what_it_says() {
    let outcome = |name, value| examine_template(&plan_with(name, value), false).conclusion();
    assert_eq!(outcome("", ""), Conclusion::Ok);
    assert_eq!(
        outcome("BUILD_ARCHIVE_CHOICE", "virgin"),
        Conclusion::Failures
    );
    assert_eq!(outcome("MULTI_REGION", "1"), Conclusion::Warnings);
    assert_eq!(outcome("BUILD_FROM_SNAPSHOT", "yes"), Conclusion::Warnings);
    assert_eq!(
        examine_template(&plan_with("", ""), true).conclusion(),
        Conclusion::Warnings
    );
    // A template that uses no snapshots may be virgin, hardcore or what it likes.
    let virgin = b"BUILD_FROM_SNAPSHOT=0\nBUILD_ARCHIVE_CHOICE=virgin\nMULTI_REGION=1\n";
    let virgin = Plan::of(&BuildEnvironment::new(virgin.to_vec())).unwrap();
    assert_eq!(examine_template(&virgin, true).conclusion(), Conclusion::Ok);
}

proptest! {
    #[test]
    fn whatever_the_plan_says_each_finding_is_a_line_with_a_way_out(
        at in 0_usize..16, value in "\\PC{0,20}|[\\x00-\\x1f]{0,9}", kept in any::<bool>(), asked in any::<bool>()
    ) {
        let (name, _) = VARIABLES[at];
        let mut facts = good();
        facts.provider = facts.provider.filter(|_| asked);
        if let (false, Ok(records)) = (kept, &mut facts.records) {
            records.ids.clear();
        }
        let findings = examine(&plan_with(name, &value.replace('\n', " ")), &facts);
        for finding in findings.all() {
            prop_assert!(!finding.found.chars().any(char::is_control), "{finding:?}");
            prop_assert_eq!(finding.fix.is_some(), finding.result != Verdict::Ok);
        }
        let worst = findings.all().iter().map(|it| it.result).max();
        prop_assert_eq!(findings.conclusion() == Conclusion::Failures, worst == Some(Verdict::Failure));
        // An id that is recorded nowhere is never taken for a good one.
        prop_assert!(kept || findings.conclusion() == Conclusion::Failures);
    }
}
