//! Two machines of one creation: one is used by everybody who searches by name, the other is named and left alone.

use super::*;
use crate::world::Door;

const CLOUDS_THAT_REPEAT: [&str; 3] = ["digitalocean", "exoscale", "vultr"];

/// What a build script captures.
fn answer(world: &World, helper: &str, words: &[&str]) -> String {
    let ended = world.helper(Door::Shim, helper).args(words).ends();
    ended.succeeded().to_owned()
}

#[test]
fn one_is_used_by_the_callers_and_the_twin_is_named() {
    for cloudhost in CLOUDS_THAT_REPEAT {
        let world = World::before_servers(cloudhost);
        world.faults(&[world.creation_fault("duplicate")]);
        let name = world.machine_name("webserver");
        let ended = world.creating(&["--json", world.size(), &name]).ends();
        let report: serde_json::Value = serde_json::from_str(ended.succeeded()).unwrap();
        let machines = world.machines();
        assert_eq!(machines.len(), 2, "{ended}");
        let used = machines
            .iter()
            .find(|it| report["id"] == it.id.as_str())
            .unwrap();
        let twin = machines.iter().find(|it| it.id != used.id).unwrap();
        assert_eq!(report["twins"], serde_json::json!([twin.id]), "{report}");
        ended.says(&format!("delete {} at the provider", twin.id));
        assert_eq!(world.server_notes(), [""; 0], "{cloudhost}");

        assert_eq!(
            answer(&world, "IsInstanceRunning", &[&name, cloudhost]),
            "running\n"
        );
        let public = answer(&world, "GetServerIPAddresses", &[&name, cloudhost]);
        assert_eq!(public, format!("{}\n", used.public_ip), "{cloudhost}");
        let private = answer(&world, "GetServerPrivateIPAddresses", &[&name, cloudhost]);
        assert_eq!(private, format!("{}\n", used.private_ip), "{cloudhost}");
        let token = format!("ws-{}-test-build", world.region());
        assert_eq!(
            answer(&world, "NumberOfServers", &[&token, cloudhost]),
            "1\n"
        );
        // The toolkit's firewall script puts all of these behind the firewall.
        let ids = answer(&world, "ListServerIDs", &[&token, cloudhost]);
        assert_eq!(ids.lines().count(), 2, "{cloudhost}");

        // A build that failed on the machine destroys it and makes it anew, whatever became of the twin.
        answer(&world, "DestroyServer", &[&used.public_ip, cloudhost]);
        assert_eq!(
            answer(&world, "NumberOfServers", &[&token, cloudhost]),
            "0\n"
        );
        world.faults(&[]);
        world.create("webserver").succeeded();
        assert_eq!(
            answer(&world, "NumberOfServers", &[&token, cloudhost]),
            "1\n"
        );
        assert!(
            world.machines().iter().any(|it| it.id == twin.id),
            "{cloudhost}"
        );
    }
}

#[test]
fn a_request_whose_answer_was_lost_makes_two_at_most_and_uses_one() {
    for cloudhost in ["exoscale", "vultr"] {
        let world = World::before_servers(cloudhost);
        world.faults(&[world.creation_fault("lost-answer")]);
        world.create("database").succeeded();
        assert_eq!(world.machines().len(), 2, "{cloudhost}");
        assert_eq!(world.creations().len(), 1, "{cloudhost}");
        let name = world.machine_name("database");
        assert_eq!(
            answer(&world, "IsInstanceRunning", &[&name, cloudhost]),
            "running\n"
        );
    }
}

#[test]
fn an_autoscaler_uses_one_too() {
    for cloudhost in CLOUDS_THAT_REPEAT {
        let world = World::on_an_autoscaler(cloudhost, "");
        world.faults(&[world.creation_fault("duplicate")]);
        let ended = world.create("webserver");
        ended.succeeded();
        ended.says("the provider made several machines of this name");
        assert_eq!(world.machines().len(), 2, "{cloudhost}");
    }
}

#[test]
fn the_one_that_is_used_stays_the_same_when_the_run_is_cut_short() {
    for cloudhost in CLOUDS_THAT_REPEAT {
        let world = World::before_servers(cloudhost);
        world.edit_state(|state| state.config.server_ms = 3_600_000);
        world.faults(&[world.creation_fault("duplicate")]);
        let name = world.machine_name("webserver");
        let ended = world
            .creating(&[world.size(), &name, "--timeout", "1s"])
            .ends();
        ended.failed();
        let machines = world.machines();
        let twin = machines
            .iter()
            .find(|it| ended.stderr().contains(&format!("delete {} at", it.id)));
        let twin = twin.unwrap_or_else(|| panic!("{ended}")).id.clone();
        world.edit_state(|state| {
            for machine in &mut state.machines {
                machine.ready_ms = 1;
            }
        });
        let again = world.creating(&["--json", world.size(), &name]).ends();
        let report: serde_json::Value = serde_json::from_str(again.succeeded()).unwrap();
        assert_eq!(report["twins"], serde_json::json!([twin]), "{again}");
    }
}
