//! `adt-helpers upstream-check`: scripts that are not what the helpers were made for. The versions that are known are the
//! toolkit's own, which no test has.

use serde_json::json;

use crate::json_schemas::fits;
use crate::world::{Ended, World, programs};

/// A toolkit whose scripts are all missing but one that was changed, one that is new and one without a helper.
fn world() -> World {
    let world = World::at("vultr");
    for file in [
        "ExpeditedAgileDeploymentToolkit.sh",
        "initscripts/x.sh",
        "providerscripts/x.sh",
        "helperscripts/GetOsName.sh",
        "helperscripts/SnapshotStatus.sh",
        "helperscripts/Unheard.sh",
    ] {
        world.write(file, "changed\n");
    }
    world
}

fn check(world: &World, words: &[&str]) -> Ended {
    let home = world.home("").display().to_string();
    let run = world.started_as(&programs::program());
    run.args(["upstream-check", &home]).args(words).ends()
}

#[test]
fn a_script_that_is_no_known_version_is_listed() {
    let world = world();
    let ended = check(&world, &[]);
    assert_eq!(ended.status, Some(3), "{ended}");
    for line in [
        "  helperscripts/GetOsName.sh  changed: not a version that the helper was made for\n",
        "  helperscripts/SnapshotStatus.sh  new: ",
        "  helperscripts/GetVariableValue.sh  gone: ",
        "  providerscripts/server/CreateServer.sh  gone: ",
        "  helperscripts/Unheard.sh  no helper stands in for it\n",
    ] {
        assert!(ended.stdout().contains(line), "{line}: {ended}");
    }
    // Beneath its shim it is the same.
    let shim = crate::world::shim_of("GetOsName");
    world.write("helperscripts/.legacy/GetOsName.sh", "changed\n");
    world.write("helperscripts/GetOsName.sh", shim);
    assert_eq!(check(&world, &[]).stdout(), ended.stdout());
}

#[test]
fn the_list_as_json_fits_its_schema() {
    let world = world();
    let ended = check(&world, &["--json"]);
    assert_eq!(ended.status, Some(3), "{ended}");
    let report = fits("upstream-check", ended.stdout());
    let differences = report["toolkits"][0]["differences"].as_array().unwrap();
    let state = |script: &str| {
        let mut found = differences.iter().filter(|it| it["script"] == script);
        found.next().map(|it| it["state"].clone())
    };
    assert_eq!(state("helperscripts/GetOsName.sh"), Some(json!("changed")));
    assert_eq!(state("helperscripts/Unheard.sh"), Some(json!("no-helper")));
    // One that only we have and that is not there is no difference.
    assert_eq!(state("helperscripts/PruneSnapshots.sh"), None);
}

#[test]
fn without_a_toolkit_there_is_no_answer_and_no_status_that_means_well() {
    let world = World::at("vultr");
    let ended = check(&world, &[]);
    assert!(
        ended.failed().contains("is not the toolkit's folder"),
        "{ended}"
    );
}
