//! Answers that are not quite what was asked for: a machine listed twice, words around the JSON, a machine unlike the
//! others. Each is given by all four CLIs.

use crate::{ADDRESSES, BY_IP, CLOUDS, LIST, NAME, NUMBER, PRIVATE, RUNNING, World};

const DESTROY: &str = "DestroyServer";

/// A machine as a cloud lists it.
fn row(cloudhost: &str, number: u32, address: &str) -> String {
    let region = region(cloudhost);
    let name = format!("ws-{region}-prod-1-Xaaa-init-{number}");
    match cloudhost {
        "digitalocean" => format!(
            r#"{{"id":{number},"name":"{name}","status":"active","networks":{{"v4":[{{"ip_address":"{address}","type":"public"}}]}}}}"#
        ),
        "exoscale" => format!(
            r#"{{"id":"{number}","name":"{name}","ip_address":"{address}","state":"running"}}"#
        ),
        "linode" => {
            format!(r#"{{"id":{number},"label":"{name}","status":"running","ipv4":["{address}"]}}"#)
        }
        _ => format!(
            r#"{{"id":"{number}","label":"{name}","status":"active","main_ip":"{address}","internal_ip":""}}"#
        ),
    }
}

fn region(cloudhost: &str) -> &'static str {
    CLOUDS.iter().find(|cloud| cloud.0 == cloudhost).unwrap().2
}

/// A list of `rows`, as a cloud's CLI prints it.
fn list(cloudhost: &str, rows: &[String]) -> String {
    let rows = rows.join(",\n ");
    match cloudhost {
        "vultr" => format!(
            "{{\"instances\":[{rows}],\"meta\":{{\"total\":1,\"links\":{{\"next\":\"\"}}}}}}\n"
        ),
        _ => format!("[{rows}]\n"),
    }
}

fn world(cloudhost: &str, stdout: &str) -> World {
    let words = match cloudhost {
        "digitalocean" => "droplet list",
        "linode" => "linodes list",
        _ => "instance list",
    };
    World::at(cloudhost)
        .answer(words, stdout, "", 0)
        .answer("", "[]", "", 0)
}

#[test]
fn a_machine_that_is_listed_twice_is_one() {
    for (cloudhost, _, region) in CLOUDS {
        let (one, other) = (
            row(cloudhost, 1, "203.0.113.1"),
            row(cloudhost, 2, "203.0.113.2"),
        );
        let world = world(cloudhost, &list(cloudhost, &[one.clone(), other, one]));
        let token = format!("ws-{region}-prod");
        assert_eq!(world.answered(NUMBER, &token), "2\n", "{cloudhost}");
        assert_eq!(world.answered(LIST, &token), "1\n2\n", "{cloudhost}");
        let addresses = "203.0.113.1\n203.0.113.2\n";
        assert_eq!(world.answered(ADDRESSES, &token), addresses, "{cloudhost}");
        let name = format!("{token}-1-Xaaa-init-1");
        assert_eq!(world.answered(NAME, "203.0.113.1"), format!("{name}\n"));
        assert_eq!(world.answered(RUNNING, &name), "running\n", "{cloudhost}");
        if cloudhost != "exoscale" {
            let mut destroy = world.command(DESTROY);
            let output = destroy
                .args(["203.0.113.1", cloudhost, "--dry-run"])
                .output();
            let stderr = String::from_utf8(output.unwrap().stderr).unwrap();
            assert!(!stderr.contains("2 machines"), "{stderr}");
        }
    }
}

#[test]
fn words_around_the_answer_do_not_hide_it() {
    for (cloudhost, _, region) in CLOUDS {
        let answer = list(cloudhost, &[row(cloudhost, 1, "203.0.113.1")]);
        let token = format!("ws-{region}-prod");
        for (before, after) in [
            ("Error reading in config file (/x) : no such file", ""),
            (
                "[WARN 2026] flag {x} [] is deprecated\n",
                "A new release [2] is out\n",
            ),
            ("", "{\"update\":\"7.1\"}\n"),
        ] {
            let world = world(cloudhost, &format!("{before}{answer}{after}"));
            assert_eq!(world.answered(LIST, &token), "1\n", "{cloudhost}: {before}");
        }
        // What is cut is no answer, whatever stands before it.
        let cut = answer.get(..answer.len() / 2).unwrap();
        let world = world(cloudhost, &format!("no flags are []\n{cut}"));
        let (stdout, stderr, status) = world.ask(NUMBER, &token);
        assert_eq!((stdout.as_str(), status), ("", 1), "{cloudhost}");
        assert!(stderr.contains("no flags are []"), "{stderr}");
    }
}

#[test]
fn a_machine_without_an_address_has_none_and_is_no_trouble_to_the_others() {
    for (cloudhost, _, region) in CLOUDS {
        for word in ["<nil>", "-", "", "0.0.0.0", "None", "::"] {
            let rows = [row(cloudhost, 1, word), row(cloudhost, 2, "203.0.113.2")];
            let world = world(cloudhost, &list(cloudhost, &rows));
            let token = format!("ws-{region}-prod");
            let addresses = world.answered(ADDRESSES, &token);
            assert_eq!(addresses, "203.0.113.2\n", "{cloudhost}: {word}");
            assert_eq!(world.answered(NUMBER, &token), "2\n", "{cloudhost}: {word}");
            let (named, _, _) = world.ask(NAME, word);
            assert_eq!(named, "", "{cloudhost}: {word}");
        }
    }
}

#[test]
fn of_a_machine_that_cannot_be_told_from_others_the_others_are_known() {
    for (cloudhost, _, region) in CLOUDS {
        let good = row(cloudhost, 2, "203.0.113.2");
        let odd = good
            .replace("\"id\":2", "\"id\":null")
            .replace("\"id\":\"2\"", "\"id\":\"<nil>\"");
        let bare = good.split_once(',').unwrap().0.replace('2', "3");
        let nulls = match cloudhost {
            "digitalocean" => format!("{bare},\"name\":null,\"networks\":null,\"status\":null}}"),
            "linode" => format!("{bare},\"label\":null,\"ipv4\":null,\"status\":null}}"),
            "vultr" => format!("{bare},\"label\":null,\"main_ip\":null,\"status\":null}}"),
            _ => format!("{bare},\"name\":null,\"ip_address\":null,\"state\":null}}"),
        };
        let token = format!("ws-{region}-prod");
        let world_of = |rows: &[String]| world(cloudhost, &list(cloudhost, rows));
        let with_nulls = world_of(&[nulls, good.clone()]);
        assert_eq!(with_nulls.answered(ADDRESSES, &token), "203.0.113.2\n");
        assert_eq!(with_nulls.answered(NUMBER, &token), "1\n");
        let with_odd = world_of(&[odd, good]);
        let (stdout, stderr, status) = with_odd.ask(ADDRESSES, &token);
        assert_eq!(
            (stdout.as_str(), status),
            ("203.0.113.2\n", 1),
            "{cloudhost}"
        );
        assert!(stderr.contains("one row cannot be read"), "{stderr}");
        let (stdout, _, status) = with_odd.ask(NUMBER, &token);
        assert_eq!((stdout.as_str(), status), ("", 1), "{cloudhost}");
        let (stdout, _, _) = with_odd.ask(PRIVATE, &token);
        assert!(!stdout.contains("nil"), "{stdout}");
    }
}

/// linode's and vultr's private addresses take a question about each machine; exo tells all in one answer.
#[test]
fn private_addresses_that_cannot_be_told_of_one_machine_are_told_of_the_others() {
    const VPC: &str =
        r#"[{"ipv4":{"vpc":[{"address":"10.0.0.2","nat_1_1":"<nil>"},{"address":"<nil>"}]}}]"#;
    const IPV4S: &str = r#"{"ipv4s":[{"ip":"10.0.0.2","type":"private"}],"meta":{"total":1}}"#;
    for (cloudhost, words, answer) in [("linode", "ips-list", VPC), ("vultr", "ipv4 list", IPV4S)] {
        for (stdout, stderr, status) in [("", "Error: 500", 1), ("[{\"ipv4\":7}]", "", 0)] {
            let [one, other] =
                [1, 2].map(|number| row(cloudhost, number, &format!("203.0.113.{number}")));
            let instances = if cloudhost == "linode" {
                "linodes list"
            } else {
                "instance list"
            };
            let world = World::at(cloudhost)
                .answer(instances, &list(cloudhost, &[one, other]), "", 0)
                .answer(&format!("{words} 1 "), stdout, stderr, status)
                .answer(&format!("{words} 2 "), answer, "", 0);
            let token = format!("ws-{}-prod", region(cloudhost));
            let (printed, said, status) = world.ask(PRIVATE, &token);
            assert_eq!((printed.as_str(), status), ("10.0.0.2\n", 1), "{said}");
            let odd = format!("{token}-1-Xaaa-init-1: ");
            assert!(said.contains(&odd), "{said}");
            // What is asked for is found although there was no answer about another.
            let (public, said, status) = world.ask(BY_IP, "10.0.0.2");
            assert_eq!((public.as_str(), status), ("203.0.113.2\n", 0), "{said}");
            // That it is nowhere cannot be told.
            let (public, _, status) = world.ask(BY_IP, "10.0.0.9");
            assert_eq!((public.as_str(), status), ("", 1));
        }
    }
    let leases = r#"{"leases":[{"instance":"<nil>","ip_address":"10.0.0.8"},7,
        {"instance":"ws-ch-gva-2-prod-1-Xaaa-init-1","ip_address":"<nil>"},
        {"instance":"ws-ch-gva-2-prod-1-Xaaa-init-2","ip_address":"10.0.0.2"}]}"#;
    let world = World::at("exoscale").answer("private-network show", leases, "", 0);
    let (printed, said, status) = world.ask(PRIVATE, "ws-ch-gva-2-prod");
    assert_eq!((printed.as_str(), status), ("10.0.0.2\n", 1), "{said}");
}
