//! s3cmd: its command lines and its answers.

use std::ffi::OsString;

use super::Bucket;
use super::operation::Operation;
use super::settings::Settings;
use super::tool::{Dialect, has_line_ending_in};
use crate::command::{Failure, Tool};

static TOOL: Tool = Tool {
    names: &["s3cmd"],
    variable: "S3CMD",
    toolkit_path: "/usr/bin/s3cmd",
    install: "run 'apt-get install s3cmd'",
};

/// The exit status for a bucket that does not exist.
const NOT_FOUND: i32 = 12;

/// The oldest of the three tools, and the first that the scripts look for.
pub(super) struct S3cmd;

impl Dialect for S3cmd {
    fn tool(&self) -> &'static Tool {
        &TOOL
    }

    fn configuration_files(&self) -> &'static [&'static str] {
        &[".s3cfg-1"]
    }

    fn host_setting(&self) -> &'static str {
        "host_base"
    }

    fn arguments(&self, settings: &Settings, operation: &Operation<'_>) -> Vec<OsString> {
        let mut config = OsString::from("--config=");
        config.push(&settings.file);
        // s3cmd drops the scheme; `use_https` in its configuration decides.
        let mut words = vec![config, format!("--host={}", settings.endpoint).into()];
        match *operation {
            Operation::ListBucket { bucket } => words.extend(["ls".into(), root(bucket)]),
            Operation::ListObject { bucket, name } => {
                words.extend(["ls".into(), object(bucket, name).into()]);
            }
            Operation::CreateBucket { bucket } => words.extend(["mb".into(), root(bucket)]),
            Operation::Upload {
                file, bucket, name, ..
            } => {
                let mut target = OsString::from(object(bucket, ""));
                target.push(name);
                words.extend(["put".into(), file.into(), target]);
            }
            // Without --force it refuses a file that an attempt which broke off has left (contract 06).
            Operation::Download { bucket, name, into } => words.extend([
                "--force".into(),
                "get".into(),
                object(bucket, name).into(),
                into.into(),
            ]),
        }
        words
    }

    fn lists_object(&self, listing: &[u8], bucket: &Bucket, name: &str) -> bool {
        has_line_ending_in(listing, 3, &object(bucket, name))
    }

    fn says_nothing_is_there(&self, failure: &Failure) -> bool {
        failure.exit_status() == Some(NOT_FOUND)
    }

    fn is_complaint(&self, line: &[u8]) -> bool {
        line.starts_with(b"ERROR")
    }
}

fn root(bucket: &Bucket) -> OsString {
    format!("s3://{bucket}").into()
}

fn object(bucket: &Bucket, name: &str) -> String {
    format!("s3://{bucket}/{name}")
}
