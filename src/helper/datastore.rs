//! The operations on the bucket store, one file a script (contract 06).
//!
//! Standard output is what callers capture: the listings, and that a key does not exist. `local` means the first
//! configuration, `distributed` all of them; with any other word the scripts do nothing at all, and callers there are.

pub mod delete_datastore;
pub mod delete_from_datastore;
pub mod get_from_datastore;
pub mod list_datastore;
pub mod list_from_datastore;
pub mod mount_datastore;
pub mod move_datastore_object;
pub mod put_to_datastore;
pub mod sync_datastore;
mod words;
