//! `InitialiseSnapshotDatabaseCredentials`: from the build that makes a database to a build from its snapshot.

use crate::world::{CLOUDS, DOORS, Door, Ended, World};

const NAME: &str = "InitialiseSnapshotDatabaseCredentials";

/// What the sample build's variables make.
const SAMPLE: &str = "USERNAME:u2m5n8b4vu\nPASSWORD:p9x7c3v1bp\nDBNAME:n4f8k2lq1n\n";

fn initialise(world: &World) -> Ended {
    world.helper(Door::Binary, NAME).ends()
}

fn recorded(world: &World, name: &str) -> Option<String> {
    std::fs::read_to_string(world.snapshots(name)).ok()
}

fn record(world: &World, content: &str) {
    std::fs::create_dir_all(world.snapshots("")).unwrap();
    std::fs::write(world.snapshots("db_credentials.dat"), content).unwrap();
    world.set_variable("BUILD_FROM_SNAPSHOT", Some("1"));
}

#[track_caller]
fn assert_set(world: &World, user: &str, password: &str, name: &str) {
    assert_eq!(world.variable("DB_USERNAME"), [user]);
    assert_eq!(world.variable("DB_PASSWORD"), [password]);
    assert_eq!(world.variable("DB_NAME"), [name]);
}

#[test]
fn a_normal_build_leaves_a_candidate_that_its_snapshot_records() {
    for (cloudhost, _, _) in CLOUDS {
        for door in DOORS {
            let world = World::at(cloudhost);
            let run = world.helper(door, NAME);
            assert_eq!(run.ends().succeeded_silently(), "");
            let candidate = recorded(&world, "db_credentials.dat.candidate").unwrap();
            assert_eq!(candidate, SAMPLE);
            let path = world.legacy_snapshots("db_credentials.dat.candidate");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), SAMPLE);
            assert_eq!(world.mode(&path), "600");
            assert_eq!(recorded(&world, "db_credentials.dat"), None);
        }
        let world = World::at(cloudhost);
        initialise(&world).succeeded_silently();
        // Another build changes the variables before the snapshot is taken: the database is the first one's.
        world.set_variable("DB_PASSWORD", Some("anotherone"));
        let words = ["--type", "database", "--os", "debian"];
        let ended = world.obtain(&words).ends();
        ended.succeeded();
        ended.says("does not agree with DB_USERNAME");
        assert_eq!(recorded(&world, "db_credentials.dat").unwrap(), SAMPLE);
    }
}

#[test]
fn a_new_database_supersedes_a_candidate_that_a_snapshot_made_up() {
    let world = World::at("digitalocean");
    let words = ["--type", "database"];
    world.obtain(&words).ends().succeeded();
    assert_eq!(
        recorded(&world, "db_credentials.dat.candidate").unwrap(),
        SAMPLE
    );
    let made_up = recorded(&world, "snapshot_manifest.json").unwrap();
    assert!(made_up.contains("\"is_candidate_ours\": true"), "{made_up}");
    initialise(&world).succeeded_silently();
    let own = recorded(&world, "snapshot_manifest.json").unwrap();
    assert!(own.contains("\"is_candidate_ours\": false"), "{own}");
    let snapshots = |text: &str| text.split_once("\"snapshots\"").unwrap().1.to_owned();
    assert_eq!(snapshots(&own), snapshots(&made_up));
    world.set_variable("DB_PASSWORD", Some("anotherone"));
    initialise(&world).succeeded_silently();
    let candidate = recorded(&world, "db_credentials.dat.candidate").unwrap();
    assert_eq!(candidate, SAMPLE.replace("p9x7c3v1bp", "anotherone"));
}

#[test]
fn a_build_from_snapshots_gets_what_its_machines_log_in_with() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        record(
            &world,
            "USERNAME:admin:::app\nPASSWORD:adminword:::appword\nDBNAME:olddb\n",
        );
        initialise(&world).succeeded_silently();
        assert_set(&world, "app", "appword", "olddb");
        let candidate = recorded(&world, "db_credentials.dat.candidate");
        assert_eq!(candidate, recorded(&world, "db_credentials.dat"));
        // As the toolkit's own database step reads the same file.
        assert_eq!(as_that_step_reads_it(&world), ["app", "appword", "olddb"]);
    }
}

/// `db_credentials.dat`, as the toolkit's database step reads it.
fn as_that_step_reads_it(world: &World) -> [String; 3] {
    ["USERNAME", "PASSWORD", "DBNAME"].map(|field| {
        let read = format!("grep {field} \"$1\" | awk -F: '{{print $NF}}'");
        let read = world.system(&read, &world.legacy_snapshots("db_credentials.dat"));
        read.trim_end().to_owned()
    })
}

/// What a build calls, in its order: nothing else has to be run.
#[test]
fn with_what_a_build_calls_alone_it_finds_its_databases_credentials() {
    for (user, password, expected) in [
        (
            "u2m5n8b4vu",
            "p9x7c3v1bp",
            ["u2m5n8b4vu", "p9x7c3v1bp", "n4f8k2lq1n"],
        ),
        (
            "admin:::app",
            "p9x7c3v1bp:::appword",
            ["app", "appword", "n4f8k2lq1n"],
        ),
    ] {
        let world = World::at("linode");
        world.set_variable("DB_USERNAME", Some(user));
        world.set_variable("DB_PASSWORD", Some(password));
        let ended = world
            .obtain(&["--type", "database", "--type", "webserver"])
            .ends();
        ended.succeeded();
        assert!(!ended.stderr().contains("has a ':'"), "{ended}");
        // The next build has other variables until its database step, and no records but those in the bucket.
        std::fs::remove_dir_all(world.home("runtimedata/wholemachinebackups")).unwrap();
        std::fs::remove_dir_all(world.home("runtimedata/wholemachinesnapshots")).unwrap();
        world.set_variable("BUILD_FROM_SNAPSHOT", Some("1"));
        for (name, value) in [
            ("BUILD_ARCHIVE_CHOICE", "hourly"),
            ("NO_AUTHENTICATORS", "0"),
            ("NO_REVERSE_PROXY", "0"),
            ("NO_AUTOSCALERS", "0"),
        ] {
            world.set_variable(name, Some(value));
        }
        for name in ["DB_USERNAME", "DB_PASSWORD", "DB_NAME"] {
            world.set_variable(name, None);
        }
        let user_of_servers = world.helper(Door::Shim, "InitialiseServerUserCredentials");
        user_of_servers.ends().succeeded();
        let ids = world
            .helper(Door::Shim, "InitialiseSnapshots")
            .in_private_tmp();
        ids.ends().succeeded();
        assert_eq!(as_that_step_reads_it(&world), expected);
        // That step writes what it read, and so does the next snapshot: another build from it reads the same.
        let cut = format!(
            "USERNAME:{}\nPASSWORD:{}\nDBNAME:{}\n",
            expected[0], expected[1], expected[2]
        );
        std::fs::write(world.legacy_snapshots("db_credentials.dat.candidate"), cut).unwrap();
        for (name, value) in ["DB_USERNAME", "DB_PASSWORD", "DB_NAME"]
            .iter()
            .zip(expected)
        {
            world.set_variable(name, Some(value));
        }
        world
            .obtain(&["--type", "database", "--replace"])
            .ends()
            .succeeded();
        assert_eq!(as_that_step_reads_it(&world), expected);
    }
}

#[test]
fn a_managed_databases_user_is_recorded_whole() {
    let world = World::at("linode");
    world.set_variable("DB_USERNAME", Some("admin:::app"));
    initialise(&world).succeeded_silently();
    world.obtain(&["--type", "database"]).ends().succeeded();
    let content = recorded(&world, "db_credentials.dat").unwrap();
    assert_eq!(content, SAMPLE.replace("u2m5n8b4vu", "admin:::app"));
    world.set_variable("BUILD_FROM_SNAPSHOT", Some("1"));
    initialise(&world).succeeded_silently();
    assert_set(&world, "app", "p9x7c3v1bp", "n4f8k2lq1n");
    assert_eq!(recorded(&world, "db_credentials.dat").unwrap(), content);
}

#[test]
fn without_records_the_build_keeps_its_variables_and_that_is_said() {
    let world = World::at("exoscale");
    world.set_variable("BUILD_FROM_SNAPSHOT", Some("1"));
    let before = world.tree();
    let ended = initialise(&world);
    assert_eq!(ended.succeeded(), "");
    ended.says("the build keeps the variables it has");
    assert_eq!(world.tree(), before);
    record(&world, "USERNAME:\nPASSWORD:\nDBNAME:\n");
    let before = world.tree();
    initialise(&world).succeeded_silently();
    assert_eq!(world.tree(), before);
}

#[test]
fn a_build_without_a_database_has_nothing_to_keep() {
    for kind in ["None", "", "none"] {
        let world = World::at("digitalocean");
        world.set_variable("DATABASE_INSTALLATION_TYPE", Some(kind));
        world.set_variable("DB_PASSWORD", None);
        let before = world.tree();
        initialise(&world).succeeded_silently();
        assert_eq!(world.tree(), before);
    }
    let world = World::at("digitalocean");
    world.set_variable("DB_PASSWORD", None);
    let before = world.tree();
    let ended = initialise(&world);
    assert!(
        ended
            .refused()
            .contains("run this after InitialiseDatabaseService")
    );
    assert_eq!(world.tree(), before);
}

#[test]
fn damaged_records_change_nothing() {
    for (content, expected) in [
        ("", "it has no line USERNAME:value"),
        ("USERNAME:u\nPASSWORD:\nDBNAME:n\n", "and not of all"),
        (
            "USERNAME:u\nPASSWORD:$(reboot)\nDBNAME:n\n",
            "its value for PASSWORD",
        ),
        (
            "USERNAME:u\nPASSWORD:a b\nDBNAME:n\n",
            "its value for PASSWORD",
        ),
    ] {
        let world = World::at("linode");
        record(&world, content);
        let before = world.tree();
        let ended = initialise(&world);
        let line = ended.refused();
        assert!(
            line.contains(expected) && !line.contains("reboot"),
            "{ended}"
        );
        assert_eq!(world.tree(), before);
    }
}
