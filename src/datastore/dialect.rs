//! What is asked of the file that each tool has, and how the listings are read that two of them print alike.

use std::ffi::OsString;

use bstr::ByteSlice;

use super::downloads::Listed;
use super::operation::Operation;
use super::settings::Settings;
use super::stored::StoredObject;
use super::{Bucket, ObjectName};
use crate::command::{Output, Tool};

/// What differs from tool to tool.
pub(super) trait Dialect {
    /// How the program is found.
    fn tool(&self) -> &'static Tool;

    /// Where its configurations are, below a home directory or `BUILD_HOME`, without the index that ends the name.
    fn configuration_files(&self) -> &'static [&'static str];

    /// The name of the setting that holds the host.
    fn host_setting(&self) -> &'static str;

    /// The words of the command line after the program (contract 06).
    fn arguments(&self, settings: &Settings, operation: &Operation<'_>) -> Vec<OsString>;

    /// Variables for the tool alone, where the user has not set them.
    fn environment(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// A second command after an upload, whose end nobody looks at.
    fn after_upload(&self, _settings: &Settings, _upload: &Operation<'_>) -> Option<Vec<OsString>> {
        None
    }

    /// Whether [`Operation::RemoveBucket`] needs an empty bucket.
    fn removes_only_empty_buckets(&self) -> bool {
        true
    }

    /// Whether the tool can be told to get, move or delete this very object.
    fn can_single_out(&self, _name: &ObjectName) -> bool {
        true
    }

    /// What `listing`, the answer to [`Operation::ListObject`], tells of the very object asked for; none when the object
    /// is not in it.
    fn listed(&self, listing: &[u8], bucket: &Bucket, name: &ObjectName) -> Option<Listed>;

    /// Whether the same listing tells of a folder of that name.
    fn lists_folder(&self, listing: &[u8], bucket: &Bucket, name: &ObjectName) -> bool;

    /// The whole names of the objects in `listing`, the answer to [`Operation::ListWithin`].
    fn names_within(
        &self,
        listing: &[u8],
        bucket: &Bucket,
        folder: Option<&ObjectName>,
    ) -> Vec<String>;

    /// In which word of a line of that listing the size is, counted from 0.
    fn size_column(&self) -> usize {
        2
    }

    /// What `output`, the answer to [`Operation::LookAt`], tells of the object; none when it tells of none.
    ///
    /// # Errors
    /// When it cannot be read.
    fn stored(
        &self,
        output: &Output,
        bucket: &Bucket,
        name: &ObjectName,
    ) -> anyhow::Result<Option<StoredObject>>;

    /// Whether a failed listing, look or deletion means that there is no such object or bucket.
    fn says_nothing_is_there(&self, output: &Output) -> bool;

    /// Whether a line of standard error says that the operation failed.
    fn is_complaint(&self, line: &[u8]) -> bool;
}

/// What follows the first `columns` words in each line of `listing` that has them. A name that is not UTF-8 is none that
/// a caller can mean.
pub(super) fn rests_of_lines(listing: &[u8], columns: usize) -> impl Iterator<Item = &str> {
    listing.lines().filter_map(move |line| {
        let mut rest = line.to_str().ok()?.trim_start();
        for _ in 0..columns {
            rest = rest.split_once(char::is_whitespace)?.1.trim_start();
        }
        Some(rest)
    })
}

/// The whole names of objects that a tool told below `folder`.
pub(super) fn names_below<'a>(
    folder: Option<&ObjectName>,
    names: impl Iterator<Item = &'a str>,
) -> Vec<String> {
    let start = folder.map_or_else(String::new, |folder| format!("{}/", folder.as_str()));
    names.map(|name| format!("{start}{name}")).collect()
}

/// The last of `columns` words (date, time, size) in the line of `listing` that has them and then exactly `name`, which
/// may hold blanks.
fn word_before<'a>(listing: &'a [u8], columns: usize, name: &str) -> Option<&'a [u8]> {
    listing.lines().find_map(|line| {
        let front = line.strip_suffix(name.as_bytes())?;
        let words: Vec<&[u8]> = front.fields_with(char::is_whitespace).collect();
        (front.ends_with(b" ") && words.len() == columns)
            .then(|| words.last().copied())
            .flatten()
    })
}

/// What the line of `listing` tells that is `columns` words and then exactly `name`. s3cmd may be configured to write the
/// size for people (`4k`), which tells nothing to the byte.
pub(super) fn listed_before(listing: &[u8], columns: usize, name: &str) -> Option<Listed> {
    let word = word_before(listing, columns, name)?;
    let size = word.to_str().ok().and_then(|word| word.parse().ok());
    Some(Listed { size })
}

/// Whether a line of `listing` is `DIR` and then exactly `name`.
pub(super) fn has_folder(listing: &[u8], name: &str) -> bool {
    word_before(listing, 1, name) == Some(b"DIR")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn only_the_whole_name_is_found_in_a_listing(name in "[!-~][ -~]{0,20}", before in "[!-~]{1,5}") {
            let listing = format!("2026-11-24 12:30            8  {name}\n");
            prop_assert_eq!(listed_before(listing.as_bytes(), 3, &name), Some(Listed { size: Some(8) }));
            let longer = format!("2026-11-24 12:30            8  {before} {name}\n");
            prop_assert_eq!(listed_before(longer.as_bytes(), 3, &name), None);
            let joined = format!("2026-11-24 12:30            8  {before}{name}\n");
            prop_assert_eq!(listed_before(joined.as_bytes(), 3, &name), None);
        }
    }
}
