//! What is printed when all goes well: what the scripts' jq filters print (contract 07).

use crate::{
    ADDRESSES, BY_IP, CLOUDS, LIST, NAME, NUMBER, PRIVATE, RUNNING, World, recorded_world,
};

/// What a cloud's three recorded machines have: the token that finds them, their ids and their public addresses.
fn expected(cloudhost: &str) -> (&'static str, &'static str, &'static str) {
    match cloudhost {
        "digitalocean" => (
            "ws-lon1-b1",
            "500001001\n500001004\n500001007\n",
            "203.3.3.252\n203.6.3.4\n203.9.3.7\n",
        ),
        "exoscale" => (
            "ws-ch-gva-2-b1",
            "cd613e30-d8f1-4adf-91b7-584a2265b1f5\n1e2feb89-414c-443c-9027-c4d1c386bbc4\n78e51061-7311-48a3-82ce-6f447ed4d57b\n",
            "203.11.3.9\n203.12.3.10\n203.13.3.11\n",
        ),
        "linode" => (
            "ws-gb-lon-b1",
            "70001015\n70001019\n70001023\n",
            "203.16.3.14\n203.20.3.18\n203.24.4.22\n",
        ),
        _ => (
            "ws-lhr-b1",
            "9b810e76-6ec9-4286-a3ca-828dd5f4b3b2\nb2221a58-008a-45a6-8464-7159c324c985\ncd447e35-b8b6-48fe-842e-3d437204e52d\n",
            "203.28.4.26\n203.30.4.28\n203.32.4.30\n",
        ),
    }
}

#[test]
fn machines_are_found_by_name_at_every_cloud() {
    for (cloudhost, _, region) in CLOUDS {
        let world = recorded_world(cloudhost);
        let (token, ids, addresses) = expected(cloudhost);
        assert_eq!(world.answered(LIST, token), ids, "{cloudhost}");
        assert_eq!(world.answered(NUMBER, token), "3\n", "{cloudhost}");
        assert_eq!(world.answered(ADDRESSES, token), addresses, "{cloudhost}");
        let one = format!("ws-{region}-b1-0002");
        let second = |lines: &str| format!("{}\n", lines.lines().nth(1).unwrap());
        assert_eq!(world.answered(LIST, &one), second(ids), "{cloudhost}");
        // The build scripts and the autoscaler wait for this word, and pass the whole name.
        assert_eq!(world.answered(RUNNING, &one), "running\n", "{cloudhost}");
        let (stdout, stderr, status) = world.ask(RUNNING, token);
        assert_eq!(
            (stdout.as_str(), status),
            ("not running\n", 0),
            "{cloudhost}"
        );
        assert!(
            stderr.contains("cannot tell which machine is meant"),
            "{stderr}"
        );
    }
}

#[test]
fn no_machine_is_no_error() {
    for (cloudhost, _, _) in CLOUDS {
        let world = recorded_world(cloudhost);
        for nothing in ["ws-nowhere-b1", "ws-lon1-b", "203.0.113.250"] {
            for binary in [LIST, ADDRESSES, PRIVATE, NAME, BY_IP] {
                assert_eq!(world.answered(binary, nothing), "", "{cloudhost} {binary}");
            }
        }
        assert_eq!(world.answered(NUMBER, "ws-nowhere-b1"), "0\n");
        assert_eq!(world.answered(RUNNING, "ws-nowhere-b1"), "not running\n");
    }
}

#[test]
fn private_addresses_are_printed_as_each_cloud_has_them() {
    for (cloudhost, addresses) in [
        ("digitalocean", "10.0.3.234\n10.0.3.237\n10.0.3.240\n"),
        ("exoscale", "10.0.0.20\n"),
        ("linode", "10.0.0.2\n"),
        ("vultr", "10.0.4.5\n10.0.4.7\n10.0.4.9\n"),
    ] {
        let world = recorded_world(cloudhost);
        let found = world.answered(PRIVATE, expected(cloudhost).0);
        assert_eq!(found, addresses, "{cloudhost}");
    }
    assert_eq!(
        recorded_world("vultr").answered(PRIVATE, "NOT_SET"),
        "10.0.4.5\n10.0.4.7\n10.0.4.9\n"
    );
    assert_eq!(recorded_world("vultr").answered(LIST, "NOT_SET"), "");
}

#[test]
fn a_machine_is_found_by_its_address() {
    for (cloudhost, public, name, private, its_public) in [
        (
            "digitalocean",
            "203.6.3.4",
            "ws-lon1-b1-0002\n",
            "10.0.3.237",
            "203.6.3.4\n",
        ),
        (
            "exoscale",
            "203.12.3.10",
            "ws-ch-gva-2-b1-0002\n",
            "10.0.0.20",
            "203.11.3.9\n",
        ),
        (
            "linode",
            "203.20.3.18",
            "ws-gb-lon-b1-0002\n",
            "10.0.0.2",
            "198.51.100.7\n",
        ),
        (
            "vultr",
            "203.30.4.28",
            "ws-lhr-b1-0002\n",
            "10.0.4.7",
            "203.30.4.28\n",
        ),
    ] {
        let world = recorded_world(cloudhost);
        assert_eq!(world.answered(NAME, public), name, "{cloudhost}");
        assert_eq!(world.answered(BY_IP, private), its_public, "{cloudhost}");
    }
}

#[test]
fn a_private_address_names_a_machine_on_digitalocean_only() {
    let droplets = recorded_world("digitalocean");
    assert_eq!(droplets.answered(NAME, "10.0.3.237"), "ws-lon1-b1-0002\n");
    let instances = recorded_world("vultr");
    assert_eq!(instances.answered(NAME, "10.0.4.7"), "");
}

#[test]
fn a_token_of_the_active_build_means_exactly_that_build() {
    let droplets = r#"[{"id":1,"name":"ws-lon1-prod-1-Xabc-init-1","status":"active"},
        {"id":2,"name":"ws-lon1-prod2-1-Xabc-init-1","status":"off"},
        {"id":3,"name":"ws-lon1-prod-x-1-Xabc-init-1","status":"off"},
        {"id":4,"name":"NO-1-as-lon1-prod-Xabc","status":"new"}]"#;
    let world = World::at("digitalocean").answer("droplet list", droplets, "", 0);
    assert_eq!(world.answered(LIST, "ws-lon1-prod"), "1\n");
    assert_eq!(world.answered(RUNNING, "ws-lon1-prod"), "running\n");
    assert_eq!(world.answered(LIST, "-as-lon1-prod"), "4\n");
    assert_eq!(world.answered(RUNNING, "-as-lon1-prod"), "not running\n");
    assert_eq!(world.answered(LIST, "lon1-prod"), "1\n3\n4\n");
    assert_eq!(world.answered(LIST, ""), "1\n2\n3\n4\n");
}

#[test]
fn a_whole_name_means_the_machine_of_exactly_that_name() {
    let droplets = r#"[{"id":1,"name":"ws-lon1-b1-1","status":"active"},{"id":2,"name":"ws-lon1-b1-1-b","status":"off"},
        {"id":3,"name":"ws-lon1-b1-12","status":"off"}]"#;
    let world = World::at("digitalocean").answer("droplet list", droplets, "", 0);
    assert_eq!(world.answered(RUNNING, "ws-lon1-b1-1"), "running\n");
    assert_eq!(world.answered(NUMBER, "ws-lon1-b1-1"), "1\n");
    assert_eq!(world.answered(RUNNING, "ws-lon1-b1-12"), "not running\n");
}

#[test]
fn the_build_machine_is_found_by_its_own_name_which_belongs_to_no_build() {
    // CheckBuildMachineVPC asks for the name of its address, and then for the private address of that name.
    for (cloudhost, public, private) in [
        ("digitalocean", "203.0.113.9", "10.0.0.9"),
        ("vultr", "203.0.113.9", "10.0.0.9"),
    ] {
        for name in [
            "build-machine",
            "my own box",
            "BUILD.example.com",
            "a-name-that-is-longer-than-vultrs-32-characters",
        ] {
            let (words, list) = match cloudhost {
                "digitalocean" => (
                    "droplet list",
                    format!(
                        r#"[{{"id":1,"name":"{name}","status":"active","networks":{{"v4":[{{"ip_address":"{private}","type":"private"}},
                        {{"ip_address":"{public}","type":"public"}}]}}}}]"#
                    ),
                ),
                _ => (
                    "instance list",
                    format!(
                        r#"{{"instances":[{{"id":"a","label":"{name}","status":"active","main_ip":"{public}","internal_ip":"{private}"}}],
                        "meta":{{"total":1,"links":{{"next":""}}}}}}"#
                    ),
                ),
            };
            let world = World::at(cloudhost).answer(words, &list, "", 0);
            assert_eq!(
                world.answered(NAME, public),
                format!("{name}\n"),
                "{cloudhost}"
            );
            assert_eq!(
                world.answered(PRIVATE, name),
                format!("{private}\n"),
                "{cloudhost}"
            );
        }
    }
}

#[test]
fn a_question_without_a_cloudhost_is_crons_and_gets_no_answer_at_all() {
    // AdjustBuildMachineFirewall asks so each minute, and what is printed would be mailed each minute.
    let world = recorded_world("digitalocean");
    for words in [&["203.6.3.4", ""][..], &["", ""], &[""]] {
        let output = world.command(NAME).args(words).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{words:?}");
        assert!(
            output.stdout.is_empty() && output.stderr.is_empty(),
            "{output:?}"
        );
    }
    assert!(world.calls().is_empty());
}

#[test]
fn no_machine_is_counted_twice_before_a_build_takes_it_for_the_truth() {
    let world = recorded_world("digitalocean");
    assert_eq!(world.answered(NUMBER, "db-nowhere-b1"), "0\n");
    assert_eq!(world.calls().len(), 2);
}

#[test]
fn the_cli_is_called_with_the_words_that_show_everything() {
    for (cloudhost, call) in [
        ("digitalocean", "compute droplet list -o json"),
        ("exoscale", "compute instance list --zone ch-gva-2 -O json"),
        (
            "linode",
            "linodes list --no-defaults --json --all-rows --suppress-warnings",
        ),
        ("vultr", "instance list -o json --per-page 500"),
    ] {
        let world = recorded_world(cloudhost);
        world.answered(LIST, "ws");
        assert_eq!(world.calls(), [call]);
        let key = std::fs::read_to_string(world.path("cli/key")).unwrap();
        let expected = if cloudhost == "vultr" {
            "provider-token"
        } else {
            ""
        };
        assert_eq!(key, expected, "{cloudhost}");
    }
}

#[test]
fn another_cloud_than_the_active_one_may_be_asked() {
    for (cloudhost, _, _) in CLOUDS {
        let world = recorded_world(cloudhost);
        world.write("home/runtimedata/ACTIVE_CLOUDHOST", b"digitalocean\n");
        let (token, ids, _) = expected(cloudhost);
        assert_eq!(world.answered(LIST, token), ids, "{cloudhost}");
    }
}

#[test]
fn a_cli_that_is_set_up_needs_no_build() {
    for cloudhost in ["digitalocean", "linode", "vultr"] {
        let world = recorded_world(cloudhost);
        std::fs::remove_dir_all(world.path("home")).unwrap();
        let (token, ids, _) = expected(cloudhost);
        assert_eq!(world.answered(LIST, token), ids, "{cloudhost}");
    }
}
