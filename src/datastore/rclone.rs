//! rclone: its command lines and its answers.

use std::ffi::OsString;

use bstr::ByteSlice;

use super::Bucket;
use super::operation::Operation;
use super::settings::Settings;
use super::tool::{Dialect, has_line_ending_in};
use crate::command::{Failure, Tool};

static TOOL: Tool = Tool {
    names: &["rclone"],
    variable: "RCLONE",
    toolkit_path: "/usr/bin/rclone",
    install: "run 'apt-get install rclone'",
};

/// The exit statuses for a bucket or an object that does not exist.
const NOT_FOUND: [i32; 2] = [3, 4];

/// The tool that the toolkit chooses when nobody else does.
pub(super) struct Rclone;

impl Dialect for Rclone {
    fn tool(&self) -> &'static Tool {
        &TOOL
    }

    /// In `BUILD_HOME` the toolkit keeps its copy under either name.
    fn configuration_files(&self) -> &'static [&'static str] {
        &[".config/rclone/rclone.conf-1", ".rclone.cfg-1"]
    }

    fn host_setting(&self) -> &'static str {
        "endpoint"
    }

    fn arguments(&self, settings: &Settings, operation: &Operation<'_>) -> Vec<OsString> {
        let mut words: Vec<OsString> = vec![
            "--config".into(),
            settings.file.clone().into(),
            "--s3-endpoint".into(),
            settings.endpoint.clone().into(),
        ];
        match *operation {
            Operation::ListBucket { bucket } => words.extend(["ls".into(), root(bucket)]),
            Operation::ListObject { bucket, name } => {
                words.extend(["ls".into(), format!("s3:{bucket}/{name}").into()]);
            }
            Operation::CreateBucket { bucket } => words.extend(["mkdir".into(), root(bucket)]),
            // The target is a directory: rclone keeps the file's name by itself. The scripts then `touch` it, which
            // rclone refuses for a bucket's root, and never look at the result.
            Operation::Upload { file, bucket, .. } => {
                words.extend(["copy".into(), file.into(), format!("s3:{bucket}/").into()]);
            }
            Operation::Download { bucket, name, into } => {
                let object = format!("s3:{bucket}/{name}");
                words.extend(["copy".into(), object.into(), into.into()]);
            }
        }
        words
    }

    /// By default it asks a server that refuses connections ten times, three times over, for more than four minutes.
    fn environment(&self) -> &'static [(&'static str, &'static str)] {
        &[("RCLONE_RETRIES", "1"), ("RCLONE_LOW_LEVEL_RETRIES", "3")]
    }

    fn lists_object(&self, listing: &[u8], _bucket: &Bucket, name: &str) -> bool {
        has_line_ending_in(listing, 1, name)
    }

    fn says_nothing_is_there(&self, failure: &Failure) -> bool {
        failure
            .exit_status()
            .is_some_and(|status| NOT_FOUND.contains(&status))
    }

    /// A line is a date, a time and a level.
    fn is_complaint(&self, line: &[u8]) -> bool {
        line.fields_with(char::is_whitespace).nth(2) == Some(b"ERROR")
    }
}

fn root(bucket: &Bucket) -> OsString {
    format!("s3:{bucket}").into()
}
