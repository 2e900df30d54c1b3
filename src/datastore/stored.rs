//! What the store tells of one object: when it was written, and its size.

use anyhow::Context;
use jiff::Timestamp;

use super::operation::Operation;
use super::{Bucket, Datastore, ObjectName};
use crate::command::{Command, Failure, Runner};

/// An object that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredObject {
    /// When the store last wrote it, by the store's clock; a move writes it anew. It is exact to the second.
    pub modified: Timestamp,
    /// Its size in bytes.
    pub size: u64,
}

impl Datastore {
    /// What the store tells of the object called `name`; none when it answers that there is no such object or bucket.
    ///
    /// # Errors
    /// When the tool cannot tell, or tells what cannot be read.
    pub fn look_at(
        &self,
        runner: &Runner,
        bucket: &Bucket,
        name: &ObjectName,
    ) -> anyhow::Result<Option<StoredObject>> {
        let look = self.command(&Operation::LookAt { bucket, name });
        runner
            .repeat(|| self.told(runner, &look, bucket, name))
            .with_context(|| {
                self.cannot(&format!(
                    "tell the age of '{name}' in the bucket '{bucket}'"
                ))
            })
    }

    fn told(
        &self,
        runner: &Runner,
        look: &Command,
        bucket: &Bucket,
        name: &ObjectName,
    ) -> Result<Option<StoredObject>, Failure> {
        let dialect = self.tool.dialect();
        let output = runner.run(look)?;
        match dialect.stored(&output, bucket, name) {
            // s3cmd tells this first. Then it asks for rights and rules, which not every key may see, and fails.
            Ok(Some(object)) => Ok(Some(object)),
            _ if !output.succeeded() && dialect.says_nothing_is_there(&output) => Ok(None),
            told => {
                let output = runner.judge(look, output)?;
                runner.understand(look, &output, |_| told)
            }
        }
    }
}
