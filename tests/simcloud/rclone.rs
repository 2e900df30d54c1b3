//! rclone 1.60 on the shared buckets, through a remote of type s3.

use std::env;
use std::fmt::Write;
use std::path::Path;

use crate::answer::{Answer, Failure, date};
use crate::args::{Args, Flag};
use crate::cloud::Cloud;
use crate::store::{Entry, Place, Store, base_name, fold};
use crate::tool::Call;

mod copy;
mod filter;
mod lsjson;

use filter::Filter;

const FLAGS: &[Flag] = &[
    ("--config", true),
    ("--s3-endpoint", true),
    ("--timestamp", true),
    ("--include", true),
    ("--exclude", true),
    ("-f|--filter", true),
    ("--retries", true),
    ("--low-level-retries", true),
    ("-q|--quiet", false),
    ("--use-server-modtime", false),
];

struct Rclone {
    verb: String,
    words: Vec<String>,
    config: Option<String>,
    filter: Filter,
    attempts: u32,
}

/// Understands an argument list, or says what is odd about it.
pub fn parse(line: &[String]) -> Result<Box<dyn Call>, String> {
    let args = Args::parse(line, FLAGS)?;
    let (verb, words) = args.words.split_first().ok_or("no command")?;
    let enough = match verb.as_str() {
        "ls" | "lsd" | "mkdir" | "touch" | "delete" | "purge" => words.len() == 1,
        // Without the flag it tells another time, which is not kept here.
        "lsjson" => words.len() == 1 && args.has("--use-server-modtime"),
        "copy" | "sync" | "moveto" => words.len() == 2,
        _ => false,
    };
    if !enough {
        return Err(format!("unknown command: {}", args.words.join(" ")));
    }
    let attempts = args
        .get("--retries")
        .map_or(Ok(3), str::parse)
        .map_err(|e| format!("--retries: {e}"))?;
    Ok(Box::new(Rclone {
        verb: verb.clone(),
        words: words.to_vec(),
        config: args.get("--config").map(str::to_owned),
        filter: Filter::new(
            args.all("--filter"),
            args.all("--include"),
            args.all("--exclude"),
        ),
        attempts,
    }))
}

impl Call for Rclone {
    fn mutates(&self) -> bool {
        match self.verb.as_str() {
            "ls" | "lsd" | "lsjson" => false,
            "copy" => matches!(self.place(1), Place::Remote { .. }),
            _ => true,
        }
    }

    fn run(&self, cloud: &mut Cloud) -> Answer {
        let in_home = || {
            format!(
                "{}/.config/rclone/rclone.conf",
                env::var("HOME").unwrap_or_default()
            )
        };
        let config = self.config.clone().unwrap_or_else(in_home);
        if !Path::new(&config).is_file() {
            let notice = format!(
                "{} NOTICE: Config file \"{config}\" not found - using defaults\n",
                now()
            );
            return fatal(
                &format!(
                    "create file system for \"{}\": didn't find section in config file",
                    self.words[0]
                ),
                1,
                &notice,
            );
        }
        let store = Store::new(cloud);
        match (self.verb.as_str(), self.place(0)) {
            ("ls", Place::Remote { bucket, key }) => self.ls(&store, &bucket, &key),
            ("lsjson", Place::Remote { bucket, key }) => lsjson::of(&store, &bucket, &key),
            ("lsd", Place::Remote { bucket, key }) => lsd(&store, &bucket, &key),
            ("mkdir", Place::Remote { bucket, .. }) => self.io(store.make_bucket(&bucket)),
            ("touch", Place::Remote { bucket, key }) => self.touch(&store, &bucket, &key),
            ("delete", Place::Remote { bucket, key }) => self.delete(&store, &bucket, &key),
            ("purge", Place::Remote { bucket, key }) => self.purge(&store, &bucket, &key),
            ("moveto", from) => self.move_to(&store, &from),
            (_, from) => self.copy(&store, &from),
        }
    }

    fn fails(&self, failure: Failure) -> Answer {
        let coded = |code: &str, status: u16| {
            format!("{code}: {code}\n\tstatus code: {status}, request id: , host id: ")
        };
        let says = match failure {
            Failure::Status(401) => coded("Unauthorized", 401),
            Failure::Status(403) => coded("AccessDenied", 403),
            Failure::Status(429) => coded("SlowDown", 429),
            Failure::Status(503) => coded("ServiceUnavailable", 503),
            Failure::Status(status) => coded("InternalError", status),
            Failure::Html502 => coded("BadGateway", 502),
            Failure::Cut => "SerializationError: failed to decode REST XML response\n\tstatus code: 200, request id: \n\
                             caused by: XML syntax error on line 1: unexpected EOF"
                .to_owned(),
            Failure::EmptyBody if self.verb == "lsjson" => {
                let name = base_name(&self.words[0]);
                let notice = format!("{} NOTICE: {name}: Failed to read last modified\n", now());
                return Answer::out("[\n]\n").with_stderr(notice);
            }
            Failure::EmptyBody if !self.mutates() => return Answer::default(),
            Failure::EmptyBody => "corrupted on transfer: sizes differ 6 vs 0".to_owned(),
            Failure::Refused => {
                let path = self.words[0].split_once(':').map_or("", |(_, path)| path);
                format!(
                    "RequestError: send request failed\ncaused by: Get \"http://127.0.0.1:8080/{path}?delimiter=&max-keys=1000&prefix=\": \
                     dial tcp 127.0.0.1:8080: connect: connection refused"
                )
            }
        };
        match self.verb.as_str() {
            "ls" => fatal(&format!("ls: {says}"), 1, ""),
            "lsjson" => lsjson::failed(&says, 1),
            _ => self.attempts("", &says, 1),
        }
    }
}

impl Rclone {
    /// A word as a file or, with a remote's name before a colon, as an object.
    fn place(&self, word: usize) -> Place {
        let word = &self.words[word];
        match word.split_once(':') {
            Some((remote, path)) if !remote.contains('/') => {
                let (bucket, key) = path
                    .trim_start_matches('/')
                    .split_once('/')
                    .unwrap_or((path, ""));
                Place::Remote {
                    bucket: bucket.to_owned(),
                    key: key.to_owned(),
                }
            }
            _ => Place::Local(word.clone()),
        }
    }

    fn ls(&self, store: &Store, bucket: &str, key: &str) -> Answer {
        if !store.has_bucket(bucket) {
            return fatal("ls: directory not found", 3, "");
        }
        let mut text = String::new();
        for (path, object) in below(store, bucket, key) {
            if self.filter.takes(&path) {
                let _ = writeln!(text, "{:>9} {path}", object.size);
            }
        }
        Answer::out(text)
    }

    fn touch(&self, store: &Store, bucket: &str, key: &str) -> Answer {
        match (key, key.strip_suffix('/')) {
            ("", _) => {
                let says = "InvalidParameter: 1 validation error(s) found.\n- minimum field size of 1, HeadObjectInput.Key.\n";
                self.attempts("", says, 1)
            }
            (_, Some(dir)) => Answer::default().with_stderr(format!(
                "{} NOTICE: S3 bucket {bucket} path {dir}: Not touching empty directory\n",
                now()
            )),
            (_, None) => {
                let content = store.read(bucket, key).unwrap_or_default();
                self.io(store.write(&content, bucket, key).map(drop))
            }
        }
    }

    fn delete(&self, store: &Store, bucket: &str, key: &str) -> Answer {
        if !store.has_bucket(bucket) {
            return self.attempts("", "directory not found", 3);
        }
        for (path, object) in below_all(store, bucket, key) {
            if self.filter.takes(&path) {
                store.delete(bucket, &object.name);
            }
        }
        Answer::default()
    }

    fn purge(&self, store: &Store, bucket: &str, key: &str) -> Answer {
        if !store.has_bucket(bucket) {
            let unversioned = format!(
                "{} ERROR : S3 bucket {bucket}: Failed to read versioning status, assuming unversioned: NoSuchBucket: The specified \
                 bucket does not exist\n\tstatus code: 404, request id: SIMCLOUD, host id: \n",
                now()
            );
            let mut answer = self.attempts("", "directory not found", 3);
            answer.stderr.splice(0..0, unversioned.into_bytes());
            return answer;
        }
        for (_, object) in below_all(store, bucket, key) {
            store.delete(bucket, &object.name);
        }
        if key.is_empty() {
            self.io(store.remove_bucket(bucket))
        } else {
            Answer::default()
        }
    }

    fn io(&self, result: std::io::Result<()>) -> Answer {
        match result {
            Ok(()) => Answer::default(),
            Err(error) => self.attempts("", &error.to_string(), 1),
        }
    }

    /// rclone tries everything three times, and says so each time.
    fn attempts(&self, before: &str, says: &str, rc: i32) -> Answer {
        let attempts = self.attempts;
        let line = |i| {
            format!(
                "{before}{} ERROR : Attempt {i}/{attempts} failed with 1 errors and: {}\n",
                now(),
                says.trim_end()
            )
        };
        let lines: String = (1..=attempts).map(line).collect();
        fatal(&format!("{}: {}", self.verb, says.trim_end()), rc, &lines)
    }
}

fn fatal(says: &str, rc: i32, before: &str) -> Answer {
    Answer::err(rc, format!("{before}{} Failed to {says}\n", now()))
}

fn lsd(store: &Store, bucket: &str, key: &str) -> Answer {
    let mut text = String::new();
    if bucket.is_empty() {
        for bucket in store.buckets() {
            let _ = writeln!(
                text,
                "{:>12} {} {:>9} {}",
                -1,
                date(bucket.modified_ms, "%Y-%m-%d %H:%M:%S"),
                -1,
                bucket.name
            );
        }
        return Answer::out(text);
    }
    if !store.has_bucket(bucket) {
        let line = format!("{} ERROR : : error listing: directory not found\n", now());
        return Answer::err(
            3,
            format!(
                "{line}{} Failed to lsd with 2 errors: last error was: directory not found\n",
                now()
            ),
        );
    }
    let prefix = if key.is_empty() {
        String::new()
    } else {
        format!("{}/", key.trim_end_matches('/'))
    };
    let (directories, _) = fold(store.objects(bucket, &prefix), &prefix);
    for directory in directories {
        let name = directory[prefix.len()..].trim_end_matches('/');
        let _ = writeln!(
            text,
            "{:>12} {} {:>9} {name}",
            0,
            date(crate::state::now_ms(), "%Y-%m-%d %H:%M:%S"),
            -1
        );
    }
    Answer::out(text)
}

/// The objects of a directory, or the one object of that name, with their paths relative to it, as lists show them.
fn below(store: &Store, bucket: &str, key: &str) -> Vec<(String, Entry)> {
    relative(store.objects(bucket, key.trim_end_matches('/')), key)
}

fn below_all(store: &Store, bucket: &str, key: &str) -> Vec<(String, Entry)> {
    relative(store.all_objects(bucket, key.trim_end_matches('/')), key)
}

fn relative(objects: Vec<Entry>, key: &str) -> Vec<(String, Entry)> {
    let key = key.trim_end_matches('/');
    let path = |object: &Entry| match object.name[key.len()..].strip_prefix('/') {
        _ if key.is_empty() => Some(object.name.clone()),
        _ if object.name == key => Some(base_name(key).to_owned()),
        path => path.map(str::to_owned),
    };
    objects
        .into_iter()
        .filter_map(|object| Some((path(&object)?, object)))
        .collect()
}

fn now() -> String {
    date(crate::state::now_ms(), "%Y/%m/%d %H:%M:%S")
}
