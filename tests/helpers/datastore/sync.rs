//! `SyncDatastore`.

use super::*;

#[test]
fn the_two_places_are_put_to_the_tool_as_they_are() {
    for (tool, scheme) in [(S3CMD, "s3://"), (S5CMD, "s3://"), (RCLONE, "s3:")] {
        let world = world(tool);
        objects(&world, BUCKET, &["from/a"]);
        std::fs::create_dir(world.path("site")).unwrap();
        std::fs::write(world.path("site/index.php"), "x").unwrap();
        let site = format!("{}/", world.path("site").display());
        for (from, to) in [
            ("from/", "to/"),
            ("from/", site.as_str()),
            (site.as_str(), "s/"),
            (site.as_str(), "root"),
        ] {
            runs(&world, "SyncDatastore", &[BUCKET, from, to, "local"]);
        }
        let remote = |name: &str| format!("{scheme}some-bucket/{name}");
        let local = "~/site/".to_owned();
        let syncs: Vec<String> = lines(&world, tool)
            .into_iter()
            .filter(|line| line.contains("|sync|"))
            .collect();
        // s5cmd refuses a folder that is no pattern.
        let from = remote(if tool == S5CMD { "from/*" } else { "from/" });
        let expected = [
            (from.clone(), remote("to/")),
            (from, local.clone()),
            (local.clone(), remote("s/")),
            (local, remote("")),
        ];
        assert_eq!(
            syncs,
            expected.map(|(from, to)| format!("…1|sync|{from}|{to}"))
        );
    }
}

#[test]
fn a_site_goes_to_its_tunnel() {
    for tool in TOOLS {
        let world = world(tool);
        let bucket = "www-testwebsite-uk-webroot-sync-tunnel";
        objects(&world, bucket, &[]);
        std::fs::create_dir(world.path("site")).unwrap();
        std::fs::write(world.path("site/index.php"), "x").unwrap();
        let site = format!("{}/", world.path("site").display());
        runs(
            &world,
            "SyncDatastore",
            &["webroot-sync", &site, "root", "local"],
        );
        assert_eq!(names(&world, bucket), ["index.php"], "{tool}");
    }
}

#[test]
fn nothing_never_takes_the_place_of_something() {
    for tool in TOOLS {
        let world = world(tool);
        objects(&world, BUCKET, &["to/a"]);
        std::fs::create_dir(world.path("empty")).unwrap();
        let empty = world.path("empty").display().to_string();
        for (from, to, says) in [
            (
                "from/",
                "to/",
                "there is nothing of this name in the bucket",
            ),
            (empty.as_str(), "to/", "the directory is empty"),
            ("/no/such/directory", "to/", "No such file"),
            (
                empty.as_str(),
                "/tmp",
                "expected at least one in the bucket",
            ),
            ("", "to/", "a place is empty"),
            ("to/", "", "a place is empty"),
            ("../other-bucket/", "to/", "is not the name of an object"),
        ] {
            let ended = run(&world, "SyncDatastore", &[BUCKET, from, to, "local"]);
            assert!(ended.refused().contains(says), "{ended}");
        }
        assert!(lines(&world, tool).iter().all(|line| line.contains("|ls|")));
        assert_eq!(names(&world, BUCKET), ["to/a"]);
    }
}
