//! `DeleteFromDatastore` and `DeleteDatastore`: what is named goes, and nothing else.

use super::*;

/// What is in the bucket before each deletion.
const OBJECTS: [&str; 9] = [
    "a",
    "ab",
    "ab/x",
    "as-1/STATIC_SCALE:1",
    "as-1/STATIC_SCALE:2",
    "as-1/kept",
    "as-10/STATIC_SCALE:1",
    "d/x",
    "d/y/z",
];

/// A bucket with them, which a simulated bucket cannot have all of: `ab` would be a file and a folder.
fn filled(tool: &str) -> World {
    let world = world(tool);
    let here: Vec<&str> = OBJECTS.into_iter().filter(|name| *name != "ab/x").collect();
    objects(&world, BUCKET, &here);
    world
}

fn left_without(gone: &[&str]) -> Vec<String> {
    let left = OBJECTS
        .into_iter()
        .filter(|name| *name != "ab/x" && !gone.contains(name));
    left.map(str::to_owned).collect()
}

#[test]
fn what_is_named_goes_and_nothing_else() {
    for tool in TOOLS {
        for (name, gone) in [
            ("a", &["a"][..]),
            ("ab", &["ab"]),
            ("d", &["d/x", "d/y/z"]),
            ("d/", &["d/x", "d/y/z"]),
            ("d/y", &["d/y/z"]),
            ("d/x", &["d/x"]),
            (
                "as-1",
                &["as-1/STATIC_SCALE:1", "as-1/STATIC_SCALE:2", "as-1/kept"],
            ),
            (
                "as-1/STATIC_SCALE:*",
                &["as-1/STATIC_SCALE:1", "as-1/STATIC_SCALE:2"],
            ),
            ("a*", &["a", "ab"]),
            ("d/*", &["d/x", "d/y/z"]),
        ] {
            // What begins with the name in another folder goes too: named with a '*', all that begins so is meant.
            let mut gone = gone.to_vec();
            if name == "a*" {
                gone.extend(OBJECTS.iter().filter(|object| object.starts_with("as-")));
            }
            let world = filled(tool);
            runs(&world, "DeleteFromDatastore", &[BUCKET, name, "local"]);
            assert_eq!(names(&world, BUCKET), left_without(&gone), "{tool}: {name}");
        }
    }
}

#[test]
fn the_words_are_no_wider_than_the_name() {
    for (tool, name, expected) in [
        (
            S3CMD,
            "a",
            &[
                "…1|ls|s3://some-bucket/a",
                "--force|…1|del|s3://some-bucket/a",
            ][..],
        ),
        (
            S3CMD,
            "d",
            &[
                "…1|ls|s3://some-bucket/d",
                "--recursive|--force|…1|del|s3://some-bucket/d/",
            ],
        ),
        (
            S3CMD,
            "as-1/STATIC_SCALE:*",
            &["--recursive|--force|…1|del|s3://some-bucket/as-1/STATIC_SCALE:"],
        ),
        (
            S3CMD,
            "root",
            &["--recursive|--force|…1|del|s3://some-bucket/"],
        ),
        (
            S5CMD,
            "a",
            &["…1|ls|s3://some-bucket/a", "…1|rm|s3://some-bucket/a"],
        ),
        (
            S5CMD,
            "d",
            &["…1|ls|s3://some-bucket/d", "…1|rm|s3://some-bucket/d/*"],
        ),
        (
            S5CMD,
            "as-1/STATIC_SCALE:*",
            &["…1|rm|s3://some-bucket/as-1/STATIC_SCALE:*"],
        ),
        (S5CMD, "root", &["…1|rm|s3://some-bucket/*"]),
        (
            RCLONE,
            "a",
            &["…1|ls|s3:some-bucket/a", "…1|delete|s3:some-bucket/a"],
        ),
        (
            RCLONE,
            "d",
            &["…1|ls|s3:some-bucket/d", "…1|delete|s3:some-bucket/d/"],
        ),
        (
            RCLONE,
            "as-1/STATIC_SCALE:*",
            &["…1|--filter|+ /STATIC_SCALE:**|--filter|- *|delete|s3:some-bucket/as-1/"],
        ),
        (RCLONE, "root", &["…1|delete|s3:some-bucket/"]),
    ] {
        let world = filled(tool);
        runs(&world, "DeleteFromDatastore", &[BUCKET, name, "local"]);
        assert_eq!(lines(&world, tool), expected);
        if name == "root" {
            assert_eq!(names(&world, BUCKET), [""; 0]);
        }
    }
}

#[test]
fn a_name_that_says_nothing_or_too_much_is_refused() {
    for tool in TOOLS {
        let world = filled(tool);
        for name in [
            "", "*", "**", "/", "/*", "..", "a/../b", "d//", "a**", "a*b*", "d?/*", "d*/",
        ] {
            let ended = run(&world, "DeleteFromDatastore", &[BUCKET, name, "local"]);
            ended.refused();
        }
        for kind in ["", "..", "*", "/", "some-bucket/", "some bucket"] {
            for (helper, words) in [
                ("DeleteFromDatastore", &[kind, "a", "local"][..]),
                ("DeleteDatastore", &[kind, "local"]),
            ] {
                let ended = run(&world, helper, words);
                assert!(
                    ended.refused().contains("is not the name of a bucket"),
                    "{ended}"
                );
            }
        }
        assert_eq!(world.words(), [[""; 0]; 0]);
        assert_eq!(names(&world, BUCKET), left_without(&[]));
    }
}

#[test]
fn a_pattern_in_the_middle_is_an_object_of_that_name() {
    for tool in TOOLS {
        let world = filled(tool);
        objects(&world, BUCKET, &["d/?"]);
        for name in ["*b", "d*x", "?"] {
            let ended = run(&world, "DeleteFromDatastore", &[BUCKET, name, "local"]);
            assert_eq!(ended.succeeded(), "");
            ended.says("so nothing was deleted");
        }
        let ended = run(&world, "DeleteFromDatastore", &[BUCKET, "d/?", "local"]);
        if tool == S3CMD {
            assert!(
                ended.refused().contains("takes 'd/?' for a pattern"),
                "{ended}"
            );
            world.edit_object("d/?");
        } else {
            assert_eq!(ended.succeeded_silently(), "");
        }
        assert_eq!(names(&world, BUCKET), left_without(&[]), "{tool}");
    }
}

impl World {
    /// Removes an object past the tools.
    fn edit_object(&self, name: &str) {
        let bucket = self.path("cloud/buckets").join(BUCKET);
        std::fs::remove_file(bucket.join(name)).unwrap();
    }
}

#[test]
fn what_is_not_there_is_no_error() {
    for tool in TOOLS {
        let world = filled(tool);
        for (bucket, name) in [
            (BUCKET, "b"),
            (BUCKET, "as"),
            ("no-such-bucket", "a"),
            ("no-such-bucket", "a*"),
            ("no-such-bucket", "root"),
        ] {
            let ended = run(&world, "DeleteFromDatastore", &[bucket, name, "local"]);
            assert_eq!(ended.succeeded(), "");
            ended.says("so nothing was deleted");
        }
        // The first time there is no marker to make way.
        let words = [BUCKET, "as-3/STATIC_SCALE:*", "local"];
        assert_eq!(run(&world, "DeleteFromDatastore", &words).succeeded(), "");
        let ended = run(&world, "DeleteDatastore", &["no-such-bucket", "local"]);
        assert_eq!(ended.succeeded(), "");
        ended.says("there is no bucket 'no-such-bucket'");
        assert_eq!(names(&world, BUCKET), left_without(&[]), "{tool}");
    }
}

#[test]
fn a_bucket_goes_with_all_that_is_in_it() {
    for (tool, expected) in [
        (
            S3CMD,
            &[
                "--recursive|--force|…1|del|s3://some-bucket",
                "…1|rb|s3://some-bucket",
            ][..],
        ),
        (
            S5CMD,
            &["…1|rm|s3://some-bucket/*", "…1|rb|s3://some-bucket"],
        ),
        (RCLONE, &["…1|purge|s3:some-bucket"]),
    ] {
        for is_filled in [true, false] {
            let world = if is_filled { filled(tool) } else { world(tool) };
            objects(&world, "some-bucket-2", &["kept"]);
            runs(&world, "DeleteDatastore", &[BUCKET, "local"]);
            assert_eq!(lines(&world, tool), expected);
            let buckets = world.names_below("cloud/buckets");
            assert_eq!(buckets, [".", "./some-bucket-2", "./some-bucket-2/kept"]);
        }
    }
}

#[test]
fn a_config_bucket_is_deleted_by_its_specifier_alone() {
    let world = world(RCLONE);
    objects(&world, "www-testwebsite-uk-config-xk3j", &["a"]);
    let ended = run(&world, "DeleteDatastore", &["config", "local"]);
    assert!(ended.refused().contains("the specifier ''"), "{ended}");
    runs(&world, "DeleteDatastore", &["config", "local", "xk3j"]);
    assert_eq!(
        lines(&world, RCLONE),
        ["…1|purge|s3:www-testwebsite-uk-config-xk3j"]
    );
}
