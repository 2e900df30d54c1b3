//! s3cmd: its command lines and its answers.

use std::ffi::OsString;

use anyhow::{Context, ensure};
use bstr::ByteSlice;
use jiff::fmt::rfc2822::DateTimeParser;

use super::address::Scheme;
use super::dialect::{Dialect, has_folder, listed_before, rests_of_lines};
use super::downloads::Listed;
use super::operation::{Doomed, Operation};
use super::settings::Settings;
use super::stored::StoredObject;
use super::{Bucket, ObjectName};
use crate::command::{Output, Tool};
use crate::foreign_text::beginning;

static TOOL: Tool = Tool {
    names: &["s3cmd"],
    variable: "S3CMD",
    toolkit_path: "/usr/bin/s3cmd",
    install: "run 'apt-get install s3cmd'",
};

const REMOTE: Scheme = Scheme("s3://");

/// The exit status for a bucket that does not exist.
const NOT_FOUND: i32 = 12;

/// How it warns that what arrived is not what was sent: its MD5, or its length.
const DAMAGES: [&str; 2] = [
    "WARNING: MD5 signatures do not match",
    "WARNING: Reported size (",
];

/// The oldest of the three tools, and the first that the scripts look for.
pub(super) struct S3cmd;

impl Dialect for S3cmd {
    fn tool(&self) -> &'static Tool {
        &TOOL
    }

    fn configuration_files(&self) -> &'static [&'static str] {
        &[".s3cfg-"]
    }

    fn host_setting(&self) -> &'static str {
        "host_base"
    }

    fn arguments(&self, settings: &Settings, operation: &Operation<'_>) -> Vec<OsString> {
        let mut config = OsString::from("--config=");
        config.push(&settings.file);
        let mut words: Vec<OsString> = flags(operation).iter().map(OsString::from).collect();
        // s3cmd drops the scheme; `use_https` in its configuration decides.
        words.extend([config, format!("--host={}", settings.endpoint).into()]);
        words.extend(match *operation {
            Operation::ListBuckets => vec!["ls".into()],
            Operation::ListBucket { bucket } => vec!["ls".into(), REMOTE.bucket(bucket)],
            Operation::ListObject { bucket, name } => {
                vec!["ls".into(), REMOTE.object(bucket, name)]
            }
            Operation::ListMatching { bucket, pattern } => {
                let start = pattern.split('*').next().unwrap_or_default();
                vec!["ls".into(), REMOTE.object(bucket, start)]
            }
            Operation::ListWithin { bucket, folder } => {
                vec!["ls".into(), REMOTE.folder(bucket, folder)]
            }
            // A listing tells the minute only.
            Operation::LookAt { bucket, name } => {
                vec!["info".into(), REMOTE.object(bucket, name.as_str())]
            }
            Operation::CreateBucket { bucket } => {
                vec!["mb".into(), REMOTE.bucket(bucket)]
            }
            Operation::Upload {
                file,
                bucket,
                place,
                name,
                ..
            } => {
                let mut target = REMOTE.folder(bucket, place);
                target.push(name);
                vec!["put".into(), file.into(), target]
            }
            // Without --force it refuses an older file, and one that an attempt which broke off has left.
            Operation::Download { bucket, name, to } => vec![
                "--force".into(),
                "get".into(),
                REMOTE.object(bucket, name.as_str()),
                to.into(),
            ],
            Operation::Move { bucket, from, to } => vec![
                "mv".into(),
                REMOTE.object(bucket, from.as_str()),
                REMOTE.object(bucket, to.as_str()),
            ],
            Operation::Sync { bucket, from, to } => {
                let folder = |name| REMOTE.object(bucket, name);
                vec!["sync".into(), folder(from), folder(to)]
            }
            Operation::Delete { bucket, what } => {
                vec!["del".into(), doomed(bucket, what)]
            }
            Operation::EmptyBucket { bucket } => {
                vec!["del".into(), REMOTE.bucket(bucket)]
            }
            Operation::RemoveBucket { bucket } => {
                vec!["rb".into(), REMOTE.bucket(bucket)]
            }
        });
        words
    }

    /// Without `--recursive` it takes a name with these for a pattern, and with it for the beginning of a name.
    fn can_single_out(&self, name: &ObjectName) -> bool {
        !name.has_wildcards()
    }

    fn listed(&self, listing: &[u8], bucket: &Bucket, name: &ObjectName) -> Option<Listed> {
        listed_before(listing, 3, &format!("s3://{bucket}/{}", name.as_str()))
    }

    fn lists_folder(&self, listing: &[u8], bucket: &Bucket, name: &ObjectName) -> bool {
        has_folder(listing, &format!("s3://{bucket}/{}/", name.as_str()))
    }

    fn names_within(&self, listing: &[u8], bucket: &Bucket, _: Option<&ObjectName>) -> Vec<String> {
        let start = format!("s3://{bucket}/");
        let names = rests_of_lines(listing, 3);
        let names = names.filter_map(|name| name.strip_prefix(&start));
        names.map(str::to_owned).collect()
    }

    /// The object's own lines come first, with the time as HTTP has it.
    fn stored(
        &self,
        output: &Output,
        bucket: &Bucket,
        name: &ObjectName,
    ) -> anyhow::Result<Option<StoredObject>> {
        let mut lines = output.stdout.lines();
        let mut after = |label: &str| {
            let line = lines.next().unwrap_or_default().to_str_lossy();
            let rest = line.strip_prefix(label).map(str::to_owned);
            rest.with_context(|| format!("it does not tell the object's '{}'", label.trim()))
        };
        let heading = format!("s3://{bucket}/{} (object):", name.as_str());
        ensure!(
            after(&heading)?.is_empty(),
            "it tells of another object than '{name}'"
        );
        let size = after("   File size: ")?;
        let size = size
            .parse()
            .with_context(|| format!("'{}' is no size", beginning(&size)))?;
        let time = after("   Last mod:  ")?;
        let modified = DateTimeParser::new()
            .parse_timestamp(&time)
            .with_context(|| format!("'{}' is no time", beginning(&time)))?;
        Ok(Some(StoredObject { modified, size }))
    }

    fn says_nothing_is_there(&self, output: &Output) -> bool {
        output.status == NOT_FOUND
    }

    /// Of an object that arrives damaged or short it only warns, and leaves with status 0.
    fn is_complaint(&self, line: &[u8]) -> bool {
        line.starts_with(b"ERROR")
            || DAMAGES
                .iter()
                .any(|warning| line.starts_with(warning.as_bytes()))
    }
}

/// The options before the others.
fn flags(operation: &Operation<'_>) -> &'static [&'static str] {
    match operation {
        Operation::ListMatching { .. } | Operation::ListWithin { .. } => &["--recursive"],
        // With `--recursive` the name of one object would be the beginning of others.
        Operation::Delete {
            what: Doomed::Object(_),
            ..
        } => &["--force"],
        Operation::Delete { .. } | Operation::EmptyBucket { .. } => &["--recursive", "--force"],
        _ => &[],
    }
}

fn doomed(bucket: &Bucket, what: Doomed<'_>) -> OsString {
    match what {
        Doomed::Object(name) => REMOTE.object(bucket, name.as_str()),
        Doomed::Within(name) => REMOTE.folder(bucket, name),
        Doomed::StartingWith(start) => REMOTE.object(bucket, start),
    }
}
