//! The upload: five objects at the root of the site's bucket, through each of the three tools.

use super::*;

const TOOLS: [&str; 3] = ["s3cmd", "s5cmd", "rclone"];

const TYPE: [&str; 2] = ["--type", "webserver"];

/// The objects, in the order in which they are uploaded.
const OBJECTS: [&str; 5] = [
    "keys.tar.gz",
    "db_credentials.dat.candidate",
    "db_credentials.dat",
    "credentials.dat",
    "snapshot_ids.dat",
];

/// A world whose buildstyles choose `tool`.
pub fn world_with(cloudhost: &str, tool: &str) -> World {
    let world = World::at(cloudhost);
    let line = format!("DATASTORETOOL:{tool}\n");
    world.write("builddescriptors/buildstyles.dat", line);
    world
}

fn bucket_of(cloudhost: &str) -> String {
    format!("www-testwebsite-uk-{cloudhost}-snap")
}

/// The file that an object is a copy of, as the tool is told it.
fn file_of(world: &World, object: &str) -> std::path::PathBuf {
    let path = match object {
        "keys.tar.gz" => world.build("keys/keys.tar.gz"),
        _ => world.snapshots(object),
    };
    path.parent().unwrap().canonicalize().unwrap().join(object)
}

/// The bucket holds the five objects, byte for byte, and nothing else.
#[track_caller]
pub fn assert_uploaded(world: &World, bucket: &str) {
    let there = world.bucket(bucket);
    let mut names: Vec<&String> = there.keys().collect();
    names.sort();
    let mut expected = OBJECTS;
    expected.sort_unstable();
    assert_eq!(names, expected);
    for (name, bytes) in &there {
        assert_eq!(&std::fs::read(file_of(world, name)).unwrap(), bytes);
    }
}

/// The calls of the datastore's tools, without the directory that the world is in and without the time.
fn datastore_calls(world: &World) -> Vec<String> {
    let calls = world.calls().into_iter();
    let of_tools = calls.filter(|call| TOOLS.contains(&call.split(' ').next().unwrap_or_default()));
    let root = world.path("").display().to_string();
    of_tools
        .map(|call| {
            let call = call.replace(&root, "/");
            match call.split_once("CreationDate=") {
                Some((front, back)) => {
                    let (time, back) = back.split_once('\'').unwrap();
                    let shape: String = time
                        .chars()
                        .map(|c| if c.is_ascii_digit() { '9' } else { c })
                        .collect();
                    format!("{front}CreationDate={shape}'{back}")
                }
                None => call,
            }
        })
        .collect()
}

/// What each tool is told: to look for the bucket, to make it, to upload.
fn expected_calls(tool: &str, cloudhost: &str, makes_bucket: bool) -> Vec<String> {
    let bucket = bucket_of(cloudhost);
    let (front, root, make) = match tool {
        "s3cmd" => (
            "s3cmd --config=/home/.s3cfg-1 --host=https://sos.example.invalid".to_owned(),
            format!("s3://{bucket}"),
            "mb",
        ),
        "s5cmd" => (
            "s5cmd --credentials-file /home/.s5cfg-1 --endpoint-url https://sos.example.invalid"
                .to_owned(),
            format!("s3://{bucket}"),
            "mb",
        ),
        _ => (
            "rclone --config /home/.config/rclone/rclone.conf-1 --s3-endpoint https://sos.example.invalid"
                .to_owned(),
            format!("s3:{bucket}"),
            "mkdir",
        ),
    };
    let mut calls = vec![format!("{front} ls {root}")];
    if makes_bucket {
        calls.push(format!("{front} {make} {root}"));
    }
    for object in OBJECTS {
        let directory = match object {
            "keys.tar.gz" => format!("/build_home/runtimedata/{cloudhost}/test-build/keys"),
            _ => "/build_home/runtimedata/wholemachinebackups/www.testwebsite.uk/snapshots"
                .to_owned(),
        };
        calls.push(match tool {
            "s3cmd" => format!("{front} put {directory}/{object} {root}/{object}"),
            "s5cmd" => format!(
                "{front} cp --metadata 'CreationDate=9999-99-99T99:99:99' {directory}/{object} {root}/{object}"
            ),
            _ => format!("{front} copy {directory}/{object} {root}/"),
        });
    }
    calls
}

#[test]
fn five_objects_are_at_the_buckets_root_byte_for_byte() {
    for (cloudhost, _, _) in CLOUDS {
        for tool in TOOLS {
            let world = world_with(cloudhost, tool);
            world.obtain(&TYPE).ends().succeeded();
            assert_uploaded(&world, &bucket_of(cloudhost));
            assert_eq!(
                datastore_calls(&world),
                expected_calls(tool, cloudhost, true)
            );
        }
    }
}

#[test]
fn a_bucket_that_is_there_is_not_made_again_empty_or_not() {
    for tool in TOOLS {
        for content in [None, Some("other.txt"), Some("snapshot_ids.dat")] {
            let world = world_with("vultr", tool);
            let bucket = bucket_of("vultr");
            let directory = world.path("cloud/buckets").join(&bucket);
            std::fs::create_dir_all(&directory).unwrap();
            if let Some(object) = content {
                std::fs::write(directory.join(object), "old").unwrap();
            }
            world.obtain(&TYPE).ends().succeeded();
            if content == Some("other.txt") {
                assert_eq!(world.bucket(&bucket)["other.txt"], b"old");
                std::fs::remove_file(directory.join("other.txt")).unwrap();
            }
            assert_uploaded(&world, &bucket);
            assert_eq!(
                datastore_calls(&world),
                expected_calls(tool, "vultr", false)
            );
        }
    }
}

#[test]
fn a_second_snapshot_uploads_all_five_anew() {
    for tool in TOOLS {
        let world = world_with("linode", tool);
        world.obtain(&TYPE).ends().succeeded();
        world.obtain(&["--type", "database"]).ends().succeeded();
        assert_uploaded(&world, &bucket_of("linode"));
        assert_eq!(world.ids().lines().count(), 2);
    }
}

#[test]
fn without_the_datastore_no_tool_of_it_is_called() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        let words = ["--type", "webserver", "--no-datastore"];
        world.obtain(&words).ends().succeeded();
        assert_eq!(datastore_calls(&world), [""; 0]);
        assert_eq!(world.ids().lines().count(), 1);
        assert_eq!(world.pending(), [""; 0]);
    }
}

#[test]
fn of_several_lines_the_first_tool_in_the_scripts_order_counts() {
    for (lines, tool) in [
        (
            "DATASTORETOOL:rclone:binary\nDATASTORETOOL:s5cmd\n",
            "s5cmd",
        ),
        ("DATASTORETOOL:s5cmd\nDATASTORETOOL:s3cmd\n", "s3cmd"),
        (
            "#DATASTORETOOL:s3cmd\nDATASTORETOOL:rclone:binary\n",
            "rclone",
        ),
        ("DATASTORETOOL:s5cmd\r\n", "s5cmd"),
        ("\u{fc}\nDATASTORETOOL rclone", "rclone"),
    ] {
        let world = World::at("digitalocean");
        world.write("builddescriptors/buildstyles.dat", lines);
        world.obtain(&TYPE).ends().succeeded();
        assert_eq!(
            datastore_calls(&world),
            expected_calls(tool, "digitalocean", true)
        );
    }
}

#[test]
fn the_copy_of_the_settings_in_build_home_will_do() {
    for (tool, own, copies) in [
        ("s3cmd", ".s3cfg-1", &[".s3cfg-1"][..]),
        ("s5cmd", ".s5cfg-1", &[".s5cfg-1"]),
        (
            "rclone",
            ".config/rclone/rclone.conf-1",
            &[".rclone.cfg-1", ".config/rclone/rclone.conf-1"],
        ),
    ] {
        for copy in copies {
            let world = world_with("digitalocean", tool);
            let content = std::fs::read(world.path("home").join(own)).unwrap();
            std::fs::remove_file(world.path("home").join(own)).unwrap();
            world.write(copy, content);
            world.obtain(&TYPE).ends().succeeded();
            assert_uploaded(&world, &bucket_of("digitalocean"));
            let settings = format!("/build_home/{copy} ");
            let calls = datastore_calls(&world);
            assert!(
                calls.iter().all(|call| call.contains(&settings)),
                "{calls:?}"
            );
        }
    }
}

#[test]
fn all_machines_records_go_to_the_bucket_once_and_the_ids_last() {
    for tool in TOOLS {
        for words in [&["--all"][..], &["--all", "--parallel", "1"]] {
            let world = world_with("vultr", tool);
            let ended = world.obtain(words).ends();
            ended.succeeded();
            assert!(!ended.stderr().contains("another run"), "{ended}");
            let bucket = bucket_of("vultr");
            assert_eq!(datastore_calls(&world), expected_calls(tool, "vultr", true));
            assert_uploaded(&world, &bucket);
        }
    }
}
