//! The real s3cmd, s5cmd and rclone against an S3 server on this machine: what the command lines of contract 06 do.
//!
//! `make test-tools` installs the tools. Each test runs itself once more in an environment that has nothing of the
//! user's, since the tools obey many variables (`AWS_…`, `RCLONE_…`).
#![allow(
    clippy::disallowed_methods,
    reason = "a test starts the server and itself; the tools are started by the library"
)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy sees no test in a test's helpers"
)]

#[path = "real_datastore/damage.rs"]
mod damage;
#[path = "real_datastore/dates.rs"]
mod dates;
#[path = "real_datastore/operations.rs"]
mod operations;
mod s3_server;
mod tools;

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use adt_helpers::command::{Redactor, Runner};
use adt_helpers::datastore::{Bucket, Datastore, DatastoreTool, ObjectName};
use s3_server::{ACCESS_KEY, Keys, S3Server};
use tools::{places_of_tools, real_tool};

const SECRET_KEY: &str = "secret/key+of+the+test";

/// A file name that a shell, a pattern or a careless join would not leave alone.
const AWKWARD_NAME: &str = "it's \"*\" [a]? $(id) \u{fc}.dat";

/// Set in the run that has a clean environment.
const IS_CLEAN: &str = "ADT_REAL_DATASTORE_IS_CLEAN";

#[test]
fn s3cmd_keeps_what_is_uploaded() {
    in_a_clean_environment("s3cmd_keeps_what_is_uploaded", || {
        keeps_what_is_uploaded(DatastoreTool::S3cmd);
    });
}

#[test]
fn s5cmd_keeps_what_is_uploaded() {
    in_a_clean_environment("s5cmd_keeps_what_is_uploaded", || {
        keeps_what_is_uploaded(DatastoreTool::S5cmd);
    });
}

#[test]
fn rclone_keeps_what_is_uploaded() {
    in_a_clean_environment("rclone_keeps_what_is_uploaded", || {
        keeps_what_is_uploaded(DatastoreTool::Rclone);
    });
}

#[test]
fn s3cmd_failures_are_reported() {
    in_a_clean_environment("s3cmd_failures_are_reported", || {
        failures_are_reported(DatastoreTool::S3cmd);
    });
}

#[test]
fn s5cmd_failures_are_reported() {
    in_a_clean_environment("s5cmd_failures_are_reported", || {
        failures_are_reported(DatastoreTool::S5cmd);
    });
}

#[test]
fn rclone_failures_are_reported() {
    in_a_clean_environment("rclone_failures_are_reported", || {
        failures_are_reported(DatastoreTool::Rclone);
    });
}

#[test]
fn s3cmd_brings_back_what_is_there() {
    in_a_clean_environment("s3cmd_brings_back_what_is_there", || {
        brings_back_what_is_there(DatastoreTool::S3cmd);
    });
}

#[test]
fn s5cmd_brings_back_what_is_there() {
    in_a_clean_environment("s5cmd_brings_back_what_is_there", || {
        brings_back_what_is_there(DatastoreTool::S5cmd);
    });
}

#[test]
fn rclone_brings_back_what_is_there() {
    in_a_clean_environment("rclone_brings_back_what_is_there", || {
        brings_back_what_is_there(DatastoreTool::Rclone);
    });
}

fn keeps_what_is_uploaded(tool: DatastoreTool) {
    let server = S3Server::start(Keys::Any);
    let home = tempfile::tempdir().unwrap();
    let datastore = open(tool, home.path(), server.port);
    let runner = Runner::default();
    let bucket: Bucket = "www-testwebsite-uk-linode-snap".parse().unwrap();
    let file = home.path().join("a [b]*").join(AWKWARD_NAME);
    std::fs::create_dir(file.parent().unwrap()).unwrap();
    std::fs::write(&file, b"first \xff\0\n").unwrap();

    let dry = Runner::new(Redactor::default(), true);
    datastore.create_bucket_if_absent(&dry, &bucket).unwrap();
    datastore.upload(&dry, &file, &bucket, None).unwrap();
    assert_eq!(server.get(&format!("/{bucket}")).status, 404);
    assert!(
        !datastore
            .has_object(&runner, &bucket, &name(AWKWARD_NAME))
            .unwrap()
    );

    datastore.create_bucket_if_absent(&runner, &bucket).unwrap();
    assert_eq!(server.get(&format!("/{bucket}")).status, 200);
    // There and empty, which the scripts take for absent.
    datastore.create_bucket_if_absent(&runner, &bucket).unwrap();
    assert!(
        !datastore
            .has_object(&runner, &bucket, &name(AWKWARD_NAME))
            .unwrap()
    );

    for content in [b"first \xff\0\n", b"other \xfe\0\n"] {
        std::fs::write(&file, content).unwrap();
        datastore.upload(&runner, &file, &bucket, None).unwrap();
        let object = server.get(&format!("/{bucket}/{}", percent_encoded(AWKWARD_NAME)));
        assert_eq!((object.status, object.body), (200, content.to_vec()));
    }
    assert!(
        datastore
            .has_object(&runner, &bucket, &name(AWKWARD_NAME))
            .unwrap()
    );
    assert!(
        !datastore
            .has_object(&runner, &bucket, &name("it's"))
            .unwrap()
    );
    datastore.create_bucket_if_absent(&runner, &bucket).unwrap();
}

fn brings_back_what_is_there(tool: DatastoreTool) {
    let server = S3Server::start(Keys::Any);
    let home = tempfile::tempdir().unwrap();
    let datastore = open(tool, home.path(), server.port);
    let runner = Runner::default();
    let bucket: Bucket = "www-testwebsite-uk-linode-snap".parse().unwrap();
    let text = "it's one.dat";
    let file = home.path().join(text);
    let into = home.path().join("in to");
    std::fs::create_dir(&into).unwrap();
    let download = |text| {
        let name = name(text);
        datastore.download(&runner, &bucket, &name, &into).unwrap()
    };
    assert!(!download(text), "no bucket");
    datastore.create_bucket_if_absent(&runner, &bucket).unwrap();
    assert!(!download(text), "no object");
    // Into the same directory each time, where the first file is in the way.
    for content in [&b"first \xff\0\n"[..], b"other", b""] {
        std::fs::write(&file, content).unwrap();
        datastore.upload(&runner, &file, &bucket, None).unwrap();
        assert!(download(text));
        assert_eq!(std::fs::read(into.join(text)).unwrap(), content);
    }
    assert!(!download("it's"), "a beginning is no name");
}

fn failures_are_reported(tool: DatastoreTool) {
    let server = S3Server::start(Keys::None);
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("snapshot_ids.dat");
    std::fs::write(&file, "webserver:private/1\n").unwrap();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
    let dead_port = nobody.local_addr().unwrap().port();
    drop(nobody);

    for (port, expected, is_refused) in [
        (server.port, &["403", "Forbidden"][..], true),
        (dead_port, &["refused"], false),
    ] {
        let datastore = open(tool, home.path(), port);
        let runner = Runner::default();
        let bucket: Bucket = "bucket".parse().unwrap();
        let began = Instant::now();
        let mut outcomes = vec![
            datastore.create_bucket_if_absent(&runner, &bucket),
            datastore.has_object(&runner, &bucket, &name("x")).map(drop),
            datastore.look_at(&runner, &bucket, &name("x")).map(drop),
        ];
        // s3cmd repeats an upload to a dead server for 45 s, and nothing talks it out of that.
        if tool != DatastoreTool::S3cmd || port != dead_port {
            outcomes.push(datastore.upload(&runner, &file, &bucket, None));
        }
        for outcome in outcomes {
            let message = format!("{:#}", outcome.unwrap_err());
            let status = format!("{tool} failed with exit status");
            let words = format!("\n  {tool}| ");
            let refused = "' was refused: ".to_owned();
            let way_out = "; correct the keys there".to_owned();
            let parts = if is_refused {
                [refused, way_out]
            } else {
                [status, words]
            };
            for part in parts.iter().map(String::as_str).chain(["'bucket'"]) {
                assert!(message.contains(part), "{message}");
            }
            assert!(
                expected.iter().any(|word| message.contains(word)),
                "{message}"
            );
            assert!(!message.contains(SECRET_KEY), "{message}");
        }
        let elapsed = began.elapsed();
        assert!(elapsed < Duration::from_secs(60), "{elapsed:?}");
    }

    let datastore = open(tool, home.path(), dead_port);
    let absent = home.path().join("absent.dat");
    let why = datastore
        .upload(
            &Runner::default(),
            &absent,
            &"bucket".parse().unwrap(),
            None,
        )
        .unwrap_err();
    assert!(
        format!("{why:#}").contains("No such file or directory"),
        "{why:#}"
    );
}

fn name(text: &str) -> ObjectName {
    text.parse().unwrap()
}

fn open(tool: DatastoreTool, home: &Path, port: u16) -> Datastore {
    let (name, text) = match tool {
        DatastoreTool::S3cmd => (
            ".s3cfg-1",
            // The server refuses s3cmd's own default, the region 'US'.
            format!(
                "[default]\naccess_key = {ACCESS_KEY}\nsecret_key = {SECRET_KEY}\nhost_base = http://127.0.0.1:{port}\nhost_bucket = 127.0.0.1:{port}\nuse_https = False\nbucket_location = us-east-1\n"
            ),
        ),
        DatastoreTool::S5cmd => (
            ".s5cfg-1",
            format!(
                "[default]\naws_access_key_id = {ACCESS_KEY}\naws_secret_access_key = {SECRET_KEY}\nhost_base = http://127.0.0.1:{port}\n"
            ),
        ),
        DatastoreTool::Rclone => (
            ".config/rclone/rclone.conf-1",
            format!(
                "[s3]\ntype = s3\nprovider = Other\naccess_key_id = {ACCESS_KEY}\nsecret_access_key = {SECRET_KEY}\nendpoint = http://127.0.0.1:{port}\n"
            ),
        ),
    };
    let config = home.join(name);
    std::fs::create_dir_all(config.parent().unwrap()).unwrap();
    std::fs::write(&config, text).unwrap();
    Datastore::open(tool, 1, &[Path::new("/nowhere"), home]).unwrap()
}

/// Runs `story` in a second process of this test, whose environment has only what is set here.
fn in_a_clean_environment(test: &str, story: fn()) {
    if std::env::var_os(IS_CLEAN).is_some() {
        return story();
    }
    let home = tempfile::tempdir().unwrap();
    let path = std::env::join_paths(places_of_tools()).unwrap();
    for tool in ["s3cmd", "s5cmd", "rclone", "moto_server"] {
        real_tool(tool);
    }
    let status = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture"])
        .env_clear()
        .env("PATH", path)
        .env("HOME", home.path())
        .env("ADT_POLL_SECONDS", "0.05")
        // Whatever is told in local time is hours away from the store's.
        .env("TZ", "EST5")
        // By itself it repeats a refused connection for a minute and a half.
        .env("S5CMD", "s5cmd --retry-count 1")
        .env(IS_CLEAN, "1")
        .status()
        .unwrap();
    assert!(status.success(), "{test} in a clean environment: {status}");
}

fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |encoded, byte| {
        format!("{encoded}%{byte:02X}")
    })
}
