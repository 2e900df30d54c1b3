mod snapshots;

use proptest::prelude::*;

use super::*;
use crate::cloud::Completeness;
use crate::cloud::testing::{Answer, FakeCli, Recording, ask_everything, garbage};
use crate::names::NameFilter;

const INSTANCE: &str = "9b810e76-6ec9-4286-a3ca-828dd5f4b3b2";

fn cloud<'a>(runner: &'a Runner, cli: &FakeCli) -> Vultr<'a> {
    let account = Account {
        token_place: Some("'/builds/TOKEN'".to_owned()),
        ..Account::default()
    };
    Vultr::through(Program::at("vultr", &cli.path()), runner, &account)
}

fn asking<T>(cli: &FakeCli, look: impl FnOnce(Vultr<'_>) -> T) -> (T, Vec<Vec<OsString>>) {
    let runner = Runner::without_delays();
    (look(cloud(&runner, cli)), cli.calls())
}

fn with<T>(recordings: &[&str], look: impl FnOnce(Vultr<'_>) -> T) -> (T, Vec<Vec<OsString>>) {
    asking(&FakeCli::answering(recordings), look)
}

fn with_answers<T>(
    answers: &[Answer<'_>],
    look: impl FnOnce(Vultr<'_>) -> T,
) -> (T, Vec<Vec<OsString>>) {
    asking(&FakeCli::printing(answers), look)
}

/// A page of `list` as vultr prints it.
fn page(list: &str, rows: &str, total: usize, next: &str) -> String {
    format!(
        r#"{{"{list}":[{rows}],"meta":{{"total":{total},"links":{{"next":"{next}","prev":""}}}}}}"#
    )
}

#[test]
fn instances_are_read_as_recorded() {
    let (listing, calls) = with(&["vultr/instance-list.ok"], |cloud| {
        cloud.machines().unwrap()
    });
    assert_eq!(
        calls,
        [Recording::named("vultr/instance-list-per-page-500.many").arguments()]
    );
    assert!(listing.is_whole());
    let first = &listing.items[0];
    let seen = (
        first.id.as_str(),
        first.name.as_str(),
        first.status.as_str(),
    );
    assert_eq!(seen, (INSTANCE, "ws-lhr-b1-0001", "active"));
    assert_eq!(first.public_addresses, ["203.28.4.26"]);
    assert_eq!(first.private_addresses, ["10.0.4.5"]);
    assert_eq!(listing.items.len(), 3);
}

#[test]
fn every_page_is_asked_for() {
    let first = page("instances", r#"{"id":"a","label":"ws"}"#, 2, "bmV4dF9fMTAw");
    let second = page("instances", r#"{"id":"b","label":"db"}"#, 2, "");
    let answers: [Answer<'_>; 2] = [(first.as_bytes(), b"", 0), (second.as_bytes(), b"", 0)];
    let (listing, calls) = with_answers(&answers, |cloud| cloud.machines().unwrap());
    assert!(listing.is_whole());
    let ids: Vec<&str> = listing.items.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids, ["a", "b"]);
    let mut expected = Recording::named("vultr/instance-list-per-page-500.many").arguments();
    assert_eq!(calls[0], expected);
    expected.extend(["--cursor".into(), "bmV4dF9fMTAw".into()]);
    assert_eq!(calls[1..], [expected]);
}

#[test]
fn a_page_that_fails_fails_the_list_and_one_that_leads_back_ends_it() {
    let first = page("instances", r#"{"id":"a","label":"ws"}"#, 9, "bmV4dF9fMTAw");
    let answers: [Answer<'_>; 2] = [(first.as_bytes(), b"", 0), (b"", b"Error: x", 1)];
    let (outcome, calls) = with_answers(&answers, |cloud| cloud.machines());
    assert_eq!((outcome.is_err(), calls.len()), (true, 5));
    let (listing, calls) = with_answers(&answers[..1], |cloud| cloud.machines().unwrap());
    let cut = Completeness::Cut("vultr shows 2 of 9".into());
    assert_eq!((listing.completeness, calls.len()), (cut, 2));
}

#[test]
fn no_instances_is_an_answer_and_an_error_is_not() {
    let (listing, _) = with(&["vultr/instance-list.empty"], |cloud| cloud.machines());
    assert_eq!(listing, Ok(Listing::whole(Vec::new())));
    for case in ["badoutput", "cut", "truncated", "empty-body", "refused"] {
        let (outcome, calls) = with(&[&format!("vultr/instance-list.{case}")], |cloud| {
            cloud.machines()
        });
        assert_eq!((outcome.is_err(), calls.len()), (true, 4), "{case}");
    }
}

#[test]
fn a_refusal_is_asked_for_once_and_says_where_the_token_is_from() {
    for case in ["401", "nokey"] {
        let (outcome, calls) = with(&[&format!("vultr/instance-list.{case}")], |cloud| {
            cloud.machines()
        });
        let why = outcome.unwrap_err().to_string();
        assert_eq!(calls.len(), 1, "{case}");
        assert!(why.contains(" in '/builds/TOKEN'"), "{why}");
    }
}

#[test]
fn an_error_that_passes_is_waited_out() {
    let recordings = [
        "vultr/instance-list.429-forever",
        "vultr/instance-list.502-html",
        "vultr/instance-list.ok",
    ];
    let (listing, calls) = with(&recordings, |cloud| cloud.machines().unwrap());
    assert_eq!((listing.items.is_empty(), calls.len()), (false, 3));
}

#[test]
fn an_instance_may_have_no_address_yet_and_any_bytes_for_a_label() {
    let rows =
        b"{\"instances\":[{\"id\":\"a\",\"label\":\"\xff\",\"main_ip\":\"0.0.0.0\",\"internal_ip\":\"\"}]}";
    let (listing, _) = with_answers(&[(rows, b"", 0)], |cloud| cloud.machines());
    let listing = listing.unwrap();
    assert_eq!(listing.items[0].name, "\u{fffd}");
    assert!(listing.items[0].public_addresses.is_empty());
    assert!(listing.items[0].private_addresses.is_empty());
}

#[test]
fn private_addresses_are_asked_for_only_where_the_list_has_none() {
    let rows = page(
        "instances",
        r#"{"id":"a","label":"ws-lhr-b1-1","internal_ip":"10.0.4.1"},{"id":"b","label":"ws-lhr-b1-2","internal_ip":""},
           {"id":"c","label":"db-lhr-b1","internal_ip":"10.0.4.9"}"#,
        3,
        "",
    );
    let addresses = Recording::named("vultr/instance-ipv4-list.ok");
    let answers: [Answer<'_>; 2] = [
        (rows.as_bytes(), b"", 0),
        (addresses.stdout.as_bytes(), b"", 0),
    ];
    let filter = NameFilter::new("ws-lhr-b1", None, Some(32));
    let (found, calls) = with_answers(&answers, |cloud| cloud.private_addresses(Some(&filter)));
    assert_eq!(found.unwrap().items, ["10.0.4.1", "10.0.4.5"]);
    assert_eq!(calls[1], ["instance", "ipv4", "list", "b", "-o", "json"]);
    let (all, _) = with_answers(&answers, |cloud| cloud.private_addresses(None));
    assert_eq!(all.unwrap().items, ["10.0.4.1", "10.0.4.5", "10.0.4.9"]);
}

#[test]
fn a_public_address_is_that_of_the_instance_with_the_private_one() {
    let (found, calls) = with(&["vultr/instance-list.ok"], |cloud| {
        cloud.public_addresses_by_private("10.0.4.5").unwrap()
    });
    assert_eq!((found, calls.len()), (vec!["203.28.4.26".to_owned()], 1));
    let rows = page("instances", r#"{"id":"a","main_ip":"203.0.113.1"}"#, 1, "");
    let addresses = Recording::named("vultr/instance-ipv4-list.ok");
    let answers: [Answer<'_>; 2] = [
        (rows.as_bytes(), b"", 0),
        (addresses.stdout.as_bytes(), b"", 0),
    ];
    for (private, public) in [("10.0.4.5", vec!["203.0.113.1"]), ("10.0.4.6", Vec::new())] {
        let (found, calls) =
            with_answers(&answers, |cloud| cloud.public_addresses_by_private(private));
        assert_eq!(
            (found.unwrap(), calls.len()),
            (public.into_iter().map(String::from).collect(), 2)
        );
    }
}

#[test]
fn the_token_is_in_the_environment_and_not_in_the_words() {
    let runner = Runner::without_delays();
    let with_token = Vultr {
        runner: &runner,
        cli: Program::at("sh", std::path::Path::new("/bin/sh")),
        token: Some("key".into()),
    };
    let show = with_token.reading(&["-c", "printf %s \"$VULTR_API_KEY\""]);
    assert!(!show.to_string().contains("key"), "{show}");
    assert_eq!(runner.output(&show).unwrap().stdout, b"key");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn nothing_that_vultr_may_print_is_a_panic(bytes in garbage("vultr/instance-list.ok"), status in 0..2) {
        let cli = FakeCli::printing(&[(&bytes, &bytes, status)]);
        ask_everything(&cloud(&Runner::without_delays(), &cli));
    }
}
