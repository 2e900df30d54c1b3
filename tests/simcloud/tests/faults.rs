//! Each kind of fault does what README.md says of it.

use std::process::Stdio;
use std::time::{Duration, Instant};
use std::{fs, thread};

use crate::sim::{Done, Sim};
use crate::state::{Fault, Provider};
use crate::world::{self, LONG_MS};

const EXO_SNAPSHOT: &str =
    "exo compute instance snapshot create -z ch-gva-2 cd613e30-d8f1-4adf-91b7-584a2265b1f5 -O json";
const DO_SNAPSHOT: &str =
    "doctl compute droplet-action snapshot --snapshot-name n 500001001 -o json";
const DO_LIST: &str = "doctl compute droplet list -o json";
const LINODE_SNAPSHOT: &str =
    "linode-cli images create --disk_id 140001017 --label n --no-defaults --json";
const VULTR_SNAPSHOT: &str =
    "vultr snapshot create -i 9b810e76-6ec9-4286-a3ca-828dd5f4b3b2 -d n -o json";

const SNAPSHOTS: [(Provider, &str); 4] = [
    (Provider::DigitalOcean, DO_SNAPSHOT),
    (Provider::Exoscale, EXO_SNAPSHOT),
    (Provider::Linode, LINODE_SNAPSHOT),
    (Provider::Vultr, VULTR_SNAPSHOT),
];

const LISTS: [(Provider, &str); 4] = [
    (Provider::DigitalOcean, DO_LIST),
    (
        Provider::Exoscale,
        "exo compute instance list -z ch-gva-2 -O json",
    ),
    (Provider::Linode, "linode-cli linodes list --json"),
    (Provider::Vultr, "vultr instance list -o json"),
];

fn usual(provider: Provider) -> Sim {
    let sim = Sim::new();
    sim.with(|state| world::usual(state, provider));
    sim
}

/// Runs a call under a fault; returns its result and how many snapshots it made.
fn struck(provider: Provider, line: &str, kind: &str, snapshot_ms: u64) -> (Done, usize) {
    let sim = usual(provider);
    sim.with(|state| state.config.snapshot_ms = snapshot_ms)
        .fault("*", kind, 0);
    let done = sim.line(line);
    (done, sim.state().snapshots.len() - 1)
}

#[test]
fn an_api_error_makes_nothing() {
    for kind in [
        "401",
        "403",
        "429",
        "500",
        "503",
        "502-html",
        "cut",
        "empty-body",
        "refused",
    ] {
        for (provider, line) in SNAPSHOTS {
            let (done, made) = struck(provider, line, kind, 0);
            assert_ne!(done.rc, Some(0), "{kind}: {line}");
            assert_eq!(made, 0, "{kind}: {line}");
        }
    }
}

#[test]
fn a_lost_answer_makes_one_or_two() {
    for (provider, line, snapshot_ms, rc, made) in [
        (Provider::DigitalOcean, DO_SNAPSHOT, 0, 0, 2),
        (Provider::DigitalOcean, DO_SNAPSHOT, LONG_MS, 1, 1),
        (Provider::Exoscale, EXO_SNAPSHOT, 0, 0, 2),
        (Provider::Exoscale, EXO_SNAPSHOT, 300, 0, 2),
        (Provider::Linode, LINODE_SNAPSHOT, LONG_MS, 2, 1),
        (Provider::Vultr, VULTR_SNAPSHOT, LONG_MS, 0, 2),
    ] {
        let (done, found) = struck(provider, line, "lost-answer", snapshot_ms);
        assert_eq!((done.rc, found), (Some(rc), made), "{line} {done:?}");
    }
    let (done, _) = struck(Provider::DigitalOcean, DO_SNAPSHOT, "lost-answer", LONG_MS);
    assert!(done.text().contains("pending event"), "{done:?}");
    let (done, made) = struck(Provider::Exoscale, EXO_SNAPSHOT, "lost-answer-busy", 300);
    assert_eq!((done.rc, made), (Some(1), 1));
    assert!(done.stderr.contains("Conflict"), "{done:?}");
}

#[test]
fn lost_once_and_duplicate() {
    for (provider, line) in SNAPSHOTS {
        let (done, made) = struck(provider, line, "lost-answer-once", 300);
        let (failed, _) = struck(provider, line, "500", 0);
        assert_eq!(
            (made, done.rc, done.text(), done.stderr),
            (1, failed.rc, failed.text(), failed.stderr)
        );
        let (done, made) = struck(provider, line, "duplicate", 300);
        assert_eq!((done.rc, made), (Some(0), 2), "{line}");
    }
}

#[test]
fn spoilt_output_ends_with_status_0_and_the_effect_takes_place() {
    for (provider, line) in SNAPSHOTS {
        let whole = struck(provider, line, "slow", 0).0;
        let (garbage, made) = struck(provider, line, "garbage-stdout", 0);
        assert_eq!((garbage.rc, made), (Some(0), 1));
        assert!(serde_json::from_slice::<serde_json::Value>(&garbage.stdout).is_err());
        let (cut, _) = struck(provider, line, "truncated-stdout", 0);
        assert_eq!(
            (cut.rc, cut.stdout.len()),
            (Some(0), whole.stdout.len() / 2)
        );
        let (zeros, _) = struck(provider, line, "overwritten-stdout", 0);
        let third = whole.stdout.len() / 3;
        let zero = zeros.stdout.iter().filter(|byte| **byte == 0);
        assert_eq!((zeros.rc, zero.count()), (Some(0), third));
        let (empty, _) = struck(provider, line, "empty-stdout", 0);
        assert_eq!((empty.rc, empty.stdout.len()), (Some(0), 0));
    }
}

#[test]
fn a_name_that_is_not_utf8_is_one_row_more() {
    for (provider, line) in LISTS {
        let sim = usual(provider);
        let plain = sim.line(line);
        let odd = sim.fault("", "non-utf8", 0).line(line);
        assert!(odd.stdout.contains(&0xff), "{line}");
        assert!(std::str::from_utf8(&odd.stdout).is_err());
        let repaired = Done {
            stdout: odd.text().into_bytes(),
            ..odd
        };
        assert_eq!(repaired.rows(), plain.rows() + 1, "{line}");
        assert_eq!(
            sim.state().machines.len(),
            usual(provider).state().machines.len()
        );
    }
}

#[test]
fn a_partial_list_lacks_its_second_half() {
    for (provider, line) in LISTS {
        let sim = Sim::new();
        let (there, shown) = match provider {
            Provider::DigitalOcean => (450, 200),
            _ => (40, 20),
        };
        sim.with(|state| world::many(state, provider, there))
            .fault("", "partial-list", 0);
        let done = sim.line(line);
        assert_eq!((done.rc, done.rows()), (Some(0), shown), "{line}");
        assert_eq!(
            !done.stderr.is_empty(),
            provider == Provider::Exoscale,
            "{line}"
        );
    }
}

#[test]
fn new_objects_are_hidden_from_lists_only() {
    for (provider, line) in LISTS {
        let sim = usual(provider);
        sim.with(|state| state.machines[0].created_ms = 0)
            .fault("", "hide-new", LONG_MS);
        assert_eq!(sim.line(line).rows(), 1, "{line}");
    }
    let sim = usual(Provider::Vultr);
    sim.with(|state| state.config.list_lag_ms = LONG_MS);
    let id = sim.line(VULTR_SNAPSHOT).json()["snapshot"]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    assert_eq!(sim.line("vultr snapshot list -o json").rows(), 0);
    assert_eq!(
        sim.line(&format!("vultr snapshot get {id} -o json")).rc,
        Some(0)
    );
}

#[test]
fn a_snapshot_that_fails_never_becomes_usable() {
    let sim = usual(Provider::DigitalOcean);
    let action = sim.fault("", "errored", 0).line(DO_SNAPSHOT).json()[0]["id"].clone();
    sim.faults(&[]);
    assert_eq!(
        sim.line(&format!("doctl compute action get {action} -o json"))
            .json()[0]["status"],
        "errored"
    );
    assert_eq!(sim.line("doctl compute snapshot list -o json").rows(), 1);

    let sim = usual(Provider::Exoscale);
    let done = sim.fault("", "errored", 0).line(EXO_SNAPSHOT);
    assert_eq!((done.rc, done.text().as_str()), (Some(1), ""));
    sim.faults(&[]);
    let list = sim
        .line("exo compute instance snapshot list -O json")
        .json();
    assert_eq!(list[1]["state"], "error");

    let sim = usual(Provider::Linode);
    let id = sim.fault("", "errored", 0).line(LINODE_SNAPSHOT).json()[0]["id"].clone();
    sim.faults(&[]);
    let view = sim.line(&format!(
        "linode-cli images view {} --json",
        id.as_str().expect("an id")
    ));
    assert_eq!(view.rc, Some(2));

    let sim = usual(Provider::Vultr);
    let id = sim.fault("", "errored", 0).line(VULTR_SNAPSHOT).json()["snapshot"]["id"].clone();
    sim.faults(&[]);
    let get = sim.line(&format!(
        "vultr snapshot get {} -o json",
        id.as_str().expect("an id")
    ));
    assert_eq!(get.json()["snapshot"]["status"], "pending");
}

#[test]
fn a_hang_lasts_until_it_is_ended_and_a_slow_call_takes_its_time() {
    let sim = usual(Provider::DigitalOcean);
    sim.fault("doctl", "hang", 0);
    let mut child = sim
        .command("doctl", &["balance", "get"])
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts");
    thread::sleep(Duration::from_millis(400));
    assert!(child.try_wait().expect("a status").is_none());
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");

    let start = Instant::now();
    assert_eq!(sim.fault("doctl", "slow", 300).line(DO_LIST).rc, Some(0));
    assert!(start.elapsed() >= Duration::from_millis(300));
}

#[test]
fn the_parent_can_be_killed_before_or_after_or_told_to_end() {
    for (kind, made) in [
        ("kill-parent-before", 0),
        ("kill-parent-after", 1),
        ("interrupt-parent", 1),
    ] {
        let sim = usual(Provider::Vultr);
        sim.fault("vultr", kind, 0);
        let script = format!("{VULTR_SNAPSHOT}; echo still here");
        let done = crate::sim::finish(
            crate::sim::shell(&sim, &script)
                .env("PATH", sim.bin())
                .env("VULTR_API_KEY", "x"),
        );
        assert_eq!(done.rc, None, "{done:?}");
        assert_eq!(done.text(), "");
        // The tool may still be writing when its parent is gone.
        thread::sleep(Duration::from_millis(200));
        assert_eq!(sim.state().snapshots.len() - 1, made);
    }
}

#[test]
fn faults_are_counted() {
    let sim = usual(Provider::DigitalOcean);
    let fault = Fault {
        tool: "doctl".into(),
        argv: vec!["droplet".into(), "list".into()],
        ..Fault::default()
    };
    sim.faults(&[Fault {
        kind: "500".into(),
        nth: 2,
        times: 2,
        ..fault.clone()
    }]);
    let statuses = |n: usize| {
        (0..n)
            .map(|_| sim.line(DO_LIST).rc.expect("a status"))
            .collect::<Vec<_>>()
    };
    assert_eq!(sim.line("doctl balance get").rc, Some(0));
    assert_eq!(statuses(5), [0, 1, 1, 0, 0]);
    // The sixth call has been made; the eighth is struck.
    sim.faults(&[Fault {
        kind: "403".into(),
        call: 8,
        ..fault
    }]);
    assert_eq!(statuses(3), [0, 1, 0]);
    let faults: Vec<_> = sim
        .calls()
        .iter()
        .map(|call| call["fault"].clone())
        .collect();
    assert_eq!(faults[2], "500");
    assert_eq!(faults[7], "403");

    sim.fault("*", "no such kind", 0);
    assert_eq!(sim.line(DO_LIST).rc, Some(70));
}

#[test]
fn a_droplet_is_locked_while_its_snapshot_is_made() {
    let sim = usual(Provider::DigitalOcean);
    sim.with(|state| state.config.snapshot_ms = LONG_MS);
    assert_eq!(sim.line(DO_SNAPSHOT).rc, Some(0));
    let droplet = sim.line("doctl compute droplet get 500001001 -o json");
    assert!(
        droplet
            .text()
            .contains("\"disk\": 25,\n    \"locked\": true,\n    \"region\"")
    );
    assert_eq!(sim.line(DO_SNAPSHOT).rc, Some(1));
    assert_eq!(
        sim.line("doctl compute droplet actions 500001001 -o json")
            .json()[0]["status"],
        "in-progress"
    );
    assert_eq!(sim.line("doctl compute snapshot list -o json").rows(), 1);
    // Time passes.
    sim.with(|state| {
        state.snapshots[1].ready_ms = 0;
        state.actions[0].ready_ms = 0;
    });
    let droplet = sim.line("doctl compute droplet get 500001001 -o json");
    assert!(!droplet.text().contains("locked"));
    assert_eq!(
        droplet.json()[0]["snapshot_ids"].as_array().map(Vec::len),
        Some(2)
    );
}

#[test]
fn a_cli_that_waits_waits() {
    let sim = usual(Provider::Exoscale);
    sim.with(|state| state.config.snapshot_ms = 300);
    let start = Instant::now();
    let made = sim.line(EXO_SNAPSHOT).json();
    assert!(start.elapsed() >= Duration::from_millis(250));
    let id = made["id"].as_str().expect("an id");
    assert_eq!(
        sim.line(&format!(
            "exo compute instance snapshot show {id} -z ch-gva-2 -O json"
        ))
        .json(),
        made
    );
    let register = format!(
        "exo compute instance-template register --boot-mode legacy --disable-password --from-snapshot {id} \
         --zone ch-gva-2 --username ubuntu name -O json"
    );
    let template = sim.line(&register).json();
    let id = template["id"].as_str().expect("an id");
    let show =
        format!("exo compute instance-template show {id} -z ch-gva-2 --visibility private -O json");
    assert_eq!(sim.line(&show).json(), template);
    let list = "exo compute instance-template list --visibility private --zone ch-gva-2 -O json";
    assert_eq!(sim.line(list).json()[0]["name"], "name");
    assert_eq!(
        sim.line(&format!(
            "exo compute instance-template delete -f -z ch-gva-2 {id}"
        ))
        .rc,
        Some(0)
    );
    assert_eq!(sim.line(list).text(), "[]\n");
}

#[test]
fn the_log_keeps_no_half_lines() {
    let sim = usual(Provider::DigitalOcean);
    let children: Vec<_> = (0..20)
        .map(|_| {
            sim.command("doctl", &["balance", "get"])
                .stdout(Stdio::null())
                .spawn()
                .expect("it starts")
        })
        .collect();
    for mut child in children {
        assert!(child.wait().expect("it ends").success());
    }
    let numbers: Vec<_> = sim
        .calls()
        .iter()
        .map(|call| call["n"].as_u64().expect("a number"))
        .collect();
    assert_eq!(numbers, (1..=20).collect::<Vec<_>>());
    assert!(fs::read_dir(sim.dir()).expect("the directory").count() <= 5);
}
