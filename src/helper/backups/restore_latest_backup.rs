//! `RestoreLatestBackup`: the latest backup of the active build is installed on its database and its webservers. A new
//! program; no script has its name. A build from snapshots does the same at its end; how it is done is in
//! [`crate::restoring`].

pub use crate::restoring::{Arguments, run};
