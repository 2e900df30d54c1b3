//! Deleting: what was named and nothing else.

use anyhow::{Context, ensure};

use super::operation::{Doomed, Operation};
use super::{BULK_TIMEOUT, Bucket, Datastore, Named, ObjectName, Pattern};
use crate::command::Runner;

impl Datastore {
    /// Deletes what is `named` from `bucket`; whether there was anything. It is tried once.
    ///
    /// # Errors
    /// When the tool fails, or cannot be told to delete no more than this.
    pub fn delete(&self, runner: &Runner, bucket: &Bucket, named: &Named) -> anyhow::Result<bool> {
        let doomed = match named {
            Named::Matching(pattern) => return self.delete_each(runner, bucket, pattern),
            Named::ObjectOrFolder(name) => self.what_is_called(runner, bucket, name)?,
            Named::Folder(name) => vec![Doomed::Within(Some(name))],
            Named::StartingWith(start) => vec![Doomed::StartingWith(start)],
            Named::Everything => vec![Doomed::Within(None)],
        };
        let mut was_there = false;
        for what in doomed {
            was_there |= self.delete_one(runner, bucket, what)?;
        }
        Ok(was_there)
    }

    /// Deletes each object that `pattern` means, as far as it can: one that has to stay keeps no other.
    fn delete_each(
        &self,
        runner: &Runner,
        bucket: &Bucket,
        pattern: &Pattern,
    ) -> anyhow::Result<bool> {
        let mut was_there = false;
        let mut trouble = None;
        for name in self.matching(runner, bucket, pattern)? {
            let go = || {
                let name: ObjectName = name.parse()?;
                self.ensure_single(&name)?;
                self.delete_one(runner, bucket, Doomed::Object(&name))
            };
            match go() {
                Ok(is_gone) => was_there |= is_gone,
                Err(why) => trouble = trouble.or(Some(why)),
            }
        }
        trouble.map_or(Ok(was_there), Err)
    }

    fn delete_one(
        &self,
        runner: &Runner,
        bucket: &Bucket,
        what: Doomed<'_>,
    ) -> anyhow::Result<bool> {
        self.once(runner, &Operation::Delete { bucket, what })
            .with_context(|| {
                self.cannot(&format!("delete what was named from the bucket '{bucket}'"))
            })
    }

    /// The scripts delete all that begins with the name: for `a`, `ab` too. Here that is the object `a`, and what is in
    /// the folder `a`.
    fn what_is_called<'a>(
        &self,
        runner: &Runner,
        bucket: &Bucket,
        name: &'a ObjectName,
    ) -> anyhow::Result<Vec<Doomed<'a>>> {
        let dialect = self.tool.dialect();
        let Some(listing) = self.listing_of(runner, bucket, name.as_str())? else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        if dialect.listed(&listing, bucket, name).is_some() {
            self.ensure_single(name)?;
            found.push(Doomed::Object(name));
        }
        if dialect.lists_folder(&listing, bucket, name) {
            ensure!(
                !name.has_wildcards(),
                "'{name}' is a folder, and a tool would take its name for a pattern; delete what is in it one by one"
            );
            found.push(Doomed::Within(Some(name)));
        }
        Ok(found)
    }

    /// Deletes `bucket` and all that is in it; whether there was such a bucket. It is tried once.
    ///
    /// # Errors
    /// When the tool fails, such as for a bucket that somebody else owns.
    pub fn remove_bucket(&self, runner: &Runner, bucket: &Bucket) -> anyhow::Result<bool> {
        let remove = || {
            if self.tool.dialect().removes_only_empty_buckets() {
                self.once(runner, &Operation::EmptyBucket { bucket })?;
            }
            self.once(runner, &Operation::RemoveBucket { bucket })
        };
        remove().with_context(|| self.cannot(&format!("delete the bucket '{bucket}'")))
    }

    /// Whether there was anything to do.
    fn once(&self, runner: &Runner, operation: &Operation<'_>) -> anyhow::Result<bool> {
        let command = self.command(operation).timeout(BULK_TIMEOUT);
        let output = runner.run(&command)?;
        if self.tool.dialect().says_nothing_is_there(&output) {
            return Ok(false);
        }
        let output = runner.judge(&command, output)?;
        self.no_complaint(&output)?;
        Ok(true)
    }

    /// # Errors
    /// When the tool would take the name for a pattern, and do the same to whatever else matches it.
    pub(super) fn ensure_single(&self, name: &ObjectName) -> anyhow::Result<()> {
        ensure!(
            self.tool.dialect().can_single_out(name),
            "{} takes '{name}' for a pattern that may match other objects as well; rename the object or use another datastore tool",
            self.tool
        );
        Ok(())
    }
}
