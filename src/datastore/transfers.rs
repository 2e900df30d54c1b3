//! Copying into, out of and within the store.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, ensure};

use super::operation::Operation;
use super::{BULK_TIMEOUT, Bucket, Datastore, ObjectName};
use crate::command::{Effect, Runner};
use crate::foreign_text::beginning;

/// How long a transfer may take, whatever the size.
const TRANSFER_TIMEOUT: Duration = Duration::from_secs(600);

/// A transfer that is slower than this is going nowhere: a larger file has that much longer.
const SLOWEST_BYTES_PER_SECOND: u64 = 64 * 1024;

impl Datastore {
    /// Uploads `file` under its own name to the folder `place` of `bucket`, or its root, in place of an object of that
    /// name.
    ///
    /// # Errors
    /// When there is no such file, or when every attempt fails: the message ends with the tool's own words.
    pub fn upload(
        &self,
        runner: &Runner,
        file: &Path,
        bucket: &Bucket,
        place: Option<&ObjectName>,
    ) -> anyhow::Result<()> {
        self.put(runner, file, bucket, place).with_context(|| {
            self.cannot(&format!(
                "upload '{}' to the bucket '{bucket}'",
                file.display()
            ))
        })
    }

    fn put(
        &self,
        runner: &Runner,
        file: &Path,
        bucket: &Bucket,
        place: Option<&ObjectName>,
    ) -> anyhow::Result<()> {
        let length = match std::fs::metadata(file) {
            Ok(metadata) => {
                ensure!(metadata.is_file(), "it is not a file");
                metadata.len()
            }
            // Nothing has written it either.
            Err(_) if runner.is_dry_run() => 0,
            Err(why) => return Err(why.into()),
        };
        let name = file.file_name().context("it has no name")?;
        // A path without a leading '/' could look like an option, or to rclone like another store ('name:').
        let file = &std::path::absolute(file)?;
        let operation = Operation::Upload {
            file,
            bucket,
            place,
            name,
            now: &now(),
        };
        self.transfer(runner, &operation, timeout_for(length))?;
        let dialect = self.tool.dialect();
        if let Some(words) = dialect.after_upload(&self.settings, &operation) {
            let _ = runner.change(&self.command_of(&words, Effect::Changes));
        }
        Ok(())
    }

    /// Gives the object `from` of `bucket` the name `to`, in place of an object of that name.
    ///
    /// # Errors
    /// When there is no such object, the names are the same, or every attempt fails.
    pub fn rename(
        &self,
        runner: &Runner,
        bucket: &Bucket,
        from: &ObjectName,
        to: &ObjectName,
    ) -> anyhow::Result<()> {
        let act = format!("move '{from}' of the bucket '{bucket}' to '{to}'");
        let go = || {
            // The tools copy and then delete the source, even when that is the copy.
            ensure!(from != to, "the two names are the same");
            self.ensure_single(from)?;
            let listed = self.listed(runner, bucket, from)?;
            let listed = listed.context("there is no such object")?;
            let moved = self.transfer(
                runner,
                &Operation::Move { bucket, from, to },
                timeout_for(listed.size.unwrap_or_default()),
            );
            // An earlier attempt may have done it all but for the answer. What cannot be seen hides no reason.
            let is_there = |name| self.has_object(runner, bucket, name).ok();
            if moved.is_err() && is_there(from) == Some(false) && is_there(to) == Some(true) {
                return Ok(());
            }
            moved
        };
        go().with_context(|| self.cannot(&act))
    }

    /// Makes the folder `to` of `bucket` look like its folder `from`. It is tried once. What is in `to` and not in `from`
    /// stays with s3cmd and s5cmd, and goes with rclone.
    ///
    /// # Errors
    /// When there is nothing in `from`, which would empty `to`, or the tool fails.
    pub fn synchronise(
        &self,
        runner: &Runner,
        bucket: &Bucket,
        from: &str,
        to: &str,
    ) -> anyhow::Result<()> {
        let act = format!(
            "synchronise '{}' of the bucket '{bucket}' to '{}'",
            beginning(from),
            beginning(to)
        );
        let go = || {
            let listing = self.listing_of(runner, bucket, from)?;
            ensure!(
                listing.is_some_and(|listing| !listing.is_empty()),
                "there is nothing of this name in the bucket"
            );
            let command = self.command(&Operation::Sync { bucket, from, to });
            let output = runner.output(&command.timeout(BULK_TIMEOUT))?;
            self.no_complaint(&output)
        };
        go().with_context(|| self.cannot(&act))
    }

    fn transfer(
        &self,
        runner: &Runner,
        operation: &Operation<'_>,
        timeout: Duration,
    ) -> anyhow::Result<()> {
        let command = self.command(operation).timeout(timeout);
        runner.change_patiently(&command, |output| self.no_complaint(output))?;
        Ok(())
    }
}

pub(super) fn timeout_for(bytes: u64) -> Duration {
    TRANSFER_TIMEOUT + Duration::from_secs(bytes / SLOWEST_BYTES_PER_SECOND)
}

pub(super) fn now() -> String {
    jiff::Timestamp::now()
        .strftime("%Y-%m-%dT%H:%M:%S")
        .to_string()
}
