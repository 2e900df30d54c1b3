//! The operations on the bucket store, with each of the three tools: their words, what is printed, and what is left.

mod callers;
mod delete;
mod distributed;
mod get;
mod list;
mod mount;
mod moving;
mod names;
mod put;
mod retries;
mod sync;

use crate::world::{Door, Ended, World};

const S3CMD: &str = "s3cmd";
const S5CMD: &str = "s5cmd";
const RCLONE: &str = "rclone";
const TOOLS: [&str; 3] = [S3CMD, S5CMD, RCLONE];

/// A bucket that is called by its own name.
const BUCKET: &str = "some-bucket";

/// A name that a shell, a pattern or a careless join would not leave alone.
const AWKWARD: &str = "it's \"a\" [b] $(id) {c} \u{fc}.dat";

/// A world whose build chose `tool`, and which has [`BUCKET`].
fn world(tool: &str) -> World {
    let world = World::at("linode");
    world.write(
        "builddescriptors/buildstyles.dat",
        format!("DATASTORETOOL:{tool}\n"),
    );
    objects(&world, BUCKET, &[]);
    world
}

/// Puts objects into a bucket, past the tools; each has its name for its content.
fn objects(world: &World, bucket: &str, names: &[&str]) {
    let bucket = world.path("cloud/buckets").join(bucket);
    std::fs::create_dir_all(&bucket).unwrap();
    for name in names {
        let object = bucket.join(name);
        std::fs::create_dir_all(object.parent().unwrap()).unwrap();
        std::fs::write(object, name).unwrap();
    }
}

/// The names of the objects in a bucket.
fn names(world: &World, bucket: &str) -> Vec<String> {
    world.bucket(bucket).into_keys().collect()
}

fn run<A: AsRef<std::ffi::OsStr>>(world: &World, helper: &str, words: &[A]) -> Ended {
    world.helper(Door::Binary, helper).args(words).ends()
}

/// Runs a helper that has nothing to say.
#[track_caller]
fn runs(world: &World, helper: &str, words: &[&str]) {
    assert_eq!(run(world, helper, words).succeeded_silently(), "");
}

/// The options that stand in every line for the configuration number `index`.
fn common(world: &World, tool: &str, index: usize) -> String {
    let home = world.path("home");
    let home = home.display();
    let host = format!("https://{}", host(index));
    match tool {
        S3CMD => format!("--config={home}/.s3cfg-{index}|--host={host}"),
        S5CMD => format!("--credentials-file|{home}/.s5cfg-{index}|--endpoint-url|{host}"),
        _ => format!("--config|{home}/.config/rclone/rclone.conf-{index}|--s3-endpoint|{host}"),
    }
}

/// The host in the configuration number `index`.
fn host(index: usize) -> String {
    match index {
        1 => "sos.example.invalid".to_owned(),
        _ => format!("sos-{index}.example.invalid"),
    }
}

/// The calls so far, `|` between words: without the tool, `…1` for its options with the first configuration, `NOW`
/// for a time and `~` for the world's directory.
fn lines(world: &World, tool: &str) -> Vec<String> {
    let root = world.path("");
    let root = root.display().to_string();
    let said = world.words().into_iter().map(|words| {
        assert_eq!(words[0], tool);
        let words = words[1..].iter().map(|word| with_now(&in_private(word)));
        let words: Vec<String> = words.collect();
        let mut line = words.join("|");
        for index in 1..=3 {
            line = line.replace(&common(world, tool, index), &format!("…{index}"));
        }
        line.replace(root.trim_end_matches('/'), "~")
    });
    said.collect()
}

/// A word without the random end of a private folder's name.
fn in_private(word: &str) -> String {
    match word.rsplit_once("/.adt-private-") {
        Some((parent, _)) => format!("{parent}/.adt-private-"),
        None => word.to_owned(),
    }
}

fn with_now(word: &str) -> String {
    let is_time = |text: &str| {
        let shape = text.bytes().map(|byte| match byte {
            b'0'..=b'9' => b'0',
            other => other,
        });
        shape.eq("0000-00-00T00:00:00".bytes())
    };
    let text = word
        .strip_prefix("'CreationDate=")
        .and_then(|rest| rest.strip_suffix('\''));
    match text {
        Some(time) if is_time(time) => "'CreationDate=NOW'".to_owned(),
        None if is_time(word) => "NOW".to_owned(),
        _ => word.to_owned(),
    }
}

/// Every operation with words that would do something, but for the mode, which is the word at the given position.
const WITH_A_MODE: [(&str, &[&str], usize); 6] = [
    ("PutToDatastore", &[BUCKET, "marker", "root", "", "yes"], 3),
    ("MountDatastore", &["new-bucket", ""], 1),
    ("DeleteFromDatastore", &[BUCKET, "a", ""], 2),
    ("DeleteDatastore", &[BUCKET, ""], 1),
    ("MoveDatastoreObject", &[BUCKET, "a", "b", ""], 3),
    ("SyncDatastore", &[BUCKET, "a", "b", ""], 3),
];

#[test]
fn with_any_other_mode_nothing_is_done() {
    let world = world(RCLONE);
    objects(&world, BUCKET, &["a"]);
    let before = world.tree();
    for (helper, words, position) in WITH_A_MODE {
        for mode in ["", "Local", "local ", "remote", "snap-bucket"] {
            let mut words = words.to_vec();
            words[position] = mode;
            let ended = run(&world, helper, &words);
            assert_eq!(ended.succeeded(), "");
            let said = format!("nothing was done: the mode is '{mode}'");
            ended.says(&said).says("expected local or distributed");
        }
        let ended = run::<&str>(&world, helper, &[]);
        assert_eq!(ended.succeeded(), "");
        ended.says("nothing was done");
    }
    // What the snapshot script of old passes for its keys: a path for the type, and nothing else.
    let ended = run(&world, "PutToDatastore", &["/keys/keys.tar.gz", ""]);
    assert_eq!(ended.succeeded(), "");
    assert_eq!(world.words(), [[""; 0]; 0]);
    assert_eq!(world.tree(), before);
    assert_eq!(names(&world, BUCKET), ["a"]);
}

#[test]
fn every_operation_helps() {
    let world = world(RCLONE);
    let others = ["GetFromDatastore", "ListFromDatastore", "ListDatastore"];
    let all = WITH_A_MODE.iter().map(|(helper, ..)| *helper).chain(others);
    for helper in all {
        let ended = run(&world, helper, &["--help"]);
        let help = ended.succeeded_silently();
        assert!(help.contains(&format!("Usage: {helper} TYPE")), "{help}");
        assert!(help.contains(&format!("\n  {helper} ")), "{help}");
    }
}

#[test]
fn without_a_tool_or_its_settings_the_way_out_is_named() {
    let world = world(RCLONE);
    std::fs::remove_file(world.path("home/.config/rclone/rclone.conf-1")).unwrap();
    let ended = run(&world, "ListDatastore", &["all"]);
    assert!(
        ended.refused().contains("datastore configuration step"),
        "{ended}"
    );
    world.write(
        "builddescriptors/buildstyles.dat",
        "#DATASTORETOOL:rclone\n",
    );
    let ended = run(&world, "ListDatastore", &["all"]);
    assert!(
        ended.refused().contains("names no datastore tool"),
        "{ended}"
    );
    assert_eq!(world.words(), [[""; 0]; 0]);
}
