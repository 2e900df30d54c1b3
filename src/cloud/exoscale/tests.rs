mod snapshots;

use std::ffi::OsString;

use proptest::prelude::*;

use super::*;
use crate::cloud::testing::{Answer, FakeCli, Recording, ask_everything, garbage};
use crate::names::BaseOs;
use crate::names::NameFilter;

const MACHINE: &str = "cd613e30-d8f1-4adf-91b7-584a2265b1f5";
const SNAPSHOT: &str = "35bf992d-c9e9-4616-a12e-7696a6cecc1b";

fn cloud<'a>(runner: &'a Runner, cli: &FakeCli) -> Exoscale<'a> {
    let account = Account {
        zone: Some("ch-gva-2".parse().unwrap()),
        ..Account::default()
    };
    Exoscale::through(Program::at("exo", &cli.path()), runner, &account).unwrap()
}

fn asking<T>(cli: &FakeCli, look: impl FnOnce(Exoscale<'_>) -> T) -> (T, Vec<Vec<OsString>>) {
    let runner = Runner::without_delays();
    (look(cloud(&runner, cli)), cli.calls())
}

fn with<T>(recordings: &[&str], look: impl FnOnce(Exoscale<'_>) -> T) -> (T, Vec<Vec<OsString>>) {
    asking(&FakeCli::answering(recordings), look)
}

fn with_answers<T>(answers: &[Answer<'_>], look: impl FnOnce(Exoscale<'_>) -> T) -> T {
    asking(&FakeCli::printing(answers), look).0
}

fn order(name: &str) -> SnapshotOrder<'_> {
    SnapshotOrder {
        machine_id: MACHINE,
        machine_name: name,
        snapshot_name: name,
        base_os: Some(BaseOs::Ubuntu),
    }
}

#[test]
fn instances_are_read_as_recorded() {
    let (listing, calls) = with(&["exo/instance-list-zone.ok"], |cloud| {
        cloud.machines().unwrap()
    });
    let recording = Recording::named("exo/instance-list-zone.ok");
    assert_eq!(calls, [recording.arguments()]);
    assert!(listing.is_whole());
    let first = &listing.items[0];
    let seen = (
        first.id.as_str(),
        first.name.as_str(),
        first.status.as_str(),
    );
    assert_eq!(seen, (MACHINE, "ws-ch-gva-2-b1-0001", "running"));
    assert_eq!(first.public_addresses, ["203.11.3.9"]);
    assert_eq!(listing.items.len(), 3);
}

#[test]
fn an_address_that_is_not_there_yet_is_none_and_a_name_may_hold_any_bytes() {
    let list = b"[{\"id\":\"a\",\"name\":\"db-\xff\",\"ip_address\":\"-\",\"state\":\"starting\"}]";
    let listing = with_answers(&[(list, b"", 0)], |cloud| cloud.machines()).unwrap();
    assert_eq!(listing.items[0].name, "db-\u{fffd}");
    assert!(listing.items[0].public_addresses.is_empty());
}

#[test]
fn a_list_with_a_warning_is_tried_again_and_then_doubtful() {
    for (case, words) in [
        (
            "cut",
            "ListInstances: prepare Json response: unexpected EOF",
        ),
        (
            "truncated",
            "ListInstances: prepare Json response: unexpected end of JSON input",
        ),
        (
            "empty-body",
            "ListInstances: prepare Json response: unexpected end of JSON input",
        ),
        (
            "502-html",
            "ListInstances: http client do: Get \"http://127.0.0.1:8080",
        ),
    ] {
        let (listing, calls) = with(&[&format!("exo/instance-list-zone.{case}")], |cloud| {
            cloud.machines().unwrap()
        });
        let Completeness::Doubtful(doubt) = listing.completeness else {
            panic!("{case} is not doubtful");
        };
        assert!(doubt.starts_with(words), "{case}: {doubt}");
        assert_eq!((listing.items.len(), calls.len()), (0, 4), "{case}");
    }
}

#[test]
fn a_refusal_is_asked_for_once() {
    for case in ["instance-list-zone.401", "instance-list.noconfig"] {
        let (outcome, calls) = with(&[&format!("exo/{case}")], |cloud| cloud.machines());
        assert_eq!((outcome.is_err(), calls.len()), (true, 1), "{case}");
    }
}

#[test]
fn what_a_doubtful_list_shows_is_kept() {
    let (listing, _) = with(&["exo/instance-list.onezonefails"], |cloud| {
        cloud.machines().unwrap()
    });
    assert!(!listing.is_whole());
    assert_eq!(listing.items.len(), 3);
}

#[test]
fn a_doubt_that_passes_is_waited_out() {
    let recordings = [
        "exo/instance-list-zone.429-forever",
        "exo/instance-list-zone.refused",
        "exo/instance-list-zone.ok",
    ];
    let (listing, calls) = with(&recordings, |cloud| cloud.machines().unwrap());
    assert_eq!((listing.is_whole(), calls.len()), (true, 3));
}

#[test]
fn no_instances_is_an_answer_and_an_error_is_not() {
    let (listing, calls) = with(&["exo/instance-list-zone.empty"], |cloud| {
        cloud.machines().unwrap()
    });
    assert_eq!((listing, calls.len()), (Listing::whole(Vec::new()), 1));
    for case in [
        "exo/instance-list-zone.refused",
        "exo/instance-list.unknownzone",
        "exo/instance-list.noconfig",
        "exo/instance-list.badoutput",
    ] {
        assert!(with(&[case], |cloud| cloud.machines()).0.is_err(), "{case}");
    }
}

#[test]
fn private_addresses_are_the_leases_of_the_zones_network() {
    let filter = NameFilter::new("ws-ch-gva-2-b1", None, None);
    let (addresses, calls) = with(&["exo/private-network-show.ok"], |cloud| {
        cloud.private_addresses(Some(&filter)).unwrap().items
    });
    assert_eq!(addresses, ["10.0.0.20"]);
    let expected =
        "compute private-network show adt_private_net_ch-gva-2 --zone ch-gva-2 -O json".split(' ');
    assert_eq!(calls, [expected.map(OsString::from).collect::<Vec<_>>()]);
    let other = NameFilter::new("db-ch-gva-2-b1", None, None);
    let none = with(&["exo/private-network-show.ok"], |cloud| {
        cloud.private_addresses(Some(&other)).unwrap().items
    });
    assert!(none.0.is_empty());
}

#[test]
fn a_network_that_is_not_there_has_no_leases_and_an_outage_is_an_error() {
    let absent = b"error: \"adt_private_net_ch-gva-2\" not found in ListPrivateNetworksResponse: Not Found\n";
    let found = with_answers(&[(b"", absent, 1)], |cloud| cloud.private_addresses(None));
    assert_eq!(found, Ok(Listing::whole(Vec::new())));
    let no_leases = with_answers(&[(b"{\"leases\":null}", b"", 0)], |cloud| {
        cloud.private_addresses(None)
    });
    assert_eq!(no_leases, Ok(Listing::whole(Vec::new())));
    for case in [
        "exo/private-network-show.notfound",
        "exo/instance-list.unknownzone",
    ] {
        let found = with(&[case], |cloud| cloud.private_addresses(None)).0;
        assert!(found.is_err(), "{case}");
    }
}

#[test]
fn a_public_address_is_found_through_the_lease_of_the_private_one() {
    let recordings = ["exo/private-network-show.ok", "exo/instance-list-zone.ok"];
    let (found, calls) = with(&recordings, |cloud| {
        cloud.public_addresses_by_private("10.0.0.20").unwrap()
    });
    assert_eq!((found, calls.len()), (vec!["203.11.3.9".to_owned()], 2));
    let (none, calls) = with(&recordings, |cloud| {
        cloud.public_addresses_by_private("10.0.0.2").unwrap()
    });
    assert_eq!((none.is_empty(), calls.len()), (true, 1));
    let doubtful = ["exo/private-network-show.ok", "exo/instance-list-zone.401"];
    assert!(
        with(&doubtful, |cloud| cloud
            .public_addresses_by_private("10.0.0.20"))
        .0
        .is_err()
    );
}

#[test]
fn without_a_zone_there_is_no_exoscale() {
    let runner = Runner::without_delays();
    let refusal = Exoscale::through(
        Program::at("exo", "exo".as_ref()),
        &runner,
        &Account::default(),
    )
    .unwrap_err();
    assert!(refusal.to_string().contains("CURRENTREGION"), "{refusal}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn nothing_that_exo_may_print_is_a_panic(bytes in garbage("exo/instance-list-zone.ok"), status in 0..2) {
        let cli = FakeCli::printing(&[(&bytes, &bytes, status)]);
        ask_everything(&cloud(&Runner::without_delays(), &cli));
    }
}
