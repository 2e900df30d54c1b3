//! SetVariableValue: what it refuses. The file stays as it is, byte for byte, and a value, which may be a password, is
//! in no message.

use super::*;

/// Stands for a password.
const SECRET: &str = "hunter2-hunter2";

#[track_caller]
fn assert_refused(words: &[&str], expected: &str) {
    if corrected(
        "SetVariableValue: what is no assignment, or would spoil the file for sh, is refused; contract 08, must keep 3",
    ) {
        return;
    }
    for door in DOORS {
        let world = World::at("digitalocean");
        let before = world.files();
        let ended = world.helper(door, "SetVariableValue").args(words).ends();
        let line = ended.refused();
        assert!(
            line.starts_with("SetVariableValue: ") && line.contains(expected),
            "expected '{expected}' in: {ended}"
        );
        assert!(!line.contains("hunter2"), "the value was told: {line}");
        assert_eq!(world.files(), before);
    }
}

#[test]
fn anything_but_one_assignment_is_refused() {
    assert_refused(&[], "expected one argument NAME=value");
    assert_refused(&[""], "expected one argument NAME=value");
    assert_refused(&["REGION"], "expected one argument NAME=value");
    assert_refused(&["A=1", "B=2"], "quote a value with blanks");
    assert_refused(
        &["GIT_USER=hunter2", "hunter2"],
        "quote a value with blanks",
    );
}

#[test]
fn a_name_that_is_no_variable_is_refused() {
    for argument in ["=x", "1A=x", "A-B=x", "A B=x", "A.B=x", "\u{fc}=x", ".*=x"] {
        assert_refused(&[argument], "is not the name of a variable");
    }
    assert_refused(
        &[&format!("{}=x", "-".repeat(100_000))],
        "is not the name of a variable",
    );
}

#[test]
fn a_line_break_in_the_value_is_refused() {
    assert_refused(
        &["TOKEN=hunter2\nhunter2"],
        "the value for TOKEN has a line break",
    );
    assert_refused(&["REGION=hunter2\nPATH=hunter2"], "line break");
}

#[test]
fn a_value_that_would_stop_the_scripts_which_source_the_file_is_refused() {
    for value in ["it's", "\"x", "`x", "$(x", "a(b", "a)b", "${x", "x;;", "<"] {
        let assignment = format!("TOKEN={SECRET}{value}");
        assert_refused(&[&assignment], "the value for TOKEN has");
    }
}

#[test]
fn a_value_that_would_swallow_the_next_line_where_the_file_is_sourced_is_refused() {
    for value in ["\\", "x\\\\\\", " <<END", "<<-x", "x<<'y z'"] {
        let assignment = format!("TOKEN={SECRET}{value}");
        assert_refused(&[&assignment], "the value for TOKEN has");
    }
}

#[test]
fn a_build_without_a_directory_gets_none() {
    if corrected(
        "SetVariableValue: what cannot be written is an error; contract README, decision 3",
    ) {
        return;
    }
    let world = World::at("digitalocean");
    world.write("runtimedata/ACTIVE_BUILD_IDENTIFIER", "other\n");
    let before = world.files();
    for door in DOORS {
        let run = world.helper(door, "SetVariableValue").args(["REGION=x"]);
        let ended = run.ends();
        assert!(ended.refused().contains("/digitalocean/other"), "{ended}");
    }
    assert_eq!(world.files(), before);
}

#[test]
fn a_directory_that_nothing_can_be_written_to_is_named() {
    if corrected(
        "SetVariableValue: what cannot be written is an error; contract README, decision 3",
    ) {
        return;
    }
    let world = World::at("digitalocean");
    // Not even root can make a file in /proc.
    std::fs::remove_file(world.build("build_environment")).unwrap();
    std::os::unix::fs::symlink("/proc/version", world.build("build_environment")).unwrap();
    for door in DOORS {
        let run = world.helper(door, "SetVariableValue");
        let ended = run.args([format!("TOKEN={SECRET}")]).ends();
        let line = ended.refused();
        let path = world.build("build_environment").display().to_string();
        assert!(line.contains(&format!("cannot write '{path}'")), "{ended}");
        assert!(!line.contains(SECRET), "{ended}");
    }
}

#[test]
fn a_directory_that_is_read_only_is_left_as_it_is() {
    if corrected(
        "SetVariableValue: what cannot be written is an error; contract README, decision 3",
    ) {
        return;
    }
    let world = World::at("digitalocean");
    let before = world.files();
    let run = world
        .helper(Door::Binary, "SetVariableValue")
        .args(["REGION=x"]);
    // Root is above permissions unless that is taken away.
    let ended = run
        .within(
            "as_a_user() { if [ \"$(id -u)\" = 0 ]
             then setpriv --bounding-set=-dac_override --inh-caps=-dac_override \"$@\"
             else \"$@\"; fi; }
             cd build_home/runtimedata/digitalocean || exit
             chmod 555 test-build; as_a_user \"$@\"; status=$?; chmod 755 test-build; exit $status",
        )
        .ends();
    assert!(ended.refused().contains("Permission denied"), "{ended}");
    assert_eq!(world.files(), before);
}

#[test]
fn help_tells_how_to_call_it() {
    if corrected("SetVariableValue: --help is ours") {
        return;
    }
    let world = World::at("digitalocean");
    for door in DOORS {
        let run = world.helper(door, "SetVariableValue").args(["--help"]);
        let ended = run.ends();
        let help = ended.succeeded_silently();
        assert!(
            help.contains("Usage: SetVariableValue NAME=value\n"),
            "{help}"
        );
    }
}
