//! `ListFromDatastore` and `ListDatastore`.

use super::*;
use crate::simcloud_state::Fault;

/// How a tool is asked for `a*/b`, and for all.
const LINES: [(&str, &str, &str); 3] = [
    (
        S3CMD,
        "--recursive|…1|ls|s3://some-bucket/a",
        "--recursive|…1|ls|s3://some-bucket/",
    ),
    (
        S5CMD,
        "…1|ls|s3://some-bucket/a*/b",
        "…1|ls|s3://some-bucket/",
    ),
    (
        RCLONE,
        "…1|--include|*a*/b*|ls|s3:some-bucket/",
        "…1|--include|**|ls|s3:some-bucket/",
    ),
];

#[test]
fn a_pattern_is_put_to_each_tool_in_its_own_way() {
    for (tool, pattern, all) in LINES {
        let world = world(tool);
        run(&world, "ListFromDatastore", &[BUCKET, "a*/b"]).refused();
        assert_eq!(world.words(), [[""; 0]; 0], "no type is no bucket");
        world.set_variable("WEBSITE_URL", Some("some.bucket"));
        let name = "some-bucket-x";
        objects(&world, name, &[]);
        let ask = |words: &[&str]| {
            let ended = run(&world, "ListFromDatastore", words);
            ended.succeeded_silently().to_owned()
        };
        ask(&["backup", "a*/b", "x"]);
        ask(&["backup", "root", "x"]);
        ask(&["backup", "", "x"]);
        let in_bucket = |line: &str| line.replace(BUCKET, name);
        assert_eq!(lines(&world, tool), [pattern, all, all].map(in_bucket));
    }
}

#[test]
fn the_listing_is_the_tools_own() {
    for tool in TOOLS {
        let world = world(tool);
        let bucket = "www-testwebsite-uk-scaling-linode-gb-lon";
        let names = ["autoscaler-1/STATIC_SCALE:3", "autoscaler-2/STATIC_SCALE:1"];
        objects(&world, bucket, &names);
        objects(&world, bucket, &["other"]);
        let words = ["scaling", "autoscaler*/STATIC_SCALE*", bucket];
        let ended = run(&world, "ListFromDatastore", &words);
        let scheme = match tool {
            S3CMD => format!("s3://{bucket}/"),
            _ => String::new(),
        };
        let columns = if tool == RCLONE { 2 } else { 4 };
        let listed: Vec<&str> = ended.succeeded_silently().lines().collect();
        assert_eq!(listed.len(), 2, "{ended}");
        for (line, name) in listed.iter().zip(names) {
            let words: Vec<&str> = line.split_whitespace().collect();
            assert_eq!(words.len(), columns, "{line}");
            assert_eq!(words[columns - 1], format!("{scheme}{name}"));
            assert_eq!(words[columns - 2], name.len().to_string());
        }
    }
}

#[test]
fn nothing_there_is_nothing_printed() {
    for tool in TOOLS {
        let world = world(tool);
        let words = ["config", "INSTALLED_SUCCESSFULLY"];
        let list = || {
            let ended = run(&world, "ListFromDatastore", &words);
            ended.succeeded_silently().to_owned()
        };
        assert_eq!(list(), "", "no bucket");
        let bucket = "www-testwebsite-uk-config-xk3j";
        objects(&world, bucket, &[]);
        assert_eq!(list(), "", "an empty bucket");
        objects(&world, bucket, &["other"]);
        assert_eq!(list(), "", "no object");
        objects(&world, bucket, &["INSTALLED_SUCCESSFULLY"]);
        assert!(list().ends_with("INSTALLED_SUCCESSFULLY\n"));
        let runs = world.words().len();
        assert_eq!(runs, 4, "once each");
    }
}

#[test]
fn a_store_that_refuses_prints_nothing_and_is_no_empty_one() {
    for tool in TOOLS {
        let world = world(tool);
        objects(&world, "www-testwebsite-uk-config-xk3j", &["a"]);
        world.faults(&[Fault {
            tool: tool.to_owned(),
            kind: "403".to_owned(),
            ..Fault::default()
        }]);
        for (helper, words) in [
            ("ListFromDatastore", &["config", "a"][..]),
            ("ListDatastore", &["all"]),
            ("ListDatastore", &["config"]),
        ] {
            let ended = run(&world, helper, words);
            assert!(ended.failed().contains("cannot list the bucket"), "{ended}");
            assert!(ended.stderr().contains("AccessDenied"), "{ended}");
        }
    }
}

#[test]
fn the_buckets_are_listed_whole_or_by_name() {
    let buckets = [
        "authip-adt-allowed-b1",
        "my-www-testwebsite-uk-scaling-linode-gb-lon",
        "www-testwebsite-uk-config-abcd",
        "www-testwebsite-uk-config-xk3j",
        "www-testwebsite-uk-scaling-linode-gb-lon",
        "www-testwebsite-uk-scaling-linode-us-east",
    ];
    for (tool, line) in [(S3CMD, "…1|ls"), (S5CMD, "…1|ls"), (RCLONE, "…1|lsd|s3:")] {
        let world = world(tool);
        for bucket in buckets {
            objects(&world, bucket, &["object"]);
        }
        let list = |words: &[&str]| {
            let ended = run(&world, "ListDatastore", words);
            ended.succeeded_silently().to_owned()
        };
        let all = list(&["all"]);
        assert!(!all.contains("s3://"), "{all}");
        let columns = if tool == RCLONE { 5 } else { 3 };
        let shown: Vec<&str> = all
            .lines()
            .filter_map(|line| {
                assert_eq!(line.split_whitespace().count(), columns, "{line}");
                line.split_whitespace().last()
            })
            .collect();
        assert_eq!(
            shown,
            [&buckets[..1], &buckets[1..2], &[BUCKET], &buckets[2..]].concat()
        );
        for (words, expected) in [
            (
                &["scaling", "www.testwebsite.uk-scaling-linode"][..],
                &buckets[4..],
            ),
            (&["config-all"], &buckets[2..4]),
            (&["config"], &buckets[3..4]),
            (&["auth"], &buckets[..1]),
            (&["auth", "b1"], &buckets[..1]),
            (&["authip-adt"], &buckets[..1]),
            (&["snap"], &[]),
            (&["other"], &[]),
        ] {
            let found = list(words);
            assert_eq!(found.lines().collect::<Vec<_>>(), expected, "{words:?}");
        }
        assert!(lines(&world, tool).iter().all(|said| said == line));
    }
}

#[test]
fn the_account_is_listed_without_a_build() {
    let world = world(RCLONE);
    for file in ["ACTIVE_CLOUDHOST", "ACTIVE_BUILD_IDENTIFIER"] {
        std::fs::remove_file(world.home("runtimedata").join(file)).unwrap();
    }
    let ended = run(&world, "ListDatastore", &["all"]);
    assert!(ended.succeeded_silently().ends_with("some-bucket\n"));
    let ended = run(&world, "ListDatastore", &["config"]);
    assert!(ended.refused().contains("no active build"), "{ended}");
}
