//! What can be asked of a bucket store, whichever tool is asked.

use std::ffi::OsStr;
use std::path::Path;

use super::Bucket;
use crate::command::Effect;

/// One request to the bucket store.
#[derive(Debug, Clone, Copy)]
pub(super) enum Operation<'a> {
    /// Lists what `bucket` holds at its root.
    ListBucket { bucket: &'a Bucket },
    /// Lists the objects whose names start with `name`; the tools have no other way to ask for one.
    ListObject { bucket: &'a Bucket, name: &'a str },
    /// Makes `bucket`.
    CreateBucket { bucket: &'a Bucket },
    /// Copies `file` to the root of `bucket`; `name` is the file's own, `now` the time to record with it.
    Upload {
        file: &'a Path,
        bucket: &'a Bucket,
        name: &'a OsStr,
        now: &'a str,
    },
    /// Copies the object `name` at the root of `bucket` into the directory `into`, under the same name.
    Download {
        bucket: &'a Bucket,
        name: &'a str,
        into: &'a Path,
    },
}

impl Operation<'_> {
    /// Whether it changes anything in the store.
    pub(super) fn effect(&self) -> Effect {
        match self {
            Self::ListBucket { .. } | Self::ListObject { .. } | Self::Download { .. } => {
                Effect::Reads
            }
            Self::CreateBucket { .. } | Self::Upload { .. } => Effect::Changes,
        }
    }
}
