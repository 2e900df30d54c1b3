//! What fails is tried again, at most six times, and says so in the end.

use super::*;
use crate::simcloud_state::Fault;

fn failing(world: &World, argv: &str, times: u64) {
    world.faults(&[Fault {
        argv: vec![argv.to_owned()],
        kind: "503".to_owned(),
        times,
        ..Fault::default()
    }]);
}

/// The operations that are tried again, with the verb of each tool.
const REPEATED: [(&str, &[&str], [&str; 3]); 4] = [
    (
        "PutToDatastore",
        &[BUCKET, "a.dat", "root", "local", "yes"],
        ["put", "cp", "copy"],
    ),
    (
        "GetFromDatastore",
        &[BUCKET, "x", "to"],
        ["get", "cp", "copy"],
    ),
    (
        "MoveDatastoreObject",
        &[BUCKET, "x", "y", "local"],
        ["mv", "mv", "moveto"],
    ),
    (
        "MountDatastore",
        &["new-bucket", "local"],
        ["mb", "mb", "mkdir"],
    ),
];

fn world_for(tool: &str) -> World {
    let world = world(tool);
    objects(&world, BUCKET, &["x"]);
    std::fs::write(world.path("a.dat"), "a").unwrap();
    std::fs::create_dir(world.path("to")).unwrap();
    world
}

fn attempts(world: &World, tool: &str, verb: &str) -> usize {
    let calls = lines(world, tool).into_iter();
    calls
        .filter(|line| line.contains(&format!("|{verb}|")))
        .count()
}

#[test]
fn a_passing_failure_is_got_over() {
    for (tool, number) in TOOLS.into_iter().zip(0..) {
        for (helper, words, verbs) in REPEATED {
            let world = world_for(tool);
            failing(&world, verbs[number], 5);
            runs(&world, helper, words);
            assert_eq!(attempts(&world, tool, verbs[number]), 6, "{tool} {helper}");
        }
    }
}

#[test]
fn a_lasting_failure_ends_after_six_attempts() {
    for (tool, number) in TOOLS.into_iter().zip(0..) {
        for (helper, words, verbs) in REPEATED {
            let world = world_for(tool);
            failing(&world, verbs[number], 0);
            let ended = run(&world, helper, words);
            let said = ended.failed();
            assert!(said.starts_with(&format!("{helper}: cannot ")), "{ended}");
            assert!(said.contains("ServiceUnavailable"), "{ended}");
            assert_eq!(attempts(&world, tool, verbs[number]), 6, "{tool} {helper}");
            assert!(world.path("a.dat").exists());
            assert_eq!(names(&world, BUCKET), ["x"]);
        }
    }
}

#[test]
fn a_deletion_is_tried_once() {
    for (tool, verb) in TOOLS.into_iter().zip(["del", "rm", "delete"]) {
        let world = world_for(tool);
        failing(&world, verb, 0);
        let ended = run(&world, "DeleteFromDatastore", &[BUCKET, "x", "local"]);
        assert!(ended.failed().contains("cannot delete"), "{ended}");
        assert_eq!(attempts(&world, tool, verb), 1);
        assert_eq!(names(&world, BUCKET), ["x"]);
    }
}

/// A tool that runs the simulated one and says more on standard error.
fn talking(world: &World, tool: &str, words: &str) -> String {
    use std::os::unix::fs::PermissionsExt;
    let path = world.path("talking");
    let text = format!("#!/bin/sh\necho '{words}' >&2\nexec {tool} \"$@\"\n");
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    path.display().to_string()
}

#[test]
fn a_notice_is_no_failure_and_an_error_is_one_whatever_the_status() {
    for (tool, variable, notice, error) in [
        (
            S3CMD,
            "S3CMD",
            "WARNING: NOTICE of an ERROR",
            "ERROR: S3 error: 500",
        ),
        (
            S5CMD,
            "S5CMD",
            "ERROR session: fetching region failed",
            "ERROR \"cp\": InternalError",
        ),
        (
            RCLONE,
            "RCLONE",
            "2026/11/24 12:25:34 NOTICE: --checksum is in use",
            "2026/11/24 12:25:34 ERROR : a.dat: corrupted on transfer",
        ),
    ] {
        let world = world_for(tool);
        let words = [BUCKET, "a.dat", "root", "local", "yes"];
        let put = |said: &str| {
            let run = world.helper(Door::Binary, "PutToDatastore").args(words);
            run.env(variable, talking(&world, tool, said)).ends()
        };
        let ended = put(error);
        assert!(ended.failed().contains(error), "{ended}");
        assert_eq!(world.words().len(), 6);
        assert!(world.path("a.dat").exists());
        assert_eq!(put(notice).succeeded_silently(), "");
        assert_eq!(world.words().len(), 7);
        assert!(!world.path("a.dat").exists());
    }
}
