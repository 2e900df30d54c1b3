//! `WEBSITE_URL`: where it comes from, and what it must not be.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use super::*;

const TYPE: [&str; 2] = ["--type", "webserver"];

#[test]
fn the_environments_address_names_the_directory_and_the_bucket() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        let run = world.obtain(&TYPE).env("WEBSITE_URL", "other.example.com");
        run.ends().succeeded();
        let ids = "other.example.com/snapshots/snapshot_ids.dat";
        for name in ["wholemachinebackups", "wholemachinesnapshots"] {
            assert!(world.home(&format!("runtimedata/{name}/{ids}")).is_file());
        }
        assert!(!world.snapshots("").exists());
        let bucket = world.bucket(&format!("other-example-com-{cloudhost}-snap"));
        assert_eq!(bucket.len(), 5, "{bucket:?}");
    }
}

#[test]
fn an_empty_one_leaves_it_to_the_build() {
    let world = World::at("digitalocean");
    let run = world.obtain(&TYPE).env("WEBSITE_URL", "");
    run.ends().succeeded();
    assert!(world.ids().starts_with("webserver:"));
}

#[track_caller]
fn assert_refused(world: &World, run: crate::world::Run<'_>) {
    let before = world.tree();
    let ended = run.ends();
    assert!(ended.refused().contains("WEBSITE_URL"), "{ended}");
    assert_eq!(world.tree(), before);
    assert_eq!(world.calls(), [""; 0]);
}

#[test]
fn one_in_the_environment_that_leaves_its_folder_is_refused() {
    let long = "a".repeat(100_000);
    for url in [
        &b".."[..],
        b".",
        b"/",
        b"/etc",
        b"../../x",
        b"a/b",
        b"a\nb",
        b"\n",
        b"a\r",
        b"x..y",
        b"\xff\xfe",
        long.as_bytes(),
    ] {
        let world = World::at("digitalocean");
        for words in [&TYPE[..], &["--upload-only"]] {
            let run = world.obtain(words);
            assert_refused(&world, run.env("WEBSITE_URL", OsStr::from_bytes(url)));
        }
    }
}

#[test]
fn one_in_the_build_that_leaves_its_folder_is_refused() {
    let long = "a".repeat(1 << 20);
    for url in [
        Some(".."),
        Some("/"),
        Some("../../x"),
        Some("a\0b"),
        Some("a\r"),
        Some(""),
        Some("\"\""),
        Some(&long),
        None,
    ] {
        let world = World::at("digitalocean");
        world.set_variable("WEBSITE_URL", url);
        assert_refused(&world, world.obtain(&TYPE));
    }
}

#[test]
fn one_that_makes_no_bucket_is_refused_where_the_bucket_is_needed() {
    let world = World::at("digitalocean");
    let run = world.obtain(&TYPE).env("WEBSITE_URL", "it's odd");
    let ended = run.ends();
    assert!(ended.gave_up().contains("the snapshot bucket"), "{ended}");
    let world = World::at("digitalocean");
    let run = world.obtain(&["--type", "webserver", "--no-datastore"]);
    run.env("WEBSITE_URL", "it's odd").ends().succeeded();
}
