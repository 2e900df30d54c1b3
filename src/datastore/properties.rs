//! What holds for whatever s3cmd, s5cmd and rclone print, and for their configurations: see [`crate::properties`].

#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a property that does not hold panics"
)]

use std::path::PathBuf;

use bstr::ByteSlice;

use super::settings::Settings;
use super::{Bucket, DatastoreTool, ObjectName};
use crate::command::Output;
use crate::properties::first_line;

/// A size is told only of the object that was asked for, and is the one in its line. The first line is the object's
/// name, the rest what the tool lists.
pub fn listings(data: &[u8]) {
    let (name, listing) = first_line(data);
    let Ok(name) = name.to_str_lossy().parse::<ObjectName>() else {
        return;
    };
    let bucket: Bucket = "adt-bucket".parse().unwrap();
    for tool in DatastoreTool::ALL {
        let dialect = tool.dialect();
        let last_part = name.as_str().rsplit('/').next().unwrap();
        if dialect.listed(listing, &bucket, &name).is_some()
            || dialect.lists_folder(listing, &bucket, &name)
        {
            assert!(tool == DatastoreTool::Rclone || listing.contains_str(last_part));
        }
        let line = match tool {
            DatastoreTool::S3cmd => format!(
                "2026-11-24 02:02   4711   s3://{bucket}/{}\n",
                name.as_str()
            ),
            DatastoreTool::S5cmd => format!("2026/11/24 02:02:02   4711 {}\n", name.as_str()),
            DatastoreTool::Rclone => format!("     4711 {last_part}\n"),
        };
        let listing = [line.as_bytes(), listing].concat();
        let listed = dialect.listed(&listing, &bucket, &name);
        assert_eq!(
            listed.and_then(|listed| listed.size),
            Some(4711),
            "{tool}: {line:?}"
        );
        for status in [0, 1, 3, 12] {
            let output = Output {
                status,
                stdout: Vec::new(),
                stderr: listing.clone(),
            };
            let _ = dialect.says_nothing_is_there(&output);
            let told = dialect.stored(&output, &bucket, &name);
            assert!(told.is_err(), "{tool}: nothing told of an object");
        }
        let output = Output {
            status: 0,
            stdout: listing.clone(),
            stderr: Vec::new(),
        };
        let told = dialect.stored(&output, &bucket, &name);
        assert!(told.is_err(), "{tool}: a list tells no date");
        let mut lines = listing.lines();
        let _ = lines.any(|line| dialect.is_complaint(line));
    }
}

/// The host that a configuration names is one word of a URL; the chosen tool is one that is mentioned.
pub fn configuration(data: &[u8]) {
    for setting in ["host_base", "endpoint"] {
        let read = Settings::read(PathBuf::from("/file"), setting, data);
        if let Ok(Settings { endpoint, .. }) = read {
            assert!(endpoint.contains("://"), "{endpoint}");
            let is_odd = |it: char| it.is_control() || it == ' ';
            assert!(!endpoint.contains(is_odd), "{endpoint:?}");
        }
    }
    if let Some(tool) = DatastoreTool::configured(data) {
        assert!(data.contains_str(tool.as_str()));
        assert!(data.contains_str("DATASTORETOOL"));
    }
}
