//! What is in the store.

use anyhow::{Context, ensure};
use bstr::ByteSlice;

use super::downloads::Listed;
use super::operation::Operation;
use super::{BULK_TIMEOUT, Bucket, Datastore, ObjectName, Pattern};
use crate::command::{Command, Failure, Runner};
use crate::foreign_text::beginning;

/// How much is in a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The names of its objects.
    pub names: Vec<String>,
    /// Their bytes; none where the tool is set to write sizes for people.
    pub bytes: Option<u64>,
}

impl Datastore {
    /// Whether `bucket` has an object called `name`. A bucket that is not there has none.
    ///
    /// # Errors
    /// When the tool cannot tell, such as with keys that are refused.
    pub fn has_object(
        &self,
        runner: &Runner,
        bucket: &Bucket,
        name: &ObjectName,
    ) -> anyhow::Result<bool> {
        Ok(self.listed(runner, bucket, name)?.is_some())
    }

    /// What is listed of the object called `name`; none without the object.
    pub(super) fn listed(
        &self,
        runner: &Runner,
        bucket: &Bucket,
        name: &ObjectName,
    ) -> anyhow::Result<Option<Listed>> {
        let dialect = self.tool.dialect();
        let listing = self.listing_of(runner, bucket, name.as_str())?;
        Ok(listing.and_then(|listing| dialect.listed(&listing, bucket, name)))
    }

    /// The names of the objects in `bucket` that `pattern` means; none when the bucket is not there.
    pub(super) fn matching(
        &self,
        runner: &Runner,
        bucket: &Bucket,
        pattern: &Pattern,
    ) -> anyhow::Result<Vec<String>> {
        let dialect = self.tool.dialect();
        let folder = pattern.folder();
        let folder = folder.as_ref();
        let look = self
            .command(&Operation::ListWithin { bucket, folder })
            .timeout(BULK_TIMEOUT);
        let listing = self
            .read_listing(runner, &look)
            .with_context(|| self.cannot(&format!("list the bucket '{bucket}'")))?;
        let mut names = dialect.names_within(&listing.unwrap_or_default(), bucket, folder);
        names.retain(|name| pattern.matches(name));
        Ok(names)
    }

    /// How much is in `bucket`; none when the bucket is not there.
    ///
    /// # Errors
    /// When the tool cannot tell.
    pub fn held(&self, runner: &Runner, bucket: &Bucket) -> anyhow::Result<Option<Held>> {
        let dialect = self.tool.dialect();
        let look = self
            .command(&Operation::ListWithin {
                bucket,
                folder: None,
            })
            .timeout(BULK_TIMEOUT);
        let listing = self
            .read_listing(runner, &look)
            .with_context(|| self.cannot(&format!("list the bucket '{bucket}'")))?;
        let Some(listing) = listing else {
            return Ok(None);
        };
        let names = dialect.names_within(&listing, bucket, None);
        let sizes = listing.lines().map(|line| {
            let size = line.fields().nth(dialect.size_column())?;
            size.to_str().ok()?.parse::<u64>().ok()
        });
        Ok(Some(Held {
            bytes: sizes.sum(),
            names,
        }))
    }

    /// What the tool lists for `name`; none when there is nothing, or no bucket.
    pub(super) fn listing_of(
        &self,
        runner: &Runner,
        bucket: &Bucket,
        name: &str,
    ) -> anyhow::Result<Option<Vec<u8>>> {
        let look = self.command(&Operation::ListObject { bucket, name });
        self.read_listing(runner, &look).with_context(|| {
            self.cannot(&format!(
                "tell whether the bucket '{bucket}' has '{}'",
                beginning(name)
            ))
        })
    }

    /// What the tool prints about the objects in `bucket` that `pattern` means; nothing when the bucket is not there.
    ///
    /// # Errors
    /// When the tool cannot tell.
    pub fn list(&self, runner: &Runner, bucket: &Bucket, pattern: &str) -> anyhow::Result<Vec<u8>> {
        let look = self
            .command(&Operation::ListMatching { bucket, pattern })
            .timeout(BULK_TIMEOUT);
        let listing = self.read_listing(runner, &look);
        let listing =
            listing.with_context(|| self.cannot(&format!("list the bucket '{bucket}'")))?;
        Ok(listing.unwrap_or_default())
    }

    /// A listing that is whole; none where the tool says that nothing is there.
    fn read_listing(&self, runner: &Runner, look: &Command) -> Result<Option<Vec<u8>>, Failure> {
        let dialect = self.tool.dialect();
        runner.read_if_there(
            look,
            |output| dialect.says_nothing_is_there(output),
            |output| ensure_whole(&output.stdout).map(|()| output.stdout.clone()),
        )
    }

    /// What the tool prints about the account's buckets.
    ///
    /// # Errors
    /// When the tool cannot tell.
    pub fn list_buckets(&self, runner: &Runner) -> anyhow::Result<Vec<u8>> {
        let look = self.command(&Operation::ListBuckets);
        runner
            .read(&look, |output| {
                ensure_whole(&output.stdout).map(|()| output.stdout.clone())
            })
            .with_context(|| self.cannot("list the buckets"))
    }
}

/// Refuses a listing that was cut or spoilt on the way: what it lacks would be taken for what the bucket lacks.
fn ensure_whole(listing: &[u8]) -> anyhow::Result<()> {
    let is_whole = listing.last().is_none_or(|last| *last == b'\n') && !listing.contains(&0);
    ensure!(is_whole, "its list is cut short or damaged");
    Ok(())
}
