//! What can be asked of a bucket store, whichever tool is asked.

use std::ffi::OsStr;
use std::path::Path;

use super::{Bucket, ObjectName};
use crate::command::Effect;

/// One request to the bucket store.
#[derive(Debug, Clone, Copy)]
pub(super) enum Operation<'a> {
    /// Lists the account's buckets.
    ListBuckets,
    /// Lists what `bucket` holds at its root.
    ListBucket { bucket: &'a Bucket },
    /// Lists the objects whose names start with `name`; the tools have no other way to ask for one.
    ListObject { bucket: &'a Bucket, name: &'a str },
    /// Lists the objects that a caller's pattern means, which is another kind of pattern for each tool.
    ListMatching {
        bucket: &'a Bucket,
        pattern: &'a str,
    },
    /// Lists all objects in a folder of `bucket`, or in all of it, and in the folders there.
    ListWithin {
        bucket: &'a Bucket,
        folder: Option<&'a ObjectName>,
    },
    /// Tells when the very object was written, and its size.
    LookAt {
        bucket: &'a Bucket,
        name: &'a ObjectName,
    },
    /// Makes `bucket`.
    CreateBucket { bucket: &'a Bucket },
    /// Copies `file` to a folder of `bucket` or its root; `name` is the file's own, `now` the time to record with it.
    Upload {
        file: &'a Path,
        bucket: &'a Bucket,
        place: Option<&'a ObjectName>,
        name: &'a OsStr,
        now: &'a str,
    },
    /// Copies an object to the directory (or, but for rclone, the file) `to`, in place of a file that is there.
    Download {
        bucket: &'a Bucket,
        name: &'a ObjectName,
        to: &'a Path,
    },
    /// Gives an object another name.
    Move {
        bucket: &'a Bucket,
        from: &'a ObjectName,
        to: &'a ObjectName,
    },
    /// Makes a folder of `bucket` look like another, in the caller's words; how strictly is the tool's own matter.
    Sync {
        bucket: &'a Bucket,
        from: &'a str,
        to: &'a str,
    },
    /// Deletes objects.
    Delete {
        bucket: &'a Bucket,
        what: Doomed<'a>,
    },
    /// Deletes all objects, for the bucket's own removal.
    EmptyBucket { bucket: &'a Bucket },
    /// Removes `bucket`.
    RemoveBucket { bucket: &'a Bucket },
}

/// What is to be deleted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Doomed<'a> {
    /// This one object.
    Object(&'a ObjectName),
    /// All in this folder, or in the bucket.
    Within(Option<&'a ObjectName>),
    /// All whose name begins so; there are no wildcards in it.
    StartingWith(&'a str),
}

impl Operation<'_> {
    /// Whether it changes anything in the store.
    pub(super) fn effect(&self) -> Effect {
        match self {
            Self::ListBuckets
            | Self::ListBucket { .. }
            | Self::ListObject { .. }
            | Self::ListMatching { .. }
            | Self::ListWithin { .. }
            | Self::LookAt { .. }
            | Self::Download { .. } => Effect::Reads,
            _ => Effect::Changes,
        }
    }
}
