//! s5cmd 2 on the shared buckets.

use std::env;
use std::fmt::Write;
use std::path::Path;

use crate::answer::{Answer, Failure, date};
use crate::args::{Args, Flag};
use crate::cloud::Cloud;
use crate::store::{Place, Store, base_name, download_to, files_under, fold, upload_to};
use crate::tool::Call;

mod head;

const FLAGS: &[Flag] = &[
    ("--credentials-file", true),
    ("--endpoint-url", true),
    ("--metadata", true),
    ("--raw", false),
    ("--retry-count|-r|--retries", true),
];

struct S5cmd {
    verb: String,
    words: Vec<String>,
    credentials: Option<String>,
    /// Whether a `*` is just a character.
    raw: bool,
}

/// Understands an argument list, or says what is odd about it.
pub fn parse(line: &[String]) -> Result<Box<dyn Call>, String> {
    let args = Args::parse(line, FLAGS)?;
    let (verb, words) = args.words.split_first().ok_or("no command")?;
    let enough = match verb.as_str() {
        "ls" => words.len() <= 1,
        "mb" | "rb" | "rm" | "head" => words.len() == 1,
        "cp" | "mv" | "sync" => words.len() == 2,
        _ => false,
    };
    if !enough {
        return Err(format!("unknown command: {}", args.words.join(" ")));
    }
    Ok(Box::new(S5cmd {
        verb: verb.clone(),
        words: words.to_vec(),
        credentials: args.get("--credentials-file").map(str::to_owned),
        raw: args.has("--raw"),
    }))
}

impl Call for S5cmd {
    fn mutates(&self) -> bool {
        let uploads = self
            .words
            .last()
            .is_some_and(|word| word.starts_with("s3://"));
        !matches!(self.verb.as_str(), "ls" | "head") && (uploads || self.verb == "mv")
    }

    fn run(&self, cloud: &mut Cloud) -> Answer {
        let in_home = || format!("{}/.aws/credentials", env::var("HOME").unwrap_or_default());
        let credentials = self.credentials.clone().unwrap_or_else(in_home);
        if !Path::new(&credentials).is_file() {
            return self.error(&format!(
                "SharedCredsLoad: failed to load shared credentials file caused by: FailedRead: unable to open file caused by: \
                 open {credentials}: no such file or directory"
            ));
        }
        let store = Store::new(cloud);
        match self.verb.as_str() {
            "ls" => self.ls(&store),
            "head" => self.head(&store),
            "mb" => match store.make_bucket(&self.remote(0).0) {
                Ok(()) => self.done(),
                Err(error) => self.error(&error.to_string()),
            },
            "rb" => self.remove_bucket(&store),
            "rm" => self.delete(&store),
            _ => self.copy(&store),
        }
    }

    fn fails(&self, failure: Failure) -> Answer {
        let coded = |code: &str, status: u16| {
            format!("{code}: {code} status code: {status}, request id: , host id:")
        };
        let unmarshal = "SerializationError: failed to unmarshal error message status code: 502, request id: , host id: caused by: \
                         UnmarshalError: failed to unmarshal error message 00000000 3c 68 74 6d 6c 3e 3c 68 65 61 64 3e 3c 74 69 74 \
                         |<html><head><tit|";
        match failure {
            _ if self.verb == "head" => self.head_fails(failure),
            Failure::Status(status) => {
                let code = match status {
                    401 => "Unauthorized",
                    403 => "AccessDenied",
                    429 => "SlowDown",
                    503 => "ServiceUnavailable",
                    _ => "InternalError",
                };
                self.error(&coded(code, status))
            }
            Failure::Html502 => self.error(unmarshal),
            Failure::Cut => self.error(
                "SerializationError: failed to decode REST XML response status code: 200, request id: caused by: XML syntax error \
                 on line 1: unexpected EOF",
            ),
            // It takes an empty body for an empty list and a success.
            Failure::EmptyBody if self.verb == "ls" => Answer::default(),
            Failure::EmptyBody => self.done(),
            Failure::Refused => {
                let verb = if self.mutates() { "Put" } else { "Get" };
                let (bucket, key) = self.remote(self.words.len().saturating_sub(1));
                let path = format!("http://127.0.0.1:8080/{bucket}/{key}");
                self.error(&format!(
                    "RequestError: send request failed caused by: {verb} \"{path}\": dial tcp 127.0.0.1:8080: connect: connection refused"
                ))
            }
        }
    }
}

impl S5cmd {
    fn remote(&self, word: usize) -> (String, String) {
        match self.words.get(word).map(|word| Place::parse(word, "s3://")) {
            Some(Place::Remote { bucket, key }) => (bucket, key),
            _ => Default::default(),
        }
    }

    fn done(&self) -> Answer {
        Answer::out(format!("{} {}\n", self.verb, self.words.join(" ")))
    }

    fn error(&self, says: &str) -> Answer {
        let command = std::iter::once(&self.verb)
            .chain(&self.words)
            .cloned()
            .collect::<Vec<_>>()
            .join(" ");
        Answer::err(1, format!("ERROR \"{command}\": {says}\n"))
    }

    fn no_bucket(&self) -> Answer {
        self.error("NoSuchBucket: The specified bucket does not exist status code: 404, request id: SIMCLOUD, host id:")
    }

    fn ls(&self, store: &Store) -> Answer {
        let mut text = String::new();
        let (bucket, key) = self.remote(0);
        if bucket.is_empty() {
            for bucket in store.buckets() {
                let _ = writeln!(text, "{}  s3://{}", second(bucket.modified_ms), bucket.name);
            }
            return Answer::out(text);
        }
        if !store.has_bucket(&bucket) {
            return self.no_bucket();
        }
        let (prefix, deep) = key
            .split_once('*')
            .map_or((key.as_str(), false), |(prefix, _)| (prefix, true));
        let objects = store.objects(&bucket, prefix);
        if objects.is_empty() && !prefix.is_empty() {
            return self.error("no object found");
        }
        let parent = prefix.rfind('/').map_or(0, |slash| slash + 1);
        let (directories, files) = if deep {
            (Vec::new(), objects)
        } else {
            fold(objects, prefix)
        };
        for directory in directories {
            let _ = writeln!(text, "{:>37}  {}", "DIR", &directory[parent..]);
        }
        for file in files {
            // The very object asked for is shown with its whole key.
            let shown = if file.name == key {
                key.as_str()
            } else {
                &file.name[parent..]
            };
            let _ = writeln!(
                text,
                "{}{:>18}  {shown}",
                second(file.modified_ms),
                file.size
            );
        }
        Answer::out(text)
    }

    fn remove_bucket(&self, store: &Store) -> Answer {
        let (bucket, _) = self.remote(0);
        if !store.has_bucket(&bucket) {
            return self.no_bucket();
        }
        if !store.all_objects(&bucket, "").is_empty() {
            return self.error(
                "BucketNotEmpty: The bucket you tried to delete is not empty status code: 409, request id: SIMCLOUD, host id:",
            );
        }
        match store.remove_bucket(&bucket) {
            Ok(()) => self.done(),
            Err(error) => self.error(&error.to_string()),
        }
    }

    fn delete(&self, store: &Store) -> Answer {
        let (bucket, key) = self.remote(0);
        if !store.has_bucket(&bucket) {
            return self.no_bucket();
        }
        let keys = match key.split_once('*') {
            Some((prefix, _)) if !self.raw => store
                .all_objects(&bucket, prefix)
                .into_iter()
                .map(|object| object.name)
                .collect(),
            _ => vec![key],
        };
        if keys.is_empty() {
            return self.error("no object found");
        }
        let mut text = String::new();
        for key in keys {
            store.delete(&bucket, &key);
            let _ = writeln!(text, "rm s3://{bucket}/{key}");
        }
        Answer::out(text)
    }

    /// `cp`, `mv` and `sync`: of a file, a directory or everything below a prefix that ends in `*`.
    fn copy(&self, store: &Store) -> Answer {
        let (from, to) = (
            Place::parse(&self.words[0], "s3://"),
            Place::parse(&self.words[1], "s3://"),
        );
        for place in [&from, &to] {
            if matches!(place, Place::Remote { bucket, .. } if !store.has_bucket(bucket)) {
                return self.no_bucket();
            }
        }
        if self.verb == "sync"
            && let Some(says) = odd_places(&from, &to)
        {
            return self.error(says);
        }
        let mut text = String::new();
        for (source, below) in sources(store, &from, self.raw) {
            let Some(content) = store.read_at(&source) else {
                return match source {
                    Place::Local(path) => self.error(&format!("given object {path} not found")),
                    Place::Remote { .. } => {
                        self.error("NoSuchKey: The specified key does not exist. status code: 404, request id: SIMCLOUD, host id:")
                    }
                };
            };
            let target = match &to {
                Place::Local(dir) if below.contains('/') => {
                    Place::Local(format!("{}/{below}", dir.trim_end_matches('/')))
                }
                Place::Local(path) => Place::Local(download_to(path, &below)),
                Place::Remote { bucket, key } if below.contains('/') => Place::Remote {
                    bucket: bucket.clone(),
                    key: format!("{key}{below}"),
                },
                Place::Remote { bucket, key } => Place::Remote {
                    bucket: bucket.clone(),
                    key: upload_to(key, &below),
                },
            };
            if let Err(error) = store.write_at(&target, &content) {
                return self.error(&error.to_string());
            }
            let verb = if self.verb == "mv" { "mv" } else { "cp" };
            let _ = writeln!(text, "{verb} {} {}", name(&source), name(&target));
            if self.verb == "mv" {
                store.remove_at(&source);
            }
        }
        Answer::out(text)
    }
}

/// What `sync` wants to be told more clearly.
fn odd_places(from: &Place, to: &Place) -> Option<&'static str> {
    match (from, to) {
        (Place::Remote { key, .. }, _) if key.ends_with('/') => {
            Some("source argument must contain wildcard character")
        }
        (_, Place::Remote { key, .. }) if !key.is_empty() && !key.ends_with('/') => {
            Some("target must be a bucket or a prefix")
        }
        _ => None,
    }
}

/// The single files of a source, each with its path below the target.
fn sources(store: &Store, from: &Place, raw: bool) -> Vec<(Place, String)> {
    match from {
        Place::Local(dir) if Path::new(dir).is_dir() => {
            let root = dir.trim_end_matches('/');
            let below = if dir.ends_with('/') {
                String::new()
            } else {
                format!("{}/", base_name(dir))
            };
            let files = files_under(Path::new(root)).into_iter();
            files
                .map(|file| {
                    (
                        Place::Local(format!("{root}/{}", file.name)),
                        format!("{below}{}", file.name),
                    )
                })
                .collect()
        }
        Place::Local(path) => vec![(from.clone(), base_name(path).to_owned())],
        Place::Remote { bucket, key } => match key.split_once('*') {
            Some((prefix, _)) if !raw => {
                let parent = prefix.rfind('/').map_or(0, |slash| slash + 1);
                let place = |name: &str| Place::Remote {
                    bucket: bucket.clone(),
                    key: name.to_owned(),
                };
                let objects = store.all_objects(bucket, prefix).into_iter();
                objects
                    .map(|object| (place(&object.name), object.name[parent..].to_owned()))
                    .collect()
            }
            _ => vec![(from.clone(), base_name(key).to_owned())],
        },
    }
}

fn name(place: &Place) -> String {
    match place {
        Place::Local(path) => path.clone(),
        Place::Remote { bucket, key } => format!("s3://{bucket}/{key}"),
    }
}

fn second(ms: u64) -> String {
    date(ms, "%Y/%m/%d %H:%M:%S")
}
