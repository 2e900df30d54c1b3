//! What the providers' CLIs do wrong, as recorded: one snapshot all the same, or an error that says how to go on.

use super::*;
use crate::simcloud_state::{Fault, Provider};
use crate::world::Ended;

/// What may happen to any call, once.
const PASSING: [&str; 11] = [
    "401",
    "429",
    "500",
    "502-html",
    "cut",
    "empty-body",
    "refused",
    "garbage-stdout",
    "truncated-stdout",
    "empty-stdout",
    "non-utf8",
];

fn obtain(world: &World, arguments: &[&str]) -> Ended {
    world
        .helper(Door::Binary, "ObtainWholeMachineSnapshot")
        .args(["--type", "webserver", "--os", "debian"])
        .args(arguments)
        .ends()
}

fn tool_of(cloudhost: &str) -> &'static str {
    match cloudhost {
        "digitalocean" => "doctl",
        "exoscale" => "exo",
        "linode" => "linode-cli",
        _ => "vultr",
    }
}

/// The creation of a cloud, and on exoscale of its first step.
fn creation(cloudhost: &str, kind: &str, ms: u64) -> Fault {
    let words = match cloudhost {
        "digitalocean" => "droplet-action snapshot",
        "linode" => "images create",
        _ => "snapshot create",
    };
    Fault {
        tool: tool_of(cloudhost).into(),
        argv: vec![words.into()],
        nth: 1,
        times: 1,
        kind: kind.into(),
        ms,
        ..Fault::default()
    }
}

fn snapshots_of(world: &World) -> Vec<String> {
    let made = world.state().snapshots.into_iter();
    made.filter(|made| made.kind != crate::simcloud_state::Kind::Template)
        .map(|made| made.id)
        .collect()
}

fn every_fault_at_every_call(cloudhost: &str) {
    let world = World::at(cloudhost);
    obtain(&world, &["--no-datastore"]).succeeded();
    let count = world.calls().len();
    for call in 1..=count {
        for kind in PASSING {
            let what = format!("{cloudhost}, {kind} at call {call} of {count}");
            let world = World::at(cloudhost);
            let call = u64::try_from(call).unwrap();
            world.faults(&[Fault {
                tool: "*".into(),
                call,
                times: 1,
                kind: kind.into(),
                ..Fault::default()
            }]);
            let ended = obtain(&world, &["--no-datastore"]);
            assert!(matches!(ended.status, Some(0 | 1)), "{what}: {ended}");
            if ended.status == Some(1) {
                world.faults(&[]);
                let again = obtain(&world, &["--no-datastore"]);
                assert_eq!(
                    again.status,
                    Some(0),
                    "{what}\nfirst: {ended}\nagain: {again}"
                );
            }
            assert_eq!(snapshots_of(&world).len(), 1, "{what}: {ended}");
            assert_eq!(
                world.ids(),
                format!("webserver:{}\n", world.made()[0].id),
                "{what}"
            );
            assert_eq!(world.pending(), [""; 0], "{what}");
        }
    }
}

#[test]
fn any_fault_at_any_call_of_digitalocean_leaves_one_snapshot() {
    every_fault_at_every_call("digitalocean");
}

#[test]
fn any_fault_at_any_call_of_exoscale_leaves_one_snapshot() {
    every_fault_at_every_call("exoscale");
}

#[test]
fn any_fault_at_any_call_of_linode_leaves_one_snapshot() {
    every_fault_at_every_call("linode");
}

#[test]
fn any_fault_at_any_call_of_vultr_leaves_one_snapshot() {
    every_fault_at_every_call("vultr");
}

#[test]
fn a_provider_that_always_refuses_is_quoted_and_nothing_is_made() {
    for (cloudhost, _, _) in CLOUDS {
        for kind in ["401", "403", "429", "500", "503", "502-html", "refused"] {
            let world = World::at(cloudhost);
            world.faults(&[Fault {
                tool: tool_of(cloudhost).into(),
                kind: kind.into(),
                ..Fault::default()
            }]);
            let before = world.files();
            let ended = obtain(&world, &[]);
            let said = ended.failed();
            assert!(
                said.contains(tool_of(cloudhost)),
                "{cloudhost} {kind}: {ended}"
            );
            assert_eq!(
                world.files(),
                before,
                "{cloudhost} {kind}: nothing on disk changes"
            );
            assert_eq!(snapshots_of(&world), [""; 0]);
        }
    }
}

#[test]
fn a_refused_creation_says_so_with_the_providers_words() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        world.faults(&[creation(cloudhost, "403", 0)]);
        let ended = obtain(&world, &[]);
        let said = ended.failed();
        assert!(
            said.contains("could be made") && said.contains("' was refused: "),
            "{ended}"
        );
        assert_eq!(world.ids(), "");
        obtain(&world, &[]).succeeded();
        assert_eq!(snapshots_of(&world).len(), 1);
    }
}

#[test]
fn a_lost_answer_to_a_creation_that_takes_time_makes_no_second_one() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        world.edit_state(|state| state.config.snapshot_ms = 200);
        let kind = if cloudhost == "digitalocean" {
            "lost-answer"
        } else {
            "lost-answer-once"
        };
        world.faults(&[creation(cloudhost, kind, 0)]);
        obtain(&world, &[]).succeeded();
        assert_eq!(snapshots_of(&world).len(), 1, "{cloudhost}");
        assert_eq!(world.ids(), format!("webserver:{}\n", world.made()[0].id));
    }
}

#[test]
fn of_two_that_one_creation_made_the_answered_one_is_recorded_and_the_other_named() {
    for cloudhost in ["exoscale", "vultr", "linode"] {
        for kind in ["lost-answer", "duplicate"] {
            let world = World::at(cloudhost);
            world.faults(&[creation(cloudhost, kind, 0)]);
            let ended = obtain(&world, &[]);
            ended.succeeded();
            let made = snapshots_of(&world);
            if (cloudhost, kind) == ("linode", "lost-answer") {
                assert_eq!(made.len(), 1);
                continue;
            }
            assert_eq!(made.len(), 2, "{cloudhost} {kind}");
            let is_named = made.iter().any(|id| ended.stderr().contains(id.as_str()));
            assert!(
                is_named && ended.stderr().contains("not recorded"),
                "{ended}"
            );
            assert_eq!(snapshots_of(&world).len(), 2, "neither is deleted");
        }
    }
}

#[test]
fn of_two_that_digitalocean_made_neither_is_guessed() {
    let world = World::at("digitalocean");
    world.faults(&[creation("digitalocean", "duplicate", 0)]);
    let ended = obtain(&world, &[]);
    let made = snapshots_of(&world);
    assert_eq!(made.len(), 2);
    assert!(
        made.iter().all(|id| ended.failed().contains(id.as_str())),
        "{ended}"
    );
    assert_eq!(world.ids(), "");
    let picked = format!("--adopt={}", made[1]);
    obtain(&world, &[&picked]).succeeded();
    assert_eq!(world.ids(), format!("webserver:{}\n", made[1]));
    assert_eq!(snapshots_of(&world).len(), 2, "the other is left alone");
    assert_eq!(world.pending(), [""; 0]);
}

#[test]
fn doctl_is_told_not_to_repeat_a_request_whose_answer_was_lost() {
    let world = World::at("digitalocean");
    world.faults(&[creation("digitalocean", "lost-answer", 0)]);
    obtain(&world, &[]).succeeded();
    assert_eq!(snapshots_of(&world).len(), 1);
}

#[test]
fn deleting_one_of_two_lets_the_other_be_taken_up() {
    let world = World::at("digitalocean");
    world.faults(&[creation("digitalocean", "duplicate", 0)]);
    obtain(&world, &[]).failed();
    world.edit_state(|state| {
        state.snapshots.pop();
    });
    obtain(&world, &[]).succeeded();
    assert_eq!(world.ids(), format!("webserver:{}\n", world.made()[0].id));
}

#[test]
fn a_list_that_lags_behind_is_waited_for() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        world.edit_state(|state| state.config.list_lag_ms = 150);
        world.faults(&[creation(cloudhost, "lost-answer-once", 0)]);
        let ended = world
            .helper(Door::Binary, "ObtainWholeMachineSnapshot")
            .args(["--type", "webserver", "--os", "debian"])
            .env("ADT_POLL_SECONDS", "0.2")
            .ends();
        ended.succeeded();
        assert_eq!(snapshots_of(&world).len(), 1, "{cloudhost}");
    }
}

#[test]
fn a_snapshot_that_the_provider_gives_up_on_is_said_and_made_anew() {
    for cloudhost in ["digitalocean", "exoscale", "linode"] {
        let world = World::at(cloudhost);
        world.edit_state(|state| state.config.snapshot_ms = 80);
        world.faults(&[creation(cloudhost, "errored", 0)]);
        let ended = obtain(&world, &[]);
        let said = ended.failed();
        assert!(
            said.contains("run the same command again to make another"),
            "{ended}"
        );
        assert_eq!(world.ids(), "");
        assert_eq!(world.pending(), [""; 0], "{cloudhost}");
    }
}

#[test]
fn a_list_cut_short_is_no_proof_that_a_machine_is_missing() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        let list = match cloudhost {
            "digitalocean" => "droplet list",
            "linode" => "linodes list",
            _ => "instance list",
        };
        if cloudhost == "digitalocean" {
            world.crowd();
        }
        world.faults(&[Fault {
            tool: tool_of(cloudhost).into(),
            argv: vec![list.into()],
            kind: "partial-list".into(),
            ..Fault::default()
        }]);
        let ended = world
            .helper(Door::Binary, "ObtainWholeMachineSnapshot")
            .args(["--type", "database", "--os", "debian"])
            .ends();
        let said = ended.failed();
        assert!(said.contains("there is no database"), "{ended}");
        if ["digitalocean", "exoscale"].contains(&cloudhost) {
            assert!(said.contains("may be incomplete"), "{ended}");
        }
        assert_eq!(world.changes(), [""; 0]);
    }
}

#[test]
fn a_doubtful_list_of_snapshots_lets_nothing_be_made() {
    let world = World::at("exoscale");
    world.faults(&[Fault {
        tool: "exo".into(),
        argv: vec!["snapshot list".into()],
        kind: "500".into(),
        ..Fault::default()
    }]);
    let ended = obtain(&world, &[]);
    assert!(ended.failed().contains("nothing was asked for"), "{ended}");
    assert_eq!(snapshots_of(&world), [""; 0]);
}

#[test]
fn a_snapshot_that_doctl_drops_from_its_list_is_found_through_its_droplet() {
    let world = World::at("digitalocean");
    let old = world.snapshot("180009001", &world.snapshot_name("webserver"), "webserver");
    world.edit_state(|state| state.snapshots.push(old));
    world.faults(&[Fault {
        tool: "doctl".into(),
        argv: vec!["snapshot list".into()],
        kind: "hide-new".into(),
        ms: u64::MAX / 2,
        ..Fault::default()
    }]);
    let ended = obtain(&world, &[]);
    assert!(ended.failed().contains("180009001"), "{ended}");
}

#[test]
fn more_snapshots_than_vultr_lists_are_said_and_the_recorded_one_is_still_found() {
    let world = World::at("vultr");
    let fillers: Vec<_> = (0..150)
        .map(|number| {
            world.snapshot(
                &format!("0b0b0b0b-0000-4000-8000-{number:012}"),
                &format!("other-{number}"),
                "webserver",
            )
        })
        .collect();
    world.edit_state(|state| state.snapshots = fillers);
    let ended = obtain(&world, &[]);
    ended.succeeded();
    ended.says("vultr shows 100 of 150");
    let again = obtain(&world, &[]);
    assert!(again.failed().contains("exists and is recorded"), "{again}");
    let id = world.ids().trim().replace("webserver:", "");
    obtain(&world, &["--replace"]).succeeded();
    assert!(
        !snapshots_of(&world).contains(&id),
        "the replaced one is gone"
    );
}

#[test]
fn past_what_vultr_lists_a_lost_answer_makes_no_second_one() {
    let world = World::at("vultr");
    let fillers: Vec<_> = (0..150)
        .map(|number| {
            world.snapshot(
                &format!("0b0b0b0b-0000-4000-8000-{number:012}"),
                &format!("other-{number}"),
                "webserver",
            )
        })
        .collect();
    world.edit_state(|state| state.snapshots = fillers);
    world.faults(&[creation("vultr", "lost-answer-once", 0)]);
    for _ in 0..2 {
        let ended = obtain(&world, &[]);
        assert!(ended.failed().contains("cannot tell whether"), "{ended}");
        assert_eq!(
            snapshots_of(&world).len(),
            151,
            "the one that was made, and no other"
        );
    }
    let made = snapshots_of(&world)
        .into_iter()
        .find(|id| !id.starts_with("0b0b0b0b"))
        .unwrap();
    obtain(&world, &[&format!("--adopt={made}")]).succeeded();
    assert_eq!(world.ids(), format!("webserver:{made}\n"));
}

#[test]
fn a_call_that_hangs_is_ended_and_the_run_with_it() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        world.faults(&[Fault {
            tool: tool_of(cloudhost).into(),
            kind: "hang".into(),
            ..Fault::default()
        }]);
        let ended = world
            .helper(Door::Binary, "ObtainWholeMachineSnapshot")
            .args(["--type", "webserver", "--os", "debian"])
            .env("ADT_CALL_SECONDS", "0.3")
            .ends();
        assert!(ended.failed().contains("gave no answer within"), "{ended}");
    }
}

#[test]
fn a_creation_that_hangs_is_ended_at_the_timeout_and_taken_up() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        world.faults(&[creation(cloudhost, "hang", 0)]);
        let ended = obtain(&world, &["--timeout", "1s"]);
        ended.failed();
        obtain(&world, &[]).succeeded();
        assert_eq!(snapshots_of(&world).len(), 1, "{cloudhost}");
    }
}

#[test]
fn a_token_that_may_only_list_and_create_is_enough() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        world.edit_state(|state| state.config.snapshot_ms = 100);
        let refused = [
            "droplet actions",
            "action get",
            "snapshot get",
            " show ",
            "images view",
        ];
        let faults = refused.map(|words| Fault {
            tool: tool_of(cloudhost).into(),
            argv: vec![words.into()],
            kind: "403".into(),
            ..Fault::default()
        });
        world.faults(&faults);
        obtain(&world, &[]).succeeded();
        assert_eq!(world.ids(), format!("webserver:{}\n", world.made()[0].id));
        let again = obtain(&world, &[]);
        assert!(again.failed().contains("exists and is recorded"), "{again}");
        obtain(&world, &["--replace"]).succeeded();
        assert_eq!(snapshots_of(&world).len(), 1, "{cloudhost}");
    }
}

/// exo makes a request for each snapshot that it lists.
#[test]
fn many_snapshots_of_exoscale_are_listed_once() {
    for (others, lists) in [(3, 2), (120, 1)] {
        let world = World::at("exoscale");
        world.edit_state(|state| {
            let machine = state.machines[0].clone();
            for _ in 0..others {
                let of_others = state.add_snapshot(Provider::Exoscale, "", &machine.id);
                of_others.machine_name = "others".into();
                of_others.ready_ms = 0;
            }
        });
        obtain(&world, &[]).succeeded();
        let calls = world.calls().into_iter();
        let of_snapshots = calls.filter(|call| call.contains("instance snapshot list"));
        assert_eq!(of_snapshots.count(), lists, "{others}");
    }
    // What is recorded is looked at among the templates.
    let world = World::at("exoscale");
    let words = ["--all", "--os", "debian", "--no-datastore"];
    let run = || {
        world
            .helper(Door::Binary, "ObtainWholeMachineSnapshot")
            .args(words)
            .ends()
    };
    run().succeeded();
    let before = world.calls().len();
    run().succeeded();
    let calls = world.calls().split_off(before);
    assert!(
        !calls.iter().any(|call| call.contains("snapshot list")),
        "{calls:#?}"
    );
}

#[test]
fn looks_that_find_nothing_count_only_in_a_row() {
    let is_list = |call: &String| call.contains("snapshot list");
    let before = {
        let world = World::at("vultr");
        obtain(&world, &[]).succeeded();
        let calls = world.calls();
        let asked = calls
            .iter()
            .position(|call| call.contains("snapshot create"));
        calls[..asked.unwrap()]
            .iter()
            .filter(|it| is_list(it))
            .count() as u64
    };
    let world = World::at("vultr");
    let list = |from: u64, times: u64, kind: &str| Fault {
        tool: "vultr".into(),
        argv: vec!["snapshot list".into()],
        nth: before + from,
        times,
        kind: kind.into(),
        // Nothing that was made by then is shown.
        ms: 3_600_000,
        ..Fault::default()
    };
    // Five in a row would have it asked for again, or given up.
    world.faults(&[
        creation("vultr", "lost-answer-once", 0),
        list(1, 4, "hide-new"),
        list(5, 8, "500"),
        list(13, 4, "hide-new"),
    ]);
    let ended = obtain(&world, &[]);
    ended.succeeded();
    assert_eq!(snapshots_of(&world).len(), 1, "{ended}");
    let asked = world.changes();
    assert_eq!(
        asked.iter().filter(|it| it.contains("create")).count(),
        1,
        "{ended}"
    );
}
