//! SetVariableValue: what it changes.

use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use super::*;

/// Sets a variable in a file that holds `before`, through every door; the file must then hold `after`.
#[track_caller]
fn assert_sets(before: &str, assignment: &str, after: &str) {
    for door in DOORS {
        let world = World::at("linode");
        world.edit_environment(|_| before.to_owned());
        let mut expected = world.files();
        expected.insert(
            "linode/test-build/build_environment".to_owned(),
            after.into(),
        );
        let run = world.helper(door, "SetVariableValue").args([assignment]);
        assert_eq!(run.ends().succeeded_silently(), "");
        assert_eq!(world.files(), expected, "{door:?}: {assignment}");
        assert!(world.calls().is_empty());
    }
}

#[test]
fn a_variable_that_is_set_is_replaced_where_it_stands() {
    assert_sets(
        "A=1\nPRODUCTION=1\nB=2\n",
        "PRODUCTION=0",
        "A=1\nPRODUCTION=0\nB=2\n",
    );
}

#[test]
fn one_that_is_not_set_is_added_at_the_end() {
    assert_sets("A=1\n", "B=2", "A=1\nB=2\n");
    assert_sets("", "B=2", "B=2\n");
}

#[test]
fn a_last_line_without_its_end_gets_one_first() {
    if corrected("SetVariableValue: what is added is a line of its own; contract 08, must keep 3") {
        return;
    }
    assert_sets("A=1", "B=2", "A=1\nB=2\n");
    assert_sets("A=1\nB=1", "B=2", "A=1\nB=2\n");
}

#[test]
fn the_name_is_exact_so_a_longer_one_is_left_alone() {
    if corrected("SetVariableValue: the name is anchored; contract README, decision 3") {
        return;
    }
    assert_sets(
        "PRIMARY_REGION=0\nREGION=a\nMULTI_REGION=1\nREGIONS=x\n",
        "REGION=gb-lon",
        "PRIMARY_REGION=0\nREGION=gb-lon\nMULTI_REGION=1\nREGIONS=x\n",
    );
    assert_sets("DB_NAME=x\n", "NAME=y", "DB_NAME=x\nNAME=y\n");
}

#[test]
fn every_definition_is_replaced() {
    assert_sets("A=1\nB=2\nA=3\n", "A=9", "A=9\nB=2\nA=9\n");
}

#[test]
fn the_value_is_taken_literally() {
    if corrected("SetVariableValue: the value is literal; contract README, decision 3") {
        return;
    }
    for value in [
        "private/123",
        "a&b",
        "a\\&b",
        "\\n\\1",
        "p/w|x;y",
        "a  b",
        " lead and trail ",
        "$HOME `id` $(id)",
        "*",
        "k==",
        "a=b",
        "",
        "#",
        "\u{a3}\u{fc}",
        "-n",
        "tab\there",
    ] {
        assert_sets(
            "A=old\nB=2\n",
            &format!("A={value}"),
            &format!("A={value}\nB=2\n"),
        );
        assert_sets("B=2\n", &format!("A={value}"), &format!("B=2\nA={value}\n"));
    }
}

#[test]
fn bytes_that_are_no_text_arrive_as_they_are() {
    if corrected("SetVariableValue: the value is literal; contract README, decision 3") {
        return;
    }
    let world = World::at("digitalocean");
    std::fs::write(world.build("build_environment"), b"X=\xfe\nA=1\n").unwrap();
    let assignment = std::ffi::OsStr::from_bytes(b"A=\xff\xc3&x");
    let run = world
        .helper(Door::Shim, "SetVariableValue")
        .args([assignment]);
    run.ends().succeeded_silently();
    let content = std::fs::read(world.build("build_environment")).unwrap();
    assert_eq!(content, b"X=\xfe\nA=\xff\xc3&x\n");
}

#[test]
fn a_linode_image_can_be_set_twice() {
    if corrected("SetVariableValue: the value is literal; contract README, decision 3") {
        return;
    }
    let world = World::at("linode");
    for _ in 0..2 {
        let run = world.helper(Door::Shim, "SetVariableValue");
        run.args(["SNAPSHOT_ID=private/123"])
            .ends()
            .succeeded_silently();
        let run = world.helper(Door::Shim, "GetVariableValue");
        let ended = run.args(["SNAPSHOT_ID"]).ends();
        assert_eq!(ended.succeeded_silently(), "private/123\n");
    }
}

#[test]
fn what_was_set_is_read_back() {
    if corrected("SetVariableValue: the value is literal; contract README, decision 3") {
        return;
    }
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        let run = world.helper(Door::Shell, "SetVariableValue");
        run.args(["SYSTEM_EMAIL_PASSWORD=a/b&c d=e"])
            .ends()
            .succeeded_silently();
        let run = world.helper(Door::Shell, "GetVariableValue");
        let ended = run.args(["SYSTEM_EMAIL_PASSWORD"]).ends();
        assert_eq!(ended.succeeded_silently(), "a/b&c d=e\n");
    }
}

#[test]
fn the_files_mode_and_owner_are_kept() {
    for mode in [0o600, 0o644, 0o700, 0o744] {
        let world = World::at("digitalocean");
        let path = world.build("build_environment");
        std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
        let before = std::fs::metadata(&path).unwrap();
        let run = world
            .helper(Door::Shim, "SetVariableValue")
            .args(["REGION=x"]);
        run.ends().succeeded_silently();
        let after = std::fs::metadata(&path).unwrap();
        assert_eq!(after.mode(), before.mode());
        assert_eq!((after.uid(), after.gid()), (before.uid(), before.gid()));
    }
}

/// As a container mounts a single file: it can be written, and nothing can take its name.
#[test]
fn a_file_that_is_a_mount_point_is_written_where_it_is() {
    if corrected("SetVariableValue: a file that is a mount point, which sed cannot replace") {
        return;
    }
    let world = World::at("digitalocean");
    let path = world.build("build_environment");
    let inode = std::fs::metadata(&path).unwrap().ino();
    let script = format!(
        "exec unshare --user --map-root-user --mount /bin/sh -c 'mount --bind \"$0\" \"$0\" && exec \"$@\"' '{}' \"$@\"",
        path.display()
    );
    let run = world
        .helper(Door::Binary, "SetVariableValue")
        .within(&script);
    run.args(["MOUNTED=yes"]).ends().succeeded_silently();
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.lines().any(|line| line == "MOUNTED=yes"), "{text}");
    assert_eq!(std::fs::metadata(&path).unwrap().ino(), inode);
}

#[test]
fn a_file_that_is_not_there_is_made_for_its_owner_alone() {
    if corrected("SetVariableValue: a new file is its owner's alone; contract README, decision 6") {
        return;
    }
    let world = World::at("digitalocean");
    let path = world.build("build_environment");
    std::fs::remove_file(&path).unwrap();
    let run = world
        .helper(Door::Shim, "SetVariableValue")
        .args(["REGION=x"]);
    run.ends().succeeded_silently();
    assert_eq!(std::fs::read(&path).unwrap(), b"REGION=x\n");
    assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o7777, 0o600);
}

#[test]
fn a_symbolic_link_stays_one_and_its_target_is_changed() {
    if corrected("SetVariableValue: a link stays one; contract 02 §2.1, quirk c") {
        return;
    }
    let world = World::at("digitalocean");
    let path = world.build("build_environment");
    let target = world.path("elsewhere");
    std::fs::rename(&path, &target).unwrap();
    std::os::unix::fs::symlink(&target, &path).unwrap();
    let run = world
        .helper(Door::Shim, "SetVariableValue")
        .args(["REGION=x"]);
    run.ends().succeeded_silently();
    assert_eq!(path.read_link().unwrap(), target);
    let content = std::fs::read_to_string(&target).unwrap();
    assert!(content.contains("\nREGION=x\n"), "{content}");
}

#[test]
fn a_value_of_a_mebibyte_is_a_value() {
    // An argument may have 128 KiB, so the value is built up in the file and another variable is set beside it.
    let world = World::at("digitalocean");
    let long = format!("LONG={}\n", "x".repeat(1 << 20));
    world.edit_environment(|_| format!("{long}A=1\n"));
    let run = world.helper(Door::Shim, "SetVariableValue").args(["A=2"]);
    run.ends().succeeded_silently();
    let content = std::fs::read_to_string(world.build("build_environment")).unwrap();
    assert_eq!(content, format!("{long}A=2\n"));
    let value = "y".repeat(100_000);
    let run = world.helper(Door::Shim, "SetVariableValue");
    run.args([format!("A={value}")]).ends().succeeded_silently();
    let content = std::fs::read_to_string(world.build("build_environment")).unwrap();
    assert_eq!(content, format!("{long}A={value}\n"));
}
