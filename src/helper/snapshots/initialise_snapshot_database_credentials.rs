//! `InitialiseSnapshotDatabaseCredentials`: a database's name, user and password, from the build that made it to its
//! snapshots and from there to a build from them (contract 03 §3.3).
//!
//! The toolkit has no script of this name, and a build needs none: `ObtainWholeMachineSnapshot` records the build's
//! variables, `InitialiseSnapshots` brings the record back, and the database step takes its values from there. This does
//! the same by hand: the candidate right after a normal build's database step, and the values of a build from snapshots.

use std::ffi::OsString;

use anyhow::{Context, ensure};

use crate::build::Build;
use crate::build::variables;
use crate::command::watch_for_interrupts;
use crate::console;
use crate::records::manifest::Manifest;
use crate::records::snapshot_directory::{
    DB_CREDENTIALS, DB_CREDENTIALS_CANDIDATE, MANIFEST, SnapshotDirectory,
};
use crate::toolkit::build_directory::BuildDirectory;
use crate::toolkit::build_environment::BuildEnvironment;
use crate::toolkit::credentials::DatabaseCredentials;

pub const HELP: &str = "\
Keeps a database's name, user and password the same from the build that makes it to a build from its snapshots.

Usage: InitialiseSnapshotDatabaseCredentials

No build needs it: ObtainWholeMachineSnapshot and InitialiseSnapshots do this where a build calls them. On a build from
snapshots it sets DB_USERNAME, DB_PASSWORD and DB_NAME to what db_credentials.dat records, of a managed database's admin:::app
the part app, with which machines from snapshots log in. On any other it writes them to db_credentials.dat.candidate, which
ObtainWholeMachineSnapshot records with the snapshot.

Example, after the build's database step:
  InitialiseDatabaseService.sh && InitialiseSnapshotDatabaseCredentials
";

/// Sets the variables from the records, or writes the candidate from the variables.
///
/// # Errors
/// When what is recorded is damaged, the build has a database whose variables are not set, or something cannot be written.
pub fn run(_words: &[OsString]) -> anyhow::Result<()> {
    watch_for_interrupts()?;
    let build = Build::active()?;
    let directory = build.snapshot_directory_of_own_site()?;
    if build.environment().builds_from_snapshots() {
        take(build.directory(), directory)
    } else {
        keep(build.environment(), directory)
    }
}

/// Gives a build from snapshots the credentials of their database. They are what the next snapshot of it needs too.
fn take(build: &BuildDirectory, directory: SnapshotDirectory) -> anyhow::Result<()> {
    let path = directory.path_of(DB_CREDENTIALS);
    let Some(content) = directory.read(DB_CREDENTIALS)? else {
        console::say(format_args!(
            "InitialiseSnapshotDatabaseCredentials: '{}' does not exist, so the build keeps the variables it has",
            path.display()
        ));
        return Ok(());
    };
    let cannot = || {
        format!(
            "cannot take the database's credentials from '{}'",
            path.display()
        )
    };
    let credentials = DatabaseCredentials::parse(&content).with_context(cannot)?;
    if credentials.is_empty() {
        return Ok(());
    }
    variables::set(build, &credentials.variables().with_context(cannot)?)?;
    propose(directory, content)
}

/// Writes a build's credentials where a snapshot of its database will look for them.
fn keep(environment: &BuildEnvironment, directory: SnapshotDirectory) -> anyhow::Result<()> {
    let Some(credentials) = DatabaseCredentials::of_build(environment) else {
        ensure!(
            environment.has_no_database()?,
            "the build has a database, but build_environment does not say DB_USERNAME, DB_PASSWORD and DB_NAME; run this \
             after InitialiseDatabaseService"
        );
        return Ok(());
    };
    propose(directory, credentials.to_bytes()?)
}

/// Writes the candidate, as one that the database's build wrote: a snapshot records it whatever later builds say.
fn propose(mut directory: SnapshotDirectory, candidate: Vec<u8>) -> anyhow::Result<()> {
    directory.prepare()?;
    let _lock = directory.lock()?;
    let mut manifest = Manifest::parse(directory.read(MANIFEST)?.as_deref())?;
    let is_written = directory.read(DB_CREDENTIALS_CANDIDATE)?.as_ref() == Some(&candidate);
    if is_written && !manifest.is_candidate_ours {
        return Ok(());
    }
    let mut files = vec![(DB_CREDENTIALS_CANDIDATE, candidate)];
    if manifest.is_candidate_ours {
        manifest.is_candidate_ours = false;
        files.push((MANIFEST, manifest.to_bytes()?));
    }
    directory.write(&files)
}
