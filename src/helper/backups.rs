//! The site's backups.

pub mod restore_latest_backup;
