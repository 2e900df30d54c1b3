//! The two names of the snapshot directory: both reach the same bytes, and nothing of the user's is moved or deleted.

use std::path::{Path, PathBuf};

use super::*;

const TYPE: [&str; 2] = ["--type", "webserver"];

/// What the legacy name is a link to, and what the documented name would be.
const TO_DOCUMENTED: &str = "../../wholemachinebackups/www.testwebsite.uk/snapshots";
const TO_LEGACY: &str = "../../wholemachinesnapshots/www.testwebsite.uk/snapshots";

/// The name in the documentation. Without a `/` at its end, which would follow a link.
fn documented(world: &World) -> PathBuf {
    world.home("runtimedata/wholemachinebackups/www.testwebsite.uk/snapshots")
}

/// The name in the build scripts.
fn legacy(world: &World) -> PathBuf {
    world.home("runtimedata/wholemachinesnapshots/www.testwebsite.uk/snapshots")
}

#[track_caller]
fn assert_link(link: &Path, target: &str) {
    assert_eq!(link.read_link().unwrap(), Path::new(target));
}

#[track_caller]
fn assert_real(directory: &Path) {
    assert!(directory.is_dir() && !directory.is_symlink());
}

/// Takes a snapshot and looks whether both names hold its id.
#[track_caller]
fn take(world: &World) {
    world.obtain(&TYPE).ends().succeeded();
    let id = world.made().pop().unwrap().id;
    assert_eq!(world.ids(), format!("webserver:{id}\n"));
    for name in ["credentials.dat", "db_credentials.dat"] {
        let bytes = std::fs::read(world.snapshots(name)).unwrap();
        assert_eq!(std::fs::read(world.legacy_snapshots(name)).unwrap(), bytes);
    }
}

#[test]
fn where_neither_exists_the_documented_one_is_made_and_the_other_is_a_relative_link() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        take(&world);
        assert_real(&documented(&world));
        assert_link(&legacy(&world), TO_DOCUMENTED);
        world.obtain(&["--upload-only"]).ends().succeeded();
        assert_link(&legacy(&world), TO_DOCUMENTED);
    }
}

#[test]
fn the_links_survive_a_move_of_build_home() {
    let world = World::at("digitalocean");
    take(&world);
    std::fs::rename(world.path("build_home"), world.path("moved")).unwrap();
    std::os::unix::fs::symlink("moved", world.path("build_home")).unwrap();
    assert!(world.ids().starts_with("webserver:"));
}

#[test]
fn where_only_the_documented_one_exists_it_is_used_and_what_is_in_it_stays() {
    let world = World::at("digitalocean");
    let file = "runtimedata/wholemachinebackups/www.testwebsite.uk/snapshots/notes.txt";
    world.write(file, "mine");
    take(&world);
    assert_real(&documented(&world));
    assert_link(&legacy(&world), TO_DOCUMENTED);
    assert_eq!(std::fs::read(world.home(file)).unwrap(), b"mine");
}

#[test]
fn where_only_the_build_scripts_one_exists_it_is_used_and_the_documented_name_is_the_link() {
    let world = World::at("digitalocean");
    let file = "runtimedata/wholemachinesnapshots/www.testwebsite.uk/snapshots/notes.txt";
    world.write(file, "mine");
    take(&world);
    assert_real(&legacy(&world));
    assert_link(&documented(&world), TO_LEGACY);
    assert_eq!(std::fs::read(world.home(file)).unwrap(), b"mine");
}

#[test]
fn where_one_is_a_link_to_the_other_already_both_stay_as_they_are() {
    let world = World::at("digitalocean");
    std::fs::create_dir_all(documented(&world)).unwrap();
    let link = legacy(&world);
    std::fs::create_dir_all(link.parent().unwrap()).unwrap();
    let absolute = documented(&world).display().to_string();
    std::os::unix::fs::symlink(&absolute, &link).unwrap();
    take(&world);
    assert_link(&link, &absolute);
}

#[test]
fn a_link_whose_target_is_not_there_gets_its_target() {
    for (link, target) in [
        ("wholemachinesnapshots", TO_DOCUMENTED),
        ("wholemachinebackups", TO_LEGACY),
    ] {
        let world = World::at("digitalocean");
        let parent = world.home(&format!("runtimedata/{link}/www.testwebsite.uk"));
        std::fs::create_dir_all(&parent).unwrap();
        std::os::unix::fs::symlink(target, parent.join("snapshots")).unwrap();
        take(&world);
        assert_link(&parent.join("snapshots"), target);
    }
}

#[test]
fn a_link_higher_up_is_followed() {
    let world = World::at("digitalocean");
    let link = world.home("runtimedata/wholemachinesnapshots");
    std::fs::create_dir_all(world.home("runtimedata/wholemachinebackups")).unwrap();
    std::os::unix::fs::symlink("wholemachinebackups", &link).unwrap();
    take(&world);
    assert_link(&link, "wholemachinebackups");
    assert_real(&documented(&world));
}

#[test]
fn a_directory_kept_elsewhere_is_used_through_its_link() {
    let world = World::at("digitalocean");
    let elsewhere = world.path("big disk");
    std::fs::create_dir_all(&elsewhere).unwrap();
    let parent = world.home("runtimedata/wholemachinebackups/www.testwebsite.uk");
    std::fs::create_dir_all(&parent).unwrap();
    std::os::unix::fs::symlink(&elsewhere, parent.join("snapshots")).unwrap();
    take(&world);
    assert!(elsewhere.join("snapshot_ids.dat").is_file());
    assert_link(&legacy(&world), TO_DOCUMENTED);
}

/// Two real directories, each with these files.
fn two_directories(one: &[(&str, &str)], other: &[(&str, &str)]) -> World {
    let world = World::at("digitalocean");
    for (root, files) in [(documented(&world), one), (legacy(&world), other)] {
        std::fs::create_dir_all(&root).unwrap();
        for (name, content) in files {
            std::fs::write(root.join(name), content).unwrap();
        }
    }
    world
}

#[test]
fn two_directories_with_the_same_records_stay_two_and_both_are_written() {
    let records = [("snapshot_ids.dat", "database:1\n"), ("other.dat", "x")];
    for (one, other) in [
        (&[][..], &[][..]),
        (&records[..], &records[..]),
        (
            &[("snapshot_ids.dat", "database:1\n"), ("notes.txt", "one")],
            &[("snapshot_ids.dat", "database:1\n"), ("notes.txt", "two")],
        ),
    ] {
        let world = two_directories(one, other);
        world.obtain(&TYPE).ends().succeeded();
        assert_real(&documented(&world));
        assert_real(&legacy(&world));
        let id = &world.made()[0].id;
        assert!(world.ids().ends_with(&format!("webserver:{id}\n")));
        for name in [
            "credentials.dat",
            "db_credentials.dat",
            "db_credentials.dat.candidate",
            "snapshot_manifest.json",
        ] {
            let bytes = std::fs::read(world.snapshots(name)).unwrap();
            assert_eq!(std::fs::read(world.legacy_snapshots(name)).unwrap(), bytes);
        }
        for (name, content) in one.iter().filter(|file| file.0 == "notes.txt") {
            assert_eq!(
                std::fs::read_to_string(world.snapshots(name)).unwrap(),
                *content
            );
            let other = std::fs::read_to_string(world.legacy_snapshots(name)).unwrap();
            assert_eq!(other, "two");
        }
    }
}

#[test]
fn two_directories_whose_records_differ_stop_the_run_and_both_are_named() {
    for (one, other) in [
        (
            &[("snapshot_ids.dat", "webserver:1\n")][..],
            &[("snapshot_ids.dat", "webserver:2\n")][..],
        ),
        (&[("snapshot_ids.dat", "webserver:1\n")], &[]),
        (&[], &[("credentials.dat", "USERNAME:x\n")]),
        (&[("other.dat", "1")], &[("other.dat", "2")]),
    ] {
        let world = two_directories(one, other);
        let before = world.tree();
        for words in [
            &TYPE[..],
            &["--upload-only"],
            &["--type", "webserver", "--dry-run"],
        ] {
            let ended = world.obtain(words).ends();
            let line = ended.refused();
            for directory in [
                "wholemachinebackups/www.testwebsite.uk/snapshots'",
                "wholemachinesnapshots/www.testwebsite.uk/snapshots'",
                "keep the right files in one of them, move the other directory away",
            ] {
                assert!(line.contains(directory), "{ended}");
            }
            assert_eq!(world.tree(), before);
            assert_eq!(world.calls(), [""; 0]);
        }
        std::fs::rename(legacy(&world), world.path("away")).unwrap();
        world.obtain(&TYPE).ends().succeeded();
        assert_link(&legacy(&world), TO_DOCUMENTED);
    }
}

#[test]
fn a_name_that_is_no_directory_stops_the_run() {
    for name in ["wholemachinebackups", "wholemachinesnapshots"] {
        let path = format!("runtimedata/{name}/www.testwebsite.uk/snapshots");
        let world = World::at("digitalocean");
        world.write(&path, "a file");
        let before = world.tree();
        let ended = world.obtain(&TYPE).ends();
        assert!(ended.refused().contains("is not a directory"), "{ended}");
        assert_eq!(world.tree(), before);
        std::fs::remove_file(world.home(&path)).unwrap();
        std::os::unix::fs::symlink("snapshots", world.home(&path)).unwrap();
        let ended = world.obtain(&TYPE).ends();
        assert!(ended.refused().contains("cannot look at"), "{ended}");
        assert_eq!(world.calls(), [""; 0]);
    }
}

#[test]
fn whatever_the_umask_nobody_else_can_write_to_them() {
    let world = World::at("vultr");
    let run = world.obtain(&TYPE).within("umask 0; exec \"$@\"");
    run.ends().succeeded();
    let list = "find \"$1\" -name snapshots -type d -o -name pending -type d | xargs stat -c '%a'";
    let modes = world.system(list, &world.home("runtimedata/wholemachinebackups"));
    assert_eq!(modes, "755\n755\n");
}
