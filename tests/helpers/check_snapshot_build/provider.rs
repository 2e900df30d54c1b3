//! What the provider says, and what it does not say.

use super::*;
use crate::simcloud_state::Fault;

const PROVIDERS: [&str; 4] = ["doctl", "exo", "linode-cli", "vultr"];

fn made_at<'a>(
    state: &'a mut crate::simcloud_state::State,
    label: &str,
    world: &World,
) -> &'a mut crate::simcloud_state::Snapshot {
    let ids = world.ids();
    let line = ids.lines().find_map(|line| line.strip_prefix(label));
    let id = line.unwrap().trim_start_matches(':').to_owned();
    state
        .snapshots
        .iter_mut()
        .find(|snapshot| snapshot.id == id)
        .unwrap()
}

#[test]
fn a_snapshot_that_is_gone_is_a_failure() {
    for (cloudhost, _, _) in CLOUDS {
        let world = snapshotted(cloudhost);
        world.edit_state(|state| {
            let id = made_at(state, "webserver", &world).id.clone();
            state.snapshots.retain(|snapshot| snapshot.id != id);
        });
        world.breaks(&["at-provider webserver failure"]);
        let ended = world.check(&[]).ends();
        assert!(
            ended
                .stdout()
                .contains(&format!("{cloudhost} does not know ")),
            "{ended}"
        );
    }
}

#[test]
fn a_snapshot_that_is_not_done_is_a_failure() {
    // A droplet's snapshot, and exoscale's template, is not known before it is done.
    for cloudhost in ["linode", "vultr"] {
        let world = snapshotted(cloudhost);
        world.edit_state(|state| made_at(state, "database", &world).ready_ms = u64::MAX / 2);
        world.breaks(&["at-provider database failure"]);
        let ended = world.check(&[]).ends();
        assert!(ended.stdout().contains("is not usable yet"), "{ended}");
    }
}

#[test]
fn an_image_that_takes_no_cloud_init_is_a_warning() {
    let world = snapshotted("linode");
    world.edit_state(|state| made_at(state, "autoscaler", &world).no_cloud_init = true);
    world.breaks(&["at-provider autoscaler warning"]);
    let ended = world.check(&[]).ends();
    assert!(ended.stdout().contains("--cloud_init"), "{ended}");
}

#[test]
fn a_snapshot_in_another_region_is_a_failure_where_it_is_bound_to_one() {
    let world = snapshotted("digitalocean");
    world.edit_state(|state| made_at(state, "webserver", &world).region = "ams3".to_owned());
    world.breaks(&["at-provider webserver failure"]);
    let ended = world.check(&[]).ends();
    assert!(
        ended.stdout().contains("is in ams3, not in lon1"),
        "{ended}"
    );
}

#[test]
fn exoscale_is_asked_in_the_planned_zone() {
    let world = snapshotted("exoscale");
    world.set_variable("REGION", Some("de-fra-1"));
    let broken = world.broken_rules(&[]);
    let expected: Vec<String> = TYPES
        .iter()
        .map(|(_, label)| format!("at-provider {label} failure"))
        .collect();
    for expected in expected {
        assert!(broken.contains(&expected), "{broken:?}");
    }
    assert!(broken.contains(&"same-build REGION warning".to_owned()));
}

#[test]
fn an_old_snapshot_is_a_warning() {
    for (cloudhost, _, _) in CLOUDS {
        let world = snapshotted(cloudhost);
        world
            .edit_state(|state| made_at(state, "webserver", &world).created_ms = 1_600_000_000_000);
        world.breaks(&["age webserver warning"]);
    }
}

#[test]
fn a_provider_that_does_not_answer_is_never_taken_for_one_that_has_nothing() {
    for ((cloudhost, _, _), tool) in CLOUDS.into_iter().zip(PROVIDERS) {
        let world = snapshotted(cloudhost);
        for kind in [
            "401",
            "429",
            "500",
            "502-html",
            "refused",
            "garbage-stdout",
            "empty-stdout",
        ] {
            world.faults(&[Fault {
                tool: tool.to_owned(),
                kind: kind.to_owned(),
                ..Fault::default()
            }]);
            let ended = world.check(&["--json"]).ends();
            let report = report(&ended);
            let rules = report["rules"].as_array().unwrap().iter();
            let asked: Vec<_> = rules.filter(|rule| rule["rule"] == "at-provider").collect();
            // One line, whatever was asked for.
            let [rule] = asked[..] else {
                panic!("{kind}: {ended}");
            };
            assert_eq!(rule["result"], "unknown", "{kind}: {ended}");
            let found = rule["found"].as_str().unwrap();
            let types = TYPES.map(|(_, label)| label).join(", ");
            let begins = format!("not checked ({types}): ");
            assert!(
                found.starts_with(&begins) && found.contains(tool),
                "{kind}: {ended}"
            );
            assert_eq!(ended.status, Some(3), "{kind}: {ended}");
        }
    }
}

#[test]
fn a_passing_trouble_is_asked_about_again() {
    for ((cloudhost, _, _), tool) in CLOUDS.into_iter().zip(PROVIDERS) {
        let world = snapshotted(cloudhost);
        world.faults(&[Fault {
            tool: tool.to_owned(),
            kind: "500".to_owned(),
            times: 1,
            ..Fault::default()
        }]);
        world.breaks(&[]);
    }
}

#[test]
fn with_a_cli_that_is_not_installed_or_hangs_it_is_not_known_whether_a_build_can_work() {
    let world = snapshotted("digitalocean");
    world.faults(&[Fault {
        tool: "doctl".to_owned(),
        kind: "hang".to_owned(),
        ..Fault::default()
    }]);
    let ended = world.check(&[]).env("ADT_CALL_SECONDS", "0.2").ends();
    assert_eq!(ended.status, Some(3), "{ended}");
    assert!(
        ended.stdout().contains("): doctl gave no answer within 1s"),
        "{ended}"
    );
    let ended = world.check(&[]).env("DOCTL", "/nowhere/doctl").ends();
    assert_eq!(ended.status, Some(3), "{ended}");
    let said = ended.stdout();
    assert_eq!(said.matches("not checked (").count(), 1, "{ended}");
    assert!(
        said.contains("): DOCTL names '/nowhere/doctl', which is not an executable"),
        "{ended}"
    );
    assert!(said.contains("fix: once that is mended, check again\n"));
    let last = "Whether a build from snapshots can work is not known: 1 not checked, 0 warnings.\n";
    assert!(said.ends_with(last), "{ended}");
}

#[test]
fn without_the_provider_nothing_is_asked_and_that_is_said() {
    for (cloudhost, _, _) in CLOUDS {
        let world = snapshotted(cloudhost);
        let calls = world.calls().len();
        let expected = format!("at-provider {cloudhost} warning");
        let store = "latest-backup datastore warning".to_owned();
        let words = ["--no-provider", "--no-datastore"];
        assert_eq!(world.broken_rules(&words), [expected.clone(), store]);
        assert_eq!(world.calls().len(), calls);
        assert_eq!(world.broken_rules(&["--no-provider"]), [expected]);
    }
}
