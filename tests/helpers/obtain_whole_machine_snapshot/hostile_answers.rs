//! Answers of a provider that hold anything: never a panic, a hang, a second snapshot or a wrong id.

use super::*;
use crate::simcloud_state::Fault;

const WORDS: [&str; 4] = ["--type", "webserver", "--no-datastore", "--timeout"];

/// At most one snapshot was made, of the right machine, and no other id is recorded.
#[track_caller]
fn assert_sane(world: &World, ended: &crate::world::Ended, what: &str) {
    let made = world.made();
    assert!(made.len() <= 1, "{what}: {made:?} {ended}");
    let expected = made.first().map(|made| format!("webserver:{}\n", made.id));
    // The simulated exoscale remembers a template's name alone, which is the machine's.
    if let Some(made) = made.first() {
        assert_eq!(made.name, world.snapshot_name("webserver"), "{what}");
        let is_of = [world.machine_id("webserver"), String::new()].contains(&made.machine_id);
        assert!(is_of, "{what}: {made:?}");
    }
    if ended.status == Some(0) {
        assert_eq!(Some(world.ids()), expected, "{what}: {ended}");
    } else {
        ended.gave_up();
        let ids = world.ids();
        assert!(ids.is_empty() || Some(ids) == expected, "{what}: {ended}");
    }
}

/// The commands that read, each by its first three words.
fn reading_commands(cloudhost: &str) -> Vec<(String, String)> {
    let world = World::at(cloudhost);
    world
        .obtain(&[&WORDS[..], &["60s"]].concat())
        .ends()
        .succeeded();
    let changes = world.changes();
    let mut commands: Vec<(String, String)> = Vec::new();
    for call in world.calls() {
        let mut words = call.split(' ');
        let tool = words.next().unwrap_or_default().to_owned();
        let command = words.take(3).collect::<Vec<_>>().join(" ");
        let command = command.split(" -").next().unwrap_or_default().to_owned();
        if !changes.contains(&call) && !commands.iter().any(|known| known.1 == command) {
            commands.push((tool, command));
        }
    }
    assert!(commands.len() >= 2, "{commands:?}");
    commands
}

/// Spoils each reading command's answers, `times` of them (0: all).
#[track_caller]
fn assert_survives(cloudhost: &str, times: u64, timeout: &str) {
    for (tool, command) in reading_commands(cloudhost) {
        for kind in [
            "non-utf8",
            "garbage-stdout",
            "truncated-stdout",
            "empty-stdout",
        ] {
            let world = World::at(cloudhost);
            world.faults(&[Fault {
                tool: tool.clone(),
                argv: vec![command.clone()],
                kind: kind.to_owned(),
                times,
                ..Fault::default()
            }]);
            let ended = world.obtain(&[&WORDS[..], &[timeout]].concat()).ends();
            let what = format!("{kind}: {tool} {command}");
            assert_sane(&world, &ended, &what);
            if times == 1 || kind == "non-utf8" {
                assert_eq!(ended.status, Some(0), "{what}: {ended}");
            }
            world.faults(&[]);
            let again = world
                .obtain(&[&WORDS[..], &["60s", "--adopt"]].concat())
                .ends();
            assert_sane(&world, &again, &what);
        }
    }
}

#[test]
fn one_bad_answer_of_doctl_is_asked_for_again() {
    assert_survives("digitalocean", 1, "60s");
}

#[test]
fn one_bad_answer_of_exo_is_asked_for_again() {
    assert_survives("exoscale", 1, "60s");
}

#[test]
fn one_bad_answer_of_linode_cli_is_asked_for_again() {
    assert_survives("linode", 1, "60s");
}

#[test]
fn one_bad_answer_of_vultr_is_asked_for_again() {
    assert_survives("vultr", 1, "60s");
}

#[test]
fn a_doctl_that_only_gives_bad_answers_is_given_up() {
    assert_survives("digitalocean", 0, "1s");
}

#[test]
fn an_exo_that_only_gives_bad_answers_is_given_up() {
    assert_survives("exoscale", 0, "1s");
}

#[test]
fn a_linode_cli_that_only_gives_bad_answers_is_given_up() {
    assert_survives("linode", 0, "1s");
}

#[test]
fn a_vultr_that_only_gives_bad_answers_is_given_up() {
    assert_survives("vultr", 0, "1s");
}

/// Names that are nearly the webserver's, or no name at all.
fn odd_names(name: &str) -> Vec<String> {
    vec![
        String::new(),
        format!("{name}'"),
        format!("{name}\""),
        format!("{name}\n"),
        format!("\n{name}"),
        format!("{name} "),
        format!("{name}\u{1b}[2J"),
        format!("{name}; touch pwned"),
        format!("$(touch pwned){name}"),
        name.replace("test-build", "../test-build"),
        name.replace("test-build", "test-build2"),
        name.replace("test-build", "my-test-build"),
        name.replace("-1-", "-$(id)-"),
        name.to_uppercase(),
        "--force".to_owned(),
        "\u{fc}\u{1f4a5}".repeat(100),
        format!("{name}{}", "a".repeat(1 << 20)),
    ]
}

#[test]
fn machines_with_odd_names_are_not_taken_for_the_right_one() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        let odd = odd_names(&world.machine_name("webserver"));
        let odd: Vec<_> = odd
            .iter()
            .enumerate()
            .map(|(number, name)| world.machine(100 + number, name))
            .collect();
        world.edit_state(|state| {
            state.machines.splice(0..0, odd.iter().cloned());
        });
        let ended = world.obtain(&[&WORDS[..], &["60s"]].concat()).ends();
        ended.succeeded();
        assert_sane(&world, &ended, cloudhost);
        assert!(!world.path("pwned").exists());
        assert!(!ended.stderr().contains('\u{1b}'), "{ended}");
    }
}

#[test]
fn where_only_odd_ones_are_there_is_none() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        let odd = odd_names(&world.machine_name("webserver"));
        let odd: Vec<_> = odd
            .iter()
            .enumerate()
            .map(|(number, name)| world.machine(100 + number, name))
            .collect();
        world.edit_state(|state| state.machines = odd);
        let before = world.tree();
        let ended = world.obtain(&[&WORDS[..], &["60s"]].concat()).ends();
        assert!(ended.refused().contains("there is no webserver"), "{ended}");
        let named = world.obtain(&["--type", "webserver", "--machine", "it's\n$(id)"]);
        let ended = named.ends();
        assert!(ended.refused().contains("is no webserver"), "{ended}");
        assert_eq!(world.tree(), before);
        assert_eq!(world.changes(), [""; 0]);
    }
}

#[test]
fn snapshots_with_odd_names_are_not_taken_for_the_machines() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        let name = world.snapshot_name("webserver");
        let mut odd_names = odd_names(&name);
        odd_names.retain(|odd| *odd != name);
        let odd: Vec<_> = odd_names
            .iter()
            .enumerate()
            .map(|(number, odd)| {
                let id = match cloudhost {
                    "digitalocean" => format!("{}", 170_000_000 + number),
                    "linode" => format!("private/{}", 29_000_000 + number),
                    _ => format!("aaaaaaaa-d8f1-4adf-91b7-{number:012}"),
                };
                world.snapshot(&id, odd, "database")
            })
            .collect();
        let count = odd.len();
        world.edit_state(|state| state.snapshots = odd);
        world
            .obtain(&[&WORDS[..], &["60s"]].concat())
            .ends()
            .succeeded();
        let made = world.made();
        assert_eq!(made.len(), count + 1, "{cloudhost}");
        assert_eq!(
            world.ids(),
            format!("webserver:{}\n", made.last().unwrap().id)
        );
    }
}
