use proptest::prelude::*;

use super::*;
use crate::cloud::testing::{FakeCli, Recording, ask_everything, garbage};

fn with<T>(
    recordings: &[&str],
    look: impl FnOnce(DigitalOcean<'_>) -> T,
) -> (T, Vec<Vec<std::ffi::OsString>>) {
    let cli = FakeCli::answering(recordings);
    let runner = Runner::without_delays();
    let cloud = DigitalOcean::through(Program::at("doctl", &cli.path()), &runner);
    let seen = look(cloud);
    (seen, cli.calls())
}

fn order(name: &str) -> SnapshotOrder<'_> {
    SnapshotOrder {
        machine_id: "500001001",
        machine_name: name,
        snapshot_name: name,
        base_os: None,
    }
}

#[test]
fn droplets_are_read_as_recorded() {
    let (listing, calls) = with(&["doctl/droplet-list.ok"], |cloud| {
        cloud.machines().unwrap()
    });
    let recording = Recording::named("doctl/droplet-list.ok");
    assert_eq!(calls, [recording.arguments()]);
    let first = &listing.items[0];
    assert_eq!(
        (
            first.id.as_str(),
            first.name.as_str(),
            first.status.as_str()
        ),
        ("500001001", "ws-lon1-b1-0001", "active")
    );
    assert_eq!(first.public_addresses, ["203.3.3.252"]);
    assert_eq!(first.private_addresses, ["10.0.3.234"]);
}

#[test]
fn no_droplets_is_an_answer_and_an_error_is_not() {
    assert!(
        with(&["doctl/droplet-list.empty"], |cloud| cloud.machines())
            .0
            .unwrap()
            .items
            .is_empty()
    );
    for (case, calls) in [("401", 1), ("notoken", 1), ("502-html", 4)] {
        let (outcome, asked) = with(&[&format!("doctl/droplet-list.{case}")], |cloud| {
            cloud.machines()
        });
        assert_eq!((outcome.is_err(), asked.len()), (true, calls), "{case}");
    }
}

#[test]
fn an_error_that_passes_is_waited_out() {
    let recordings = [
        "doctl/droplet-list.429-forever",
        "doctl/droplet-list.502-html",
        "doctl/droplet-list.ok",
    ];
    let (listing, calls) = with(&recordings, |cloud| cloud.machines().unwrap());
    assert_eq!((listing.items.is_empty(), calls.len()), (false, 3));
}

#[test]
fn a_creation_gives_the_action_that_makes_the_snapshot() {
    let (receipt, calls) = with(&["doctl/droplet-action-snapshot-json.ok"], |cloud| {
        cloud
            .create(
                SnapshotKind::Snapshot,
                &order("nightly"),
                None,
                CREATE_TIMEOUT,
            )
            .unwrap()
    });
    assert_eq!(
        receipt.made().unwrap(),
        Receipt {
            id: None,
            action: Some("2600001034".into())
        }
    );
    let recording = Recording::named("doctl/droplet-action-snapshot-json.ok");
    assert_eq!(calls, [recording.arguments()]);
}

#[test]
fn snapshots_are_found_by_their_whole_name() {
    let recordings = ["doctl/snapshot-list.ok", "doctl/droplet-get.ok"];
    let listing = with(&recordings, |cloud| {
        cloud
            .snapshots(SnapshotKind::Snapshot, &order("ws-snap-0001"))
            .unwrap()
    })
    .0;
    assert_eq!(listing.items.len(), 1);
    assert_eq!(listing.items[0].id.as_str(), "180001010");
    assert!(listing.items[0].state.is_usable() && listing.items[0].created.is_some());
    let none = with(&recordings, |cloud| {
        cloud
            .snapshots(SnapshotKind::Snapshot, &order("ws-snap-00"))
            .unwrap()
    })
    .0;
    assert!(none.items.is_empty());
}

#[test]
fn a_snapshot_that_the_list_dropped_is_found_through_its_droplet() {
    let recordings = [
        "doctl/snapshot-list.empty",
        "doctl/droplet-get.ok",
        "doctl/snapshot-list.ok",
    ];
    let (listing, calls) = with(&recordings, |cloud| {
        cloud
            .snapshots(SnapshotKind::Snapshot, &order("ws-snap-0001"))
            .unwrap()
    });
    assert_eq!(listing.items[0].id.as_str(), "180001010");
    assert_eq!(
        calls[2],
        ["compute", "snapshot", "get", "180001010", "-o", "json"]
    );
}

#[test]
fn a_snapshot_that_is_not_there_is_none_and_any_other_error_is_one() {
    let id: SnapshotId = "999".parse().unwrap();
    let (found, calls) = with(&["doctl/droplet-get.notfound"], |cloud| {
        cloud.snapshot(SnapshotKind::Snapshot, &id)
    });
    assert_eq!((found.unwrap(), calls.len()), (None, 1));
    assert!(
        with(&["doctl/droplet-list.401"], |cloud| cloud
            .snapshot(SnapshotKind::Snapshot, &id))
        .0
        .is_err()
    );
}

#[test]
fn an_order_that_doctl_would_misread_is_not_placed() {
    let failure = with(&["doctl/droplet-action-snapshot-json.ok"], |cloud| {
        cloud.create(SnapshotKind::Snapshot, &order(""), None, CREATE_TIMEOUT)
    });
    let (Err(failure), calls) = failure else {
        panic!("an empty name was accepted");
    };
    assert!(calls.is_empty());
    assert!(
        failure.to_string().starts_with("doctl was not asked: ''"),
        "{failure}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn nothing_that_doctl_may_print_is_a_panic(bytes in garbage("doctl/droplet-list.ok"), status in 0..2) {
        let cli = FakeCli::printing(&[(&bytes, &bytes, status)]);
        let runner = Runner::without_delays();
        ask_everything(&DigitalOcean::through(Program::at("doctl", &cli.path()), &runner));
    }
}
