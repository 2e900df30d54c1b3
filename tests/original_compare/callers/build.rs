//! What a build does: machines made and destroyed, the servers' user, snapshots taken and gone back to.

use super::CLOUDS;
use crate::scenario::{BY_PATH, Reads, Scenario};
use crate::scenes::Step;

/// In backticks, as the main script has it; the first line is kept.
const CAPTURED: &str = r#"value="`"$helper" "$@"`"; /usr/bin/printf '<%s>\n' "$value""#;

/// Twice with the same words, as after a machine that failed.
const TWICE: &str = r#""$helper" "$@"; "$helper" "$@""#;

/// Two webservers, the one after the other.
const TWO: &str = r#""$helper" "$1" "$2"; "$helper" "$1" "$3""#;

const LABELS: [&str; 5] = [
    "autoscaler",
    "webserver",
    "database",
    "authenticator",
    "reverseproxy",
];

pub fn scenarios() -> Vec<Scenario> {
    let mut all = Vec::new();
    for cloud in CLOUDS {
        all.extend(create(cloud));
        all.extend(create_on_autoscaler(cloud));
        all.extend(destroy(cloud));
        all.extend(snapshots(cloud));
        all.extend(users(cloud));
        all.extend(obtain(cloud));
    }
    all
}

fn size(cloud: &str) -> &'static str {
    match cloud {
        "digitalocean" => "s-1vcpu-1gb",
        "exoscale" => "tiny",
        "linode" => "g6-nanode-1",
        _ => "vc2-1c-1gb",
    }
}

fn create(cloud: &'static str) -> Vec<Scenario> {
    let address = Step::Says("wget", "203.0.113.10");
    let fresh = vec![Step::NoMachines, Step::CloudInit, address];
    let of = |label: &str, more: &[Step]| {
        Scenario::of("CreateServer", cloud)
            .words([size(cloud), &format!("{{name:{label}}}")])
            .reads(Reads::Status)
            .scene([fresh.clone(), more.to_vec()].concat())
    };
    let mut all = Vec::new();
    for label in LABELS {
        all.push(of(label, &[]));
        all.push(of(
            label,
            &[Step::Env("BUILD_FROM_SNAPSHOT", "1"), Step::Records],
        ));
    }
    for firewalls in ["0", "1", "2"] {
        all.push(of("webserver", &[Step::Env("ACTIVE_FIREWALLS", firewalls)]));
    }
    for (system, version) in [("ubuntu", "24.04"), ("debian", "12")] {
        all.push(of(
            "database",
            &[
                Step::Env("BUILDOS", system),
                Step::Env("BUILDOS_VERSION", version),
            ],
        ));
    }
    all.push(of("webserver", &[Step::Env("ENABLE_DDOS_PROTECTION", "1")]));
    all.push(of("webserver", &[Step::Env("ENABLE_DDOS_PROTECTION", "0")]));
    all.push(of("webserver", &[Step::Env("BUILD_FROM_SNAPSHOT", "1")]));
    all.push(of(
        "webserver",
        &[Step::BuildFile("EMERGENCY_PASSWORD", "aB3dE5fG7hJ9kL1m\n")],
    ));
    all.push(
        of("webserver", &[])
            .words([
                size(cloud),
                "ws-{region}-test-build-0-{rnd}-init-1",
                "ws-{region}-test-build-0-{rnd}-init-2",
            ])
            .form(TWO),
    );
    all.push(
        of("autoscaler", &[])
            .words([
                size(cloud),
                "{name:autoscaler}",
                "NO-2-as-{region}-test-build-{rnd}",
            ])
            .form(TWO),
    );
    all.push(of("webserver", &[Step::Fault("401")]));
    all
}

fn create_on_autoscaler(cloud: &'static str) -> Vec<Scenario> {
    let of = |more: &[Step]| {
        Scenario::of("CreateServer", cloud)
            .words([size(cloud), "ws-{region}-test-build-1-{rnd}-4711"])
            .on_autoscaler()
            .reads(Reads::Nothing)
            .scene([vec![Step::NoMachines, Step::Prepared], more.to_vec()].concat())
    };
    let id = match cloud {
        "digitalocean" => "SNAPSHOTID:180000004",
        "linode" => "SNAPSHOTID:private/30000004",
        _ => "SNAPSHOTID:0aa11bb2-d8f1-4adf-91b7-000000000003",
    };
    vec![
        of(&[]),
        of(&[
            Step::Setting("BUILDFROMSNAPSHOT:1"),
            Step::Setting(id),
            Step::Records,
        ]),
        of(&[Step::Setting("BUILDFROMSNAPSHOT:1")]),
        of(&[Step::Setting("ENABLEDDOSPROTECTION:1")]),
        of(&[Step::Setting("ACTIVEFIREWALLS:2")]),
        of(&[Step::Setting("ACTIVEFIREWALLS:0")]),
        of(&[
            Step::Setting("BUILDOS:ubuntu"),
            Step::Setting("BUILDOSVERSION:24.04"),
        ]),
    ]
}

fn destroy(cloud: &'static str) -> Vec<Scenario> {
    let of = |words: &[&str]| {
        Scenario::of("DestroyServer", cloud)
            .words(words)
            .reads(Reads::Nothing)
    };
    let mut all = vec![
        of(&["198.51.100.1", cloud]),
        of(&["", cloud]),
        of(&["{public:webserver}"]),
        of(&["{public:webserver}", cloud]).scene([Step::Fault("401")]),
        of(&["{public:webserver}", cloud]).scene([Step::NoMachines]),
        of(&["{public:webserver}", cloud]).form(TWICE),
        of(&["203.0.113.21", cloud]).scene([Step::Neighbours]),
    ];
    for label in LABELS {
        all.push(of(&[&format!("{{public:{label}}}"), cloud]));
        all.push(of(&[&format!("{{private:{label}}}"), cloud]));
    }
    all
}

/// The main script keeps what is printed as `SNAPSHOT_ID`.
fn snapshots(cloud: &'static str) -> Vec<Scenario> {
    let of = |scene: &[Step]| {
        Scenario::of("InitialiseSnapshots", cloud)
            .form(CAPTURED)
            .scene(scene.to_vec())
    };
    let on = Step::Env("BUILD_FROM_SNAPSHOT", "1");
    vec![
        of(&[]),
        of(&[Step::RecordsInBucket]),
        of(&[on.clone(), Step::RecordsInBucket]),
        of(&[on.clone(), Step::RecordsInBucket, Step::NoMachines]),
        of(&[on.clone(), Step::RecordsInBucket, Step::Records]),
        of(&[on.clone(), Step::Records]),
        of(&[on]),
    ]
}

fn users(cloud: &'static str) -> Vec<Scenario> {
    let of = |scene: &[Step]| {
        Scenario::of("InitialiseServerUserCredentials", cloud)
            .form(BY_PATH)
            .reads(Reads::Nothing)
            .scene(scene.to_vec())
    };
    vec![
        of(&[]),
        of(&[
            Step::NoEnv("SERVER_USER"),
            Step::NoEnv("SERVER_USER_PASSWORD"),
        ]),
        of(&[Step::Env("BUILD_FROM_SNAPSHOT", "1"), Step::Records]),
        of(&[Step::Env("BUILD_FROM_SNAPSHOT", "1")]),
        of(&[Step::Records]),
    ]
}

/// By hand; the answers are those of a person.
fn obtain(cloud: &'static str) -> Vec<Scenario> {
    let of = |answers: &str, scene: &[Step]| {
        Scenario::of("ObtainWholeMachineSnapshot", cloud)
            .stdin(format!("{answers}1\n"))
            .by_hand()
            .reads(Reads::Nothing)
            .scene(scene.to_vec())
    };
    let mut all: Vec<Scenario> = (1..=5)
        .map(|number| of(&format!("{number}\n"), &[]))
        .collect();
    all.extend([
        of("4\n", &[Step::NoMachines]),
        of("4\n", &[Step::SeveralOfAType]),
        of("4\n", &[Step::SeveralOfAType, Step::Neighbours]),
        of("x\n7\n4\n", &[]),
        of("4\n", &[Step::Records]),
        of("4\n", &[Step::Fault("401")]),
    ]);
    all
}
