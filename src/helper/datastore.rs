//! The operations on the bucket store, one file a script (contract 06).
//!
//! Standard output is what callers capture: the listings, and that a key does not exist. `local` means the first
//! configuration, `distributed` all of them; with any other word the scripts do nothing at all, and callers there are.

pub mod cleanup_datastore;
pub mod delete_datastore;
pub mod delete_from_datastore;
pub mod get_from_datastore;
pub mod list_datastore;
pub mod list_from_datastore;
pub mod mount_datastore;
pub mod move_datastore_object;
pub mod put_to_datastore;
pub mod sync_datastore;

use std::ffi::{OsStr, OsString};

use anyhow::Context;

use crate::build::buckets::Stores;
use crate::console;
use crate::datastore::ObjectName;

/// What the scripts call the root of a bucket.
pub const ROOT: &str = "root";

/// The words after a helper's name.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a>(pub &'a [OsString]);

impl<'a> Words<'a> {
    /// The word number `position`, the first of which is 1.
    pub fn raw(self, position: usize) -> &'a OsStr {
        self.0
            .get(position - 1)
            .map_or(OsStr::new(""), OsString::as_os_str)
    }

    /// The word number `position`, which is called `what`, as text.
    ///
    /// # Errors
    /// When it is not UTF-8.
    pub fn text(self, position: usize, what: &str) -> anyhow::Result<&'a str> {
        let word = self.raw(position);
        word.to_str().with_context(|| {
            format!(
                "the {what} is not UTF-8: '{}'",
                word.as_encoded_bytes().escape_ascii()
            )
        })
    }

    /// The object that the word number `position` names.
    ///
    /// # Errors
    /// When it names none.
    pub fn object(self, position: usize) -> anyhow::Result<ObjectName> {
        self.text(position, "object's name")?.parse()
    }

    /// Which stores the word number `position` means; none, and a line about it, when it means none.
    pub fn mode(self, position: usize) -> Option<Stores> {
        let word = self.raw(position);
        let mode = match word.as_encoded_bytes() {
            b"local" => Some(Stores::First),
            b"distributed" => Some(Stores::All),
            _ => None,
        };
        if mode.is_none() {
            console::say(format_args!(
                "nothing was done: the mode is '{}'; expected local or distributed as argument {position}",
                word.as_encoded_bytes().escape_ascii()
            ));
        }
        mode
    }
}
