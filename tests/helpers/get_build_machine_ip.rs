//! `GetBuildMachineIP`: the address, or nothing.

use crate::world::{DOORS, Door, Ended, World};

/// Notes how the tool was called.
const NOTE: &str = "echo \"${0##*/} $*\" >>asked; ";

/// A world in which wget, curl and hostname do as they are told; none of this computer's is ever run.
fn world(wget: &str, curl: &str, hostname: &str) -> World {
    let world = World::at("vultr");
    for (name, script) in [("wget", wget), ("curl", curl), ("hostname", hostname)] {
        world.tool(name, &format!("{NOTE}{script}"));
    }
    world
}

fn get(world: &World) -> Ended {
    world.helper(Door::Shim, "GetBuildMachineIP").ends()
}

fn asked(world: &World) -> String {
    std::fs::read_to_string(world.path("asked")).unwrap()
}

#[test]
fn the_first_that_knows_the_address_is_the_last_one_asked() {
    for door in DOORS {
        // Without a line end, as the service gives it.
        let world = world("printf 203.0.113.7", "exit 1", "exit 1");
        let ended = world.helper(door, "GetBuildMachineIP").ends();
        assert_eq!(ended.succeeded_silently(), "203.0.113.7\n");
        assert_eq!(asked(&world), "wget https://ipinfo.io/ip -qO -\n");
    }
}

#[test]
fn the_next_one_is_asked_when_there_is_no_answer_or_none_that_is_an_address() {
    for wget in [
        "exit 4",
        "echo 203.0.113.9; exit 8",
        ":",
        "echo '<html>502 Bad Gateway</html>'",
        "echo 203.0.113",
        "echo 0.0.0.0",
        "echo 127.0.0.1",
        "echo 10.0.0.2",
        "echo 172.17.0.1",
        "echo 192.168.1.1",
        "echo 169.254.0.1",
        "echo 100.64.0.1",
        "echo 224.0.0.1",
        "echo 255.255.255.255",
        "echo 2001:db8::1",
        "echo ::ffff:203.0.113.9",
        "echo 203.0.113.9 is blocked",
        "printf '\\377\\376'",
        "sleep 60",
    ] {
        let world = world(wget, "echo 203.0.113.8", "exit 1");
        let ended = world
            .helper(Door::Binary, "GetBuildMachineIP")
            .env("ADT_CALL_SECONDS", "0.5")
            .ends();
        assert_eq!(ended.succeeded_silently(), "203.0.113.8\n", "{wget}");
        assert!(
            asked(&world).ends_with("curl -4 https://icanhazip.com\n"),
            "{wget}"
        );
    }
}

#[test]
fn plain_http_is_asked_only_when_https_gives_no_answer() {
    let only_plain = "case \"$*\" in *https:*) exit 5 ;; esac; echo 203.0.113.7";
    let world = world(only_plain, only_plain, "exit 1");
    assert_eq!(get(&world).succeeded_silently(), "203.0.113.7\n");
    assert_eq!(
        asked(&world),
        "wget https://ipinfo.io/ip -qO -\ncurl -4 https://icanhazip.com\nwget http://ipinfo.io/ip -qO -\n"
    );
}

#[test]
fn of_its_own_addresses_the_first_that_others_can_reach_is_printed() {
    let world = world(
        "exit 4",
        "exit 6",
        "echo '172.17.0.1 10.0.0.5 2001:db8::1 203.0.113.7 203.0.113.8 '",
    );
    assert_eq!(get(&world).succeeded_silently(), "203.0.113.7\n");
    assert!(asked(&world).ends_with("hostname -I\n"));
}

#[test]
fn an_address_that_no_other_network_finds_is_none() {
    let world = world("echo 127.0.0.1", "exit 6", "echo '10.0.0.5 172.17.0.1'");
    assert_eq!(
        get(&world).refused(),
        "GetBuildMachineIP: the address of this machine is not known: wget says '127.0.0.1', at which no other network finds it; \
         curl failed with exit status 6; hostname says '10.0.0.5', at which no other network finds it; make sure that its \
         network works"
    );
}

#[test]
fn when_nobody_knows_it_that_is_no_address_on_standard_output() {
    let world = world("echo sorry", "echo 'no route' >&2; exit 7", "echo");
    let ended = get(&world);
    assert_eq!(
        ended.refused(),
        "GetBuildMachineIP: the address of this machine is not known: wget says 'sorry', which is no address; curl failed with \
         exit status 7; hostname knows none; make sure that its network works"
    );
}

#[test]
fn a_tool_that_is_not_there_is_passed_over() {
    let world = world("exit 9", "exit 9", "echo 203.0.113.5");
    let ended = world
        .helper(Door::Binary, "GetBuildMachineIP")
        .env("ADT_WGET", "no-such-program")
        .env("ADT_CURL", "no-such-program")
        .ends();
    assert_eq!(ended.succeeded_silently(), "203.0.113.5\n");
    assert_eq!(asked(&world), "hostname -I\n");
}
