//! s5cmd: its command lines and its answers.

use std::ffi::OsString;

use anyhow::ensure;
use bstr::ByteSlice;
use jiff::Timestamp;
use serde::Deserialize;

use super::address::Scheme;
use super::dialect::{Dialect, has_folder, listed_before, names_below, rests_of_lines};
use super::downloads::Listed;
use super::operation::{Doomed, Operation};
use super::settings::Settings;
use super::stored::StoredObject;
use super::{Bucket, ObjectName};
use crate::command::{Output, Tool};
use crate::json;

static TOOL: Tool = Tool {
    names: &["s5cmd"],
    variable: "S5CMD",
    toolkit_path: "/usr/bin/s5cmd",
    install: "install it from github.com/peak/s5cmd",
};

const REMOTE: Scheme = Scheme("s3://");

/// What it says of a bucket or an object that does not exist.
const NOT_FOUND: [&str; 4] = [
    "no object found",
    "given object s3://",
    "NotFound: ",
    "NoSuchBucket: ",
];

/// What it tells of one object. A size of 0 it leaves out.
#[derive(Deserialize)]
struct Head {
    key: String,
    last_modified: Timestamp,
    #[serde(default)]
    size: u64,
}

/// The tool that is one binary.
pub(super) struct S5cmd;

impl Dialect for S5cmd {
    fn tool(&self) -> &'static Tool {
        &TOOL
    }

    fn configuration_files(&self) -> &'static [&'static str] {
        &[".s5cfg-"]
    }

    fn host_setting(&self) -> &'static str {
        "host_base"
    }

    fn arguments(&self, settings: &Settings, operation: &Operation<'_>) -> Vec<OsString> {
        let mut words: Vec<OsString> = vec![
            "--credentials-file".into(),
            settings.file.clone().into(),
            "--endpoint-url".into(),
            settings.endpoint.clone().into(),
        ];
        words.extend(match *operation {
            Operation::ListBuckets => vec!["ls".into()],
            Operation::ListBucket { bucket } => vec!["ls".into(), REMOTE.bucket(bucket)],
            Operation::ListObject { bucket, name } => {
                vec!["ls".into(), REMOTE.object(bucket, name)]
            }
            Operation::ListMatching { bucket, pattern } => {
                vec!["ls".into(), REMOTE.object(bucket, pattern)]
            }
            Operation::ListWithin { bucket, folder } => {
                let mut all = REMOTE.folder(bucket, folder);
                all.push("*");
                vec!["ls".into(), all]
            }
            // A listing of nothing and an empty answer look alike.
            Operation::LookAt { bucket, name } => {
                literally("head", &[REMOTE.object(bucket, name.as_str())])
            }
            Operation::CreateBucket { bucket } => {
                vec!["mb".into(), REMOTE.bucket(bucket)]
            }
            Operation::Upload { .. } => upload(operation),
            Operation::Download { bucket, name, to } => {
                literally("cp", &[REMOTE.object(bucket, name.as_str()), to.into()])
            }
            Operation::Move { bucket, from, to } => literally(
                "mv",
                &[
                    REMOTE.object(bucket, from.as_str()),
                    REMOTE.object(bucket, to.as_str()),
                ],
            ),
            // It synchronises what matches a pattern, and refuses the name of a folder without its `/`.
            Operation::Sync { bucket, from, to } => {
                let folder = |name: &str, end| {
                    REMOTE.object(bucket, &format!("{}/{end}", name.trim_end_matches('/')))
                };
                vec!["sync".into(), folder(from, "*"), folder(to, "")]
            }
            Operation::Delete { bucket, what } => deletion(bucket, what),
            Operation::EmptyBucket { bucket } => deletion(bucket, Doomed::Within(None)),
            Operation::RemoveBucket { bucket } => {
                vec!["rb".into(), REMOTE.bucket(bucket)]
            }
        });
        words
    }

    /// Of the very object asked for it tells the whole name.
    fn listed(&self, listing: &[u8], _bucket: &Bucket, name: &ObjectName) -> Option<Listed> {
        listed_before(listing, 3, name.as_str())
    }

    /// Of all else it tells what follows the folder.
    fn lists_folder(&self, listing: &[u8], _bucket: &Bucket, name: &ObjectName) -> bool {
        has_folder(listing, &format!("{}/", name.last_part()))
    }

    fn names_within(&self, listing: &[u8], _: &Bucket, folder: Option<&ObjectName>) -> Vec<String> {
        names_below(folder, rests_of_lines(listing, 3))
    }

    fn stored(
        &self,
        output: &Output,
        bucket: &Bucket,
        name: &ObjectName,
    ) -> anyhow::Result<Option<StoredObject>> {
        let head: Head = json::parse(&output.stdout)?;
        let is_it = REMOTE.object(bucket, name.as_str()) == *head.key;
        ensure!(is_it, "it tells of another object than '{name}'");
        Ok(Some(StoredObject {
            modified: head.last_modified,
            size: head.size,
        }))
    }

    /// Every failure has exit status 1, so only the words tell.
    fn says_nothing_is_there(&self, output: &Output) -> bool {
        output.status == 1 && NOT_FOUND.iter().any(|words| output.says(words))
    }

    /// A region that cannot be found out is reported as an error and then guessed, which is right for every store
    /// other than Amazon's.
    fn is_complaint(&self, line: &[u8]) -> bool {
        line.starts_with(b"ERROR") && !line.starts_with(b"ERROR session: ")
    }
}

fn upload(operation: &Operation<'_>) -> Vec<OsString> {
    let Operation::Upload {
        file,
        bucket,
        place,
        name,
        now,
    } = *operation
    else {
        return Vec::new();
    };
    let mut target = REMOTE.folder(bucket, place);
    target.push(name);
    let mut words = literally("cp", &[file.into(), target]);
    let options = words.len() - 2;
    // The scripts quote inside a variable that the shell does not parse again, so the quotes are part of the key
    // (contract 06).
    let metadata = format!("'CreationDate={now}'");
    words.splice(options..options, ["--metadata".into(), metadata.into()]);
    words
}

/// Without `--raw` s5cmd would take a name for a pattern and do the same to all that matches it.
fn literally(verb: &str, names: &[OsString]) -> Vec<OsString> {
    let has_wildcard = |name: &OsString| name.as_encoded_bytes().find_byteset(b"*?[").is_some();
    let mut words = vec![OsString::from(verb)];
    if names.iter().any(has_wildcard) {
        words.push("--raw".into());
    }
    words.extend_from_slice(names);
    words
}

fn deletion(bucket: &Bucket, what: Doomed<'_>) -> Vec<OsString> {
    match what {
        Doomed::Object(name) => literally("rm", &[REMOTE.object(bucket, name.as_str())]),
        Doomed::Within(name) => {
            let mut all = REMOTE.folder(bucket, name);
            all.push("*");
            vec!["rm".into(), all]
        }
        Doomed::StartingWith(start) => {
            vec!["rm".into(), REMOTE.object(bucket, &format!("{start}*"))]
        }
    }
}
