//! `CleanupDatastore`: every bucket of the account, and a question for each.

use expectrl::{Eof, Expect};

use crate::simcloud_state::Fault;
use crate::world::{DOORS, Door, World};

const TOOLS: [&str; 3] = ["s3cmd", "s5cmd", "rclone"];

/// The buckets of a world, with an object in each.
const BUCKETS: [(&str, &str); 5] = [
    ("authip-adt-allowed-198-51-100-9", "authorised-ips.dat"),
    ("config", "mine"),
    ("other-things", "folder/photo"),
    ("www-testwebsite-uk-cloudflare-snap", "snapshot_ids.dat"),
    ("www-testwebsite-uk-hourly", "applicationsourcecode.tar.gz"),
];

fn world(tool: &str) -> World {
    let world = World::at("linode");
    world.use_datastore_tool(tool);
    for (bucket, object) in BUCKETS {
        let object = world.path("cloud/buckets").join(bucket).join(object);
        std::fs::create_dir_all(object.parent().unwrap()).unwrap();
        std::fs::write(object, "12345678").unwrap();
    }
    world
}

fn left(world: &World) -> Vec<&'static str> {
    let buckets = BUCKETS.map(|(bucket, _)| bucket).into_iter();
    let is_there = |bucket: &&str| world.path("cloud/buckets").join(bucket).is_dir();
    buckets.filter(is_there).collect()
}

fn all() -> Vec<&'static str> {
    BUCKETS.map(|(bucket, _)| bucket).to_vec()
}

#[test]
fn each_bucket_is_shown_with_its_owner_and_size_and_asked_about() {
    for (door, tool) in DOORS.into_iter().zip(TOOLS) {
        let world = world(tool);
        let run = world.helper(door, "CleanupDatastore");
        let ended = run.stdin("3\ny\nN\nY\n\nmaybe\n").ends();
        ended.succeeded();
        for line in [
            "authip-adt-allowed-198-51-100-9: the firewall list of a build machine; 1 object of 8 bytes\n",
            "other-things: of no site that this build machine knows; 1 object of 8 bytes\n",
            "www-testwebsite-uk-hourly: of the site www.testwebsite.uk (build test-build at linode); 1 object of 8 bytes\n",
            "IT HOLDS SNAPSHOT RECORDS",
            "other-things: deleted\n",
            "config: kept\n",
        ] {
            ended.says(line);
        }
        let expected = [BUCKETS[1].0, BUCKETS[3].0, BUCKETS[4].0];
        assert_eq!(left(&world), expected, "{ended}");
    }
}

#[test]
fn the_same_questions_are_asked_at_a_terminal() {
    let world = world("s3cmd");
    let run = world.helper(Door::Shim, "CleanupDatastore");
    let mut session = run.args(["--site", "www.testwebsite.uk"]).on_a_terminal();
    for (question, answer) in [
        ("4) Vultr", "3"),
        ("Delete the bucket www-testwebsite-uk-cloudflare-snap", ""),
        ("Delete the bucket www-testwebsite-uk-hourly", "y"),
    ] {
        session.expect(question).unwrap();
        session.send_line(answer).unwrap();
    }
    session.expect(Eof).unwrap();
    assert_eq!(left(&world), all()[..4]);
}

#[test]
fn one_bucket_is_deleted_by_its_name_and_records_are_guarded() {
    for tool in TOOLS {
        let world = world(tool);
        let run = |words: &str| {
            let run = world.helper(Door::Binary, "CleanupDatastore");
            run.args(words.split(' ')).ends()
        };
        let shown = run("--dry-run");
        shown.succeeded();
        assert_eq!(shown.stderr().lines().count(), BUCKETS.len(), "{shown}");
        let snap = "--cloudhost linode --bucket www-testwebsite-uk-cloudflare-snap --yes";
        assert!(run(snap).failed().contains("--with-snapshot-records"));
        run("--cloudhost linode --bucket www-testwebsite --yes").failed();
        assert_eq!(left(&world), all());
        run("--cloudhost linode --bucket www-testwebsite-uk-hourly --yes").succeeded();
        assert_eq!(left(&world), all()[..4]);
        run(&format!("{snap} --with-snapshot-records")).succeeded();
        assert_eq!(left(&world), all()[..3]);
    }
}

#[test]
fn a_bucket_that_is_called_as_a_type_is_itself() {
    let world = world("rclone");
    let run = world.helper(Door::Binary, "CleanupDatastore");
    let words = ["--cloudhost", "linode", "--bucket", "config"];
    run.args(words).stdin("y\n").ends().succeeded();
    let expected: Vec<_> = all().into_iter().filter(|it| *it != "config").collect();
    assert_eq!(left(&world), expected);
}

#[test]
fn the_end_of_input_keeps_the_rest_and_is_an_error() {
    for (answers, deleted) in [("", 0), ("9\n", 0), ("3\n", 0), ("3\ny\n", 1)] {
        let world = world("s5cmd");
        let run = world.helper(Door::Shell, "CleanupDatastore");
        run.stdin(answers).ends().failed();
        assert_eq!(left(&world), all()[deleted..], "{answers:?}");
    }
}

#[test]
fn a_store_that_does_not_answer_is_an_error() {
    for tool in TOOLS {
        let world = world(tool);
        world.faults(&[Fault {
            tool: tool.to_owned(),
            kind: "403".to_owned(),
            ..Fault::default()
        }]);
        let run = world.helper(Door::Binary, "CleanupDatastore");
        let ended = run.stdin("3\ny\ny\ny\ny\ny\n").ends();
        assert!(ended.failed().contains("cannot list the bucket"), "{ended}");
        assert_eq!(left(&world), all());
    }
}
