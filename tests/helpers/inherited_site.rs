//! A build script re-points the exported `WEBSITE_URL`: `BuildAuthenticator` to the authenticator's address, before it
//! calls everything else.

use crate::world::{CLOUDS, Door, LABELS, Run, World};

const AUTHENTICATOR: &str = "auth.testwebsite.uk";

fn world(cloudhost: &str) -> World {
    let world = World::before_servers(cloudhost);
    world.set_variable("AUTH_SERVER_URL", Some(AUTHENTICATOR));
    world
}

/// A helper as `BuildAuthenticator` calls it.
fn called<'a>(world: &'a World, helper: &str, words: &[&str]) -> Run<'a> {
    let run = world.helper(Door::Shim, helper).args(words);
    run.env("WEBSITE_URL", AUTHENTICATOR)
}

#[test]
fn an_authenticators_addresses_are_in_the_sites_bucket() {
    let bucket = "www-testwebsite-uk-config-xk3j";
    for (tool, kind) in ["s3cmd", "s5cmd", "rclone"]
        .into_iter()
        .flat_map(|tool| ["authenticatorpublicip", "authenticatorip"].map(|kind| (tool, kind)))
    {
        let world = world("linode");
        world.use_datastore_tool(tool);
        let run = |helper: &str, words: &[&str]| {
            let ended = called(&world, helper, words).ends();
            ended.succeeded_silently().to_owned()
        };
        let all = format!("{kind}/*");
        run("MountDatastore", &["config", "local"]);
        assert_eq!(run("ListFromDatastore", &["config", &all]), "");
        let put = |address: &str| {
            let words = ["config", address, kind, "local", "no"];
            run("PutToDatastore", &words);
        };
        put("203.0.113.7");
        assert!(run("ListFromDatastore", &["config", &all]).contains("203.0.113.7"));
        assert_eq!(world.names_below("cloud/buckets").len(), 4, "{tool}");
        run("DeleteFromDatastore", &["config", kind, "local"]);
        put("203.0.113.8");
        let names: Vec<String> = world.bucket(bucket).into_keys().collect();
        assert_eq!(names, [format!("{kind}/203.0.113.8")], "{tool}");
    }
}

#[test]
fn an_authenticator_is_built_from_the_sites_snapshot() {
    for (cloudhost, ..) in CLOUDS {
        let world = world(cloudhost);
        world.records_snapshots();
        // The guard is another test's matter.
        world.set_variable("ACTIVE_FIREWALLS", Some("1"));
        let name = world.machine_name("authenticator");
        let ended = called(&world, "CreateServer", &[world.size(), &name]).ends();
        assert_eq!(ended.succeeded(), "", "{ended}");
        let number = LABELS.iter().position(|label| *label == "authenticator");
        let machine = world.only_machine("authenticator", cloudhost);
        assert_eq!(machine.from_snapshot, world.snapshot_id(number.unwrap()));
    }
}

#[test]
fn another_site_is_meant_where_the_environment_says_so() {
    let world = world("linode");
    world.records_snapshots();
    let name = world.machine_name("authenticator");
    let run = called(&world, "CreateServer", &[world.size(), &name]);
    let ended = run.env("WEBSITE_URL", "www.other.org").ends();
    assert!(
        ended.failed().contains("there is no snapshot_ids.dat"),
        "{ended}"
    );
    assert!(world.machines().is_empty());
}

/// The scripts that prepare a build ask `GetVariableValue`.
#[test]
fn the_records_are_fetched_for_the_builds_own_site() {
    for site in ["www.other.org", AUTHENTICATOR] {
        let world = World::from_snapshots("vultr", "rclone");
        world.set_variable("AUTH_SERVER_URL", Some(AUTHENTICATOR));
        for helper in [
            "InitialiseSnapshots",
            "InitialiseServerUserCredentials",
            "InitialiseSnapshotDatabaseCredentials",
        ] {
            let run = world.helper(Door::Shim, helper).env("WEBSITE_URL", site);
            run.in_private_tmp().ends().succeeded();
        }
        for name in ["wholemachinebackups", "wholemachinesnapshots"] {
            let folder = world.home("runtimedata").join(name);
            assert!(folder.join("www.testwebsite.uk").exists());
            assert!(!folder.join(site).exists(), "{name} {site}");
        }
    }
}
