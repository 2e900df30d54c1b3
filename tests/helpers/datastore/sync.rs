//! `SyncDatastore`.

use super::*;

#[test]
fn one_folder_of_the_bucket_is_made_to_look_like_another() {
    for (tool, scheme) in [(S3CMD, "s3://"), (S5CMD, "s3://"), (RCLONE, "s3:")] {
        for (from, to) in [("from/", "to/"), ("from", "to")] {
            let world = world(tool);
            objects(&world, BUCKET, &["from/a", "from/b/c", "fromage"]);
            let run = world.helper(Door::Shim, "SyncDatastore");
            run.args([BUCKET, from, to, "local"])
                .ends()
                .succeeded_silently();
            let mut words = [from.to_owned(), to.to_owned()];
            if tool == S5CMD {
                // It refuses a folder that is no pattern, and one without a '/' to copy to.
                words = ["from/*".to_owned(), "to/".to_owned()];
            }
            let [from, to] = words.map(|name| format!("{scheme}some-bucket/{name}"));
            let syncs: Vec<String> = lines(&world, tool)
                .into_iter()
                .filter(|line| line.contains("|sync|"))
                .collect();
            assert_eq!(syncs, [format!("…1|sync|{from}|{to}")]);
        }
    }
}

#[test]
fn a_folder_is_the_same_afterwards() {
    for tool in TOOLS {
        let world = world(tool);
        let bucket = "www-testwebsite-uk-webroot-sync-tunnel";
        objects(&world, bucket, &["from/a", "from/b/c"]);
        runs(
            &world,
            "SyncDatastore",
            &["webroot-sync", "from/", "to/", "local"],
        );
        let all = ["from/a", "from/b/c", "to/a", "to/b/c"];
        assert_eq!(names(&world, bucket), all, "{tool}");
    }
}

/// The one caller, for a build's assets, passes a directory and a bucket.
#[test]
fn two_words_do_nothing() {
    for tool in TOOLS {
        let world = world(tool);
        std::fs::create_dir_all(world.path("assets/images")).unwrap();
        std::fs::write(world.path("assets/images/a.png"), "x").unwrap();
        let directory = format!("{}/", world.path("assets/images").display());
        let before = world.tree();
        let run = world.helper(Door::Shim, "SyncDatastore");
        let ended = run.args([directory.as_str(), BUCKET]).ends();
        assert_eq!(ended.succeeded(), "");
        ended.says("nothing was done: the mode is ''");
        assert_eq!(world.words(), [[""; 0]; 0]);
        assert_eq!(world.tree(), before);
    }
}

#[test]
fn nothing_never_takes_the_place_of_something() {
    for tool in TOOLS {
        let world = world(tool);
        objects(&world, BUCKET, &["to/a"]);
        for (from, to, says) in [
            (
                "from/",
                "to/",
                "there is nothing of this name in the bucket",
            ),
            (
                "/no/such/directory",
                "to/",
                "argument 2 is no folder of the bucket",
            ),
            ("to/", "/tmp", "argument 3 is no folder of the bucket"),
            ("", "to/", "argument 2 is no folder of the bucket"),
            ("to/", "", "argument 3 is no folder of the bucket"),
            ("../other-bucket/", "to/", "is not the name of an object"),
        ] {
            let ended = run(&world, "SyncDatastore", &[BUCKET, from, to, "local"]);
            assert!(ended.refused().contains(says), "{ended}");
        }
        assert!(lines(&world, tool).iter().all(|line| line.contains("|ls|")));
        assert_eq!(names(&world, BUCKET), ["to/a"]);
    }
}
