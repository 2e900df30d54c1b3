//! `DisplayLoggingStreams`: the newest log of a build.

use std::time::{Duration, SystemTime};

use crate::world::{DOORS, Door, Ended, World};

/// The logs of the sample build, oldest first.
const LOGS: [&str; 6] = [
    "build_output_stream-02",
    "build_output_stream-01",
    "build_error_stream-02",
    "build_error_stream-01",
    "build_status_stream-02",
    "build_status_stream-01",
];

/// A world with logs, each holding its own name, whose tail and vi say how they were called.
fn world_at(cloudhost: &str) -> World {
    let world = World::at(cloudhost);
    std::fs::create_dir_all(world.build("logs/archive")).unwrap();
    std::fs::create_dir_all(world.build("logs/build_output_stream-03")).unwrap();
    for (age, name) in LOGS.iter().rev().enumerate() {
        let path = world.build("logs").join(name);
        std::fs::write(&path, format!("{name}\n")).unwrap();
        let when = SystemTime::now() - Duration::from_secs(60 * (1 + age as u64));
        let file = std::fs::File::options().write(true).open(path).unwrap();
        file.set_modified(when).unwrap();
    }
    for tool in ["tail", "vi"] {
        world.tool(
            tool,
            "echo \"${0##*/} $*\"; read -r line; echo \"$line\"; exit 5",
        );
    }
    world
}

fn display(world: &World, words: &[&str]) -> Ended {
    world
        .helper(Door::Shim, "DisplayLoggingStreams")
        .args(words)
        .stdin("typed\n")
        .ends()
}

#[test]
fn the_newest_log_of_the_kind_is_printed() {
    let world = world_at("linode");
    for (stream, expected) in [
        ("1", "build_output_stream-01\n"),
        ("2", "build_error_stream-01\n"),
        ("3", "build_status_stream-01\n"),
    ] {
        let ended = display(&world, &["linode", "test-build", "c", stream]);
        assert_eq!(ended.succeeded_silently(), expected);
    }
}

#[test]
fn tail_and_vi_run_on_our_streams_and_their_status_is_ours() {
    let world = world_at("vultr");
    let log = world.build("logs/build_error_stream-01");
    for (mode, words) in [("t", "tail -f"), ("v", "vi")] {
        let ended = display(&world, &["vul", "test-build", mode, "2"]);
        assert_eq!(ended.status, Some(5), "{ended}");
        let expected = format!("{words} {}\ntyped\n", log.display());
        assert_eq!(ended.stdout(), expected, "{ended}");
    }
}

#[test]
fn with_arguments_nothing_is_asked_whatever_the_active_cloud_is() {
    let world = world_at("exoscale");
    world.write("runtimedata/ACTIVE_CLOUDHOST", "vultr\n");
    let before = world.files();
    let ended = display(&world, &["exo", "test-build", "c", "1"]);
    assert_eq!(ended.succeeded_silently(), "build_output_stream-01\n");
    assert_eq!(world.files(), before);
}

#[test]
fn the_questions_are_those_of_the_script() {
    for door in DOORS {
        let world = world_at("digitalocean");
        world.write("runtimedata/ACTIVE_CLOUDHOST", "vultr\n");
        let ended = world
            .helper(door, "DisplayLoggingStreams")
            .stdin("do\nY\ntest-build\nc\n3\n")
            .ends();
        assert_eq!(ended.succeeded(), "build_status_stream-01\n");
        assert_eq!(world.files()["ACTIVE_CLOUDHOST"], b"digitalocean\n");
    }
}

#[test]
fn what_cannot_be_shown_has_a_status_that_says_so() {
    let world = world_at("linode");
    for words in [
        &["linode", "crew", "t", "1"][..],
        &["linode", "test-build", "x", "1"],
        &["linode", "test-build", "c", "4"],
        &["linode"],
    ] {
        let ended = display(&world, words);
        assert!(matches!(ended.status, Some(1 | 2)), "{ended}");
        assert_eq!(ended.stdout(), "", "{ended}");
    }
    for answers in [
        "",
        "lin\ntest-build\n",
        "lin\ntest-build\nx\n",
        "lin\ntest-build\nc\n9\n",
    ] {
        world
            .helper(Door::Binary, "DisplayLoggingStreams")
            .stdin(answers)
            .ends()
            .failed();
    }
    let world = World::at("linode");
    let ended = display(&world, &["linode", "test-build", "c", "2"]);
    assert!(ended.refused().contains("there is no 'build_err…' in '"));
}
