//! s5cmd: its command lines and its answers.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use bstr::ByteSlice;

use super::Bucket;
use super::operation::Operation;
use super::settings::Settings;
use super::tool::{Dialect, has_line_ending_in};
use crate::command::{Failure, Tool};

static TOOL: Tool = Tool {
    names: &["s5cmd"],
    variable: "S5CMD",
    toolkit_path: "/usr/bin/s5cmd",
    install: "install it from github.com/peak/s5cmd",
};

/// The tool that is one binary.
pub(super) struct S5cmd;

impl Dialect for S5cmd {
    fn tool(&self) -> &'static Tool {
        &TOOL
    }

    fn configuration_files(&self) -> &'static [&'static str] {
        &[".s5cfg-1"]
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
        match *operation {
            Operation::ListBucket { bucket } => words.extend(["ls".into(), root(bucket)]),
            Operation::ListObject { bucket, name } => {
                words.extend(["ls".into(), object(bucket, OsStr::new(name))]);
            }
            Operation::CreateBucket { bucket } => words.extend(["mb".into(), root(bucket)]),
            Operation::Upload {
                file,
                bucket,
                name,
                now,
            } => {
                words.push("cp".into());
                if has_wildcard(file) {
                    words.push("--raw".into());
                }
                words.extend([
                    "--metadata".into(),
                    // The scripts quote inside a variable that the shell does not parse again, so the quotes are part
                    // of the key (contract 06).
                    format!("'CreationDate={now}'").into(),
                    file.into(),
                    object(bucket, name),
                ]);
            }
            Operation::Download { bucket, name, into } => {
                words.push("cp".into());
                if has_wildcard(Path::new(name)) {
                    words.push("--raw".into());
                }
                words.extend([object(bucket, OsStr::new(name)), into.into()]);
            }
        }
        words
    }

    fn lists_object(&self, listing: &[u8], _bucket: &Bucket, name: &str) -> bool {
        has_line_ending_in(listing, 3, name)
    }

    /// Every failure has exit status 1, so only the words tell.
    fn says_nothing_is_there(&self, failure: &Failure) -> bool {
        let said = failure.to_string();
        failure.exit_status() == Some(1)
            && ["no object found", "NotFound: ", "NoSuchBucket: "]
                .iter()
                .any(|words| said.contains(words))
    }

    /// A region that cannot be found out is reported as an error and then guessed, which is right for every store
    /// other than Amazon's.
    fn is_complaint(&self, line: &[u8]) -> bool {
        line.starts_with(b"ERROR") && !line.starts_with(b"ERROR session: ")
    }
}

/// Without `--raw` s5cmd would take the name for a pattern and copy what matches it.
fn has_wildcard(path: &Path) -> bool {
    path.as_os_str()
        .as_encoded_bytes()
        .find_byteset(b"*?[")
        .is_some()
}

fn root(bucket: &Bucket) -> OsString {
    format!("s3://{bucket}").into()
}

fn object(bucket: &Bucket, name: &OsStr) -> OsString {
    let mut target = OsString::from(format!("s3://{bucket}/"));
    target.push(name);
    target
}
