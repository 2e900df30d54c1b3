//! What is found out before anything is made: a line that says it, and nothing at the provider.

use super::*;
use crate::world::Ended;

/// It failed with one line that says `words`, and no call changed anything.
#[track_caller]
fn assert_refused(world: &World, ended: &Ended, words: &str) {
    let said = ended.failed().trim_end();
    let complaints = said
        .lines()
        .filter(|line| line.starts_with("CreateServer: "));
    assert_eq!(complaints.count(), 1, "{ended}");
    assert!(said.contains(words), "expected '{words}': {ended}");
    assert_eq!(world.changes(), [""; 0], "{ended}");
    assert_eq!(world.machines().len(), 0, "{ended}");
    assert_eq!(world.server_notes(), [""; 0], "{ended}");
}

#[test]
fn a_snapshot_that_is_not_recorded() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::before_servers(cloudhost);
        world.set_variable("BUILD_FROM_SNAPSHOT", Some("1"));
        assert_refused(
            &world,
            &world.create("webserver"),
            "there is no snapshot_ids.dat",
        );
        world.records_snapshots();
        for content in ["database:1\n", "webserver:\n", ""] {
            std::fs::write(world.legacy_snapshots("snapshot_ids.dat"), content).unwrap();
            assert_refused(
                &world,
                &world.create("webserver"),
                "none of the webserver is recorded",
            );
        }
        std::fs::write(
            world.legacy_snapshots("snapshot_ids.dat"),
            "webserver:--force\n",
        )
        .unwrap();
        assert_refused(
            &world,
            &world.create("webserver"),
            "snapshot_ids.dat is damaged",
        );
    }
}

#[test]
fn a_snapshot_that_the_provider_does_not_know() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::before_servers(cloudhost);
        world.records_snapshots();
        world.edit_state(|state| state.snapshots.clear());
        let ended = world.create("webserver");
        assert_refused(&world, &ended, "the provider does not know the");
    }
}

#[test]
fn a_snapshot_that_is_not_ready() {
    for cloudhost in ["linode", "vultr"] {
        let world = World::before_servers(cloudhost);
        world.records_snapshots();
        let later = crate::simcloud_state::now_ms() + 3_600_000;
        world.edit_state(|state| {
            let all = state.snapshots.iter_mut();
            all.for_each(|snapshot| snapshot.ready_ms = later);
        });
        assert_refused(&world, &world.create("webserver"), "is not ready");
    }
}

#[test]
fn a_build_that_lacks_something() {
    for (cloudhost, ..) in CLOUDS {
        for (variable, value, words) in [
            ("REGION", Some(""), "REGION is not set"),
            ("REGION", None, "REGION is not set"),
            ("WS_SERVER_TYPE", Some(""), "WS_SERVER_TYPE is not set"),
            ("BUILDOS", Some(""), "BUILDOS is not set"),
            ("BUILDOS_VERSION", Some(" "), "BUILDOS_VERSION is not set"),
            (
                "BUILDOS",
                Some("plan9"),
                "'plan9' is not an operating system",
            ),
            (
                "ALGORITHM",
                Some("rsa"),
                "id_rsa_AGILE_DEPLOYMENT_BUILD_KEY_test-build.pub",
            ),
        ] {
            let world = World::before_servers(cloudhost);
            world.set_variable(variable, value);
            let ended = world.creating(&[&world.machine_name("webserver")]).ends();
            assert_refused(&world, &ended, words);
        }
        let world = World::before_servers(cloudhost);
        std::fs::remove_file(world.build("cloud-init/webserver.yaml")).unwrap();
        assert_refused(
            &world,
            &world.create("webserver"),
            "webserver.yaml' does not exist",
        );
    }
}

#[test]
fn words_that_mean_nothing() {
    let world = World::before_servers("digitalocean");
    let name = world.machine_name("webserver");
    for (words, reason) in [
        (&[][..], "name is missing"),
        (&[name.as_str(), ""], "one of the words is empty"),
        (&["s-1vcpu-1gb", "digitalocean"], "name is missing"),
        (&[name.as_str(), "--image="], "the image is ''"),
        (&[name.as_str(), "--size", " "], "the size is ' '"),
    ] {
        assert_refused(&world, &world.creating(words).ends(), reason);
    }
}

#[test]
fn a_machine_of_that_name_is_left_alone() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::before_servers(cloudhost);
        world.create("webserver").succeeded();
        let (before, calls) = (world.machines(), world.changes().len());
        let ended = world.create("webserver");
        assert!(ended.failed().contains("exists already"), "{ended}");
        assert_eq!(world.machines().len(), before.len());
        assert_eq!(world.changes().len(), calls);
        assert_eq!(world.server_notes(), [""; 0]);
    }
}

#[test]
fn an_image_may_be_named() {
    for (cloudhost, image) in [
        ("digitalocean", "ubuntu-24-04-x64"),
        ("exoscale", "Linux Debian 12 (Bookworm) 64-bit"),
        ("linode", "linode/debian12"),
        ("vultr", "2136"),
    ] {
        let world = World::before_servers(cloudhost);
        world.records_snapshots();
        let name = world.machine_name("webserver");
        world
            .creating(&[&name, "--image", image])
            .ends()
            .succeeded();
        assert_eq!(world.only_machine("webserver", cloudhost).image, image);
        let name = world.machine_name("database");
        let id = world.snapshot_id(4);
        world.creating(&[&name, "--image", &id]).ends().succeeded();
        assert_eq!(world.machines()[1].from_snapshot, id);
    }
}

#[test]
fn a_build_that_the_snapshots_do_not_fit_gets_no_server() {
    let world = World::before_servers("digitalocean");
    world.records_snapshots();
    for (variable, value, named) in [
        ("BUILD_ARCHIVE_CHOICE", "virgin", "archive choice"),
        ("BUILD_ARCHIVE_CHOICE", "", "archive choice"),
    ] {
        world.set_variable(variable, Some(value));
        let ended = world.create("webserver");
        assert!(ended.failed().contains(named), "{ended}");
        assert!(world.machines().is_empty());
    }
}
