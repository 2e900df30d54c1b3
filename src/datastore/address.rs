//! How the tools write where something is: the same but for what stands before the bucket.

use std::ffi::OsString;

use super::{Bucket, ObjectName};

/// What stands before a bucket's name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scheme(pub(super) &'static str);

impl Scheme {
    /// The bucket itself.
    pub(super) fn bucket(self, bucket: &Bucket) -> OsString {
        format!("{}{bucket}", self.0).into()
    }

    /// What is called `name` in the bucket, or begins or ends like that.
    pub(super) fn object(self, bucket: &Bucket, name: &str) -> OsString {
        format!("{}{bucket}/{name}", self.0).into()
    }

    /// A folder of the bucket, with the `/` at its end; the bucket's root when there is no name.
    pub(super) fn folder(self, bucket: &Bucket, name: Option<&ObjectName>) -> OsString {
        match name {
            Some(name) => self.object(bucket, &format!("{}/", name.as_str())),
            None => self.object(bucket, ""),
        }
    }
}
