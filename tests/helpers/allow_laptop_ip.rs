//! `AllowLaptopIP`: the list of those that may reach the build machine's ssh, and the event beside it.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

use expectrl::{Eof, Expect};

use crate::simcloud_state::Fault;
use crate::world::{DOORS, Door, Ended, World};

const BUCKET: &str = "authip-adt-allowed-198-51-100-9";
const ID: [&str; 2] = ["--bucket", "198-51-100-9"];

/// A world with a list, which is none where it is empty.
fn world_with(list: &str) -> World {
    let world = World::at("linode");
    if !list.is_empty() {
        let bucket = world.path("cloud/buckets").join(BUCKET);
        std::fs::create_dir_all(&bucket).unwrap();
        std::fs::write(bucket.join("authorised-ips.dat"), list).unwrap();
    }
    world
}

fn allow(world: &World, words: &[&str]) -> Ended {
    let run = world.helper(Door::Shim, "AllowLaptopIP").args(ID);
    run.args(words).ends()
}

/// The list in the bucket, which the build's folder has a copy of, with the event beside it.
#[track_caller]
fn told(world: &World) -> String {
    let bucket = world.bucket(BUCKET);
    let copy = std::fs::read(world.build("ips/authorised-ips.dat")).unwrap();
    assert_eq!(bucket["authorised-ips.dat"], copy);
    assert_eq!(bucket["FIREWALL-EVENT"], b"");
    assert_eq!(bucket.len(), 2);
    assert!(!world.build("FIREWALL-EVENT").exists());
    String::from_utf8(copy).unwrap()
}

#[test]
fn the_answers_of_the_script_add_and_remove_an_address() {
    for door in DOORS {
        let world = world_with("203.0.113.7\n11.2.3.45\n");
        for (answers, expected) in [
            (
                "test-build\n3\n1.2.3.4\n1\n",
                "1.2.3.4\n11.2.3.45\n203.0.113.7\n",
            ),
            (
                "test-build\n3\n1.2.3.4\nx\n\n2\n",
                "11.2.3.45\n203.0.113.7\n",
            ),
        ] {
            let run = world.helper(door, "AllowLaptopIP").args(ID);
            let ended = run.stdin(answers).ends();
            assert_eq!(ended.succeeded(), expected, "{ended}");
            assert_eq!(told(&world), expected);
        }
    }
}

#[test]
fn the_same_questions_are_asked_at_a_terminal() {
    let world = world_with("203.0.113.7\n");
    let run = world.helper(Door::Shim, "AllowLaptopIP").args(ID);
    let mut session = run.on_a_terminal();
    for (question, answer) in [
        ("name of the build?", "test-build"),
        ("4) Vultr", "3"),
        ("Which IP address?", "198.51.100.1"),
        ("1) Add 2) Remove", "1"),
    ] {
        session.expect(question).unwrap();
        session.send_line(answer).unwrap();
    }
    session.expect(Eof).unwrap();
    assert_eq!(told(&world), "198.51.100.1\n203.0.113.7\n");
}

#[test]
fn another_cloud_than_the_active_one_is_asked_about() {
    let world = world_with("203.0.113.7\n");
    world.write("runtimedata/ACTIVE_CLOUDHOST", "vultr\n");
    for (agreed, active) in [("n", "vultr\n"), ("Y", "linode\n")] {
        let answers = format!("test-build\n3\n{agreed}\n1.2.3.4\n1\n");
        let run = world.helper(Door::Binary, "AllowLaptopIP").args(ID);
        run.stdin(answers).ends().succeeded();
        assert_eq!(world.files()["ACTIVE_CLOUDHOST"], active.as_bytes());
    }
}

#[test]
fn with_all_given_nothing_is_asked_and_the_first_list_makes_its_bucket() {
    for tool in ["s3cmd", "s5cmd", "rclone"] {
        let world = world_with("");
        world.use_datastore_tool(tool);
        allow(&world, &["--add", "203.0.113.7", "--add", "10.0.0.0/8"]).succeeded();
        assert_eq!(told(&world), "10.0.0.0/8\n203.0.113.7\n");
        let words = [
            "--cloudhost",
            "linode",
            "--build",
            "test-build",
            "--remove",
            "10.0.0.0/8",
        ];
        allow(&world, &words).succeeded();
        assert_eq!(told(&world), "203.0.113.7\n");
        let before = world.files();
        let listed = allow(&world, &["--list"]);
        assert_eq!(listed.succeeded_silently(), "203.0.113.7\n");
        let rehearsed = allow(&world, &["--add", "1.1.1.1", "--dry-run"]);
        assert_eq!(rehearsed.succeeded(), "1.1.1.1\n203.0.113.7\n");
        assert_eq!(world.files(), before);
        assert_eq!(told(&world), "203.0.113.7\n");
    }
}

#[test]
fn what_is_no_address_or_is_not_in_the_list_changes_nothing() {
    let world = world_with("11.2.3.45\n");
    let (files, bucket) = (world.files(), world.bucket(BUCKET));
    for (words, says) in [
        (&["--remove", "1.2.3.4"][..], "'1.2.3.4' is not in the list"),
        (&["--remove", "11.2.3.45"], "the list would be empty"),
        (&["--add", "2001:db8::1"], "FIREWALL:ufw"),
        (&["--add", "1.2.3"], "is not an IP address"),
        (&["--add", "0.0.0.0/0"], "stands for every address"),
    ] {
        let ended = allow(&world, words);
        assert!(matches!(ended.status, Some(1 | 2)), "{ended}");
        ended.says(says);
    }
    for answers in [
        "",
        "test-build\n",
        "nobody\n3\n",
        "test-build\n9\n",
        "test-build\n3\n1.2.3\n1\n",
        "test-build\n3\n1.2.3.4\n",
        "test-build\n3\n1.2.3.4\n1 2\n.\n",
    ] {
        let run = world.helper(Door::Shell, "AllowLaptopIP").args(ID);
        run.stdin(answers).ends().failed();
    }
    assert_eq!((world.files(), world.bucket(BUCKET)), (files, bucket));
    world.write(
        "builddescriptors/buildstyles.dat",
        "FIREWALL:ufw\nDATASTORETOOL:s3cmd\n",
    );
    allow(&world, &["--add", "2001:db8::1"]).succeeded();
    assert_eq!(told(&world), "11.2.3.45\n2001:db8::1\n");
}

#[test]
fn a_list_that_cannot_be_fetched_is_never_replaced() {
    for tool in ["s3cmd", "s5cmd", "rclone"] {
        let world = world_with("11.2.3.45\n");
        world.use_datastore_tool(tool);
        let before = world.bucket(BUCKET);
        world.faults(&[Fault {
            tool: tool.to_owned(),
            kind: "403".to_owned(),
            ..Fault::default()
        }]);
        allow(&world, &["--add", "1.2.3.4"]).failed();
        assert_eq!(world.bucket(BUCKET), before);
        assert!(!world.build("ips/authorised-ips.dat").exists());
    }
}

#[test]
fn changes_at_the_same_time_lose_no_address() {
    let world = world_with("11.2.3.45\n");
    let addresses: Vec<String> = (1..=4).map(|it| format!("192.0.2.{it}")).collect();
    let add = |address: &String| {
        let run = world.helper(Door::Binary, "AllowLaptopIP").args(ID);
        run.args(["--add", address]).starts()
    };
    let running: Vec<_> = addresses.iter().map(add).collect();
    for child in running {
        assert!(child.wait_with_output().unwrap().status.success());
    }
    assert_eq!(
        told(&world),
        format!("11.2.3.45\n{}\n", addresses.join("\n"))
    );
}

#[test]
fn the_buckets_name_is_the_one_that_the_first_build_noted() {
    let world = world_with("11.2.3.45\n");
    let root = world.path("root");
    std::fs::create_dir(&root).unwrap();
    std::fs::set_permissions(&root, Permissions::from_mode(0o755)).unwrap();
    let script = format!(
        "exec unshare --user --map-root-user --mount /bin/sh -c 'mount --bind \"$0\" /root; exec \"$@\"' '{}' \"$@\"",
        root.display()
    );
    let list = || {
        let run = world.helper(Door::Binary, "AllowLaptopIP").args(["--list"]);
        run.within(&script).ends()
    };
    assert!(list().refused().contains("FIREWALL-BUCKET"));
    std::fs::write(root.join("FIREWALL-BUCKET:198-51-100-9"), "").unwrap();
    assert_eq!(list().succeeded_silently(), "11.2.3.45\n");
    std::fs::write(root.join("FIREWALL-BUCKET:other"), "").unwrap();
    assert!(list().refused().contains("198-51-100-9, other"));
}
