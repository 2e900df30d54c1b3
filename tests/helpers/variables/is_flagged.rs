//! `IsHardcoreBuild` and `IsParameterBuild`: whether a flag file exists. The flags are root's, so they are only looked at.

use std::path::Path;

use super::*;

#[test]
fn the_answer_is_whether_the_flag_file_is_there() {
    let world = World::at("digitalocean");
    for (name, flag) in [
        ("IsHardcoreBuild", "/root/HARDCORE"),
        ("IsParameterBuild", "/root/PARAMETER"),
    ] {
        let expected = if Path::new(flag).is_file() {
            "1\n"
        } else {
            "0\n"
        };
        for door in DOORS {
            let ended = world.helper(door, name).ends();
            assert_eq!(ended.succeeded_silently(), expected, "{name}");
        }
    }
}

#[test]
fn neither_needs_an_active_build_or_a_build_home() {
    let world = World::at("digitalocean");
    std::fs::remove_dir_all(world.home("runtimedata")).unwrap();
    for name in ["IsHardcoreBuild", "IsParameterBuild"] {
        let run = world.helper(Door::Binary, name).without_env("BUILD_HOME");
        let ended = run.ends();
        assert!(["0\n", "1\n"].contains(&ended.succeeded_silently()));
    }
}

#[test]
fn help_is_printed_by_each() {
    if corrected("IsHardcoreBuild, IsParameterBuild, GetOsName: --help is ours") {
        return;
    }
    let world = World::at("digitalocean");
    for name in ["IsHardcoreBuild", "IsParameterBuild", "GetOsName"] {
        for door in DOORS {
            let ended = world.helper(door, name).args(["--help"]).ends();
            let help = ended.succeeded_silently();
            assert!(help.contains(&format!("Usage: {name}\n")), "{help}");
        }
    }
}
