//! What is asked, in which order, and what counts as an answer.

use super::*;

/// What the simulated exoscale says a template's user is.
#[track_caller]
fn user_of_the_template(world: &World) -> String {
    let made = world.made();
    assert_eq!(made.len(), 1);
    made[0].user.clone()
}

#[test]
fn wrong_answers_are_asked_again_until_one_is_right() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        let ended = world
            .obtain(&[])
            .stdin("0\n6\n\n \nx\n1 2\n.\n4x\n-4\n4.0\n 4 \n2\n")
            .ends();
        let id = &world.made()[0].id;
        assert!(ended.succeeded().starts_with("webserver: "), "{ended}");
        assert_eq!(ended.succeeded().lines().count(), 1, "{ended}");
        let refusals = ended.stderr().matches("not a number from 1 to 5").count();
        assert_eq!(refusals, 10, "{ended}");
        assert_eq!(world.ids(), format!("webserver:{id}\n"));
    }
}

#[test]
fn the_questions_go_to_stderr_and_stdout_has_the_result_alone() {
    for door in DOORS {
        let world = World::at("exoscale");
        let run = world.helper(door, "ObtainWholeMachineSnapshot");
        let ended = run.stdin("5\n1\n").ends();
        let id = &world.made()[0].id;
        let name = world.machine_name("database");
        let said = ended.succeeded();
        let line = format!("database: template {id} of {name} is recorded (took ");
        assert!(said.starts_with(&line), "{ended}");
        assert!(said.ends_with(", uploaded)\n") && said.lines().count() == 1);
        ended.says("1) authenticator 2) reverse proxy 3) autoscaler 4) webserver 5) database");
        ended.says("1) ubuntu 2) debian");
    }
}

#[test]
fn the_end_of_input_ends_the_question_and_nothing_has_happened() {
    for (cloudhost, _, _) in CLOUDS {
        for input in ["", "\n", "9\n", "x", "1 2\nauthenticator"] {
            let world = World::at(cloudhost);
            let before = world.tree();
            let ended = world.obtain(&[]).stdin(input).ends();
            assert!(
                ended
                    .gave_up()
                    .contains("standard input ended before the question was answered"),
                "{ended}"
            );
            assert_eq!(world.tree(), before);
            assert_eq!(world.calls(), [""; 0]);
        }
    }
}

#[test]
fn a_standard_input_that_is_closed_or_cannot_be_read_ends_the_question() {
    for redirection in ["0<&-", "0</dev/null", "0<."] {
        let world = World::at("digitalocean");
        let before = world.tree();
        let line = format!("exec \"$@\" {redirection}");
        let ended = world.obtain(&[]).within(&line).ends();
        assert!(ended.gave_up().contains("standard input"), "{ended}");
        assert_eq!(world.tree(), before);
        assert_eq!(world.calls(), [""; 0]);
    }
}

#[test]
fn an_answer_without_a_line_end_is_an_answer() {
    let world = World::at("vultr");
    world.obtain(&[]).stdin("3").ends().succeeded();
    assert!(world.ids().starts_with("autoscaler:"));
}

#[test]
fn answers_that_are_no_text_or_have_a_mebibyte_are_asked_again() {
    let world = World::at("digitalocean");
    let mut input = vec![b'4'; 1 << 20];
    input.extend_from_slice(b"\n\xff\xfe\n4\0\n");
    input.extend_from_slice(&[b' '; 5000]);
    input.extend_from_slice(b"4\n5\n");
    let ended = world.obtain(&[]).stdin(input).ends();
    ended.succeeded();
    let refusals = ended.stderr().matches("not a number from 1 to 5").count();
    assert_eq!(refusals, 4, "{ended}");
    assert!(world.ids().starts_with("database:"));
}

#[test]
fn a_mebibyte_without_an_answer_ends_with_the_input() {
    let world = World::at("digitalocean");
    let ended = world.obtain(&[]).stdin(vec![b'x'; 1 << 20]).ends();
    ended.gave_up();
    assert_eq!(world.calls(), [""; 0]);
}

#[test]
fn exoscale_asks_for_the_operating_system_after_the_type() {
    for (answers, user) in [("4\n1\n", "ubuntu"), ("4\n2\n", "debian")] {
        let world = World::at("exoscale");
        world.set_variable("BUILDOS", Some("neither"));
        world.obtain(&[]).stdin(answers).ends().succeeded();
        assert_eq!(user_of_the_template(&world), user);
        let register = format!("--username {user} {}", world.machine_name("webserver"));
        assert!(world.changes()[1].contains(&register));
    }
}

#[test]
fn a_wrong_operating_system_is_asked_again() {
    let world = World::at("exoscale");
    let ended = world.obtain(&[]).stdin("4\n3\nubuntu\n\n1\n").ends();
    ended.succeeded();
    let refusals = ended.stderr().matches("not a number from 1 to 2").count();
    assert_eq!(refusals, 3, "{ended}");
    assert_eq!(user_of_the_template(&world), "ubuntu");
}

#[test]
fn input_that_ends_before_the_operating_system_leaves_it_to_buildos() {
    for os in ["ubuntu", "debian"] {
        let world = World::at("exoscale");
        world.set_variable("BUILDOS", Some(os));
        world.obtain(&[]).stdin("4\n").ends().succeeded();
        assert_eq!(user_of_the_template(&world), os);
    }
}

#[test]
fn a_buildos_that_is_none_stops_the_run_before_anything_is_made() {
    for os in [Some("fedora"), Some(""), Some("Debian"), None] {
        let world = World::at("exoscale");
        world.set_variable("BUILDOS", os);
        let before = world.tree();
        let ended = world.obtain(&[]).stdin("4\n").ends();
        assert!(ended.gave_up().contains("BUILDOS"), "{ended}");
        let ended = world.obtain(&["--type", "webserver"]).ends();
        assert!(ended.refused().contains("BUILDOS"), "{ended}");
        assert_eq!(world.tree(), before);
        assert_eq!(world.calls(), [""; 0]);
    }
}

#[test]
fn a_given_operating_system_is_not_asked_for() {
    let world = World::at("exoscale");
    world.set_variable("BUILDOS", Some("fedora"));
    let ended = world.obtain(&["--os", "ubuntu"]).stdin("4\n2\n").ends();
    ended.succeeded();
    assert!(!ended.stderr().contains("operating system"), "{ended}");
    assert_eq!(user_of_the_template(&world), "ubuntu");
}

#[test]
fn only_exoscale_asks_for_the_operating_system() {
    for (cloudhost, _, _) in CLOUDS.iter().filter(|cloud| cloud.0 != "exoscale") {
        let world = World::at(cloudhost);
        world.set_variable("BUILDOS", Some("fedora"));
        let ended = world.obtain(&[]).stdin("4\n").ends();
        ended.succeeded();
        assert!(!ended.stderr().contains("operating system"), "{ended}");
    }
}

#[test]
fn with_a_type_given_a_silent_open_input_is_not_waited_for() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        let run = world.obtain(&["--type", "webserver"]);
        run.with_silent_input().ends().succeeded();
        assert_eq!(world.made().len(), 1);
    }
}

#[test]
fn a_command_line_that_cannot_be_understood_is_status_2_in_one_line() {
    for words in [
        &["--type", "server"][..],
        &["--type", ""],
        &["--os", "fedora"],
        &["--timeout", "0"],
        &["--timeout", "soon"],
        &["--adopt=a b"],
        &["--replace", "--adopt"],
        &["--upload-only", "--type", "webserver"],
        &["--no-such-flag"],
        &["webserver"],
    ] {
        let world = World::at("digitalocean");
        let before = world.tree();
        let ended = world.obtain(words).ends();
        assert_eq!(ended.status, Some(2), "{ended}");
        let said = ended.stderr();
        assert!(
            said.starts_with("ObtainWholeMachineSnapshot: ")
                && said.ends_with("; try 'ObtainWholeMachineSnapshot --help'\n")
                && said.lines().count() == 1,
            "{ended}"
        );
        assert_eq!(world.tree(), before);
        assert_eq!(world.calls(), [""; 0]);
    }
}

#[test]
fn a_type_named_twice_is_taken_once_and_several_in_their_order() {
    let world = World::at("linode");
    let words = "--type database --type webserver --type database";
    let words: Vec<&str> = words.split(' ').collect();
    let ended = world.obtain(&words).ends();
    let labels = |text: &str| -> Vec<String> {
        let lines = text.lines();
        lines
            .map(|line| line.split(':').next().unwrap_or_default().to_owned())
            .collect()
    };
    assert_eq!(labels(ended.succeeded()), ["database", "webserver"]);
    assert_eq!(labels(&world.ids()), ["database", "webserver"]);
    assert_eq!(world.made().len(), 2);
}
