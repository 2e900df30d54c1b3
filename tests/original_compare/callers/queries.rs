//! What the provider has: the queries of the build scripts, as they pass the words.

use super::CLOUDS;
use crate::scenario::{BY_SHELL, Reads, Scenario};
use crate::scenes::Step;

/// In backticks, several lines in one variable.
const CAPTURED: &str = r#"value="`"$helper" "$@"`"; /usr/bin/printf '<%s>\n' "$value""#;

/// Through the filter of the build scripts, which keeps only lines that are an address.
const ONE_ADDRESS: &str = r#"value="`"$helper" "$@" | /bin/grep -P '^[0-9]{1,3}(\.[0-9]{1,3}){3}$'`"; /usr/bin/printf '<%s>\n' "$value""#;

/// With the words of its list in a loop.
const WORDS: &str = r#"for value in `"$helper" "$@"`; do /usr/bin/printf '<%s>\n' "$value"; done"#;

/// Faults that a list may have.
const FAULTS: [&str; 9] = [
    "401",
    "500",
    "502-html",
    "refused",
    "garbage-stdout",
    "truncated-stdout",
    "empty-stdout",
    "partial-list",
    "slow",
];

pub fn scenarios() -> Vec<Scenario> {
    let mut all = Vec::new();
    for cloud in CLOUDS {
        all.extend(by_token(cloud));
        all.extend(by_name(cloud));
        all.extend(by_address(cloud));
        all.extend(odd_words(cloud));
        all.extend(faulty(cloud));
    }
    all
}

/// `<type>-<region>-<build>`: `FinaliseBuildProcessing`, `PerformStandardBuildChain`, `PostProcessingMessages`, `PreFlightChecks`,
/// `ConfigureNativeFirewall` and the loops after a destruction.
fn by_token(cloud: &'static str) -> Vec<Scenario> {
    let scenes: [&[Step]; 4] = [
        &[],
        &[Step::NoMachines],
        &[Step::SeveralOfAType],
        &[Step::SeveralOfAType, Step::Neighbours],
    ];
    let mut all = Vec::new();
    for scene in scenes {
        let all_types = ["as", "ws", "db", "rp", "auth"];
        let some = if scene.is_empty() { 5 } else { 2 };
        for token in &all_types[..some] {
            let token = format!("{token}-{{region}}-test-build");
            let of = |helper, form| {
                Scenario::of(helper, cloud)
                    .words([token.as_str(), cloud])
                    .form(form)
                    .scene(scene.to_vec())
            };
            all.extend([
                of("ListServerIDs", CAPTURED),
                of("NumberOfServers", CAPTURED),
                of("GetServerIPAddresses", CAPTURED),
                of("GetServerPrivateIPAddresses", CAPTURED),
            ]);
        }
        let tokens = [
            "ws--{region}-test-build",
            "NO-1-{region}-test-build",
            "NO-1-rp-{region}-test-build",
        ];
        for token in tokens {
            for helper in ["ListServerIDs", "NumberOfServers"] {
                all.push(
                    Scenario::of(helper, cloud)
                        .words([token, cloud])
                        .scene(scene.to_vec()),
                );
            }
        }
        let token = "ws-{region}-test-build";
        all.push(
            Scenario::of("GetServerIPAddresses", cloud)
                .words([token, cloud, "/home/agile-user/adt-build-machine-scripts"])
                .form(WORDS)
                .scene(scene.to_vec()),
        );
    }
    all
}

/// The whole name of a machine: the loop of the build scripts.
fn by_name(cloud: &'static str) -> Vec<Scenario> {
    let scenes: [&[Step]; 5] = [
        &[],
        &[Step::NoMachines],
        &[Step::SeveralOfAType, Step::Neighbours],
        &[Step::Starting],
        &[Step::Stopped],
    ];
    let mut all = Vec::new();
    for scene in scenes {
        let all_types = [
            "autoscaler",
            "webserver",
            "database",
            "authenticator",
            "reverseproxy",
        ];
        let some = if scene.is_empty() { 5 } else { 2 };
        for label in &all_types[..some] {
            let name = format!("{{name:{label}}}");
            let of = |helper, form| {
                Scenario::of(helper, cloud)
                    .words([name.as_str(), cloud])
                    .form(form)
                    .scene(scene.to_vec())
            };
            all.extend([
                of("IsInstanceRunning", CAPTURED),
                of("GetServerIPAddresses", ONE_ADDRESS),
                of("GetServerPrivateIPAddresses", ONE_ADDRESS),
            ]);
        }
    }
    all
}

/// An address: `CheckBuildMachineVPC`, `AdjustBuildMachineFirewall`, `DestroyServer`.
fn by_address(cloud: &'static str) -> Vec<Scenario> {
    let mut all = Vec::new();
    for scene in [
        vec![],
        vec![Step::NoMachines],
        vec![Step::SeveralOfAType, Step::Neighbours],
    ] {
        for address in [
            "{public:webserver}",
            "{private:webserver}",
            "203.0.113.21",
            "198.51.100.1",
        ] {
            for helper in ["GetServerName", "GetServerPublicIPAddressByIP"] {
                all.push(
                    Scenario::of(helper, cloud)
                        .words([address, cloud])
                        .form(CAPTURED)
                        .scene(scene.clone()),
                );
            }
        }
    }
    // From cron each minute, when no cloud is set: nothing is printed anywhere.
    all.push(
        Scenario::of("GetServerName", cloud)
            .words(["203.0.113.10", ""])
            .reads(Reads::AllStreams),
    );
    // Of the build machine, which belongs to no build.
    all.push(
        Scenario::of("GetServerPrivateIPAddresses", cloud)
            .words(["build-machine", cloud])
            .form(CAPTURED)
            .scene([Step::Neighbours]),
    );
    all.push(
        Scenario::of("GetServerPrivateIPAddresses", cloud)
            .words(["NOT_SET", cloud])
            .form(CAPTURED),
    );
    all
}

/// What no caller means, but an unset variable makes of it.
fn odd_words(cloud: &'static str) -> Vec<Scenario> {
    let of = |helper, words: &[&str]| Scenario::of(helper, cloud).words(words).form(CAPTURED);
    vec![
        of("GetServerPrivateIPAddresses", &["", cloud]),
        of("GetServerIPAddresses", &["", cloud]),
        of("GetServerName", &["", cloud]),
        of("GetServerPublicIPAddressByIP", &["", cloud]),
        of("NumberOfServers", &["", cloud]),
        of("IsInstanceRunning", &["", cloud]),
        of("ListServerIDs", &["", cloud]),
        of("ListServerIDs", &["ws-{region}-test-build"]),
        of("IsInstanceRunning", &["{name:webserver}"]),
        of("IsInstanceRunning", &["{name:webserver}", "azure"]),
        of("NumberOfServers", &["{name:webserver}", "azure"]),
        of("IsInstanceRunning", &["{name:webserver}", cloud]).form(BY_SHELL),
        of("ListServerIDs", &["ws-{region}-test", cloud]),
    ]
}

fn faulty(cloud: &'static str) -> Vec<Scenario> {
    let mut all = Vec::new();
    for fault in FAULTS {
        let of = |helper, word: &str| {
            Scenario::of(helper, cloud)
                .words([word, cloud])
                .form(CAPTURED)
                .scene([Step::Fault(fault)])
        };
        all.extend([
            of("ListServerIDs", "ws-{region}-test-build"),
            of("NumberOfServers", "db-{region}-test-build"),
            of("IsInstanceRunning", "{name:webserver}"),
            of("GetServerIPAddresses", "{name:webserver}"),
            of("GetServerPrivateIPAddresses", "{name:webserver}"),
            of("GetServerName", "{public:webserver}"),
            of("GetServerPublicIPAddressByIP", "{private:webserver}"),
        ]);
    }
    all
}
