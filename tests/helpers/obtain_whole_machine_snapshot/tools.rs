//! How a provider's CLI is found and called, and what it is not told.

use std::os::unix::fs::PermissionsExt;

use super::*;

const TYPE: [&str; 2] = ["--type", "webserver"];

/// The CLIs: cloud, name, the variable that overrides it, where the toolkit installs it.
const CLIS: [(&str, &str, &str, &str); 4] = [
    ("digitalocean", "doctl", "DOCTL", "/usr/local/bin/doctl"),
    ("exoscale", "exo", "EXO", "/usr/bin/exo"),
    (
        "linode",
        "linode-cli",
        "LINODE_CLI",
        "/usr/local/bin/linode-cli",
    ),
    ("vultr", "vultr", "VULTR", "/usr/bin/vultr"),
];

/// A script that stands in for a CLI; hands back its path.
pub fn script(world: &World, name: &str, lines: &str) -> String {
    let path = world.path(name);
    std::fs::write(&path, format!("#!/bin/sh\n{lines}\n")).unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    path.display().to_string()
}

#[track_caller]
fn assert_refused(world: &World, run: crate::world::Run<'_>, expected: &[&str]) {
    let before = world.tree();
    let ended = run.ends();
    let line = ended.refused();
    for words in expected {
        assert!(line.contains(words), "expected '{words}' in: {ended}");
    }
    assert_eq!(world.tree(), before);
    assert_eq!(world.calls(), [""; 0]);
}

#[test]
fn an_override_is_split_into_words_as_a_shell_would() {
    for (cloudhost, name, variable, _) in CLIS {
        let world = World::at(cloudhost);
        let wrapper = script(
            &world,
            "my wrapper",
            &format!(
                "[ \"$1\" = --context ] && [ \"$2\" = 'prod east' ] || exit 9\nshift 2\nexec {name} \"$@\""
            ),
        );
        let value = format!("'{wrapper}' --context \"prod east\"");
        let run = world.obtain(&TYPE).env(variable, value);
        run.ends().succeeded();
        assert_eq!(world.made().len(), 1);
    }
}

#[test]
fn an_override_is_looked_for_on_path() {
    let world = World::at("digitalocean");
    std::fs::create_dir(world.path("tools")).unwrap();
    std::fs::rename(world.path("bin/doctl"), world.path("tools/doctl")).unwrap();
    let real = world.path("tools/doctl").display().to_string();
    script(&world, "bin/other", &format!("exec '{real}' \"$@\""));
    let run = world.obtain(&TYPE).env("DOCTL", "other");
    run.ends().succeeded();
}

#[test]
fn an_empty_override_is_none() {
    for (cloudhost, _, variable, _) in CLIS {
        for value in ["", " "] {
            let world = World::at(cloudhost);
            let run = world.obtain(&TYPE).env(variable, value);
            run.ends().succeeded();
        }
    }
}

#[test]
fn an_override_that_cannot_be_used_is_refused_by_its_name() {
    use std::os::unix::ffi::OsStrExt;
    for (cloudhost, _, variable, _) in CLIS {
        let world = World::at(cloudhost);
        for value in ["'open", "\"x y"] {
            let run = world.obtain(&TYPE).env(variable, value);
            assert_refused(&world, run, &[variable, "unmatched quote"]);
        }
        for value in ["/nowhere/cli --x", "no-such-program", "/etc/passwd", "''"] {
            let run = world.obtain(&TYPE).env(variable, value);
            assert_refused(&world, run, &[variable, "is not an executable"]);
        }
        let bytes = std::ffi::OsStr::from_bytes(b"\xff\xfe");
        let run = world.obtain(&TYPE).env(variable, bytes);
        assert_refused(&world, run, &[variable, "not UTF-8"]);
        let run = world.obtain(&TYPE).env(variable, "x".repeat(100_000));
        assert_refused(&world, run, &[variable]);
    }
}

#[test]
fn a_cli_that_is_nowhere_is_named_with_the_places_and_how_to_install_it() {
    let is_absent = |cli: &(_, _, _, &str)| !std::path::Path::new(cli.3).exists();
    let absent: Vec<_> = CLIS.into_iter().filter(is_absent).collect();
    assert!(!absent.is_empty(), "this machine has all of them");
    for (cloudhost, name, variable, place) in absent {
        let world = World::at(cloudhost);
        std::fs::remove_file(world.path("bin").join(name)).unwrap();
        assert_refused(
            &world,
            world.obtain(&TYPE),
            &[
                &format!("{name} is not installed"),
                "on PATH",
                place,
                "install it",
                &format!("set {variable}"),
            ],
        );
    }
}

#[test]
fn vultr_cli_is_known_by_its_other_name_too() {
    let world = World::at("vultr");
    std::fs::rename(world.path("bin/vultr"), world.path("bin/vultr-cli")).unwrap();
    world.obtain(&TYPE).ends().succeeded();
    assert!(
        world
            .calls()
            .iter()
            .any(|call| call.starts_with("vultr-cli snapshot create"))
    );
}

#[test]
fn vultrs_key_goes_through_the_environment_alone() {
    let world = World::at("vultr");
    let wrapper = script(
        &world,
        "wrapper",
        "printf '%s\\n' \"$VULTR_API_KEY\" >> keys_seen\nprintf '%s\\n' \"$*\" >> words_seen\nexec vultr \"$@\"",
    );
    let run = world.obtain(&TYPE).env("VULTR", wrapper);
    run.env("VULTR_API_KEY", "of somebody else")
        .ends()
        .succeeded();
    let seen = std::fs::read_to_string(world.path("keys_seen")).unwrap();
    assert!(!seen.is_empty());
    assert!(
        seen.lines().all(|key| key == "0123456789abcdefTOKEN"),
        "{seen}"
    );
    for log in ["words_seen", "cloud/calls.jsonl"] {
        let log = std::fs::read_to_string(world.path(log)).unwrap();
        assert!(!log.contains("0123456789abcdefTOKEN"), "{log}");
    }
}

#[test]
fn without_a_token_vultrs_key_in_the_environment_counts() {
    let world = World::at("vultr");
    std::fs::remove_file(world.build("TOKEN")).unwrap();
    let run = world.obtain(&TYPE).env("VULTR_API_KEY", "my-own-key");
    run.ends().succeeded();
}

#[test]
fn the_other_clis_are_not_given_the_token() {
    for (cloudhost, name, variable, _) in CLIS.iter().filter(|cli| cli.0 != "vultr") {
        let world = World::at(cloudhost);
        let lines = format!("env >> seen\nprintf '%s\\n' \"$*\" >> seen\nexec {name} \"$@\"");
        let wrapper = script(&world, "wrapper", &lines);
        world
            .obtain(&TYPE)
            .env(variable, wrapper)
            .ends()
            .succeeded();
        let seen = std::fs::read_to_string(world.path("seen")).unwrap();
        for secret in ["0123456789abcdefTOKEN", "aB3dE5fG7hJ9kL1mN2", "p9x7c3v1bp"] {
            assert!(!seen.contains(secret));
        }
    }
}
