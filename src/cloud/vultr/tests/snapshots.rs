use std::time::Duration;

use super::{INSTANCE, page, with, with_answers};
use crate::cloud::testing::{Answer, Recording};
use crate::cloud::{Cloud, Completeness, SnapshotOrder, SnapshotState};
use crate::names::{SnapshotId, SnapshotKind};

const LIMIT: Duration = Duration::from_secs(9);
const SNAPSHOT: &str = "1a2b8f1f-f1fd-42a2-9755-d4c13a902931";

fn order(description: &str) -> SnapshotOrder<'_> {
    SnapshotOrder {
        machine_id: INSTANCE,
        machine_name: "ws-lhr-b1-0001",
        snapshot_name: description,
        base_os: None,
    }
}

#[test]
fn snapshots_are_found_by_their_whole_description_in_any_state() {
    for (description, state) in [
        ("ws-snap-0001", SnapshotState::Usable),
        (
            "webserver-nightly",
            SnapshotState::Pending("pending".into()),
        ),
    ] {
        let (listing, calls) = with(&["vultr/snapshot-list.pending"], |cloud| {
            cloud
                .snapshots(SnapshotKind::Snapshot, &order(description))
                .unwrap()
        });
        assert_eq!(
            calls,
            [Recording::named("vultr/snapshot-list.ok").arguments()]
        );
        assert!(listing.is_whole());
        assert_eq!(listing.items.len(), 1);
        assert_eq!(listing.items[0].state, state);
        assert!(listing.items[0].created.is_some());
    }
    let (none, _) = with(&["vultr/snapshot-list.ok"], |cloud| {
        cloud
            .snapshots(SnapshotKind::Snapshot, &order("ws-snap-000"))
            .unwrap()
    });
    assert!(none.items.is_empty() && none.is_whole());
}

#[test]
fn a_list_that_vultr_cannot_show_whole_is_cut() {
    let rows = vec![r#"{"id":"a","description":"x","status":"complete"}"#; 100].join(",");
    let list = page("snapshots", &rows, 450, "bmV4dF9fMTAw");
    let answers: [Answer<'_>; 1] = [(list.as_bytes(), b"", 0)];
    let (listing, calls) = with_answers(&answers, |cloud| {
        cloud
            .snapshots(SnapshotKind::Snapshot, &order("y"))
            .unwrap()
    });
    let cut = Completeness::Cut("vultr shows 100 of 450".into());
    assert_eq!(
        (listing.items.is_empty(), listing.completeness),
        (true, cut)
    );
    assert_eq!(calls.len(), 1);
}

#[test]
fn a_snapshot_that_is_not_there_is_none_and_any_other_error_is_one() {
    let id: SnapshotId = SNAPSHOT.parse().unwrap();
    let (found, calls) = with(&["vultr/snapshot-delete.notfound"], |cloud| {
        cloud.snapshot(SnapshotKind::Snapshot, &id)
    });
    assert_eq!(found, Ok(None));
    assert_eq!(calls, [["snapshot", "get", SNAPSHOT, "-o", "json"]]);
    let (found, _) = with(&["vultr/snapshot-create-json.ok"], |cloud| {
        cloud.snapshot(SnapshotKind::Snapshot, &id)
    });
    let found = found.unwrap().unwrap();
    assert_eq!(found.name, "webserver-nightly");
    assert_eq!(found.state, SnapshotState::Pending("pending".into()));
    for case in [
        "instance-list.401",
        "instance-list.500-forever",
        "snapshot-list.empty",
    ] {
        let (found, _) = with(&[&format!("vultr/{case}")], |cloud| {
            cloud.snapshot(SnapshotKind::Snapshot, &id)
        });
        assert!(found.is_err(), "{case}");
    }
}

#[test]
fn a_snapshot_is_asked_for_word_by_word_and_once() {
    let (receipt, calls) = with(&["vultr/snapshot-create-json.ok"], |cloud| {
        cloud
            .create(
                SnapshotKind::Snapshot,
                &order("webserver-nightly"),
                None,
                LIMIT,
            )
            .unwrap()
    });
    assert_eq!(
        receipt.made().unwrap().id.unwrap().as_str(),
        "05b6e6e3-07d4-4edc-9143-1193e6c3f339"
    );
    assert_eq!(
        calls,
        [Recording::named("vultr/snapshot-create-json.ok").arguments()]
    );
    for case in ["401", "notfound", "502-html", "cut", "lost-connection"] {
        let create = format!("vultr/snapshot-create.{case}");
        let (outcome, calls) = with(&[&create], |cloud| {
            cloud.create(SnapshotKind::Snapshot, &order("x"), None, LIMIT)
        });
        let failed = Recording::named(&create).rc != Some(0);
        assert_eq!((outcome.is_err(), calls.len()), (failed, 1), "{case}");
    }
}

#[test]
fn a_creation_that_made_two_names_the_one_it_knows() {
    let (receipt, _) = with(&["vultr/snapshot-create.lost-answer"], |cloud| {
        cloud.create(
            SnapshotKind::Snapshot,
            &order("webserver-nightly"),
            None,
            LIMIT,
        )
    });
    assert_eq!(
        receipt.unwrap().made().unwrap().id.unwrap().as_str(),
        "025b413f-8a9a-421e-a648-a7dd06839eb9"
    );
    let (receipt, _) = with_answers(&[(b"help", b"", 0)], |cloud| {
        cloud.create(SnapshotKind::Snapshot, &order("x"), None, LIMIT)
    });
    let refusal = receipt.unwrap_err().to_string();
    assert!(refusal.contains("'help'"), "{refusal}");
}

#[test]
fn deletion_names_the_snapshot() {
    let id: SnapshotId = SNAPSHOT.parse().unwrap();
    let (outcome, calls) = with(&["vultr/snapshot-delete.ok"], |cloud| {
        cloud.delete(SnapshotKind::Snapshot, &id)
    });
    assert!(outcome.is_ok());
    assert_eq!(
        calls,
        [Recording::named("vultr/snapshot-delete.ok").arguments()]
    );
    let (outcome, calls) = with(&["vultr/snapshot-delete.notfound"], |cloud| {
        cloud.delete(SnapshotKind::Snapshot, &id)
    });
    assert_eq!((outcome.is_err(), calls.len()), (true, 1));
}
