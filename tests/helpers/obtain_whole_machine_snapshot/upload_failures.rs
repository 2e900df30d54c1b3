//! An upload that fails: the records on the machine are right, and the upload alone can be repeated.

use super::uploads::{assert_uploaded, world_with};
use super::*;
use crate::simcloud_state::Fault;

const TYPE: [&str; 2] = ["--type", "webserver"];

const BUCKET: &str = "www-testwebsite-uk-digitalocean-snap";

/// The words by which each tool's upload is known.
const UPLOADS: [(&str, &str); 3] = [("s3cmd", "put"), ("s5cmd", "cp"), ("rclone", "copy")];

fn fault(tool: &str, word: &str, kind: &str) -> Fault {
    Fault {
        tool: tool.to_owned(),
        argv: vec![word.to_owned()],
        kind: kind.to_owned(),
        ..Fault::default()
    }
}

/// The run failed, its snapshot is recorded, and the upload alone finishes it without a word to the provider.
#[track_caller]
fn assert_the_upload_can_be_repeated(world: &World, ended: &crate::world::Ended, mend: impl Fn()) {
    let line = ended.gave_up();
    assert!(line.contains("--upload-only"), "{ended}");
    let ids = format!("webserver:{}\n", world.made()[0].id);
    assert_eq!(world.ids(), ids);
    let changes = world.changes();
    let before = world.calls().len();
    mend();
    let repeated = world.obtain(&["--upload-only"]).ends();
    assert_eq!(repeated.succeeded(), "");
    assert_uploaded(world, BUCKET);
    assert_eq!(world.ids(), ids);
    assert_eq!(world.changes(), changes);
    assert!(
        !world.calls()[before..]
            .iter()
            .any(|call| call.starts_with("doctl"))
    );
    assert_eq!(world.pending(), [""; 0]);
}

#[test]
fn keys_that_are_refused_and_a_server_that_is_not_there() {
    for (tool, word) in UPLOADS {
        for kind in ["403", "refused", "500"] {
            for struck in [word, "", "ls"] {
                let world = world_with("digitalocean", tool);
                world.faults(&[fault(tool, struck, kind)]);
                let ended = world.obtain(&TYPE).ends();
                if struck == "ls" {
                    // A bucket that cannot be listed may still be made and filled.
                    let is_made = ended.status == Some(0);
                    assert!(is_made || ended.status == Some(1), "{ended}");
                    if is_made {
                        assert_uploaded(&world, BUCKET);
                        continue;
                    }
                }
                ended.says(BUCKET);
                assert_the_upload_can_be_repeated(&world, &ended, || world.faults(&[]));
            }
        }
    }
}

#[test]
fn the_tools_own_words_are_shown() {
    for (tool, word) in UPLOADS {
        let world = world_with("digitalocean", tool);
        world.faults(&[fault(tool, word, "403")]);
        let ended = world.obtain(&TYPE).ends();
        ended.gave_up();
        ended.says(&format!("'{tool} ")).says("AccessDenied");
        ended.says("the keys in '");
        let uploads = world.calls().into_iter();
        let uploads = uploads.filter(|call| call.contains(&format!(" {word} ")));
        assert_eq!(uploads.count(), 1, "{tool}");
    }
}

#[test]
fn an_upload_that_fails_twice_is_tried_again_and_succeeds() {
    for (tool, word) in UPLOADS {
        let world = world_with("digitalocean", tool);
        world.faults(&[Fault {
            times: 2,
            nth: 3,
            ..fault(tool, word, "503")
        }]);
        world.obtain(&TYPE).ends().succeeded();
        assert_uploaded(&world, BUCKET);
        let uploads = format!(" {word} ");
        let count = |call: &&String| call.starts_with(tool) && call.contains(&uploads);
        assert_eq!(world.calls().iter().filter(count).count(), 7);
    }
}

#[test]
fn the_whole_command_repeated_makes_no_second_snapshot() {
    for (tool, word) in UPLOADS {
        let world = world_with("digitalocean", tool);
        world.faults(&[Fault {
            nth: 3,
            ..fault(tool, word, "403")
        }]);
        world.obtain(&TYPE).ends().gave_up();
        let changes = world.changes();
        assert_eq!(world.bucket(BUCKET).len(), 2);
        world.faults(&[]);
        world.obtain(&TYPE).ends().succeeded();
        assert_uploaded(&world, BUCKET);
        assert_eq!(world.changes(), changes);
        assert_eq!(world.made().len(), 1);
    }
}

#[test]
fn no_tool_chosen_is_said_with_the_lines_to_choose_from() {
    for lines in [
        Some("DATASTORETOOL:\nOTHER:s3cmd\n #DATASTORETOOL:s3cmd\n"),
        Some(""),
        None,
    ] {
        let world = World::at("digitalocean");
        let path = world.home("builddescriptors/buildstyles.dat");
        match lines {
            Some(lines) => std::fs::write(&path, lines).unwrap(),
            None => std::fs::remove_file(&path).unwrap(),
        }
        let ended = world.obtain(&TYPE).ends();
        ended.says("names no datastore tool; add a line DATASTORETOOL:s3cmd");
        assert_the_upload_can_be_repeated(&world, &ended, || {
            std::fs::write(&path, "DATASTORETOOL:s3cmd\n").unwrap();
        });
    }
}

#[test]
fn settings_that_are_missing_or_name_no_host_are_said() {
    for (content, expected) in [
        (None, "cannot find the settings of s3cmd"),
        (Some("[default]\n"), "no line of it starts with 'host_base'"),
        (Some("host_base =\n"), "the value of 'host_base' is empty"),
    ] {
        let world = World::at("digitalocean");
        let path = world.path("home/.s3cfg-1");
        std::fs::remove_file(&path).unwrap();
        if let Some(content) = content {
            std::fs::write(&path, content).unwrap();
        }
        let ended = world.obtain(&TYPE).ends();
        ended.says(expected).says(&path.display().to_string());
        assert_the_upload_can_be_repeated(&world, &ended, || {
            std::fs::write(&path, "host_base = sos.example.invalid\n").unwrap();
        });
    }
}

#[test]
fn a_tool_that_cannot_be_found_is_said() {
    for (tool, variable) in [("s3cmd", "S3CMD"), ("s5cmd", "S5CMD"), ("rclone", "RCLONE")] {
        let world = world_with("digitalocean", tool);
        let ended = world.obtain(&TYPE).env(variable, "/nowhere/tool").ends();
        ended.says(&format!("{variable} names '/nowhere/tool'"));
        assert_the_upload_can_be_repeated(&world, &ended, || {});
    }
}

#[test]
fn a_dns_choice_that_is_missing_or_makes_no_bucket_is_said() {
    for choice in [None, Some(""), Some("a b"), Some("../x"), Some("a/b")] {
        let world = World::at("digitalocean");
        world.set_variable("DNS_CHOICE", choice);
        let ended = world.obtain(&TYPE).ends();
        ended.says("DNS_CHOICE");
        assert_the_upload_can_be_repeated(&world, &ended, || {
            world.set_variable("DNS_CHOICE", Some("digitalocean"));
        });
    }
}

#[test]
fn with_nothing_recorded_there_is_nothing_to_upload() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        let before = world.tree();
        let ended = world.obtain(&["--upload-only"]).ends();
        let line = ended.refused();
        assert!(
            line.contains("there is nothing to upload; take a snapshot first"),
            "{ended}"
        );
        assert_eq!(world.tree(), before);
        assert_eq!(world.calls(), [""; 0]);
    }
}

#[test]
fn with_one_record_missing_nothing_is_uploaded() {
    for name in ["snapshot_ids.dat", "credentials.dat", "db_credentials.dat"] {
        let world = World::at("digitalocean");
        let words = ["--type", "webserver", "--no-datastore"];
        world.obtain(&words).ends().succeeded();
        std::fs::remove_file(world.snapshots(name)).unwrap();
        let ended = world.obtain(&["--upload-only"]).ends();
        assert!(ended.refused().contains(name), "{ended}");
        assert!(world.bucket(BUCKET).is_empty());
    }
}

#[test]
fn the_upload_alone_packs_keys_that_are_not_packed_yet() {
    let world = World::at("digitalocean");
    let words = ["--type", "webserver", "--no-datastore"];
    world.obtain(&words).ends().succeeded();
    std::fs::remove_file(world.build("keys/keys.tar.gz")).unwrap();
    world.obtain(&["--upload-only"]).ends().succeeded();
    assert_uploaded(&world, BUCKET);
}
