mod snapshots;

use std::ffi::OsString;

use proptest::prelude::*;

use super::*;
use crate::cloud::testing::{Answer, FakeCli, Recording, ask_everything, garbage};
use crate::names::NameFilter;

const VPC: &[u8] = br#"[{"ipv4":{"public":[],"vpc":[{"address":"10.0.0.2","nat_1_1":"198.51.100.7"},
    {"address":null,"address_range":"10.0.0.8/29","nat_1_1":null},{"address":"10.0.0.3","nat_1_1":null}]}}]"#;

fn cloud<'a>(runner: &'a Runner, cli: &FakeCli) -> Linode<'a> {
    Linode::through(Program::at("linode-cli", &cli.path()), runner)
}

fn asking<T>(cli: &FakeCli, look: impl FnOnce(Linode<'_>) -> T) -> (T, Vec<Vec<OsString>>) {
    let runner = Runner::without_delays();
    (look(cloud(&runner, cli)), cli.calls())
}

fn with<T>(recordings: &[&str], look: impl FnOnce(Linode<'_>) -> T) -> (T, Vec<Vec<OsString>>) {
    asking(&FakeCli::answering(recordings), look)
}

fn with_answers<T>(
    answers: &[Answer<'_>],
    look: impl FnOnce(Linode<'_>) -> T,
) -> (T, Vec<Vec<OsString>>) {
    asking(&FakeCli::printing(answers), look)
}

/// The recorded words, and the one that keeps linode-cli from looking for a newer self.
fn quietly(recording: &str) -> Vec<OsString> {
    let mut words = Recording::named(recording).arguments();
    words.push("--suppress-warnings".into());
    words
}

#[test]
fn linodes_are_read_as_recorded_all_rows_of_them() {
    let (listing, calls) = with(&["linode/linodes-list.ok"], |cloud| {
        cloud.machines().unwrap()
    });
    assert_eq!(calls, [quietly("linode/linodes-list-all-rows.many")]);
    assert!(listing.is_whole());
    let first = &listing.items[0];
    let seen = (
        first.id.as_str(),
        first.name.as_str(),
        first.status.as_str(),
    );
    assert_eq!(seen, ("70001015", "ws-gb-lon-b1-0001", "running"));
    assert_eq!(first.public_addresses, ["203.16.3.14"]);
}

#[test]
fn no_linodes_is_an_answer_and_an_error_is_not() {
    let (listing, _) = with(&["linode/linodes-list.empty"], |cloud| cloud.machines());
    assert_eq!(listing, Ok(Listing::whole(Vec::new())));
    for case in [
        "linodes-list.nospec",
        "linodes-list.truncated",
        "linodes-list.cut",
        "linodes-list.empty-body",
        "linodes-list-all-rows.page2-fails",
    ] {
        let (outcome, calls) = with(&[&format!("linode/{case}")], |cloud| cloud.machines());
        assert_eq!((outcome.is_err(), calls.len()), (true, 4), "{case}");
    }
}

#[test]
fn without_a_configuration_it_is_said_so() {
    let (outcome, _) = with(&["linode/linodes-list.noconfig"], |cloud| cloud.machines());
    let why = outcome.unwrap_err().to_string();
    assert!(why.contains("it is not configured"), "{why}");
}

#[test]
fn a_refusal_is_asked_for_once() {
    for case in ["401", "noconfig"] {
        let (outcome, calls) = with(&[&format!("linode/linodes-list.{case}")], |cloud| {
            cloud.machines()
        });
        assert_eq!((outcome.is_err(), calls.len()), (true, 1), "{case}");
    }
}

#[test]
fn an_error_that_passes_is_waited_out_and_a_warning_is_none() {
    let recordings = [
        "linode/linodes-list.429-forever",
        "linode/linodes-list.502-html",
        "linode/linodes-list.newspec",
    ];
    let (listing, calls) = with(&recordings, |cloud| cloud.machines().unwrap());
    assert_eq!((listing.items.is_empty(), calls.len()), (false, 3));
}

#[test]
fn a_label_may_hold_any_bytes_and_a_linode_may_have_no_address() {
    let list = b"[{\"id\":7,\"label\":\"db-\xff\",\"status\":\"provisioning\",\"ipv4\":null}]";
    let (listing, _) = with_answers(&[(list, b"", 0)], |cloud| cloud.machines());
    let listing = listing.unwrap();
    assert_eq!(listing.items[0].name, "db-\u{fffd}");
    assert!(listing.items[0].public_addresses.is_empty());
}

#[test]
fn private_addresses_are_those_in_the_vpc() {
    let linodes =
        br#"[{"id":7,"label":"ws-lon-b1-0-Xabc-init-1"},{"id":8,"label":"db-lon-b1-Xabc"},
        {"id":9,"label":"ws-lon-b1-0-Xabc-init-2"}]"#;
    let answers: [Answer<'_>; 3] = [(linodes, b"", 0), (VPC, b"", 0), (VPC, b"", 0)];
    let filter = NameFilter::new("ws-lon-b1", None, None);
    let (addresses, calls) = with_answers(&answers, |cloud| cloud.private_addresses(Some(&filter)));
    assert_eq!(
        addresses.unwrap().items,
        ["10.0.0.2", "10.0.0.3", "10.0.0.2", "10.0.0.3"]
    );
    let mut expected = quietly("linode/linodes-ips-list.ok");
    expected[2] = "7".into();
    assert_eq!(calls[1], expected);
    assert_eq!(calls[2][2], "9");
}

#[test]
fn linodes_outside_a_vpc_have_no_private_addresses() {
    let recordings = ["linode/linodes-list.ok", "linode/linodes-ips-list.ok"];
    let (addresses, _) = with(&recordings, |cloud| cloud.private_addresses(None));
    assert_eq!(addresses, Ok(Listing::whole(Vec::new())));
    let gone = ["linode/linodes-list.ok", "linode/disks-list.notfound"];
    let (addresses, _) = with(&gone, |cloud| cloud.private_addresses(None));
    assert_eq!(addresses, Ok(Listing::whole(Vec::new())));
    let refused = ["linode/linodes-list.ok", "linode/linodes-ips-list.401"];
    assert!(
        with(&refused, |cloud| cloud.private_addresses(None))
            .0
            .is_err()
    );
}

#[test]
fn a_public_address_is_the_one_that_stands_for_the_private_one() {
    let linodes = br#"[{"id":7,"label":"ws","ipv4":["203.0.113.9"]}]"#;
    let answers: [Answer<'_>; 2] = [(linodes, b"", 0), (VPC, b"", 0)];
    for (private, public) in [
        ("10.0.0.2", vec!["198.51.100.7"]),
        ("10.0.0.3", vec!["203.0.113.9"]),
        ("10.0.0.4", Vec::new()),
        ("203.0.113.9", Vec::new()),
    ] {
        let (found, _) = with_answers(&answers, |cloud| cloud.public_addresses_by_private(private));
        assert_eq!(found.unwrap(), public, "{private}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn nothing_that_linode_cli_may_print_is_a_panic(bytes in garbage("linode/linodes-list.ok"), status in 0..3) {
        let cli = FakeCli::printing(&[(&bytes, &bytes, status)]);
        ask_everything(&cloud(&Runner::without_delays(), &cli));
    }
}
