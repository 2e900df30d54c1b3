//! Records of which some are not there, and need not be.

use super::damaged::{assert_stopped, damage};
use super::*;
use crate::simcloud_state::Fault;

#[test]
fn a_bucket_that_the_older_scripts_filled_will_do_where_the_key_is() {
    for (cloudhost, _, _) in CLOUDS {
        for place in [
            "key",
            "archive beside the keys",
            "archive among the records",
        ] {
            let world = World::from_snapshots(cloudhost, "rclone");
            world.set_variable("DATABASE_INSTALLATION_TYPE", Some("None"));
            let archive = std::fs::read(world.object("keys.tar.gz")).unwrap();
            std::fs::create_dir_all(world.build("keys")).unwrap();
            match place {
                "key" => {
                    for name in [KEY.to_owned(), format!("{KEY}.pub")] {
                        std::fs::write(world.build("keys").join(name), "its own\n").unwrap();
                    }
                }
                "archive beside the keys" => {
                    std::fs::write(world.build("keys/keys.tar.gz"), archive).unwrap();
                }
                _ => {
                    std::fs::create_dir_all(world.snapshots("")).unwrap();
                    std::fs::write(world.snapshots("keys.tar.gz"), archive).unwrap();
                }
            }
            for name in [
                "keys.tar.gz",
                "db_credentials.dat",
                "db_credentials.dat.candidate",
            ] {
                damage(&world, name, None);
            }
            let ended = world.initialise();
            assert_eq!(
                ended.succeeded(),
                format!("{}\n", world.webserver_id()),
                "{place}"
            );
            ended.says("lacks db_credentials.dat.candidate and db_credentials.dat; a database");
            let key = std::fs::read_to_string(world.build("keys").join(KEY)).unwrap();
            let expected = if place == "key" {
                "its own\n"
            } else {
                "(a sample, not a key)\n"
            };
            assert_eq!(key, expected, "{place}");
            assert_eq!(world.variable("SERVER_USER"), ["Xk3JdQ9sPzLw8RtYv2NX"]);
        }
    }
}

#[test]
fn without_the_database_credentials_those_on_this_machine_stay() {
    let world = World::from_snapshots("digitalocean", "s3cmd");
    std::fs::create_dir_all(world.snapshots("")).unwrap();
    std::fs::write(world.snapshots("db_credentials.dat"), "mine").unwrap();
    world.set_variable("DATABASE_INSTALLATION_TYPE", Some("None"));
    damage(&world, "db_credentials.dat", None);
    let ended = world.initialise();
    ended.succeeded();
    ended.says("lacks db_credentials.dat; a database");
    assert_eq!(
        std::fs::read(world.snapshots("db_credentials.dat")).unwrap(),
        b"mine"
    );
}

#[test]
fn a_build_without_webservers_needs_no_id_for_one() {
    let world = World::from_snapshots("linode", "s5cmd");
    damage(&world, "snapshot_ids.dat", Some(b"database:private/5\n"));
    world.has_snapshot("private/5", "database");
    world.set_variable("NO_WEBSERVERS", Some("0"));
    let ended = world.initialise();
    assert_eq!(ended.succeeded(), "");
    ended.says("there is no snapshot of a webserver, and the build makes none");
    assert_eq!(world.ids(), "database:private/5\n");
    assert!(!world.is_stopped());
}

#[test]
fn an_empty_bucket_leaves_the_records_that_were_copied_here() {
    for with_bucket in [true, false] {
        let world = World::from_snapshots("exoscale", "rclone");
        let id = world.webserver_id();
        let bucket = world.object("x").parent().unwrap().to_owned();
        std::fs::create_dir_all(world.snapshots("")).unwrap();
        for name in OBJECTS {
            std::fs::rename(world.object(name), world.snapshots(name)).unwrap();
        }
        if !with_bucket {
            std::fs::remove_dir(bucket).unwrap();
        }
        let ended = world.initialise();
        assert_eq!(ended.succeeded(), format!("{id}\n"));
        ended.says("holds no records; taking those in");
        assert_eq!(world.ids().lines().count(), 2);
        assert!(world.build("keys").join(KEY).exists());
        assert_eq!(world.variable("SERVER_USER"), ["Xk3JdQ9sPzLw8RtYv2NX"]);
    }
}

#[test]
fn records_of_what_the_provider_no_longer_has_end_the_build() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::from_snapshots(cloudhost, "rclone");
        world.edit_state(|state| state.snapshots.clear());
        let ended = world.initialise();
        let said = ended.failed();
        assert!(
            said.contains("a build from snapshots cannot work"),
            "{ended}"
        );
        assert!(said.contains(&world.webserver_id()), "{ended}");
        assert!(world.is_stopped(), "{ended}");
    }
}

#[test]
fn a_build_that_the_snapshots_do_not_fit_is_ended() {
    let world = World::from_snapshots("digitalocean", "s5cmd");
    world.set_variable("BUILD_ARCHIVE_CHOICE", Some("virgin"));
    let ended = world.initialise();
    assert!(ended.failed().contains("archive choice"), "{ended}");
    assert!(world.is_stopped(), "{ended}");
}

#[test]
fn nothing_anywhere_is_all_named() {
    let world = World::from_snapshots("digitalocean", "s5cmd");
    for name in OBJECTS {
        std::fs::remove_file(world.object(name)).unwrap();
    }
    for name in ["snapshot_ids.dat", "credentials.dat", "keys.tar.gz"] {
        // The first run makes the directory's two names.
        world.initialise();
        assert_stopped(&world, name, "it is missing");
    }
}

#[test]
fn a_bucket_with_some_records_is_not_made_up_for_by_those_here() {
    let world = World::from_snapshots("vultr", "s3cmd");
    world.initialise().succeeded();
    damage(&world, "credentials.dat", None);
    assert_stopped(&world, "credentials.dat", "it is missing");
}

#[test]
fn keys_of_another_build_are_named_with_what_must_agree() {
    for (variable, value) in [("ALGORITHM", "rsa"), ("BUILD_IDENTIFIER", "other")] {
        let world = World::from_snapshots("digitalocean", "rclone");
        if variable == "BUILD_IDENTIFIER" {
            world.write("runtimedata/ACTIVE_BUILD_IDENTIFIER", "other\n");
            let directory = world.build("");
            std::fs::rename(&directory, directory.with_file_name("other")).unwrap();
        } else {
            world.set_variable(variable, Some(value));
        }
        world.initialise();
        assert_stopped(
            &world,
            "keys.tar.gz",
            &format!("it holds {KEY} and {KEY}.pub"),
        );
    }
}

#[test]
fn a_list_that_was_cut_is_asked_for_again() {
    for (cloudhost, tool) in [
        ("digitalocean", "s3cmd"),
        ("linode", "s5cmd"),
        ("vultr", "rclone"),
    ] {
        for kind in ["truncated-stdout", "overwritten-stdout", "garbage-stdout"] {
            let world = World::from_snapshots(cloudhost, tool);
            world.faults(&[Fault {
                tool: tool.into(),
                argv: vec!["db_credentials.dat.candidate".into()],
                times: 1,
                kind: kind.into(),
                ..Fault::default()
            }]);
            world.initialise().succeeded();
            world.assert_initialised(&format!("{tool} {kind}"));
        }
    }
}
