//! `distributed` means every configuration of the build, of which there is one for each key.

use super::*;

/// The tools' configurations, without the index.
const CONFIGURATIONS: [&str; 3] = [".s3cfg-", ".s5cfg-", ".config/rclone/rclone.conf-"];

/// A world with three keys and configurations.
fn world_of_three(tool: &str) -> World {
    let world = world(tool);
    world.set_variable(
        "S3_ACCESS_KEY",
        Some("KEYNUMBERONE|KEYNUMBERTWO|KEYNUMBERTHREE"),
    );
    for index in [2, 3] {
        for name in CONFIGURATIONS {
            let path = world.path("home").join(name);
            let first = std::fs::read_to_string(format!("{}1", path.display())).unwrap();
            let other = first.replace(&host(1), &host(index));
            std::fs::write(format!("{}{index}", path.display()), other).unwrap();
        }
    }
    world
}

#[test]
fn every_configuration_is_used_in_turn() {
    for tool in TOOLS {
        for (helper, words, last) in [
            (
                "MountDatastore",
                &["new-bucket", "distributed"][..],
                "new-bucket",
            ),
            (
                "PutToDatastore",
                &[BUCKET, "m", "root", "distributed", "yes"],
                "some-bucket",
            ),
            (
                "DeleteFromDatastore",
                &[BUCKET, "b*", "distributed"],
                "some-bucket",
            ),
            (
                "SyncDatastore",
                &[BUCKET, "a/", "c/", "distributed"],
                "some-bucket",
            ),
            ("DeleteDatastore", &[BUCKET, "distributed"], "some-bucket"),
        ] {
            let world = world_of_three(tool);
            objects(&world, BUCKET, &["a/x"]);
            assert_eq!(run(&world, helper, words).succeeded(), "");
            let used: String = lines(&world, tool)
                .iter()
                .map(|line| {
                    assert!(line.contains(last), "{line}");
                    let index = line.split('…').nth(1).unwrap_or_default();
                    index.chars().next().unwrap_or_default()
                })
                .collect();
            let mut order = used.clone().into_bytes();
            order.dedup();
            assert_eq!(order, b"123", "{tool} {helper}: {used}");
        }
    }
}

#[test]
fn one_that_fails_keeps_no_other_from_being_done() {
    for tool in TOOLS {
        let world = world_of_three(tool);
        for name in CONFIGURATIONS {
            let second = format!("{name}2");
            std::fs::remove_file(world.path("home").join(second)).unwrap();
        }
        std::fs::write(world.path("a.dat"), "a").unwrap();
        let words = [BUCKET, "a.dat", "root", "distributed", "yes"];
        let ended = run(&world, "PutToDatastore", &words);
        ended.failed();
        ended.says("it failed in 1 of 3 datastores").says("-2'");
        assert!(world.path("a.dat").exists());
        let used: Vec<String> = lines(&world, tool);
        assert_eq!(used.len(), 2);
        assert!(used[0].contains("…1") && used[1].contains("…3"), "{used:?}");
    }
}

#[test]
fn what_is_looked_into_is_the_first() {
    for tool in TOOLS {
        let world = world_of_three(tool);
        objects(&world, "www-testwebsite-uk-config-xk3j", &["a"]);
        runs(&world, "GetFromDatastore", &["config", "a"]);
        run(&world, "ListFromDatastore", &["config", "a"]).succeeded_silently();
        run(&world, "ListDatastore", &["config"]).succeeded_silently();
        runs(
            &world,
            "PutToDatastore",
            &["config", "a", "root", "local", "no"],
        );
        assert!(lines(&world, tool).iter().all(|line| line.contains("…1")));
    }
}

#[test]
fn without_a_key_nobody_knows_how_many_there_are() {
    let world = world(RCLONE);
    world.set_variable("S3_ACCESS_KEY", None);
    let ended = run(&world, "MountDatastore", &["new-bucket", "distributed"]);
    assert!(
        ended.refused().contains("S3_ACCESS_KEY is not set"),
        "{ended}"
    );
    runs(&world, "MountDatastore", &["new-bucket", "local"]);
}

#[test]
fn a_move_asks_the_host_of_each_configuration() {
    for (tool, verb) in TOOLS.into_iter().zip(["mv", "mv", "moveto"]) {
        let world = world_of_three(tool);
        objects(&world, BUCKET, &["a"]);
        let words = [BUCKET, "a", "b", "distributed"];
        // The three hosts are one here, so that the first leaves nothing to the others.
        let ended = run(&world, "MoveDatastoreObject", &words);
        ended.failed();
        ended.says("there is no such object");
        ended.says("it failed in 2 of 3 datastores");
        let starts: Vec<String> = lines(&world, tool)
            .iter()
            .map(|line| line.split('|').take(2).collect::<Vec<_>>().join("|"))
            .collect();
        let expected = ["…1|ls", &format!("…1|{verb}"), "…2|ls", "…3|ls"];
        assert_eq!(starts, expected);
        assert_eq!(names(&world, BUCKET), ["b"]);
    }
}
