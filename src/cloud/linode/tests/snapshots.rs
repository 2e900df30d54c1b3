use std::time::Duration;

use super::{quietly, with, with_answers};
use crate::cloud::testing::{Answer, Recording};
use crate::cloud::{Cloud, SnapshotOrder, SnapshotState};
use crate::names::{SnapshotId, SnapshotKind};

const LIMIT: Duration = Duration::from_secs(9);

fn order(label: &str) -> SnapshotOrder<'_> {
    SnapshotOrder {
        machine_id: "70001015",
        machine_name: label,
        snapshot_name: label,
        base_os: None,
    }
}

#[test]
fn images_are_found_by_their_whole_label_in_any_state() {
    for (case, state) in [
        ("done", SnapshotState::Usable),
        ("pending", SnapshotState::Pending("creating".into())),
    ] {
        let (listing, calls) = with(&[&format!("linode/images-list.{case}")], |cloud| {
            cloud
                .snapshots(SnapshotKind::Image, &order("ws-nightly"))
                .unwrap()
        });
        let mut expected = Recording::named("linode/images-list-private.ok").arguments();
        expected.extend(["--all-rows".into(), "--suppress-warnings".into()]);
        assert_eq!(calls, [expected]);
        assert_eq!(listing.items[0].id.as_str(), "private/30001034");
        assert!(listing.items[0].created.is_some());
        assert_eq!(listing.items[0].state, state);
    }
    for label in ["ws-snap-000", "ws-snap-00011"] {
        let (listing, _) = with(&["linode/images-list-private.ok"], |cloud| {
            cloud.snapshots(SnapshotKind::Image, &order(label)).unwrap()
        });
        assert!(listing.items.is_empty() && listing.is_whole());
    }
}

#[test]
fn a_public_image_of_the_same_label_is_none_of_ours() {
    let images = br#"[{"id":"linode/debian12","label":"ws","is_public":true,"status":"available","created":null},
        {"id":"private/1","label":"ws","is_public":false,"status":"pending_upload","created":null}]"#;
    let (listing, _) = with_answers(&[(images, b"", 0)], |cloud| {
        cloud.snapshots(SnapshotKind::Image, &order("ws")).unwrap()
    });
    assert_eq!(listing.items.len(), 1);
    assert_eq!(listing.items[0].id.as_str(), "private/1");
}

#[test]
fn an_image_that_is_not_there_is_none_and_any_other_error_is_one() {
    let id: SnapshotId = "private/999".parse().unwrap();
    let (found, calls) = with(&["linode/images-view.notfound"], |cloud| {
        cloud.snapshot(SnapshotKind::Image, &id)
    });
    assert_eq!(found, Ok(None));
    assert_eq!(calls, [quietly("linode/images-view.notfound")]);
    let (found, _) = with(&["linode/images-list.done"], |cloud| {
        cloud.snapshot(SnapshotKind::Image, &id)
    });
    assert_eq!(found.unwrap().unwrap().name, "ws-nightly");
    for case in [
        "linodes-list.401",
        "linodes-list.500-forever",
        "linodes-list.502-html",
    ] {
        let (found, _) = with(&[&format!("linode/{case}")], |cloud| {
            cloud.snapshot(SnapshotKind::Image, &id)
        });
        assert!(found.is_err(), "{case}");
    }
}

#[test]
fn an_image_is_made_of_the_root_disk() {
    let recordings = ["linode/disks-list.ok", "linode/images-create.ok"];
    let (receipt, calls) = with(&recordings, |cloud| {
        cloud
            .create(SnapshotKind::Image, &order("ws-nightly"), None, LIMIT)
            .unwrap()
    });
    assert_eq!(
        receipt.made().unwrap().id.unwrap().as_str(),
        "private/30001034"
    );
    let mut create = quietly("linode/images-create.ok");
    let label = create.iter().position(|word| word == "--label").unwrap();
    create.splice(label + 2..label + 2, ["--cloud_init".into(), "true".into()]);
    assert_eq!(calls, [quietly("linode/disks-list.ok"), create]);
}

#[test]
fn which_of_several_disks_is_the_root_disk_is_not_guessed() {
    let two = br#"[{"id":1,"label":"Debian","filesystem":"ext4"},{"id":2,"label":"512 MB","filesystem":"swap"},
        {"id":3,"label":"Data","filesystem":"ext4"}]"#;
    for (disks, found) in [
        (&two[..], "it has 1 'Debian' and 3 'Data'"),
        (br#"[{"id":2,"filesystem":"raw"}]"#, "it has none"),
        (b"[]", "it has none"),
    ] {
        let answers: [Answer<'_>; 1] = [(disks, b"", 0)];
        let (outcome, calls) = with_answers(&answers, |cloud| {
            cloud.create(SnapshotKind::Image, &order("ws-nightly"), None, LIMIT)
        });
        let refusal = outcome.unwrap_err().to_string();
        assert!(refusal.starts_with("linode-cli was not asked: linode 70001015"));
        assert!(refusal.ends_with(found), "{refusal}");
        assert_eq!(calls.len(), 1);
    }
}

#[test]
fn an_image_is_asked_for_once_whatever_the_answer() {
    for case in ["busy", "lost-answer", "notfound", "502-html", "cut", "401"] {
        let create = format!("linode/images-create.{case}");
        let (outcome, calls) = with(&["linode/disks-list.ok", &create], |cloud| {
            cloud.create(SnapshotKind::Image, &order("ws-nightly"), None, LIMIT)
        });
        assert_eq!((outcome.is_err(), calls.len()), (true, 2), "{case}");
    }
    let silent = Recording::named("linode/disks-list.ok");
    let answers: [Answer<'_>; 2] = [(silent.stdout.as_bytes(), b"", 0), (b"", b"", 0)];
    let (receipt, _) = with_answers(&answers, |cloud| {
        cloud.create(SnapshotKind::Image, &order("ws-nightly"), None, LIMIT)
    });
    assert!(receipt.unwrap_err().to_string().contains("printed nothing"));
}

#[test]
fn deletion_names_the_image() {
    let id: SnapshotId = "private/30001034".parse().unwrap();
    let (outcome, calls) = with_answers(&[(b"", b"", 0)], |cloud| {
        cloud.delete(SnapshotKind::Image, &id)
    });
    assert!(outcome.is_ok());
    let words = ["images", "delete", "private/30001034"];
    assert_eq!(
        calls,
        [[&words[..], &["--json", "--suppress-warnings"]].concat()]
    );
    let (outcome, calls) = with(&["linode/images-view.notfound"], |cloud| {
        cloud.delete(SnapshotKind::Image, &id)
    });
    assert_eq!((outcome.is_err(), calls.len()), (true, 1));
}
