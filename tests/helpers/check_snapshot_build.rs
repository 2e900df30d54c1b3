//! CheckSnapshotBuild, on four clouds: what it says of a build from the snapshots that ObtainWholeMachineSnapshot took.

use serde_json::Value;

use crate::world::{CLOUDS, DOORS, Door, Ended, Run, TYPES, World};

mod broken;
mod command_line;
mod latest_backups;
mod provider;
mod reports;
mod templates;

/// A world in which all five machine types were snapshotted and are planned to be built from that, with the latest
/// backups of both in the bucket store.
fn snapshotted(cloudhost: &str) -> World {
    let world = World::at(cloudhost);
    world.set_variable("BUILD_FROM_SNAPSHOT", Some("1"));
    world.set_variable("NO_AUTHENTICATORS", Some("1"));
    world.set_variable("NO_REVERSE_PROXY", Some("1"));
    let types = TYPES.iter().flat_map(|(_, label)| ["--type", label]);
    let words: Vec<&str> = types.chain(["--no-datastore"]).collect();
    world.obtain(&words).ends().succeeded();
    world.has_backups();
    world
}

impl World {
    /// CheckSnapshotBuild with `words`.
    fn check(&self, words: &[&str]) -> Run<'_> {
        self.helper(Door::Binary, "CheckSnapshotBuild").args(words)
    }

    /// What is not ok, as `rule subject result`.
    fn broken_rules(&self, words: &[&str]) -> Vec<String> {
        let words: Vec<&str> = words.iter().copied().chain(["--json"]).collect();
        let ended = self.check(&words).ends();
        let report = report(&ended);
        let rules = report["rules"].as_array().unwrap().iter();
        let broken = rules.filter(|rule| rule["result"] != "ok");
        let word = |value: &Value| value.as_str().unwrap().to_owned();
        broken
            .map(|rule| {
                [&rule["rule"], &rule["subject"], &rule["result"]]
                    .map(word)
                    .join(" ")
            })
            .collect()
    }

    /// The rules that are broken now are these, and nothing was written to find out.
    #[track_caller]
    fn breaks(&self, expected: &[&str]) {
        let before = self.tree();
        assert_eq!(self.broken_rules(&[]), expected);
        assert_eq!(self.tree(), before, "something was written");
    }
}

/// The JSON report, whose outcome agrees with the exit status and whose every finding has its fields.
#[track_caller]
fn report(ended: &Ended) -> Value {
    let report = crate::json_schemas::fits("CheckSnapshotBuild", ended.stdout());
    assert_eq!(report["version"], 2);
    assert_eq!(report["command"], "CheckSnapshotBuild");
    let mut worst = 0;
    for rule in report["rules"].as_array().unwrap() {
        let names: Vec<&String> = rule.as_object().unwrap().keys().collect();
        assert_eq!(names, ["fix", "found", "result", "rule", "subject"]);
        assert_eq!(rule["fix"].is_null(), rule["result"] == "ok", "{rule}");
        worst = worst.max(match rule["result"].as_str().unwrap() {
            "ok" => 0,
            "warning" => 1,
            "unknown" => 2,
            "failure" => 3,
            other => panic!("{other}"),
        });
    }
    let outcomes = [
        ("ok", 0),
        ("warnings", 1),
        ("unknown", 3),
        ("cannot-work", 2),
    ];
    let (outcome, status) = outcomes[worst];
    assert_eq!(ended.status, Some(status), "{ended}");
    assert_eq!(report["outcome"], outcome);
    assert_eq!(ended.stderr(), "", "{ended}");
    report
}
