//! `RebootInfrastructure`: the autoscalers, webservers and databases, in this order.

use crate::world::{BREAKS, CLOUDS, DOORS, Door, Ended, Stage, names};

/// What each machine is asked for.
const ASKED: &str = "echo adt-begun; DEBIAN_FRONTEND=noninteractive /usr/bin/sudo -S -E -p '' /usr/sbin/shutdown -r now\n";

fn reboot(stage: &Stage, words: &[&str]) -> Ended {
    let cloudhost = stage.cloudhost();
    stage
        .world()
        .helper(Door::Binary, "RebootInfrastructure")
        .args(["--cloudhost", cloudhost, "--build", "test-build"])
        .args(words)
        .ends()
}

#[test]
fn the_answers_of_the_script_reboot_each_machine_once_and_in_order() {
    for door in DOORS {
        for answers in ["1\ntest-build\nY\n", "1\ntest-build\n\ny\n"] {
            let stage = Stage::at("digitalocean");
            let ended = stage
                .world()
                .helper(door, "RebootInfrastructure")
                .stdin(answers)
                .ends();
            assert_eq!(ended.succeeded(), "", "{ended}");
            let servers = stage.servers();
            assert_eq!(stage.order(), names(&servers), "{ended}");
            for server in servers {
                ended.says(&format!("{} ({})", server.name, server.address));
                let asked = stage.asked(server);
                assert_eq!(asked, (ASKED.to_owned(), format!("{}\n", stage.password)));
            }
            assert_eq!(stage.world().changes(), [""; 0]);
        }
    }
}

#[test]
fn another_cloud_than_the_active_one_is_asked_about() {
    let stage = Stage::at("linode");
    stage
        .world()
        .write("runtimedata/ACTIVE_CLOUDHOST", "vultr\n");
    let ended = stage
        .world()
        .helper(Door::Shim, "RebootInfrastructure")
        .stdin("3\nY\ntest-build\nY\n")
        .ends();
    ended.succeeded();
    assert_eq!(stage.order().len(), 4, "{ended}");
    let active = &stage.world().files()["ACTIVE_CLOUDHOST"];
    assert_eq!(active, b"linode\n");
}

#[test]
fn the_password_is_on_standard_input_and_nowhere_else() {
    let stage = Stage::at("vultr");
    for server in stage.servers() {
        stage.plays(server, "echo \"hello\"; cat $MACHINE.input >&2");
    }
    let ended = reboot(&stage, &["--yes"]);
    let said = ended.succeeded();
    assert_eq!(said.matches(": hello\n").count(), 4, "{ended}");
    assert!(!ended.stderr().contains(&stage.password), "{ended}");
    assert!(stage.seen().contains("/usr/sbin/shutdown -r now"));
    assert!(!stage.seen().contains(&stage.password));
    for (name, content) in stage.world().files() {
        let content = String::from_utf8_lossy(&content);
        let is_kept = content.contains(&stage.password);
        assert_eq!(is_kept, name.ends_with("/SERVERUSERPASSWORD"), "{name}");
    }
}

#[test]
fn without_a_yes_nothing_is_rebooted() {
    let stage = Stage::at("exoscale");
    for answers in ["N\n", "\n\n", "\n", "", "\nN\n", "maybe\nY\n"] {
        let ended = stage
            .world()
            .helper(Door::Binary, "RebootInfrastructure")
            .stdin(format!("2\ntest-build\n{answers}"))
            .ends();
        assert!(
            ended.failed().contains("nothing was rebooted"),
            "{answers:?}: {ended}"
        );
        assert_eq!(stage.order(), [""; 0], "{answers:?}: {ended}");
    }
}

#[test]
fn with_all_given_nothing_is_asked_at_any_cloud() {
    for (cloudhost, ..) in CLOUDS {
        let stage = Stage::at(cloudhost);
        let ended = reboot(&stage, &["--yes"]);
        ended
            .says("Authenticators and reverse proxies are left alone.")
            .succeeded();
        assert_eq!(stage.order(), names(&stage.servers()), "{ended}");
    }
}

#[test]
fn a_machine_that_takes_the_connection_with_it_is_rebooted() {
    let stage = Stage::at("digitalocean");
    let servers = stage.servers();
    stage.plays(servers[0], BREAKS);
    stage.plays(servers[3], BREAKS);
    let ended = reboot(&stage, &["--yes"]);
    assert_eq!(ended.succeeded(), "", "{ended}");
    assert_eq!(stage.order(), names(&servers), "{ended}");
    let said = ended.stderr();
    assert_eq!(said.matches(": the connection ended with it\n").count(), 2);
    assert!(
        !said.contains("closed by") && !said.contains("255"),
        "{ended}"
    );
}

#[test]
fn what_fails_on_one_machine_is_named_and_the_others_are_rebooted() {
    let mut stage = Stage::at("digitalocean");
    let autoscaler = stage.fleet.server("autoscaler").name.clone();
    stage.fleet.stop(&autoscaler);
    let [first, second] = stage.fleet.servers_of("webserver")[..] else {
        panic!("there are two webservers");
    };
    stage.plays(first, "echo 'sudo: no password' >&2; exit 1");
    let ended = reboot(&stage, &["--yes"]);
    let said = ended.failed();
    let database = stage.fleet.server("database");
    assert_eq!(stage.order(), names(&[first, second, database]), "{ended}");
    let name = &first.name;
    for words in [
        format!("{name}: sudo: no password\n{name}: not rebooted: failed with status 1\n"),
        format!("{autoscaler}: not rebooted: no ssh server answers at "),
        format!("RebootInfrastructure: not rebooted: {autoscaler} ("),
        format!(", {name} ({}); see above why", first.address),
    ] {
        assert!(said.contains(&words), "expected '{words}': {ended}");
    }
}

#[test]
fn a_machine_that_refuses_the_login_is_not_rebooted() {
    let stage = Stage::at("vultr");
    let ended = reboot(&stage, &["--yes", "--user", "nobody-of-this-name"]);
    assert_eq!(stage.order(), [""; 0], "{ended}");
    let said = ended.failed();
    assert_eq!(said.matches("not rebooted: no connection").count(), 4);
    assert!(said.contains("Permission denied"), "{ended}");
}

#[test]
fn a_machine_that_the_provider_no_longer_has_is_passed_over() {
    for (cloudhost, ..) in CLOUDS {
        let mut stage = Stage::at(cloudhost);
        let gone = stage.fleet.server("webserver").name.clone();
        stage.fleet.stop(&gone);
        let autoscaler = stage.fleet.server("autoscaler");
        stage.takes_away(autoscaler, &gone);
        let ended = reboot(&stage, &["--yes"]);
        ended
            .says(&format!(
                "{gone}: it is gone, the provider no longer lists it\n"
            ))
            .succeeded();
        assert_eq!(stage.order(), names(&stage.servers()), "{ended}");
    }
}

#[test]
fn a_list_that_lacks_it_only_once_is_no_proof_that_a_machine_is_gone() {
    let mut stage = Stage::at("digitalocean");
    let silent = stage.fleet.server("database").name.clone();
    stage.fleet.stop(&silent);
    stage.world().crowd();
    stage.world().drop_pages("droplet list", 3, 3);
    let ended = reboot(&stage, &["--yes"]);
    let expected = format!("{silent}: not rebooted: no ssh server answers");
    assert!(ended.failed().contains(&expected), "{ended}");
}

#[test]
fn a_build_without_such_machines_or_without_a_password_is_refused() {
    let stage = Stage::at("vultr");
    let password = stage.world().build("credentials/SERVERUSERPASSWORD");
    std::fs::remove_file(password).unwrap();
    let refused = reboot(&stage, &["--yes"]);
    assert!(refused.refused().contains("SERVERUSERPASSWORD"));
    assert_eq!(stage.order(), [""; 0]);
    let stage = Stage::at("vultr");
    let is_left_alone = |name: &str| name.contains("-auth-") || name.contains("-rp-");
    stage
        .world()
        .edit_state(|state| state.machines.retain(|it| is_left_alone(&it.name)));
    let refused = reboot(&stage, &["--yes"]);
    assert!(
        refused
            .refused()
            .contains("there is no autoscaler, webserver or database")
    );
}
