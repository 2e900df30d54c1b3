//! `DeleteFromDatastore` and `DeleteDatastore`: what is named goes, and nothing else.

use super::*;
use crate::simcloud_state::Fault;

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
            "", "*", "**", "/", "/*", "..", "a/../b", "d//", "a**", "a*b?", "d?/*", "d*/", "*/*",
            "a**b",
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

/// Markers of two deployments, and what only looks like one.
const SCALING: [&str; 12] = [
    "autoscaler-*/STATIC_SCALE:7",
    "autoscaler-1/STATIC_SCALE:1",
    "autoscaler-1/STATIC_SCALE:3",
    "autoscaler-1/STATIC_SCALES",
    "autoscaler-1/kept",
    "autoscaler-1/old/STATIC_SCALE:1",
    "autoscaler-2/STATIC_SCALE:4/x",
    "autoscaler-2/STATIC_SCALE: 5",
    "autoscaler-10/STATIC_SCALE:2",
    "autoscaler/STATIC_SCALE:2",
    "other/autoscaler-1/STATIC_SCALE:1",
    "xautoscaler-1/STATIC_SCALE:1",
];

/// What the calls of the toolkit delete of [`SCALING`]: the build's, a person's through `AdjustScaling`, the autoscaler's.
#[test]
fn the_markers_of_the_deployment_before_go_and_nothing_else() {
    let bucket = "www-testwebsite-uk-scaling-linode-gb-lon";
    for tool in TOOLS {
        for (words, gone) in [
            (
                [
                    "scaling",
                    "autoscaler-*/STATIC_SCALE:",
                    "www.testwebsite.uk-scaling-linode-gb-lon",
                ],
                &[
                    "autoscaler-1/STATIC_SCALE:1",
                    "autoscaler-1/STATIC_SCALE:3",
                    "autoscaler-10/STATIC_SCALE:2",
                    "autoscaler-2/STATIC_SCALE: 5",
                ][..],
            ),
            (
                ["scaling", "autoscaler-1/STATIC_SCALE:*", bucket],
                &["autoscaler-1/STATIC_SCALE:1", "autoscaler-1/STATIC_SCALE:3"],
            ),
            (
                ["scaling", "*autoscaler-1*/STATIC_SCALE*", bucket],
                &[
                    "autoscaler-1/STATIC_SCALE:1",
                    "autoscaler-1/STATIC_SCALE:3",
                    "autoscaler-1/STATIC_SCALES",
                    "autoscaler-10/STATIC_SCALE:2",
                    "xautoscaler-1/STATIC_SCALE:1",
                ],
            ),
        ] {
            let world = world(tool);
            let here = |name: &&str| !name.contains('*');
            let all: Vec<&str> = SCALING.into_iter().filter(here).collect();
            objects(&world, bucket, &all);
            let [kind, file, specifier] = words;
            let run = world.helper(Door::Shim, "DeleteFromDatastore");
            let ended = run.args([kind, file, "local", specifier]).ends();
            assert_eq!(ended.succeeded_silently(), "", "{tool} {file}");
            let mut left: Vec<&str> = all;
            left.retain(|name| !gone.contains(name));
            left.sort_unstable();
            assert_eq!(names(&world, bucket), left, "{tool} {file}");
        }
    }
}

/// An object may be called as the pattern is written. No tool may be told its name as one.
#[test]
fn an_object_named_like_the_pattern_widens_nothing() {
    for tool in TOOLS {
        for literal in [
            "autoscaler-*/STATIC_SCALE:",
            "autoscaler-*/STATIC_SCALE:7",
            "auto*",
        ] {
            let world = world(tool);
            let markers = ["autoscaler-1/STATIC_SCALE:1", "autoscaler-2/STATIC_SCALE:1"];
            let kept = [
                "autoscaler-1/kept",
                "autoscaler-1/x/STATIC_SCALE:7",
                "autonomous",
            ];
            objects(&world, BUCKET, &[&markers[..], &kept, &[literal]].concat());
            let words = ["scaling", "autoscaler-*/STATIC_SCALE:", "local", BUCKET];
            let ended = run(&world, "DeleteFromDatastore", &words);
            let is_meant = literal.contains('/');
            if is_meant && tool == S3CMD {
                let why = format!("s3cmd takes '{literal}' for a pattern");
                assert!(ended.failed().contains(&why), "{ended}");
            } else {
                assert_eq!(ended.succeeded_silently(), "");
            }
            let mut left: Vec<&str> = kept.to_vec();
            if !is_meant || tool == S3CMD {
                left.push(literal);
            }
            left.sort_unstable();
            assert_eq!(names(&world, BUCKET), left, "{tool} {literal}");
        }
    }
}

#[test]
fn a_pattern_is_looked_up_in_its_folder_and_each_object_deleted_by_its_name() {
    for (tool, look, delete) in [
        (
            S3CMD,
            "--recursive|…1|ls|s3://some-bucket/p/",
            "--force|…1|del|s3://some-bucket/p/as-1/x",
        ),
        (
            S5CMD,
            "…1|ls|s3://some-bucket/p/*",
            "…1|rm|s3://some-bucket/p/as-1/x",
        ),
        (
            RCLONE,
            "…1|ls|s3:some-bucket/p/",
            "…1|delete|s3:some-bucket/p/as-1/x",
        ),
    ] {
        let world = world(tool);
        objects(&world, BUCKET, &["p/as-1/x", "p/as-1/y", "q/as-1/x"]);
        runs(
            &world,
            "DeleteFromDatastore",
            &[BUCKET, "p/as-*/x", "local"],
        );
        assert_eq!(lines(&world, tool), [look, delete]);
        assert_eq!(names(&world, BUCKET), ["p/as-1/y", "q/as-1/x"]);
    }
}

#[test]
fn a_list_that_fails_or_is_cut_deletes_nothing() {
    for tool in TOOLS {
        for kind in ["403", "truncated"] {
            let world = world(tool);
            objects(&world, BUCKET, &["as-1/x", "as-2/x"]);
            world.faults(&[Fault {
                tool: tool.to_owned(),
                kind: kind.to_owned(),
                nth: 1,
                times: 100,
                ..Fault::default()
            }]);
            let ended = run(&world, "DeleteFromDatastore", &[BUCKET, "as-*/x", "local"]);
            assert!(ended.failed().contains("cannot list the bucket"), "{ended}");
            assert_eq!(names(&world, BUCKET), ["as-1/x", "as-2/x"], "{tool} {kind}");
        }
    }
}

#[test]
fn a_question_mark_is_only_itself() {
    for tool in TOOLS {
        let world = filled(tool);
        objects(&world, BUCKET, &["d/?"]);
        let ended = run(&world, "DeleteFromDatastore", &[BUCKET, "?", "local"]);
        assert_eq!(ended.succeeded(), "");
        ended.says("so nothing was deleted");
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

/// The other callers on the build machine: their words, the bucket, what is there, and what goes.
#[test]
fn each_callers_form_deletes_what_it_means() {
    let config = "www-testwebsite-uk-config-xk3j";
    let ssl = "www-testwebsite-uk-linode-zero-ssl";
    let regions = "www-testwebsite-uk-multi-region";
    let ips = "authip-adt-allowed-203-0-113-9";
    let mut calls = vec![
        (
            vec![ssl, "ssl", "fullchain.pem", "local"],
            vec!["fullchain.pem"],
            "fullchain.pem.77.old",
        ),
        (
            vec![ssl, "ssl", "privkey.pem", "local"],
            vec!["privkey.pem"],
            "privkey.pem.77.old",
        ),
        (
            vec![regions, "multi-region", "credentials.dat", "distributed"],
            vec!["credentials.dat"],
            "dbp.dat",
        ),
        (
            vec![ips, "auth", "FIREWALL-EVENT", "local", "203-0-113-9"],
            vec!["FIREWALL-EVENT"],
            "authorised-ips.dat",
        ),
    ];
    for folder in [
        "reverseproxypublicips",
        "reverseproxyips",
        "autoscalerpublicips",
        "autoscalerips",
        "webserverpublicips",
        "webserverips",
        "databasepublicip",
        "databaseip",
        "authenticatorpublicip",
        "authenticatorip",
    ] {
        calls.push((
            vec![config, "config", folder, "local"],
            vec![folder],
            "INSTALLED_SUCCESSFULLY",
        ));
    }
    for tool in TOOLS {
        for (words, gone, kept) in &calls {
            let world = world(tool);
            let is_folder = words[1] == "config";
            for name in gone {
                let below = format!("{name}/203.0.113.7");
                objects(
                    &world,
                    words[0],
                    &[if is_folder { below.as_str() } else { name }],
                );
            }
            objects(&world, words[0], &[kept]);
            runs(&world, "DeleteFromDatastore", &words[1..]);
            assert_eq!(names(&world, words[0]), [*kept], "{tool} {words:?}");
        }
        let world = world(tool);
        objects(&world, regions, &["a", "d/b"]);
        runs(
            &world,
            "DeleteFromDatastore",
            &["multi-region", "root", "distributed"],
        );
        assert_eq!(names(&world, regions), [""; 0], "{tool}");
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
