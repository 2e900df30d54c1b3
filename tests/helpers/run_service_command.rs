//! `RunServiceCommand`: what is asked of `service`, which is never this computer's.

use crate::world::{DOORS, Door, Ended, Run, World};

/// Runs the helper where the world's file `os-release` is that of the system.
const ON_ANOTHER_SYSTEM: &str = "exec unshare --user --map-root-user --mount /bin/sh -c \
    'mount --bind os-release /etc/os-release && exec \"$@\"' sh \"$@\"";

const DEBIAN: &str = "PRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"13\"\nID=debian\n";
const UBUNTU: &str = "NAME=\"Ubuntu\"\nVERSION_ID=\"24.04\"\nID=ubuntu\nID_LIKE=debian\n";

/// A world whose service and systemctl note how they were called; service says something and ends with status 3.
fn world() -> World {
    let world = World::at("vultr");
    world.tool(
        "service",
        "echo \"service $*\" >>asked; echo said; echo complained >&2; exit 3",
    );
    world.tool("systemctl", "echo \"systemctl $*\" >>asked");
    world
}

/// The helper on the system that `os_release` tells of.
fn on<'a>(world: &'a World, os_release: &str, door: Door) -> Run<'a> {
    std::fs::write(world.path("os-release"), os_release).unwrap();
    world.helper(door, "RunServiceCommand")
}

fn run(world: &World, os_release: &str, words: &[&str]) -> Ended {
    on(world, os_release, Door::Shell)
        .args(words)
        .within(ON_ANOTHER_SYSTEM)
        .ends()
}

fn asked(world: &World) -> String {
    std::fs::read_to_string(world.path("asked")).unwrap_or_default()
}

#[test]
fn the_units_are_read_anew_for_ssh_and_the_status_is_that_of_service() {
    for door in DOORS {
        for system in [DEBIAN, UBUNTU, "ID=x\nID_LIKE=\"ubuntu debian\"\n"] {
            let world = world();
            let ended = on(&world, system, door)
                .args(["ssh", "restart"])
                .within(ON_ANOTHER_SYSTEM)
                .ends();
            assert_eq!(ended.status, Some(3), "{ended}");
            assert_eq!((ended.stdout(), ended.stderr()), ("said\n", "complained\n"));
            assert_eq!(
                asked(&world),
                "systemctl daemon-reload\nservice ssh restart\n"
            );
        }
    }
}

#[test]
fn for_another_service_they_are_not() {
    let world = world();
    assert_eq!(run(&world, DEBIAN, &["cron", "stop"]).status, Some(3));
    assert_eq!(asked(&world), "service cron stop\n");
}

#[test]
fn a_system_without_systemd_restarts_its_ssh_all_the_same() {
    let world = world();
    world.tool("systemctl", "echo 'not booted with systemd' >&2; exit 1");
    world.tool("service", "echo \"service $*\" >>asked");
    let ended = run(&world, DEBIAN, &["ssh", "restart"]);
    ended.says("the units were not read anew: ").succeeded();
    assert_eq!(asked(&world), "service ssh restart\n");
}

#[test]
fn another_system_is_named_and_nothing_is_run() {
    let world = world();
    for (system, named) in [
        (
            "ID=fedora\nID_LIKE=\"rhel centos\"\n",
            "this system is 'fedora'",
        ),
        ("ID=\"not-debian\"\n", "this system is 'not-debian'"),
        ("NAME=debian\n", "this system is ''"),
        ("", "this system is ''"),
    ] {
        let ended = run(&world, system, &["ssh", "restart"]);
        assert!(ended.refused().contains(named), "{ended}");
        assert_eq!(asked(&world), "");
    }
}

#[test]
fn words_that_are_missing_or_empty_are_refused() {
    let world = world();
    for words in [
        &[][..],
        &["ssh"],
        &["", "restart"],
        &["ssh", ""],
        &["-x", "restart"],
    ] {
        let ended = run(&world, DEBIAN, words);
        assert!(matches!(ended.status, Some(1 | 2)), "{ended}");
        assert_eq!(asked(&world), "");
    }
}
