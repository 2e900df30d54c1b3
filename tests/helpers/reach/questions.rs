//! The questions in the order of the scripts, and what answers and arguments do to the files of the active build.

use crate::world::ssh::Fleet;
use crate::world::{Door, Ended, World};

/// What the two files of the active build hold.
fn active(world: &World) -> [String; 2] {
    ["ACTIVE_CLOUDHOST", "ACTIVE_BUILD_IDENTIFIER"].map(|name| {
        std::fs::read_to_string(world.home("runtimedata").join(name)).unwrap_or_default()
    })
}

/// A world at linode where digitalocean is active, and a second build at linode.
fn elsewhere() -> World {
    let world = World::at("linode");
    world.write("runtimedata/ACTIVE_CLOUDHOST", "digitalocean\n");
    world.write("runtimedata/ACTIVE_BUILD_IDENTIFIER", "shop\n");
    world.write("runtimedata/linode/prod/build_environment", "");
    world
}

fn execute(world: &World, arguments: &[&str], input: &str) -> Ended {
    let helper = world.helper(Door::Shim, "ExecuteOnWebserver");
    helper.args(arguments).args(["uptime"]).stdin(input).ends()
}

#[test]
fn what_is_no_number_of_a_cloud_ends_it() {
    let world = World::at("digitalocean");
    let before = world.files();
    for helper in [
        "ConnectToWebserver",
        "ExecuteOnDatabase",
        "CopyToAutoscaler",
    ] {
        for answer in ["0", "5", "", "x", "1 2", "-1"] {
            let run = world.helper(Door::Shim, helper);
            let argument = match helper {
                "ConnectToWebserver" => None,
                _ => Some("/dev/null"),
            };
            let ended = run.args(argument).stdin(format!("{answer}\n")).ends();
            let expected = format!(
                "Which cloud is the build at? 1) DigitalOcean 2) Exoscale 3) Linode 4) Vultr \n\
                 {helper}: '{answer}' is not the number of a cloud; expected one from 1 to 4\n"
            );
            assert_eq!(ended.failed(), expected);
        }
    }
    assert_eq!(world.files(), before);
    assert_eq!(world.calls(), [""; 0]);
}

#[test]
fn the_end_of_input_ends_every_question() {
    let world = elsewhere();
    let before = world.files();
    let cases: &[(&str, &[&str])] = &[
        ("ConnectToWebserver", &["3", "n", "test-build"]),
        ("ExecuteOnWebserver", &["3", "n", "test-build"]),
        (
            "CopyToWebserver",
            &["/dev/null", "3", "n", "test-build", "Y"],
        ),
        (
            "CopyFromWebserver",
            &["/etc/passwd", "3", "n", "test-build", "Y"],
        ),
        ("ConnectToRemoteMachine", &["4", "3", "n", "test-build"]),
        // Asked again until the file is there, but not for ever.
        ("CopyToWebserver", &["/nothing/here"]),
    ];
    for (helper, answers) in cases {
        for count in 0..=answers.len() {
            let mut input = answers[..count].join("\n");
            if count > 0 {
                input.push('\n');
            }
            let arguments = (*helper == "ExecuteOnWebserver").then_some("uptime");
            let run = world.helper(Door::Shim, helper).args(arguments);
            let ended = run.stdin(input).ends();
            assert_eq!(ended.status, Some(1), "{ended}");
            ended.says("standard input ended before this was answered: ");
        }
    }
    assert_eq!(world.files(), before);
}

#[test]
fn another_cloud_than_the_active_one_is_made_active_only_with_a_yes() {
    for (answer, expected) in [
        ("n", ["digitalocean\n", "shop\n"]),
        ("", ["digitalocean\n", "shop\n"]),
        ("Y", ["linode\n", "test-build\n"]),
        ("y", ["linode\n", "test-build\n"]),
    ] {
        let world = elsewhere();
        let ended = execute(&world, &[], &format!("3\n{answer}\ntest-build\nN\n"));
        assert_eq!((ended.status, ended.stdout()), (Some(1), ""), "{ended}");
        let effect = if expected[0] == "linode\n" {
            " (it becomes the active one)"
        } else {
            ""
        };
        // With a no, too, the machines are those of the chosen cloud.
        assert_eq!(
            ended.stderr(),
            format!(
                "Which cloud is the build at? 1) DigitalOcean 2) Exoscale 3) Linode 4) Vultr \n\
                 The active build is at digitalocean. Make linode the active cloud? [y/N] \n\
                 There are these builds: prod test-build\n\
                 What is the name of the build?{effect} \n\
                 Which webserver do you want to reach?\n\
                 1:   203.0.113.4   {}\n\
                 Is it this one? Y/N \n\
                 ExecuteOnWebserver: there is no other webserver, so nothing was done\n",
                world.machine_name("webserver")
            )
        );
        assert_eq!(active(&world), expected, "{ended}");
    }
}

#[test]
fn a_yes_to_the_cloud_makes_a_build_that_is_given_active_too() {
    let world = elsewhere();
    let ended = execute(&world, &["--build", "test-build"], "3\ny\nN\n");
    assert_eq!((ended.status, ended.stdout()), (Some(1), ""), "{ended}");
    assert_eq!(active(&world), ["linode\n", "test-build\n"]);
}

#[test]
fn where_no_build_is_active_the_answers_may_make_one() {
    for content in [None, Some(""), Some("nowhere\n")] {
        let world = elsewhere();
        match content {
            Some(content) => world.write("runtimedata/ACTIVE_CLOUDHOST", content),
            None => std::fs::remove_file(world.home("runtimedata/ACTIVE_CLOUDHOST")).unwrap(),
        }
        let ended = execute(&world, &[], "3\ny\ntest-build\nN\n");
        ended.says("The active build is at no cloud. Make linode the active cloud?");
        assert_eq!((ended.status, ended.stdout()), (Some(1), ""), "{ended}");
        assert_eq!(active(&world), ["linode\n", "test-build\n"]);
    }
}

#[test]
fn the_active_cloud_is_not_asked_about_and_a_build_named_there_becomes_the_active_one() {
    let world = World::at("exoscale");
    world.write("runtimedata/ACTIVE_BUILD_IDENTIFIER", "shop\n");
    let ended = execute(&world, &[], "2\ntest-build\nN\n");
    assert_eq!((ended.status, ended.stdout()), (Some(1), ""), "{ended}");
    assert!(!ended.stderr().contains("active cloud"), "{ended}");
    assert_eq!(active(&world), ["exoscale\n", "test-build\n"]);
}

#[test]
fn an_unknown_build_is_refused_before_the_files_of_the_active_build_change() {
    let world = elsewhere();
    let before = world.files();
    for (answer, complaint) in [
        (
            "production",
            "there is no build 'production' at linode; expected one of: prod test-build",
        ),
        ("", "there is no build '' at linode"),
        ("../linode/prod", "'../linode/prod'"),
        ("prod2\u{e9}", "'prod2\u{e9}'"),
    ] {
        let ended = execute(&world, &[], &format!("3\ny\n{answer}\n"));
        ended.failed();
        ended.says(complaint);
    }
    let arguments = ["--cloudhost", "vultr", "--build", "prod", "--make-active"];
    let ended = execute(&world, &arguments, "");
    assert_eq!(
        ended.failed(),
        "ExecuteOnWebserver: there is no build at vultr on this build machine; build first\n"
    );
    assert_eq!(world.files(), before);
}

#[test]
fn arguments_change_the_active_build_only_when_told_to() {
    let given = ["--cloudhost", "linode", "--build", "test-build"];
    for (make_active, expected) in [
        (None, ["digitalocean\n", "shop\n"]),
        (Some("--make-active"), ["linode\n", "test-build\n"]),
    ] {
        let world = elsewhere();
        let arguments: Vec<&str> = given.into_iter().chain(make_active).collect();
        let ended = execute(&world, &arguments, "N\n");
        assert_eq!((ended.status, ended.stdout()), (Some(1), ""), "{ended}");
        assert_eq!(active(&world), expected, "{ended}");
    }
    // A cloud that is given is not asked about, and so stays as active as it was.
    let world = elsewhere();
    let ended = execute(&world, &["--cloudhost", "linode"], "test-build\nN\n");
    assert_eq!((ended.status, ended.stdout()), (Some(1), ""), "{ended}");
    assert_eq!(active(&world), ["digitalocean\n", "shop\n"]);
}

#[test]
fn only_a_y_picks_a_machine_and_what_is_neither_never_goes_on_without_an_address() {
    let world = World::at("digitalocean");
    let second = world.machine_name("webserver").replace("init-1", "init-2");
    world.edit_state(|state| state.machines.push(world.machine(8, &second)));
    let given = ["--cloudhost", "digitalocean", "--build", "test-build"];
    let ended = execute(&world, &given, "n\nN\n");
    assert_eq!((ended.status, ended.stdout()), (Some(1), ""), "{ended}");
    ended.says("there is no other webserver, so nothing was done\n");
    for answers in ["N\n\n", "N\nyes\n", "N\n2\n"] {
        let ended = execute(&world, &given, answers);
        ended.failed();
        ended.says("is neither Y nor N, so no webserver is picked\n");
    }
    for wanted in ["ws", "203.0.113.5", "ALL", ""] {
        let arguments: Vec<&str> = given.into_iter().chain(["--machine", wanted]).collect();
        let ended = execute(&world, &arguments, "");
        assert_eq!(
            ended.failed(),
            format!(
                "ExecuteOnWebserver: --machine '{wanted}' is no webserver of the build; there are: {} (203.0.113.4), {second} \
                 (203.0.113.9)\n",
                world.machine_name("webserver")
            )
        );
    }
}

#[test]
fn a_session_is_on_one_machine() {
    let world = World::at("digitalocean");
    let ended = world
        .helper(Door::Shim, "ConnectToWebserver")
        .args(["--cloudhost", "digitalocean", "--build", "test-build"])
        .args(["--machine", "all"])
        .ends();
    assert_eq!(
        ended.failed(),
        "ConnectToWebserver: a session is on one machine; give the address or the name of a webserver, not 'all'\n"
    );
}

#[test]
fn the_helper_for_any_class_asks_for_it_first() {
    let fleet = Fleet::at("vultr");
    // The numbers are not those of ObtainWholeMachineSnapshot.
    for (number, label) in [(2, "autoscaler"), (3, "reverseproxy"), (5, "database")] {
        let ended = fleet
            .world
            .helper(Door::Shim, "ConnectToRemoteMachine")
            .stdin(format!(
                "{number}\n4\ntest-build\nY\necho \"on $MACHINE\"\nexit 3\n"
            ))
            .ends();
        assert_eq!(ended.status, Some(3), "{ended}");
        let name = &fleet.server(label).name;
        assert_eq!(ended.stdout(), format!("on {name}\n"), "{ended}");
    }
    let database = fleet.server("database");
    let ended = fleet
        .world
        .helper(Door::Shim, "ExecuteOnRemoteMachine")
        .args(["database", "--cloudhost", "vultr", "--build", "test-build"])
        .args(["--machine", &database.name, "echo \"on $MACHINE\""])
        .ends();
    assert_eq!(ended.succeeded(), format!("on {}\n", database.name));
    let ended = fleet
        .world
        .helper(Door::Shim, "CopyToRemoteMachine")
        .args(["server"])
        .ends();
    assert_eq!(ended.status, Some(2), "{ended}");
}
