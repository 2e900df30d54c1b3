//! `DisplayPassword`: the password of the servers' user of a build.

use crate::world::{CLOUDS, DOORS, Door, World};

/// The words for the clouds.
const SHORT_WORDS: [(&str, &str); 4] = [
    ("do", "digitalocean"),
    ("exo", "exoscale"),
    ("lin", "linode"),
    ("vul", "vultr"),
];

/// A world whose servers' user has a password that the test may see.
fn world_at(cloudhost: &str) -> World {
    let world = World::at(cloudhost);
    let file = world.build("credentials/SERVERUSERPASSWORD");
    std::fs::write(file, "pass word'1\n").unwrap();
    world
}

#[test]
fn the_password_alone_is_on_standard_output() {
    for (word, cloudhost) in SHORT_WORDS {
        for word in [word, cloudhost] {
            let world = world_at(cloudhost);
            world.write("runtimedata/ACTIVE_CLOUDHOST", "vultr\n");
            let before = world.files();
            let ended = world
                .helper(Door::Shim, "DisplayPassword")
                .args([word, "test-build"])
                .ends();
            assert_eq!(ended.succeeded(), "pass word'1\n");
            assert_eq!(ended.stderr(), "The password of the servers' user is:\n");
            assert_eq!(world.files(), before);
        }
    }
}

#[test]
fn the_questions_are_those_of_the_script_and_the_build_becomes_active_with_its_cloud_or_not() {
    for door in DOORS {
        for (answers, active, build) in [
            ("lin\nY\ntest-build\n", "linode\n", "test-build\n"),
            ("lin\nn\ntest-build\n", "vultr\n", "other\n"),
        ] {
            let world = world_at("linode");
            world.write("runtimedata/ACTIVE_CLOUDHOST", "vultr\n");
            world.write("runtimedata/ACTIVE_BUILD_IDENTIFIER", "other\n");
            let mut expected = world.files();
            expected.insert("ACTIVE_CLOUDHOST".into(), active.into());
            expected.insert("ACTIVE_BUILD_IDENTIFIER".into(), build.into());
            let ended = world.helper(door, "DisplayPassword").stdin(answers).ends();
            assert_eq!(ended.succeeded(), "pass word'1\n", "{ended}");
            ended.says("There are these builds: test-build\n");
            assert_eq!(world.files(), expected, "{ended}");
        }
    }
    let world = world_at("vultr");
    let ended = world
        .helper(Door::Binary, "DisplayPassword")
        .stdin("vul\ntest-build\n")
        .ends();
    assert_eq!(ended.succeeded(), "pass word'1\n", "{ended}");
}

#[test]
fn what_cannot_be_shown_is_an_error_and_changes_nothing() {
    for (cloudhost, ..) in CLOUDS {
        let world = world_at(cloudhost);
        world.write("runtimedata/ACTIVE_CLOUDHOST", "vultr\n");
        let before = world.files();
        for (words, words_said) in [
            (&[cloudhost, "prod"][..], "there is no build 'prod' at "),
            (&[cloudhost, "../x"], "../x"),
            (&[cloudhost], "BUILD"),
            (&["aws", "test-build"], "'aws' is not a cloud"),
        ] {
            let ended = world
                .helper(Door::Binary, "DisplayPassword")
                .args(words)
                .ends();
            assert!(matches!(ended.status, Some(1 | 2)), "{ended}");
            assert_eq!(ended.stdout(), "");
            ended.says(words_said);
        }
        for answers in ["", "5\n", "digitalocean\nY\n", "lin\nY\nprod\n"] {
            let ended = world
                .helper(Door::Binary, "DisplayPassword")
                .stdin(answers)
                .ends();
            ended.failed();
            assert_eq!(world.files(), before, "{answers:?}: {ended}");
        }
    }
    for content in [None, Some(""), Some("\n")] {
        let world = world_at("vultr");
        let file = world.build("credentials/SERVERUSERPASSWORD");
        match content {
            Some(content) => std::fs::write(file, content).unwrap(),
            None => std::fs::remove_file(file).unwrap(),
        }
        let ended = world
            .helper(Door::Binary, "DisplayPassword")
            .args(["vul", "test-build"])
            .ends();
        assert!(ended.refused().contains("credentials/SERVERUSERPASSWORD"));
    }
}
