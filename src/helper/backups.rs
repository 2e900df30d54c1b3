//! The site's backups.

pub mod generate_local_backups;
pub mod perform_backup;
pub mod perform_baseline;
pub mod restore_latest_backup;
