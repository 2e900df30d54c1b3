//! `GetOsName`: the code name of the build's operating system.

use super::*;

fn world_of(os: &str, version: &str) -> World {
    let world = World::at("digitalocean");
    world.set_variable("BUILDOS", Some(os));
    world.set_variable("BUILDOS_VERSION", Some(version));
    world
}

#[test]
fn every_known_system_has_its_code_name() {
    for (os, version, code_name) in [
        ("ubuntu", "24.04", "noble"),
        ("ubuntu", "26.04", "resolute"),
        ("debian", "13", "trixie"),
        ("debian", "14", "forky"),
        ("debian", "15", "duke"),
    ] {
        let world = world_of(os, version);
        for door in DOORS {
            let ended = world.helper(door, "GetOsName").ends();
            assert_eq!(ended.succeeded_silently(), format!("{code_name}\n"));
        }
    }
}

#[test]
fn a_system_that_is_not_known_prints_nothing_and_is_no_error() {
    for (os, version) in [
        ("debian", "12"),
        ("ubuntu", "13"),
        ("debian", "24.04"),
        ("Debian", "13"),
        ("", ""),
        ("debian", ""),
        ("fedora", "42"),
    ] {
        let world = world_of(os, version);
        let ended = world.helper(Door::Shim, "GetOsName").ends();
        assert_eq!(ended.succeeded_silently(), "", "{os} {version}");
    }
}

#[test]
fn a_missing_build_environment_is_named() {
    if corrected("GetOsName: what cannot be read is an error; contract README, decision 3") {
        return;
    }
    let world = World::at("digitalocean");
    std::fs::remove_file(world.build("build_environment")).unwrap();
    let ended = world.helper(Door::Shim, "GetOsName").ends();
    let path = world.build("build_environment");
    assert!(
        ended.refused().contains(&path.display().to_string()),
        "{ended}"
    );
}
