//! What the providers' CLIs do wrong, as recorded: one server all the same, or an error that says how to go on.

use super::*;
use crate::simcloud_state::Fault;

/// What may happen to any call that only reads, once.
const PASSING: [&str; 8] = [
    "429",
    "500",
    "502-html",
    "cut",
    "empty-body",
    "refused",
    "garbage-stdout",
    "empty-stdout",
];

#[test]
fn any_call_may_go_wrong_once() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::before_servers(cloudhost);
        world.create("webserver").succeeded();
        let calls = world.calls().len();
        for call in 1..=calls {
            let kind = PASSING[call % PASSING.len()];
            let what = format!("{cloudhost}, {kind} at call {call} of {calls}");
            let world = World::before_servers(cloudhost);
            world.faults(&[Fault {
                tool: "*".into(),
                call: call as u64,
                times: 1,
                kind: kind.into(),
                ..Fault::default()
            }]);
            let ended = world.create("webserver");
            if ended.status != Some(0) {
                assert!(ended.failed().contains("CreateServer: "), "{what}: {ended}");
                assert!(world.machines().len() <= 1, "{what}");
                let again = world.create("webserver");
                assert_eq!(again.status, Some(0), "{what}: {again}");
            }
            world.only_machine("webserver", &what);
        }
    }
}

#[test]
fn a_lost_answer_is_no_lost_server() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::before_servers(cloudhost);
        // doctl is told not to repeat its request, and linode-cli does not.
        let kind = match cloudhost {
            "digitalocean" | "linode" => "lost-answer",
            _ => "lost-answer-once",
        };
        world.faults(&[world.creation_fault(kind)]);
        world.create("webserver").succeeded();
        world.only_machine("webserver", cloudhost);
        assert_eq!(world.creations().len(), 1, "{cloudhost}");
    }
}

#[test]
fn a_refusal_is_told_and_the_next_run_asks_again() {
    for (cloudhost, ..) in CLOUDS {
        for kind in ["401", "500", "refused"] {
            let world = World::before_servers(cloudhost);
            let mut lasting = world.creation_fault(kind);
            lasting.times = 0;
            world.faults(&[lasting]);
            let ended = world.create("webserver");
            assert!(ended.failed().contains("could not be made"), "{ended}");
            assert_eq!(world.machines().len(), 0, "{ended}");
            world.faults(&[]);
            world.create("webserver").succeeded();
            world.only_machine("webserver", cloudhost);
        }
    }
}

#[test]
fn trouble_of_the_providers_own_that_passes_is_asked_past() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::before_servers(cloudhost);
        world.faults(&[world.creation_fault("500")]);
        world.create("webserver").succeeded();
        world.only_machine("webserver", cloudhost);
    }
}

#[test]
fn an_answer_of_no_known_shape_ends_the_run_soon_with_the_tools_words() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::before_servers(cloudhost);
        let words = world.creation_fault("").argv.remove(0);
        for stream in ["1", "2"] {
            let answer = format!("echo 'Available Commands' >&{stream}; exit 0");
            world.before_the_tool(&words, &answer);
            let ended = world.create("webserver");
            let said = ended.failed();
            assert!(said.contains("could not be made"), "{ended}");
            assert!(said.contains("Available Commands"), "{ended}");
            assert!(!said.contains("goes on at the provider"), "{ended}");
            assert_eq!(world.machines().len(), 0);
        }
    }
}

#[test]
fn a_cli_that_never_answers_is_stopped_once_the_server_runs() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::before_servers(cloudhost);
        world.edit_state(|state| state.config.server_ms = 1_500);
        let words = world.creation_fault("").argv.remove(0);
        world.before_the_tool(&words, "\"$real\" \"$@\" >/dev/null; exec sleep 300");
        let ended = world.create("webserver");
        ended.succeeded();
        ended.says("it is there; the CLI has not answered yet");
        world.only_machine("webserver", cloudhost);
        assert_eq!(world.creations().len(), 1, "{cloudhost}");
    }
}

#[test]
fn a_cli_that_hangs_is_stopped_and_the_list_decides() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::before_servers(cloudhost);
        world.faults(&[world.creation_fault("hang")]);
        let name = world.machine_name("webserver");
        let ended = world.creating(&[&name, "--timeout", "2s"]).ends();
        let said = ended.failed();
        assert!(said.contains("run the same command again"), "{ended}");
        world.create("webserver").succeeded();
        world.only_machine("webserver", cloudhost);
    }
}

#[test]
fn a_server_that_takes_its_time_is_waited_for_and_taken_up_later() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::before_servers(cloudhost);
        world.edit_state(|state| state.config.server_ms = 300);
        world.create("webserver").succeeded();
        let machine = world.only_machine("webserver", cloudhost);
        assert!(!machine.is_new(), "{cloudhost}");

        let world = World::before_servers(cloudhost);
        world.edit_state(|state| state.config.server_ms = 3_600_000);
        let name = world.machine_name("webserver");
        let ended = world.creating(&[&name, "--timeout", "1s"]).ends();
        let said = ended.failed();
        assert!(said.contains("run the same command again"), "{ended}");
        world.edit_state(|state| state.machines[0].ready_ms = 1);
        let again = world.create("webserver");
        again.succeeded();
        again.says("an earlier run began this server");
        world.only_machine("webserver", cloudhost);
        assert_eq!(world.creations().len(), 1, "{cloudhost}");
    }
}

#[test]
fn nothing_is_made_while_the_list_may_be_incomplete() {
    let world = World::before_servers("exoscale");
    world.create("webserver").succeeded();
    world.faults(&[Fault {
        tool: "exo".into(),
        argv: vec!["instance list".into()],
        kind: "500".into(),
        ..Fault::default()
    }]);
    let ended = world.create("webserver");
    assert!(
        ended
            .failed()
            .contains("cannot tell which machines there are"),
        "{ended}"
    );
    assert_eq!(world.machines().len(), 1);
}

#[test]
fn a_list_that_lags_behind_is_waited_for() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::before_servers(cloudhost);
        world.edit_state(|state| state.config.list_lag_ms = 40);
        world.create("webserver").succeeded();
        world.only_machine("webserver", cloudhost);
    }
}

#[test]
fn a_machine_on_a_page_that_was_dropped_is_seen() {
    let world = World::before_servers("digitalocean");
    world.create("webserver").succeeded();
    world.crowd();
    for (times, told) in [
        (1, "exists already"),
        (3, "exists already"),
        (0, "doctl shows 200 of 201"),
    ] {
        world.drop_pages("droplet list", 1, times);
        let ended = world.create("webserver");
        let said = ended.failed();
        assert!(said.contains(told), "{ended}");
        // Neither the trace nor what stands in it is for a person.
        assert!(!said.contains("HTTP/"), "{ended}");
    }
    assert_eq!(world.machines().len(), 1);
}
