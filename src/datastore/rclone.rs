//! rclone: its command lines and its answers.

use std::ffi::OsString;

use anyhow::{Context, ensure};
use bstr::ByteSlice;
use jiff::Timestamp;
use serde::Deserialize;

use super::address::Scheme;
use super::dialect::{Dialect, listed_before, names_below, rests_of_lines};
use super::downloads::Listed;
use super::operation::{Doomed, Operation};
use super::settings::Settings;
use super::stored::StoredObject;
use super::{Bucket, ObjectName};
use crate::command::{Output, Tool};
use crate::json;

static TOOL: Tool = Tool {
    names: &["rclone"],
    variable: "RCLONE",
    toolkit_path: "/usr/bin/rclone",
    install: "run 'apt-get install rclone'",
};

const REMOTE: Scheme = Scheme("s3:");

/// The exit statuses for a bucket or an object that does not exist.
const NOT_FOUND: [i32; 2] = [3, 4];

/// What it says of an object without a time, which it then leaves out.
const TIMELESS: &str = "Failed to read last modified";

/// What it lists of an object, or of a folder, which has no size of its own.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    path: String,
    size: i64,
    mod_time: Timestamp,
    is_dir: bool,
}

/// The tool that the toolkit chooses when nobody else does.
pub(super) struct Rclone;

impl Dialect for Rclone {
    fn tool(&self) -> &'static Tool {
        &TOOL
    }

    /// In `BUILD_HOME` the toolkit keeps its copy under either name.
    fn configuration_files(&self) -> &'static [&'static str] {
        &[".config/rclone/rclone.conf-", ".rclone.cfg-"]
    }

    fn host_setting(&self) -> &'static str {
        "endpoint"
    }

    fn arguments(&self, settings: &Settings, operation: &Operation<'_>) -> Vec<OsString> {
        let mut words = common(settings);
        words.extend(match *operation {
            Operation::ListBuckets => vec!["lsd".into(), "s3:".into()],
            Operation::ListBucket { bucket } => vec!["ls".into(), REMOTE.bucket(bucket)],
            Operation::ListObject { bucket, name } => {
                vec!["ls".into(), REMOTE.object(bucket, name)]
            }
            Operation::ListMatching { bucket, pattern } => vec![
                "--include".into(),
                format!("*{pattern}*").into(),
                "ls".into(),
                REMOTE.object(bucket, ""),
            ],
            Operation::ListWithin { bucket, folder } => {
                vec!["ls".into(), REMOTE.folder(bucket, folder)]
            }
            // Its own time of an object is that of the file it was made of, which a move keeps.
            Operation::LookAt { bucket, name } => vec![
                "--use-server-modtime".into(),
                "lsjson".into(),
                REMOTE.object(bucket, name.as_str()),
            ],
            Operation::CreateBucket { bucket } => {
                vec!["mkdir".into(), REMOTE.bucket(bucket)]
            }
            // The target is a directory: rclone keeps the file's name by itself.
            Operation::Upload {
                file,
                bucket,
                place,
                ..
            } => vec!["copy".into(), file.into(), REMOTE.folder(bucket, place)],
            Operation::Download { bucket, name, to } => vec![
                "copy".into(),
                REMOTE.object(bucket, name.as_str()),
                to.into(),
            ],
            Operation::Move { bucket, from, to } => vec![
                "moveto".into(),
                REMOTE.object(bucket, from.as_str()),
                REMOTE.object(bucket, to.as_str()),
            ],
            Operation::Sync { bucket, from, to } => {
                let folder = |name| REMOTE.object(bucket, name);
                vec!["sync".into(), folder(from), folder(to)]
            }
            Operation::Delete { bucket, what } => deletion(bucket, what),
            Operation::EmptyBucket { bucket } => {
                vec!["delete".into(), REMOTE.bucket(bucket)]
            }
            Operation::RemoveBucket { bucket } => {
                vec!["purge".into(), REMOTE.bucket(bucket)]
            }
        });
        words
    }

    /// The scripts record the time at a folder, and never look at the result. At a bucket's root rclone only refuses.
    fn after_upload(&self, settings: &Settings, upload: &Operation<'_>) -> Option<Vec<OsString>> {
        let Operation::Upload {
            bucket,
            place: Some(place),
            now,
            ..
        } = *upload
        else {
            return None;
        };
        let mut words = common(settings);
        words.extend([
            "--timestamp".into(),
            now.into(),
            "touch".into(),
            REMOTE.folder(bucket, Some(place)),
        ]);
        Some(words)
    }

    fn removes_only_empty_buckets(&self) -> bool {
        false
    }

    /// By default it asks a server that refuses connections ten times, three times over, for more than four minutes.
    fn environment(&self) -> &'static [(&'static str, &'static str)] {
        &[("RCLONE_RETRIES", "1"), ("RCLONE_LOW_LEVEL_RETRIES", "3")]
    }

    /// It tells names below what it is asked for.
    fn listed(&self, listing: &[u8], _bucket: &Bucket, name: &ObjectName) -> Option<Listed> {
        listed_before(listing, 1, name.last_part())
    }

    /// It lists an object alone, and otherwise what is in the folder.
    fn lists_folder(&self, listing: &[u8], bucket: &Bucket, name: &ObjectName) -> bool {
        !listing.is_empty() && self.listed(listing, bucket, name).is_none()
    }

    fn names_within(&self, listing: &[u8], _: &Bucket, folder: Option<&ObjectName>) -> Vec<String> {
        names_below(folder, rests_of_lines(listing, 1))
    }

    fn size_column(&self) -> usize {
        0
    }

    fn stored(
        &self,
        output: &Output,
        _bucket: &Bucket,
        name: &ObjectName,
    ) -> anyhow::Result<Option<StoredObject>> {
        ensure!(
            !output.says(TIMELESS),
            "it could not read when the object was written"
        );
        let entries: Vec<Entry> = json::parse(&output.stdout)?;
        let is_it = |entry: &&Entry| !entry.is_dir && entry.path == name.last_part();
        let Some(entry) = entries.iter().find(is_it) else {
            return Ok(None);
        };
        Ok(Some(StoredObject {
            modified: entry.mod_time,
            size: entry.size.try_into().context("the size is negative")?,
        }))
    }

    fn says_nothing_is_there(&self, output: &Output) -> bool {
        NOT_FOUND.contains(&output.status)
    }

    /// A line is a date, a time and a level.
    fn is_complaint(&self, line: &[u8]) -> bool {
        line.fields_with(char::is_whitespace).nth(2) == Some(b"ERROR")
    }
}

fn common(settings: &Settings) -> Vec<OsString> {
    vec![
        "--config".into(),
        settings.file.clone().into(),
        "--s3-endpoint".into(),
        settings.endpoint.clone().into(),
    ]
}

/// An inclusion alone excludes nothing, so that the scripts' filter lets everything in the folder go; this one does not.
fn deletion(bucket: &Bucket, what: Doomed<'_>) -> Vec<OsString> {
    match what {
        Doomed::Object(name) => vec!["delete".into(), REMOTE.object(bucket, name.as_str())],
        Doomed::Within(name) => vec!["delete".into(), REMOTE.folder(bucket, name)],
        Doomed::StartingWith(start) => {
            let (within, start) = match start.rsplit_once('/') {
                Some((within, start)) => (format!("{within}/"), start),
                None => (String::new(), start),
            };
            vec![
                "--filter".into(),
                format!("+ /{}**", literal(start)).into(),
                "--filter".into(),
                "- *".into(),
                "delete".into(),
                REMOTE.object(bucket, &within),
            ]
        }
    }
}

/// `text` as a pattern that matches nothing else.
fn literal(text: &str) -> String {
    text.chars().fold(String::new(), |mut pattern, character| {
        if "*?[]{}\\".contains(character) {
            pattern.push('\\');
        }
        pattern.push(character);
        pattern
    })
}
