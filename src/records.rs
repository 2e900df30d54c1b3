//! What is recorded of a site's snapshots (contract 03): the five records that a build from snapshots needs, the directory
//! that holds them, and beside them the manifest, the history and the notes about what is unfinished. And what a check of
//! them finds.

mod findings;
pub mod history;
pub mod keys_archive;
pub mod manifest;
pub mod order;
pub mod pending;
pub mod pending_deletion;
pub mod replacement;
pub mod snapshot_directory;
pub mod snapshot_ids;

pub use findings::{Conclusion, Finding, Findings, ONCE_MENDED, Question, Verdict};
