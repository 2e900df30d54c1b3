use std::ffi::OsString;
use std::time::Duration;

use super::{SNAPSHOT, asking, order, with, with_answers};
use crate::cloud::testing::{FakeCli, Recording};
use crate::cloud::{Cloud, Completeness, Listing, SnapshotState};
use crate::names::{SnapshotId, SnapshotKind};

#[test]
fn snapshots_are_those_of_the_machine_in_any_state() {
    let (listing, calls) = with(&["exo/snapshot-list.pending"], |cloud| {
        cloud
            .snapshots(SnapshotKind::Snapshot, &order("ws-ch-gva-2-b1-0001"))
            .unwrap()
    });
    assert_eq!(
        calls,
        [Recording::named("exo/snapshot-list-zone.ok").arguments()]
    );
    assert_eq!(listing.items[0].id.as_str(), SNAPSHOT);
    assert!(listing.items[0].state.is_usable() && listing.items[0].created.is_some());
    assert_eq!(
        listing.items[1].state,
        SnapshotState::Pending("snapshotting".into())
    );
    let (none, _) = with(&["exo/snapshot-list.pending"], |cloud| {
        cloud
            .snapshots(SnapshotKind::Snapshot, &order("ws-ch-gva-2-b1-000"))
            .unwrap()
    });
    assert_eq!(none, Listing::whole(Vec::new()));
    let (doubtful, _) = with(&["exo/snapshot-list.instancegone"], |cloud| {
        cloud.snapshots(SnapshotKind::Snapshot, &order("x"))
    });
    assert!(!doubtful.unwrap().is_whole());
}

#[test]
fn templates_are_found_by_their_whole_name() {
    let template =
        br#"[{"id":"025b","name":"ws-template","creation_date":"2026-11-24 02:03:03 +0000 UTC"}]"#;
    let cli = FakeCli::printing(&[(template, b"", 0)]);
    let (listing, calls) = asking(&cli, |cloud| {
        cloud
            .snapshots(SnapshotKind::Template, &order("ws-template"))
            .unwrap()
    });
    assert_eq!(
        calls,
        [Recording::named("exo/template-list-private.ok").arguments()]
    );
    assert_eq!(listing.items[0].id.as_str(), "025b");
    assert!(listing.items[0].state.is_usable() && listing.items[0].created.is_some());
    let other = with_answers(&[(template, b"", 0)], |cloud| {
        cloud.snapshots(SnapshotKind::Template, &order("ws-temp"))
    });
    assert_eq!(other, Ok(Listing::whole(Vec::new())));
    let (failed, _) = with(&["exo/template-list-private.401"], |cloud| {
        cloud.snapshots(SnapshotKind::Template, &order("ws-template"))
    });
    assert!(failed.is_err());
}

#[test]
fn one_snapshot_is_shown_by_its_id() {
    let id: SnapshotId = SNAPSHOT.parse().unwrap();
    let (found, calls) = with(&["exo/snapshot-create-json.ok"], |cloud| {
        cloud.snapshot(SnapshotKind::Snapshot, &id).unwrap()
    });
    assert_eq!(found.unwrap().name, "ws-ch-gva-2-b1-0001");
    assert_eq!(
        calls[0][..5],
        ["compute", "instance", "snapshot", "show", SNAPSHOT]
    );
    let (found, calls) = with(&["exo/template-register.ok"], |cloud| {
        cloud.snapshot(SnapshotKind::Template, &id).unwrap()
    });
    assert_eq!(found.unwrap().name, "ws-template");
    assert_eq!(
        calls[0][..4],
        ["compute", "instance-template", "show", SNAPSHOT]
    );
}

#[test]
fn only_the_snapshot_itself_may_be_absent() {
    let id: SnapshotId = "00000000-0000-4000-8000-00000000dead".parse().unwrap();
    let (found, calls) = with(&["exo/template-register.unknownsnapshot"], |cloud| {
        cloud.snapshot(SnapshotKind::Snapshot, &id)
    });
    assert_eq!((found, calls.len()), (Ok(None), 1));
    let older = b"error: resource not found in zone \"ch-gva-2\"\n";
    let found = with_answers(&[(b"", older, 1)], |cloud| {
        cloud.snapshot(SnapshotKind::Snapshot, &id)
    });
    assert_eq!(found, Ok(None));
    let machine_gone = b"error: unable to retrieve Compute instance cd61: resource not found\n";
    for (stderr, what) in [
        (&machine_gone[..], "its machine is gone"),
        (
            b"error: get zone api endpoint: find zone: \"ch-gva-2\" not found in ListZonesResponse: Not Found\n",
            "the zone is gone",
        ),
        (b"error: Unauthorized\n", "no access"),
    ] {
        let found = with_answers(&[(b"", stderr, 1)], |cloud| {
            cloud.snapshot(SnapshotKind::Snapshot, &id)
        });
        assert!(found.is_err(), "{what}");
    }
}

#[test]
fn a_snapshot_and_then_a_template_are_created_word_by_word() {
    let limit = Duration::from_secs(9);
    let source: SnapshotId = SNAPSHOT.parse().unwrap();
    for (case, kind, name, id) in [
        (
            "exo/snapshot-create-json.ok",
            SnapshotKind::Snapshot,
            "ws-ch-gva-2-b1-0001",
            "05b6e6e3-07d4-4edc-9143-1193e6c3f339",
        ),
        (
            "exo/template-register.ok",
            SnapshotKind::Template,
            "ws-template",
            "025b413f-8a9a-421e-a648-a7dd06839eb9",
        ),
    ] {
        let (receipt, calls) = with(&[case], |cloud| {
            cloud
                .create(kind, &order(name), Some(&source), limit)
                .unwrap()
        });
        assert_eq!(receipt.made().unwrap().id.unwrap().as_str(), id);
        assert_eq!(calls, [Recording::named(case).arguments()]);
    }
}

#[test]
fn a_creation_is_asked_for_once_and_never_with_a_word_missing() {
    let limit = Duration::from_secs(9);
    for case in ["busy", "failed", "notfound"] {
        let (outcome, calls) = with(&[&format!("exo/snapshot-create.{case}")], |cloud| {
            cloud.create(SnapshotKind::Snapshot, &order("x"), None, limit)
        });
        assert_eq!((outcome.is_err(), calls.len()), (true, 1), "{case}");
    }
    let (outcome, calls) = with(&["exo/template-register.ok"], |cloud| {
        cloud.create(SnapshotKind::Template, &order("x"), None, limit)
    });
    assert!(calls.is_empty());
    assert_eq!(
        outcome.unwrap_err().to_string(),
        "exo was not asked: a template needs its snapshot and the operating system of the machine"
    );
}

#[test]
fn a_creation_that_prints_something_else_is_an_error_with_its_words() {
    let receipt = with_answers(&[(b"done", b"", 0)], |cloud| {
        cloud.create(
            SnapshotKind::Snapshot,
            &order("x"),
            None,
            Duration::from_secs(9),
        )
    });
    let refusal = receipt.unwrap_err().to_string();
    assert!(refusal.contains("'done'"), "{refusal}");
}

#[test]
fn deletion_names_the_kind_and_never_asks_back() {
    let id: SnapshotId = SNAPSHOT.parse().unwrap();
    let cli = FakeCli::printing(&[(b"", b"", 0)]);
    let ((), calls) = asking(&cli, |cloud| {
        cloud.delete(SnapshotKind::Snapshot, &id).unwrap();
        cloud.delete(SnapshotKind::Template, &id).unwrap();
    });
    let expected = [
        "compute instance snapshot delete -f -z ch-gva-2 35bf992d-c9e9-4616-a12e-7696a6cecc1b",
        "compute instance-template delete -f -z ch-gva-2 35bf992d-c9e9-4616-a12e-7696a6cecc1b",
    ];
    let words = |line: &str| line.split(' ').map(OsString::from).collect::<Vec<_>>();
    assert_eq!(calls, expected.map(words));
}

#[test]
fn a_list_that_stops_at_a_snapshot_of_a_machine_that_is_gone_is_cut() {
    let recordings = [
        "exo/snapshot-list.instancegone",
        "exo/instance-list-zone.empty",
    ];
    let (listing, calls) = with(&recordings, |cloud| {
        cloud
            .snapshots(SnapshotKind::Snapshot, &order("x"))
            .unwrap()
    });
    let why = "exo stops at a snapshot whose machine cd613e30-d8f1-4adf-91b7-584a2265b1f5 is gone";
    assert_eq!(
        (listing.completeness, calls.len()),
        (Completeness::Cut(why.into()), 2)
    );
}
