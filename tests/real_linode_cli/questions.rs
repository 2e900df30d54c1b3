//! What the build scripts ask about machines.

use crate::linode_api::Trouble;
use crate::stage::{Stage, WEBSERVER, linode};

#[test]
fn machines_are_found_by_name() {
    let stage = Stage::new();
    let token = "ws-gb-lon-test-build";
    assert_eq!(stage.answered("ListServerIDs", token), "70001004\n");
    assert_eq!(
        stage.answered("NumberOfServers", "gb-lon-test-build"),
        "5\n"
    );
    assert_eq!(
        stage.answered("GetServerIPAddresses", token),
        "203.0.100.5\n"
    );
    assert_eq!(stage.answered("IsInstanceRunning", token), "running\n");
    stage.api.account().linodes[3].status = "offline";
    assert_eq!(stage.answered("IsInstanceRunning", token), "not running\n");
    assert_eq!(stage.answered("ListServerIDs", "ws-gb-lon-other"), "");
    let name = stage.answered("GetServerName", "203.0.100.5");
    assert_eq!(name, format!("{WEBSERVER}\n"));
    for request in stage.api.log() {
        assert_eq!(
            request,
            "GET /v4/linode/instances?page=1&page_size=500 -> 200"
        );
    }
}

#[test]
fn addresses_in_a_vpc_are_found_through_the_machines() {
    let stage = Stage::new();
    {
        let mut account = stage.api.account();
        account.linodes[3].vpc = Some(("10.0.0.4".into(), Some("203.0.113.9".into())));
        account.linodes[4].vpc = Some(("10.0.0.5".into(), None));
    }
    let private = stage.answered("GetServerPrivateIPAddresses", "-gb-lon-test-build");
    assert_eq!(private, "10.0.0.4 10.0.0.5\n");
    let by_ip = |address| stage.answered("GetServerPublicIPAddressByIP", address);
    assert_eq!(by_ip("10.0.0.4"), "203.0.113.9\n");
    assert_eq!(by_ip("10.0.0.5"), "203.0.100.6\n");
}

#[test]
fn every_page_is_asked_for_and_a_page_that_fails_is_no_short_list() {
    let others = (1..1200).map(|number| linode(number, &format!("other-{number}")));
    let wanted = linode(1200, WEBSERVER);
    let stage = Stage::with(others.chain([wanted]).collect());
    let pages =
        [1, 2, 3].map(|page| format!("GET /v4/linode/instances?page={page}&page_size=500 -> 200"));
    assert_eq!(stage.answered("NumberOfServers", ""), "1200\n");
    assert_eq!(stage.api.log(), pages);
    assert_eq!(stage.answered("ListServerIDs", WEBSERVER), "70002200\n");
    // One page fails once: the list is asked for again, from the start.
    stage.trouble("page=2", 1, Trouble::Status(500));
    assert_eq!(stage.answered("ListServerIDs", WEBSERVER), "70002200\n");
    stage.trouble("page=3", usize::MAX, Trouble::Status(500));
    let told = [
        "linode-cli failed with exit status 2",
        "Request failed: 500",
        "Out of order",
    ];
    stage.asked("NumberOfServers", "").failed_saying(&told);
}
