//! When an object was written: what the library reads, and that the simulated tools print what the real ones print.

use std::path::Path;
use std::process::{Command, Output};
use std::time::SystemTime;

use adt_helpers::command::Runner;
use adt_helpers::datastore::{Bucket, Datastore, DatastoreTool, StoredObject};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

use super::s3_server::{Keys, S3Server};
use super::{in_a_clean_environment, name, open};

const BUCKET: &str = "www-testwebsite-uk-hourly";
const LATEST: &str = "applicationsourcecode.tar.gz";

#[test]
fn s3cmd_tells_when_an_object_was_written() {
    in_a_clean_environment("dates::s3cmd_tells_when_an_object_was_written", || {
        tells_when_an_object_was_written(DatastoreTool::S3cmd);
    });
}

#[test]
fn s5cmd_tells_when_an_object_was_written() {
    in_a_clean_environment("dates::s5cmd_tells_when_an_object_was_written", || {
        tells_when_an_object_was_written(DatastoreTool::S5cmd);
    });
}

#[test]
fn rclone_tells_when_an_object_was_written() {
    in_a_clean_environment("dates::rclone_tells_when_an_object_was_written", || {
        tells_when_an_object_was_written(DatastoreTool::Rclone);
    });
}

fn tells_when_an_object_was_written(tool: DatastoreTool) {
    let server = S3Server::start(Keys::Any);
    let home = tempfile::tempdir().unwrap();
    let pair = Pair {
        datastore: open(tool, home.path(), server.port),
        simulated: Simulated::new(home.path()),
        server,
        tool,
        home: home.path(),
    };
    assert_eq!(pair.look_at(LATEST), None, "no bucket");
    pair.makes_the_bucket();
    assert_eq!(pair.look_at(LATEST), None, "no object");
    pair.put(&format!("{LATEST}.BACKUP"), b"older");
    assert_eq!(pair.look_at(LATEST), None, "a beginning is no name");
    for (called, content) in [(LATEST, &b"hello\n"[..]), ("empty.gz", b"")] {
        let modified = pair.put(called, content);
        let size = content.len().try_into().unwrap();
        let expected = StoredObject { modified, size };
        assert_eq!(pair.look_at(called), Some(expected));
    }
    pair.tells_of_a_file_that_is_older(LATEST);
}

/// A real bucket store and a simulated one that hold the same.
struct Pair<'a> {
    datastore: Datastore,
    server: S3Server,
    simulated: Simulated,
    tool: DatastoreTool,
    home: &'a Path,
}

impl Pair<'_> {
    fn makes_the_bucket(&self) {
        let bucket: Bucket = BUCKET.parse().unwrap();
        self.datastore
            .create_bucket_if_absent(&Runner::default(), &bucket)
            .unwrap();
        std::fs::create_dir_all(self.simulated.bucket()).unwrap();
    }

    /// Puts the object into both; when, by the clock of the real one.
    fn put(&self, called: &str, content: &[u8]) -> Timestamp {
        let path = format!("/{BUCKET}/{called}");
        assert_eq!(self.server.put(&path, "application/gzip", content), 200);
        let modified = self.server.get(&path).modified.unwrap();
        let modified = DateTimeParser::new().parse_timestamp(&modified).unwrap();
        let file = self.simulated.bucket().join(called);
        std::fs::write(&file, content).unwrap();
        let file = std::fs::File::options().write(true).open(file).unwrap();
        file.set_modified(SystemTime::try_from(modified).unwrap())
            .unwrap();
        modified
    }

    /// What the library reads, when both tools print the same.
    fn look_at(&self, called: &str) -> Option<StoredObject> {
        let words = self.question(called);
        let program = super::real_tool(self.tool.as_str());
        let real = Command::new(program).args(&words).output().unwrap();
        let simulated = self.simulated.run(self.tool, &words);
        assert_eq!(normal(&real), normal(&simulated), "{words:?}");
        let bucket: Bucket = BUCKET.parse().unwrap();
        self.datastore
            .look_at(&Runner::default(), &bucket, &name(called))
            .unwrap()
    }

    fn question(&self, called: &str) -> Vec<String> {
        let home = self.home.display();
        let url = format!("http://127.0.0.1:{}", self.server.port);
        let line = match self.tool {
            DatastoreTool::S3cmd => {
                format!("--config={home}/.s3cfg-1 --host={url} info s3://{BUCKET}/{called}")
            }
            DatastoreTool::S5cmd => format!(
                "--credentials-file {home}/.s5cfg-1 --endpoint-url {url} head s3://{BUCKET}/{called}"
            ),
            DatastoreTool::Rclone => format!(
                "--config {home}/.config/rclone/rclone.conf-1 --s3-endpoint {url} --use-server-modtime lsjson s3:{BUCKET}/{called}"
            ),
        };
        line.split(' ').map(str::to_owned).collect()
    }

    /// rclone keeps the file's own time with an object, and shows that one unless it is told not to.
    fn tells_of_a_file_that_is_older(&self, called: &str) {
        let file = self.home.join(called);
        std::fs::write(&file, "hello\n").unwrap();
        let opened = std::fs::File::options().write(true).open(&file).unwrap();
        opened.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        let (runner, bucket) = (Runner::default(), BUCKET.parse().unwrap());
        self.datastore
            .upload(&runner, &file, &bucket, None)
            .unwrap();
        let told = self.datastore.look_at(&runner, &bucket, &name(called));
        let modified = self.server.get(&format!("/{BUCKET}/{called}")).modified;
        let modified = DateTimeParser::new().parse_timestamp(modified.unwrap());
        assert_eq!(told.unwrap().unwrap().modified, modified.unwrap());
    }
}

/// The simulated tools, with a directory for what they hold.
struct Simulated(std::path::PathBuf);

impl Simulated {
    fn new(home: &Path) -> Self {
        let directory = home.join("simulated");
        let simulated = Self(directory.clone());
        for words in [["init", "cloud"], ["link", "bin"]] {
            std::fs::create_dir_all(&directory).unwrap();
            let status = Command::new(Self::program())
                .args(words)
                .current_dir(&directory)
                .env("SIMCLOUD_DIR", directory.join("cloud"))
                .status();
            assert!(status.unwrap().success(), "{words:?}");
        }
        simulated
    }

    fn program() -> std::path::PathBuf {
        let test = std::env::current_exe().unwrap();
        let program = test.ancestors().nth(2).unwrap().join("examples/simcloud");
        assert!(
            program.is_file(),
            "'{}' is not built; run 'cargo build --examples'",
            program.display()
        );
        program
    }

    fn bucket(&self) -> std::path::PathBuf {
        self.0.join("cloud/buckets").join(BUCKET)
    }

    fn run(&self, tool: DatastoreTool, words: &[String]) -> Output {
        Command::new(self.0.join("bin").join(tool.as_str()))
            .args(words)
            .env("SIMCLOUD_DIR", self.0.join("cloud"))
            .output()
            .unwrap()
    }
}

/// The exit status and what was printed, without what no two runs have in common: the time on rclone's messages, the
/// request's number, and the checksum, which the simulated store does not know.
fn normal(output: &Output) -> (Option<i32>, String, Vec<String>) {
    let messages = String::from_utf8(output.stderr.clone()).unwrap();
    let messages = messages.lines().map(|line| {
        let line = match line.split_once("request id: ") {
            Some((before, after)) => {
                let rest = after.split_once(',').map_or(after, |(_, rest)| rest);
                format!("{before}request id: ,{rest}")
            }
            None => line.to_owned(),
        };
        let is_dated = line.starts_with(|first: char| first.is_ascii_digit());
        let start = if is_dated {
            "2026/11/28 13:50:33".len()
        } else {
            0
        };
        line[start..].to_owned()
    });
    let is_checksum =
        |word: &str| word.len() == 32 && word.bytes().all(|it| it.is_ascii_hexdigit());
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let text = text.split_inclusive(|it: char| !it.is_ascii_alphanumeric());
    let text = text.map(|word| match word.split_at(word.len() - 1) {
        (checksum, end) if is_checksum(checksum) => format!("<checksum>{end}"),
        _ => word.to_owned(),
    });
    (output.status.code(), text.collect(), messages.collect())
}
