//! `ShutdownInfrastructure`: the machines are halted, and destroyed if that is wanted too.

use crate::simcloud_state::Fault;
use crate::world::ssh::{Server, user};
use crate::world::{BREAKS, CLOUDS, DOORS, Door, Ended, Stage, names};

/// What a machine of a type is asked for.
fn asked(kind: &str) -> String {
    format!(
        "echo adt-begun; DEBIAN_FRONTEND=noninteractive /usr/bin/sudo -S -E -p '' \
         /home/{}/utilities/housekeeping/ShutdownThis{kind}.sh halt\n",
        user()
    )
}

/// What the questions lead to, the cloud being the first.
fn answered(stage: &Stage, answers: &str) -> Ended {
    let number = CLOUDS
        .iter()
        .position(|cloud| cloud.0 == stage.cloudhost())
        .unwrap();
    stage
        .world()
        .helper(Door::Binary, "ShutdownInfrastructure")
        .stdin(format!("{}\ntest-build\n{answers}", number + 1))
        .ends()
}

fn shutdown(stage: &Stage, words: &[&str]) -> Ended {
    stage
        .world()
        .helper(Door::Binary, "ShutdownInfrastructure")
        .args(["--cloudhost", stage.cloudhost(), "--build", "test-build"])
        .args(words)
        .ends()
}

/// The names of the machines that the provider has.
fn left(stage: &Stage) -> Vec<String> {
    let machines = stage.world().machines().into_iter();
    machines.map(|machine| machine.name).collect()
}

#[test]
fn each_machine_runs_its_own_script_once_and_in_order() {
    for door in DOORS {
        let stage = Stage::at("digitalocean");
        let ended = stage
            .world()
            .helper(door, "ShutdownInfrastructure")
            .stdin("1\ntest-build\n\nY\nN\n")
            .ends();
        assert_eq!(ended.succeeded(), "", "{ended}");
        ended.says("no machine was destroyed");
        assert_eq!(stage.order(), names(&stage.servers()), "{ended}");
        for (label, kind) in [
            ("autoscaler", "Autoscaler"),
            ("webserver", "Webserver"),
            ("database", "Database"),
        ] {
            for server in stage.fleet.servers_of(label) {
                let expected = (asked(kind), format!("{}\n", stage.password));
                assert_eq!(stage.asked(server), expected);
            }
        }
        assert!(!stage.seen().contains(&stage.password));
        assert_eq!(stage.world().changes(), [""; 0]);
    }
}

#[test]
fn without_a_yes_nothing_is_shut_down() {
    let stage = Stage::at("vultr");
    for answers in ["N\n", "\nN\nY\n", "\n\nY\n", "\n", "", "no\nY\n"] {
        let ended = answered(&stage, answers);
        let said = ended.failed();
        assert!(said.contains("nothing was shut down"), "{ended}");
        assert_eq!(stage.order(), [""; 0], "{answers:?}: {ended}");
        assert_eq!(stage.world().changes(), [""; 0], "{answers:?}: {ended}");
    }
}

#[test]
fn the_machines_are_destroyed_after_a_question_of_its_own_each_once() {
    for (cloudhost, ..) in CLOUDS {
        for answers in ["\nY\nY\n", "Y\ny\n"] {
            let stage = Stage::at(cloudhost);
            let ended = answered(&stage, answers);
            assert_eq!(ended.succeeded(), "", "{cloudhost}: {ended}");
            let others = ["authenticator", "reverseproxy"];
            let others = others.map(|label| stage.world().machine_name(label));
            assert_eq!(left(&stage), others, "{cloudhost}: {ended}");
            let deletions = stage.world().changes();
            let deletions = deletions.iter().filter(|call| call.contains(" delete "));
            assert_eq!(deletions.count(), 4, "{cloudhost}: {ended}");
        }
    }
}

#[test]
fn no_or_the_end_of_input_destroys_nothing() {
    for answers in ["Y\nN\n", "Y\n\n", "Y\n", "Y\n\nY\n"] {
        let stage = Stage::at("linode");
        let ended = answered(&stage, answers);
        ended.says("no machine was destroyed").succeeded();
        assert_eq!(stage.order().len(), 4, "{answers:?}: {ended}");
        assert_eq!(stage.world().changes(), [""; 0], "{answers:?}: {ended}");
    }
}

#[test]
fn without_questions_machines_are_destroyed_only_where_both_options_say_so() {
    let stage = Stage::at("exoscale");
    assert_eq!(shutdown(&stage, &["--destroy"]).status, Some(2));
    assert_eq!(stage.order(), [""; 0]);
    shutdown(&stage, &["--yes"]).succeeded();
    assert_eq!(stage.order().len(), 4);
    assert_eq!(stage.world().changes(), [""; 0]);
    shutdown(&stage, &["--yes", "--destroy"]).succeeded();
    assert_eq!(left(&stage).len(), 2);
}

#[test]
fn a_machine_that_was_not_shut_down_is_destroyed_only_by_a_person_who_was_told() {
    let fails = |stage: &Stage, server: &Server| {
        stage.plays(server, "echo 'the backup failed' >&2; exit 3");
        server.name.clone()
    };
    let stage = Stage::at("digitalocean");
    let failed = fails(&stage, stage.fleet.server("webserver"));
    let ended = shutdown(&stage, &["--yes", "--destroy"]);
    let said = ended.failed();
    assert!(said.contains(&format!("{failed}: the backup failed\n")));
    assert!(said.contains(&format!("not shut down: {failed} (")));
    assert!(left(&stage).contains(&failed), "{ended}");
    assert_eq!(left(&stage).len(), 3, "{ended}");

    let stage = Stage::at("digitalocean");
    let failed = fails(&stage, stage.fleet.server("webserver"));
    let told = format!("Not shut down, and so perhaps without a backup: {failed}\n");
    let ended = answered(&stage, "Y\nY\n");
    ended.says(&told).succeeded();
    assert_eq!(left(&stage).len(), 2, "{ended}");
}

#[test]
fn a_machine_that_takes_the_connection_with_it_is_shut_down_once_the_provider_says_so() {
    for (cloudhost, ..) in CLOUDS {
        let stage = Stage::at(cloudhost);
        for server in stage.servers() {
            stage.halts(server, "");
        }
        let ended = shutdown(&stage, &["--yes", "--destroy"]);
        ended.says("the provider says that it is off").succeeded();
        assert_eq!(left(&stage).len(), 2, "{ended}");
    }
}

#[test]
fn a_machine_whose_connection_broke_and_that_is_not_off_is_not_destroyed() {
    // Vultr calls a machine that is off active, and says otherwise in another word.
    for cloudhost in ["digitalocean", "vultr"] {
        let stage = Stage::at(cloudhost);
        let cut_off = stage.fleet.server("webserver");
        stage.plays(cut_off, BREAKS);
        let ended = shutdown(&stage, &["--yes", "--destroy", "--timeout", "5s"]);
        let said = ended.failed();
        let why = "not shut down: the connection ended before it said that it was done, and the provider says that it is not off";
        assert!(
            said.contains(&format!("{}: {why}\n", cut_off.name)),
            "{ended}"
        );
        assert!(left(&stage).contains(&cut_off.name), "{ended}");
        assert_eq!(left(&stage).len(), 3, "{ended}");
    }
}

#[test]
fn a_machine_that_no_answer_of_the_provider_calls_off_is_not_destroyed() {
    let stage = Stage::at("digitalocean");
    let server = stage.fleet.server("database");
    stage.plays(server, BREAKS);
    // The one list before them says which machines there are.
    stage.world().faults(&[Fault {
        tool: "doctl".into(),
        argv: vec!["droplet list".into()],
        nth: 2,
        kind: "500".into(),
        ..Fault::default()
    }]);
    let ended = shutdown(&stage, &["--yes", "--destroy", "--timeout", "5s"]);
    ended.failed();
    assert!(left(&stage).contains(&server.name), "{ended}");
}

#[test]
fn a_machine_that_is_off_already_needs_no_connection() {
    let mut stage = Stage::at("exoscale");
    let off = stage.fleet.server("autoscaler").name.clone();
    stage.world().edit_state(|cloud| {
        let mut machines = cloud.machines.iter_mut();
        let machine = machines.find(|machine| machine.name == off).unwrap();
        machine.status = "stopped".to_owned();
    });
    stage.fleet.stop(&off);
    let ended = shutdown(&stage, &["--yes"]);
    ended
        .says(&format!("{off}: the provider says that it is off"))
        .succeeded();
    assert_eq!(stage.order().len(), 3, "{ended}");
}

#[test]
fn a_machine_that_is_gone_is_neither_shut_down_nor_destroyed() {
    let mut stage = Stage::at("linode");
    let gone = stage.fleet.server("webserver").name.clone();
    stage.fleet.stop(&gone);
    stage.takes_away(stage.fleet.server("autoscaler"), &gone);
    let ended = answered(&stage, "Y\nY\n");
    ended.says(&format!("{gone}: it is gone")).succeeded();
    ended.says("Destroy all 3 machines");
    assert_eq!(left(&stage).len(), 2, "{ended}");
}

#[test]
fn the_scripts_are_those_of_the_servers_user_whoever_logs_in() {
    let stage = Stage::at("vultr");
    let file = stage.world().build("credentials/SERVERUSER");
    std::fs::write(file, "Xk3JdQ9s\n").unwrap();
    shutdown(&stage, &["--yes", "--user", &user()]).succeeded();
    let (asked, _) = stage.asked(stage.fleet.server("database"));
    let script = "/home/Xk3JdQ9s/utilities/housekeeping/ShutdownThisDatabase.sh halt\n";
    assert!(asked.ends_with(script), "{asked}");
}
