//! What people change by hand in buckets, with each real tool: an S3 server on the loopback interface.

use std::os::unix::fs::symlink;

use crate::s3_server::{ACCESS_KEY, Keys, S3Server};
use crate::tools::real_tool;
use crate::world::{Door, Ended, World};

/// A world whose datastore is reached with the real tool.
pub fn world(tool: &str, port: u16) -> World {
    let world = World::at("linode");
    world.use_datastore_tool(tool);
    let program = world.path("bin").join(tool);
    std::fs::remove_file(&program).unwrap();
    symlink(real_tool(tool), program).unwrap();
    let host = format!("http://127.0.0.1:{port}");
    let (file, text) = match tool {
        "s3cmd" => (
            ".s3cfg-1",
            format!(
                "[default]\naccess_key = {ACCESS_KEY}\nsecret_key = x\nhost_base = {host}\nhost_bucket = 127.0.0.1:{port}\n\
                 use_https = False\nbucket_location = us-east-1\n"
            ),
        ),
        "s5cmd" => (
            ".s5cfg-1",
            format!(
                "[default]\naws_access_key_id = {ACCESS_KEY}\naws_secret_access_key = x\nhost_base = {host}\n"
            ),
        ),
        _ => (
            ".config/rclone/rclone.conf-1",
            format!(
                "[s3]\ntype = s3\nprovider = Other\naccess_key_id = {ACCESS_KEY}\nsecret_access_key = x\nendpoint = {host}\n"
            ),
        ),
    };
    std::fs::write(world.path("home").join(file), text).unwrap();
    world
}

fn run(world: &World, helper: &str, words: &str) -> Ended {
    let run = world.helper(Door::Shim, helper);
    run.args(words.split(' ')).ends()
}

fn changes_buckets(tool: &str) {
    let server = S3Server::start(Keys::Any);
    let world = world(tool, server.port);
    let content = |object: &str| {
        let answer = server.get(&format!("/{object}"));
        (answer.status == 200).then_some(answer.body)
    };
    let allow = |words: &str| run(&world, "AllowLaptopIP", &format!("--bucket 1 {words}"));
    allow("--add 203.0.113.7 --add 1.2.3.4").succeeded();
    allow("--remove 1.2.3.4").succeeded();
    let list = content("authip-adt-allowed-1/authorised-ips.dat");
    assert_eq!(list.unwrap(), b"203.0.113.7\n");
    let event = content("authip-adt-allowed-1/FIREWALL-EVENT");
    assert_eq!(event.unwrap(), b"");

    let scaling = "www-testwebsite-uk-scaling-linode-gb-lon";
    assert_eq!(server.put(&format!("/{scaling}"), "", b""), 200);
    let place = "--cloudhost linode --build test-build --site www.testwebsite.uk --region gb-lon";
    for count in ["3", "4"] {
        let words = format!("{place} --autoscaler 1 --webservers {count} --yes");
        run(&world, "AdjustScaling", &words).succeeded();
    }
    let marker = |count: &str| content(&format!("{scaling}/autoscaler-1/STATIC_SCALE%3A{count}"));
    assert_eq!((marker("3"), marker("4")), (None, Some(Vec::new())));

    let shown = run(&world, "CleanupDatastore", "--dry-run");
    shown.says(
        "authip-adt-allowed-1: the firewall list of a build machine; 2 objects of 12 bytes\n",
    );
    let words = "--cloudhost linode --bucket authip-adt-allowed-1 --yes";
    run(&world, "CleanupDatastore", words).succeeded();
    assert_eq!(server.get("/authip-adt-allowed-1").status, 404);
    assert!(marker("4").is_some());
}

#[test]
fn s3cmd_changes_what_people_change_by_hand() {
    changes_buckets("s3cmd");
}

#[test]
fn s5cmd_changes_what_people_change_by_hand() {
    changes_buckets("s5cmd");
}

#[test]
fn rclone_changes_what_people_change_by_hand() {
    changes_buckets("rclone");
}
