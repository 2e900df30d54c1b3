use proptest::prelude::*;

use super::*;

fn region(text: &str) -> Region {
    text.parse().unwrap()
}

fn build(text: &str) -> BuildIdentifier {
    text.parse().unwrap()
}

#[test]
fn every_name_the_build_scripts_give_is_found_by_its_type_alone() {
    let names = [
        ("NO-1-auth-ch-gva-2-prod-Xabc", MachineType::Authenticator),
        ("NO-12-rp-ch-gva-2-prod-Xabc", MachineType::ReverseProxy),
        ("NO-1-as-ch-gva-2-prod-Xabc", MachineType::Autoscaler),
        ("ws-ch-gva-2-prod-0-Xabc-init-1", MachineType::Webserver),
        ("ws-ch-gva-2-prod-1-Xabc-q9Zz", MachineType::Webserver),
        ("db-ch-gva-2-prod-Xabc", MachineType::Database),
    ];
    for (name, its_type) in names {
        for kind in MachineType::ALL {
            let found = kind.names(name, &region("ch-gva-2"), &build("prod"), None);
            assert_eq!(found, kind == its_type, "{name} as {kind}");
        }
    }
}

#[test]
fn a_build_never_takes_another_builds_machine() {
    let others = [
        "ws-lon1-prod2-1-Xabc-init-1",
        "ws-lon1-prod-b-1-Xabc-init-1",
        "ws-lon1-prod-1-0-Xabc-init-1",
        "ws-lon1-myprod-1-Xabc-init-1",
        "ws-lon12-prod-1-Xabc-init-1",
        "xws-lon1-prod-1-Xabc-init-1",
        "ws-lon1-prod-1-Xabc-init-1-copy",
        "ws-lon1-prod-1-Xabc",
        "ws-lon1-prod",
    ];
    for name in others {
        assert!(
            !MachineType::Webserver.names(name, &region("lon1"), &build("prod"), None),
            "{name}"
        );
    }
    assert!(!MachineType::Database.names(
        "db-lon1-prod-blue-Xabc",
        &region("lon1"),
        &build("prod"),
        None
    ));
}

#[test]
fn a_name_that_vultr_may_have_cut_is_still_found() {
    let whole = "ws-lhr-twelve-chars-1-Xabc-init-1";
    let cut: String = whole.chars().take(32).collect();
    assert!(MachineType::Webserver.names(&cut, &region("lhr"), &build("twelve-chars"), Some(32)));
    assert!(MachineType::Webserver.names(whole, &region("lhr"), &build("twelve-chars"), Some(32)));
    assert!(!MachineType::Webserver.names(&cut, &region("lhr"), &build("twelve-chars"), None));
}

#[test]
fn a_name_of_vultrs_full_length_is_not_taken_for_any_cut_one() {
    for (name, is_found) in [
        ("ws-lhr-test-build-1-Xabc-init-12", true),
        ("ws-lhr-test-build-1-Xabc-init-1'", false),
        ("ws-lhr-test-build-1-Xabc-init-1\n", false),
        ("ws-lhr-test-build-my-Xabc-init-1", false),
        ("ws-lhr-test-build-1-Xabc-copy-12", false),
        ("ws-lhr-test-build-1-Xabc-initial", false),
    ] {
        assert_eq!(name.chars().count(), 32);
        let found =
            MachineType::Webserver.names(name, &region("lhr"), &build("test-build"), Some(32));
        assert_eq!(found, is_found, "{name}");
    }
    for cut in 21..=33 {
        let name: String = "ws-lhr-twelve-chars-1-Xabc-init-1"
            .chars()
            .take(cut)
            .collect();
        let (region, build) = (region("lhr"), build("twelve-chars"));
        assert!(
            MachineType::Webserver.names(&name, &region, &build, Some(cut)),
            "{name}"
        );
    }
}

#[test]
fn a_token_of_the_active_build_is_exact_with_and_without_its_dash() {
    let (region, build) = (region("lon1"), build("prod"));
    for token in ["as-lon1-prod", "-as-lon1-prod"] {
        let filter = NameFilter::new(token, Some((&region, &build)), None);
        assert!(filter.accepts("NO-1-as-lon1-prod-Xabc"));
        assert!(!filter.accepts("NO-1-as-lon1-prod2-Xabc"));
        assert!(!filter.accepts("NO-1-as-lon1-prod-b-Xabc"));
    }
}

#[test]
fn any_other_token_is_found_up_to_a_dash() {
    let filter = NameFilter::new("ws-lon1-other", None, None);
    assert!(filter.accepts("ws-lon1-other-1-Xabc-init-1"));
    assert!(!filter.accepts("ws-lon1-other2-1-Xabc-init-1"));
    let whole_name = NameFilter::new("db-lon1-other-Xabc", None, None);
    assert!(whole_name.accepts("db-lon1-other-Xabc"));
}

#[test]
fn a_token_longer_than_vultrs_names_is_cut_as_the_scripts_cut_it() {
    let filter = NameFilter::new("ws-lhr-twelve-chars-1-Xabc-init-1", None, Some(32));
    assert!(filter.accepts("ws-lhr-twelve-chars-1-Xabc-init-"));
    assert!(filter.accepts("ws-lhr-twelve-chars-1-Xabc-init-1"));
}

#[test]
fn the_empty_token_finds_all() {
    assert!(NameFilter::new("", None, None).accepts("anything"));
}

proptest! {
    #[test]
    fn no_name_makes_it_panic(name in "\\PC{0,60}", token in "\\PC{0,40}") {
        let (region, build) = (region("lon1"), build("prod"));
        for kind in MachineType::ALL {
            let _ = kind.names(&name, &region, &build, Some(32));
        }
        let _ = NameFilter::new(&token, Some((&region, &build)), Some(32)).accepts(&name);
    }

    #[test]
    fn a_webserver_of_any_build_is_its_own_and_no_longer_ones(identifier in "[a-z][a-z0-9-]{0,10}[a-z0-9]", suffix in "[a-z0-9]{1,3}") {
        let name = format!("ws-lon1-{identifier}{suffix}-1-Xabc-init-1");
        prop_assert!(!MachineType::Webserver.names(&name, &region("lon1"), &build(&identifier), None));
        let own = format!("ws-lon1-{identifier}-1-Xabc-init-1");
        prop_assert!(MachineType::Webserver.names(&own, &region("lon1"), &build(&identifier), None));
    }
}
