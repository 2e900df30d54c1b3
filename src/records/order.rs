//! The five records that a build from snapshots needs, and the orders in which they are written and read.

use crate::records::keys_archive;
use crate::records::snapshot_directory::{
    CREDENTIALS, DB_CREDENTIALS, DB_CREDENTIALS_CANDIDATE, SNAPSHOT_IDS,
};

/// The order of writing and of uploading: the ids last, since whoever sees them takes their being there for all being
/// there.
pub const WRITTEN: [&str; 5] = [
    keys_archive::NAME,
    DB_CREDENTIALS_CANDIDATE,
    DB_CREDENTIALS,
    CREDENTIALS,
    SNAPSHOT_IDS,
];

/// The order of fetching and of comparing: the ids first, since without them nothing else is of use.
pub const READ: [&str; 5] = [
    SNAPSHOT_IDS,
    DB_CREDENTIALS_CANDIDATE,
    DB_CREDENTIALS,
    CREDENTIALS,
    keys_archive::NAME,
];

/// A record is a few hundred bytes; anything larger is not one.
pub const LARGEST_BYTES: u64 = 1 << 20;
