//! Each rule broken by itself: exactly that is found.

use std::fs;
use std::path::PathBuf;

use super::*;

/// Breaks the world with `break_it`, looks, and puts the files of the build and of the snapshots back.
#[track_caller]
fn broken(world: &World, expected: &[&str], break_it: impl FnOnce(&World)) {
    let state = world.state();
    let runtimedata = world.home("runtimedata");
    let copy = "rm -rf \"$1.kept\" && cp -a \"$1\" \"$1.kept\"";
    world.system(copy, &runtimedata);
    break_it(world);
    world.breaks(expected);
    world.system("rm -rf \"$1\" && mv \"$1.kept\" \"$1\"", &runtimedata);
    world.set_state(&state);
}

fn edit_manifest(world: &World, edit: impl FnOnce(&mut Value)) {
    let path = world.snapshots("snapshot_manifest.json");
    let mut manifest: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    edit(&mut manifest);
    fs::write(path, serde_json::to_vec(&manifest).unwrap()).unwrap();
}

#[test]
fn a_variable_that_does_not_suit() {
    let world = snapshotted("digitalocean");
    for (name, value, expected) in [
        (
            "BUILD_FROM_SNAPSHOT",
            Some("0"),
            "build-from-snapshot BUILD_FROM_SNAPSHOT warning",
        ),
        (
            "BUILD_FROM_SNAPSHOT",
            None,
            "build-from-snapshot BUILD_FROM_SNAPSHOT warning",
        ),
        (
            "BUILD_ARCHIVE_CHOICE",
            Some("virgin"),
            "archive-choice BUILD_ARCHIVE_CHOICE failure",
        ),
        (
            "BUILD_ARCHIVE_CHOICE",
            Some("baseline"),
            "archive-choice BUILD_ARCHIVE_CHOICE failure",
        ),
        (
            "BUILD_ARCHIVE_CHOICE",
            Some(""),
            "archive-choice BUILD_ARCHIVE_CHOICE failure",
        ),
        (
            "MULTI_REGION",
            Some("1"),
            "multi-region MULTI_REGION warning",
        ),
        (
            "NO_WEBSERVERS",
            Some("many"),
            "recorded-id NO_WEBSERVERS failure",
        ),
        (
            "WEBSERVER_CHOICE",
            Some("NGINX"),
            "same-build WEBSERVER_CHOICE failure",
        ),
        (
            "DATABASE_INSTALLATION_TYPE",
            Some("Postgres"),
            "same-build DATABASE_INSTALLATION_TYPE failure",
        ),
        ("BUILDOS", Some("ubuntu"), "same-build BUILDOS failure"),
        (
            "BUILDOS_VERSION",
            Some("12"),
            "same-build BUILDOS_VERSION failure",
        ),
        (
            "APPLICATION",
            Some("wordpress"),
            "same-build APPLICATION warning",
        ),
    ] {
        broken(&world, &[expected], |world| world.set_variable(name, value));
    }
    let expected = ["key-pair keys failure", "key-pair ALGORITHM failure"];
    broken(&world, &expected, |world| {
        world.set_variable("ALGORITHM", Some("rsa"));
    });
}

#[test]
fn an_id_that_is_missing_empty_or_damaged() {
    let world = snapshotted("linode");
    for (_, label) in TYPES {
        let ids = world.ids();
        let line = ids.lines().find(|line| line.starts_with(label)).unwrap();
        let expected = format!("recorded-id {label} failure");
        for other in [
            String::new(),
            format!("{label}:\n"),
            format!("{label}:\u{fc}\n"),
        ] {
            broken(&world, &[&expected], |world| {
                let ids = ids.replace(&format!("{line}\n"), &other);
                fs::write(world.snapshots("snapshot_ids.dat"), ids).unwrap();
            });
        }
        let said = {
            let path = world.snapshots("snapshot_ids.dat");
            fs::write(&path, ids.replace(&format!("{line}\n"), "")).unwrap();
            let ended = world.check(&[]).ends();
            fs::write(&path, &ids).unwrap();
            ended.stdout().to_owned()
        };
        let fix = format!("         fix: adt-helpers ObtainWholeMachineSnapshot --type {label}\n");
        assert!(said.contains(&fix), "{said}");
    }
}

#[test]
fn a_key_that_is_nowhere() {
    let world = snapshotted("exoscale");
    let name = "id_ed25519_AGILE_DEPLOYMENT_BUILD_KEY_test-build";
    for file in [name.to_owned(), format!("{name}.pub")] {
        let remove = |world: &World| fs::remove_file(world.build("keys").join(&file)).unwrap();
        // The archive still has it.
        broken(&world, &[], remove);
        broken(&world, &["key-pair keys failure"], |world| {
            remove(world);
            fs::remove_file(world.build("keys/keys.tar.gz")).unwrap();
        });
        broken(&world, &["key-pair keys failure"], |world| {
            remove(world);
            fs::write(world.build("keys/keys.tar.gz"), "rubbish").unwrap();
        });
    }
}

#[test]
fn snapshots_that_let_another_key_or_user_in() {
    let world = snapshotted("vultr");
    for name in ["BUILD_IDENTIFIER", "ALGORITHM"] {
        let expected = format!("key-pair {name} failure");
        broken(&world, &[&expected], |world| {
            edit_manifest(world, |manifest| {
                manifest["snapshots"]["webserver"]["variables"][name] = "other".into();
            });
        });
    }
    broken(&world, &["server-user USERNAME failure"], |world| {
        edit_manifest(world, |manifest| {
            manifest["snapshots"]["database"]["server_user"] = "XotherX".into();
        });
    });
    broken(&world, &["server-user SERVERUSER warning"], |world| {
        fs::write(world.build("credentials/SERVERUSER"), "XnewX\n").unwrap();
    });
    for content in [
        "",
        "USERNAME:Xk3JdQ9sPzLw8RtYv2NX\n",
        "USERNAME:\nPASSWORD:p\n",
    ] {
        broken(&world, &["server-user credentials.dat failure"], |world| {
            fs::write(world.snapshots("credentials.dat"), content).unwrap();
        });
    }
    broken(&world, &["server-user credentials.dat failure"], |world| {
        fs::remove_file(world.snapshots("credentials.dat")).unwrap();
    });
}

#[test]
fn a_manifest_that_does_not_tell() {
    let world = snapshotted("digitalocean");
    let path = "snapshot_manifest.json";
    broken(
        &world,
        &["same-build snapshot_manifest.json warning"],
        |world| {
            fs::remove_file(world.snapshots(path)).unwrap();
        },
    );
    broken(
        &world,
        &["same-build snapshot_manifest.json warning"],
        |world| {
            fs::write(world.snapshots(path), "{").unwrap();
        },
    );
    broken(&world, &["same-build webserver warning"], |world| {
        edit_manifest(world, |manifest| {
            let snapshots = manifest["snapshots"].as_object_mut().unwrap();
            snapshots.remove("webserver");
        });
    });
    broken(&world, &["same-build webserver warning"], |world| {
        edit_manifest(world, |manifest| {
            manifest["snapshots"]["webserver"]["id"] = "7".into();
        });
    });
    broken(&world, &["same-build CLOUDHOST failure"], |world| {
        edit_manifest(world, |manifest| {
            manifest["snapshots"]["webserver"]["cloudhost"] = "vultr".into();
        });
    });
    broken(&world, &["same-build REGION warning"], |world| {
        edit_manifest(world, |manifest| {
            manifest["snapshots"]["webserver"]["region"] = "ams3".into();
        });
    });
}

#[test]
fn a_database_without_credentials() {
    let world = snapshotted("linode");
    let expected = ["database-credentials db_credentials.dat failure"];
    let file = "db_credentials.dat";
    broken(&world, &expected, |world| {
        fs::remove_file(world.snapshots(file)).unwrap();
    });
    for content in [
        "",
        "USERNAME:u\nPASSWORD:\nDBNAME:n\n",
        "USERNAME:u\nPASSWORD:p\n",
    ] {
        broken(&world, &expected, |world| {
            fs::write(world.snapshots(file), content).unwrap();
        });
    }
}

/// The name that the build scripts use, which is a link.
fn link(world: &World) -> PathBuf {
    world.legacy_snapshots("any").parent().unwrap().to_owned()
}

#[test]
fn a_directory_whose_names_part() {
    let world = snapshotted("digitalocean");
    let expected = ["directory snapshots failure"];
    broken(&world, &expected, |world| {
        fs::remove_file(link(world)).unwrap();
    });
    broken(&world, &expected, |world| {
        let legacy = link(world);
        fs::remove_file(&legacy).unwrap();
        fs::create_dir(&legacy).unwrap();
        fs::write(legacy.join("snapshot_ids.dat"), "webserver:1\n").unwrap();
    });
    // Two directories with the same files are one to every reader.
    broken(&world, &[], |world| {
        let legacy = link(world);
        fs::remove_file(&legacy).unwrap();
        world.system(
            "cp -a \"$1\" \"$1/../../../wholemachinesnapshots/www.testwebsite.uk/\"",
            &world.snapshots(""),
        );
    });
}

#[test]
fn a_link_is_made_by_the_command_that_the_report_gives() {
    let world = snapshotted("digitalocean");
    fs::remove_file(link(&world)).unwrap();
    let ended = world.check(&[]).ends();
    assert_eq!(ended.status, Some(2), "{ended}");
    let fix = ended
        .stdout()
        .lines()
        .find_map(|line| line.trim().strip_prefix("fix: "));
    world.system(fix.unwrap(), &world.home(""));
    world.breaks(&[]);
}

#[test]
fn nothing_recorded_at_all() {
    let world = World::at("digitalocean");
    world.set_variable("BUILD_FROM_SNAPSHOT", Some("1"));
    world.breaks(&[
        "directory snapshots failure",
        "recorded-id autoscaler failure",
        "recorded-id webserver failure",
        "recorded-id database failure",
        "server-user credentials.dat failure",
        "database-credentials db_credentials.dat failure",
    ]);
    assert_eq!(world.calls(), [""; 0]);
}
