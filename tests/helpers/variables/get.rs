//! GetVariableValue: what it prints of what is set.

use super::*;

fn world_with(lines: &str) -> World {
    let world = World::at("digitalocean");
    world.edit_environment(|content| content + lines);
    world
}

#[track_caller]
fn assert_prints(world: &World, words: &[&str], expected: &str) {
    let before = world.files();
    for door in DOORS {
        let ended = world.helper(door, "GetVariableValue").args(words).ends();
        assert_eq!(ended.succeeded_silently(), expected, "{door:?} {words:?}");
    }
    assert_eq!(world.files(), before, "{words:?} changed a file");
    assert!(world.calls().is_empty());
}

#[test]
fn a_variable_is_printed_with_a_line_end_at_every_cloud() {
    for (cloudhost, _, region) in CLOUDS {
        let world = World::at(cloudhost);
        assert_prints(&world, &["REGION"], &format!("{region}\n"));
        assert_prints(&world, &["CLOUDHOST"], &format!("{cloudhost}\n"));
        assert_prints(&world, &["GIT_USER"], "Wintersys ADT User\n");
    }
}

#[test]
fn double_quotes_are_removed_and_nothing_else_is() {
    let world = world_with("Q=\"a \"b\" c\"\nS='x'\nB=  two  \nD=a\\b$c`d`\n");
    assert_prints(&world, &["Q"], "a b c\n");
    assert_prints(&world, &["S"], "'x'\n");
    assert_prints(&world, &["B"], "  two  \n");
    assert_prints(&world, &["D"], "a\\b$c`d`\n");
}

#[test]
fn a_value_goes_on_after_its_own_equals_signs() {
    let world = world_with("K=YWJj==\nE==\nP=a|b\nC=admin:::app\n");
    assert_prints(&world, &["K"], "YWJj==\n");
    assert_prints(&world, &["E"], "=\n");
    assert_prints(&world, &["P"], "a|b\n");
    assert_prints(&world, &["C"], "admin:::app\n");
}

#[test]
fn every_definition_is_printed_in_the_order_of_the_file() {
    let world = world_with("TWICE=one\nOTHER=x\nTWICE=\nTWICE=three\n");
    assert_prints(&world, &["TWICE"], "one\n\nthree\n");
}

#[test]
fn the_name_is_exact_and_no_pattern() {
    if corrected("GetVariableValue: the name is literal; contract 02 §2.1 and 08") {
        return;
    }
    let world = world_with("export NAME=exported\n NAME=indented\nNAME2=longer\nMY_NAME=ending\n");
    for name in [
        "NAME", "R.GION", "REG*", "REGIO", "EGION", "^REGION", "REGION=", "region", ".*", "",
    ] {
        assert_prints(&world, &[name], "");
    }
    assert_prints(&world, &["NAME2"], "longer\n");
}

#[test]
fn a_variable_that_is_not_set_prints_nothing_and_one_that_is_empty_an_empty_line() {
    let world = world_with("EMPTY=\n");
    assert_prints(&world, &["NO_SUCH_VARIABLE"], "");
    assert_prints(&world, &["EMPTY"], "\n");
}

#[test]
fn without_an_argument_nothing_is_printed() {
    let world = World::at("digitalocean");
    assert_prints(&world, &[], "");
    assert_prints(&world, &[""], "");
}

#[test]
fn words_after_the_first_are_ignored() {
    let world = World::at("digitalocean");
    assert_prints(&world, &["REGION", "DNS_CHOICE"], "lon1\n");
}

#[test]
fn a_last_line_without_its_end_is_a_line() {
    let world = world_with("LAST=value");
    assert_prints(&world, &["LAST"], "value\n");
}

#[test]
fn bytes_that_are_no_text_pass_unchanged() {
    let world = World::at("digitalocean");
    let path = world.build("build_environment");
    let mut content = std::fs::read(&path).unwrap();
    content.extend_from_slice(b"BYTES=\xff\xfe\xc3\"\x01\r\nAFTER=\xa3 p\n");
    std::fs::write(&path, content).unwrap();
    for door in DOORS {
        for (name, expected) in [
            ("BYTES", &b"\xff\xfe\xc3\x01\r\n"[..]),
            ("AFTER", b"\xa3 p\n"),
        ] {
            let run = world.helper(door, "GetVariableValue").args([name]);
            run.within("\"$@\" > printed").ends().succeeded_silently();
            assert_eq!(std::fs::read(world.path("printed")).unwrap(), expected);
        }
    }
}

#[test]
fn a_name_that_is_no_text_is_not_set() {
    use std::os::unix::ffi::OsStrExt;
    let world = World::at("digitalocean");
    let name = std::ffi::OsStr::from_bytes(b"\xff\xfe");
    let run = world.helper(Door::Shim, "GetVariableValue").args([name]);
    assert_eq!(run.ends().succeeded_silently(), "");
}

#[test]
fn a_missing_build_environment_is_said_on_stderr_and_is_no_error() {
    let world = World::at("digitalocean");
    std::fs::remove_file(world.build("build_environment")).unwrap();
    for door in DOORS {
        let ended = world
            .helper(door, "GetVariableValue")
            .args(["REGION"])
            .ends();
        assert_eq!(ended.succeeded(), "");
        if is_original() {
            ended.says("build_environment: No such file or directory\n");
            continue;
        }
        assert_eq!(
            ended.stderr(),
            format!(
                "GetVariableValue: '{}' does not exist, so nothing is set; build first\n",
                world.build("build_environment").display()
            )
        );
    }
    assert!(!world.build("build_environment").exists());
}

#[test]
fn the_servers_user_is_found_in_credentials_when_the_environment_lost_it() {
    if corrected(
        "GetVariableValue: SERVER_USER falls back to credentials; contract README, decision 3",
    ) {
        return;
    }
    for lost in [
        |content: &str| without(content, "SERVER_USER"),
        |content: &str| {
            without(content, "SERVER_USER") + "SERVER_USER=\nSERVER_USER_PASSWORD=\"\"\n"
        },
    ] {
        let world = World::at("digitalocean");
        world.edit_environment(|content| lost(&content));
        assert_prints(&world, &["SERVER_USER"], "Xk3JdQ9sPzLw8RtYv2NX\n");
        assert_prints(&world, &["SERVER_USER_PASSWORD"], "aB3dE5fG7hJ9kL1mN2\n");
        assert_prints(&world, &["SERVERUSER"], "");
    }
}

#[test]
fn the_environment_comes_before_credentials() {
    let world = World::at("digitalocean");
    world.edit_environment(|content| without(&content, "SERVER_USER") + "SERVER_USER=XotherX\n");
    assert_prints(&world, &["SERVER_USER"], "XotherX\n");
}

#[test]
fn without_credentials_the_servers_user_is_simply_not_set() {
    let world = World::at("digitalocean");
    world.edit_environment(|content| without(&content, "SERVER_USER"));
    std::fs::remove_dir_all(world.build("credentials")).unwrap();
    assert_prints(&world, &["SERVER_USER"], "");
    assert_prints(&world, &["SERVER_USER_PASSWORD"], "");
}

#[test]
fn the_servers_user_is_found_even_without_a_build_environment() {
    if corrected(
        "GetVariableValue: SERVER_USER falls back to credentials; contract README, decision 3",
    ) {
        return;
    }
    let world = World::at("digitalocean");
    std::fs::remove_file(world.build("build_environment")).unwrap();
    let run = world.helper(Door::Shim, "GetVariableValue");
    let ended = run.args(["SERVER_USER"]).ends();
    assert_eq!(ended.succeeded(), "Xk3JdQ9sPzLw8RtYv2NX\n");
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    if corrected(
        "GetVariableValue: a reader that leaves early is no error; contract 01, callers that pipe it to head",
    ) {
        return;
    }
    let world = world_with(&format!("LONG={}\n", "x".repeat(1 << 20)));
    for door in DOORS {
        let run = world.helper(door, "GetVariableValue").args(["LONG"]);
        let line = "{ \"$@\"; echo \"$?\" > status; } | head -c 12";
        assert_eq!(run.within(line).ends().succeeded_silently(), "xxxxxxxxxxxx");
        let status = std::fs::read_to_string(world.path("status")).unwrap();
        assert_eq!(status, "0\n");
    }
}

#[test]
fn a_full_disk_is_an_error() {
    if corrected(
        "GetVariableValue: what cannot be printed is an error; contract README, decision 3",
    ) {
        return;
    }
    let world = World::at("digitalocean");
    let run = world
        .helper(Door::Binary, "GetVariableValue")
        .args(["REGION"]);
    let ended = run.within("\"$@\" > /dev/full").ends();
    assert!(ended.refused().starts_with("GetVariableValue: "), "{ended}");
}

#[test]
fn a_build_environment_that_cannot_be_read_is_an_error() {
    if corrected("GetVariableValue: what cannot be read is an error; contract README, decision 3") {
        return;
    }
    let world = World::at("digitalocean");
    std::fs::remove_file(world.build("build_environment")).unwrap();
    std::fs::create_dir(world.build("build_environment")).unwrap();
    for door in DOORS {
        let run = world.helper(door, "GetVariableValue").args(["REGION"]);
        let ended = run.ends();
        assert!(ended.refused().contains("cannot read"), "{ended}");
    }
}

#[test]
fn help_tells_how_to_call_it_without_an_active_build() {
    if corrected("GetVariableValue: --help is ours") {
        return;
    }
    let world = World::at("digitalocean");
    std::fs::remove_file(world.home("runtimedata/ACTIVE_CLOUDHOST")).unwrap();
    for door in DOORS {
        let run = world.helper(door, "GetVariableValue").args(["--help"]);
        let ended = run.ends();
        let help = ended.succeeded_silently();
        assert!(help.contains("Usage: GetVariableValue NAME\n"), "{help}");
    }
}

/// `content` without the lines of the variables whose names start with `name`.
fn without(content: &str, name: &str) -> String {
    let lines = content.split_inclusive('\n');
    lines.filter(|line| !line.starts_with(name)).collect()
}
