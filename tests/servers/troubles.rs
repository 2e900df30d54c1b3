//! What is said when something goes wrong: one line or more on standard error, nothing on standard output, status 1.

use crate::{
    ADDRESSES, BY_IP, LIST, NAME, NUMBER, PRIVATE, RUNNING, World, recorded, recorded_world,
};

const ALL: [&str; 7] = [LIST, NUMBER, RUNNING, ADDRESSES, PRIVATE, NAME, BY_IP];

#[test]
fn missing_words_are_named_on_one_line() {
    let world = recorded_world("digitalocean");
    for binary in ALL {
        for words in [&[][..], &["ws-lon1-prod"]] {
            let output = world.command(binary).args(words).output().unwrap();
            let stderr = String::from_utf8(output.stderr).unwrap();
            assert!(stderr.contains(": expected a"), "{stderr}");
            assert_eq!((stderr.lines().count(), output.status.code()), (1, Some(1)));
            assert!(output.stdout.is_empty());
        }
    }
    let output = world.command(LIST).args(["ws", "aws"]).output().unwrap();
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "ListServerIDs: 'aws' is not a cloudhost; expected digitalocean, exoscale, linode or vultr\n"
    );
    assert!(world.calls().is_empty());
}

#[test]
fn help_shows_the_usage_and_an_example() {
    let world = recorded_world("digitalocean");
    for binary in ALL {
        let output = world.command(binary).arg("--help").output().unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        let name = binary.rsplit('/').next().unwrap();
        assert!(stdout.contains(&format!("Usage: {name} ")), "{stdout}");
        assert!(stdout.contains(&format!("Example:\n  {name} ")), "{stdout}");
        assert!(output.status.success());
    }
}

#[test]
fn an_error_of_the_provider_prints_nothing_to_capture() {
    for (cloudhost, words, case) in [
        ("digitalocean", "droplet list", "droplet-list.401"),
        ("digitalocean", "droplet list", "droplet-list.502-html"),
        ("exoscale", "instance list", "instance-list-zone.refused"),
        ("linode", "linodes list", "linodes-list.401"),
        ("linode", "linodes list", "linodes-list.cut"),
        ("vultr", "instance list", "instance-list.401"),
        ("vultr", "instance list", "instance-list.badoutput"),
    ] {
        let world = World::at(cloudhost).recording(words, case);
        for binary in [LIST, NUMBER, RUNNING, ADDRESSES, NAME] {
            let (stdout, stderr, status) = world.ask(binary, "ws");
            assert_eq!((stdout.as_str(), status), ("", 1), "{case}");
            assert!(stderr.contains(world.tool), "{stderr}");
            assert!(!stderr.contains("provider-token"), "{stderr}");
        }
    }
}

/// What a refusal says in the end: what was to be done, the provider's reason in words, and where the token stands.
#[test]
fn a_refusal_ends_at_once_and_says_what_to_do() {
    for (cloudhost, words, case, told) in [
        (
            "digitalocean",
            "droplet list",
            "droplet-list.401",
            "'doctl compute droplet list' was refused: Unable to authenticate you (401); the token in \
             '/users/ops/.config/doctl/config.yaml' is not valid, or no longer: make another at the provider and put it there \
             with 'doctl auth init'",
        ),
        (
            "digitalocean",
            "droplet list",
            "droplet-list.notoken",
            "doctl was not asked: the token is missing; put one in '/users/ops/.config/doctl/config.yaml' with 'doctl auth init'",
        ),
        (
            "exoscale",
            "instance list",
            "instance-list-zone.401",
            "'exo compute instance list' was refused: Invalid request signature (401); the API key in \
             '/users/ops/.config/exoscale/exoscale.toml' is not valid, or no longer: make another at the provider and put it there \
             with 'exo config'",
        ),
        (
            "linode",
            "linodes list",
            "linodes-list.401",
            "'linode-cli linodes list' was refused: Invalid Token (401); the token in '/users/ops/.config/linode-cli' is not \
             valid, or no longer: make another at the provider and put it there with 'linode-cli configure'",
        ),
        (
            "vultr",
            "instance list",
            "instance-list.401",
            "'vultr instance list' was refused: Invalid API token. (401); the token in '{home}/runtimedata/vultr/prod/TOKEN' is \
             not valid, or no longer: make another at the provider and put it there",
        ),
    ] {
        let world = World::at(cloudhost).recording(words, case);
        let output = world
            .command(NUMBER)
            .env("HOME", "/users/ops")
            .args(["ws", cloudhost])
            .output()
            .unwrap();
        let home = world.path("home").display().to_string();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(
            said.ends_with(&format!("{}\n", told.replace("{home}", &home))),
            "{said}"
        );
        assert_eq!((said.lines().count(), output.status.code()), (1, Some(1)));
        assert_eq!(world.calls().len(), 1, "{case}");
    }
}

/// A token of the environment comes before the one in a file, and a 403 is another matter than a 401.
#[test]
fn a_token_of_the_environment_is_named_as_such() {
    let detail = r#"{"errors":[{"detail":"GET http://x/v2/droplets?page=1\u0026per_page=200: 403 (request \"0\") You are not authorized"}]}"#;
    let world = World::at("digitalocean").answer("droplet list", detail, "", 1);
    let output = world
        .command(NUMBER)
        .env("DIGITALOCEAN_ACCESS_TOKEN", "environments-token")
        .args(["ws", "digitalocean"])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let told = "'doctl compute droplet list' was refused: You are not authorized (403); the token in the environment variable \
                DIGITALOCEAN_ACCESS_TOKEN may not do this: allow it at the provider, or put another there that may";
    assert!(said.contains(told), "{said}");
    assert!(!said.contains("environments-token"), "{said}");
    assert_eq!(world.calls().len(), 1);
}

#[test]
fn an_empty_list_that_exo_doubts_is_not_taken_for_no_machines() {
    for case in ["429-forever", "500-forever", "cut"] {
        let world =
            World::at("exoscale").recording("instance list", &format!("instance-list-zone.{case}"));
        let (stdout, stderr, status) = world.ask(LIST, "ws-ch-gva-2-b1");
        assert_eq!((stdout.as_str(), status), ("", 1), "{case}");
        let says =
            "ListServerIDs: the provider's list of machines may be incomplete: ListInstances";
        assert!(stderr.starts_with(says), "{stderr}");
        assert_eq!(world.calls().len(), 4);
        for binary in [NUMBER, RUNNING] {
            let (stdout, stderr, status) = world.ask(binary, "ws-ch-gva-2-b1");
            assert_eq!((stdout.as_str(), status), ("", 1), "{case}");
            assert!(stderr.contains("may be incomplete"), "{stderr}");
        }
    }
}

#[test]
fn what_a_doubtful_list_shows_is_printed_all_the_same() {
    let world = World::at("exoscale").recording("instance list", "instance-list.onezonefails");
    let (stdout, _, status) = world.ask(ADDRESSES, "ws-ch-gva-2-b1");
    assert_eq!(
        (stdout.as_str(), status),
        ("203.11.3.9\n203.12.3.10\n203.13.3.11\n", 1)
    );
}

#[test]
fn a_list_that_is_cut_is_warned_of() {
    let instances =
        r#"{"instances":[{"id":"a","label":"ws-lhr-b1"}],"meta":{"total":9,"links":{"next":""}}}"#;
    let world = World::at("vultr").answer("instance list", instances, "", 0);
    let (stdout, stderr, status) = world.ask(LIST, "ws-lhr-b1");
    assert_eq!((stdout.as_str(), status), ("a\n", 0));
    assert!(stderr.contains("vultr shows 1 of 9"), "{stderr}");
    for (binary, subject) in [
        (NUMBER, "ws-lhr-b1"),
        (NUMBER, "db-lhr-b1"),
        (RUNNING, "db-lhr-b1"),
    ] {
        let (stdout, stderr, status) = world.ask(binary, subject);
        assert_eq!((stdout.as_str(), status), ("", 1), "{subject}");
        assert!(stderr.contains("vultr shows 1 of 9"), "{stderr}");
    }
}

#[test]
fn private_networks_are_not_taken_for_empty_either() {
    for (cloudhost, words, case) in [
        ("exoscale", "private-network", "instance-list-zone.refused"),
        ("linode", "linodes list", "linodes-list.500-forever"),
        ("vultr", "instance list", "instance-list.429-forever"),
    ] {
        let world = World::at(cloudhost).recording(words, case);
        for (binary, subject) in [(PRIVATE, "ws"), (BY_IP, "10.0.0.3")] {
            let (stdout, stderr, status) = world.ask(binary, subject);
            assert_eq!((stdout.as_str(), status), ("", 1), "{cloudhost}");
            assert!(!stderr.is_empty());
        }
    }
}

#[test]
fn exoscale_needs_the_zone_and_any_cloud_its_cli() {
    let world = recorded_world("exoscale");
    std::fs::remove_dir_all(world.path("home")).unwrap();
    let (stdout, stderr, status) = world.ask(LIST, "ws");
    assert_eq!((stdout.as_str(), status), ("", 1));
    assert!(stderr.contains("CURRENTREGION"), "{stderr}");
    assert!(world.calls().is_empty());
    let without_cli = World::at("linode");
    let (stdout, stderr, status) = without_cli.ask(LIST, "ws");
    assert_eq!((stdout.as_str(), status), ("", 1));
    assert!(stderr.contains("linode-cli is not installed"), "{stderr}");
}

#[test]
fn an_error_that_passes_is_waited_out() {
    let world = World::at("digitalocean");
    let list = recorded("doctl/droplet-list.ok").stdout;
    world.write("bin/list", list.as_bytes());
    let script = format!(
        "[ -e '{seen}' ] && exec cat '{list}'; touch '{seen}'; echo busy >&2; exit 1",
        seen = world.path("seen").display(),
        list = world.path("bin/list").display()
    );
    let mut command = world.command(LIST);
    command.env("DOCTL", format!("/bin/sh -c \"{script}\" doctl"));
    command.args(["ws-lon1-b1-0001", "digitalocean"]);
    command.assert().success().stdout("500001001\n").stderr("");
}
