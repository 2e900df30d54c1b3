//! `InitialiseServerUserCredentials`: the user and password of the servers of a new build (contract 03 §3.4 step 3).
//!
//! A machine that is built from a snapshot has the snapshotted machine's user, so a build from snapshots takes the recorded
//! one; any other gets one that nobody can guess.

use std::ffi::OsString;

use anyhow::Context;

use crate::build::Build;
use crate::build::variables::install_server_user;
use crate::command::watch_for_interrupts;
use crate::records::snapshot_directory::CREDENTIALS;
use crate::toolkit::chance::letters_and_digits;
use crate::toolkit::credentials::ServerCredentials;

pub const HELP: &str = "\
Gives the active build its servers' user and password: those of the snapshots for a build from snapshots, else new ones.

Usage: InitialiseServerUserCredentials

Writes credentials/SERVERUSER, credentials/SERVERUSERPASSWORD and CURRENTREGION of the build, and sets SERVER_USER and
SERVER_USER_PASSWORD. Where no credentials.dat is recorded yet, a build from snapshots gets new ones too:
InitialiseSnapshots replaces them.

Example:
  InitialiseServerUserCredentials && GetVariableValue SERVER_USER
";

/// How many letters and digits a new user has between its two X, and a new password.
const DRAWN: usize = 18;

/// Writes the credentials and the region.
///
/// # Errors
/// When the build names no region, what is recorded is damaged, or something cannot be written.
pub fn run(_words: &[OsString]) -> anyhow::Result<()> {
    watch_for_interrupts()?;
    let build = Build::active()?;
    let region = build.region()?;
    let credentials = match recorded(&build)? {
        Some(credentials) => credentials,
        None => drawn()?,
    };
    install_server_user(build.directory(), &credentials)?;
    build.directory().keep_current_region(&region)
}

/// The credentials of the snapshots that the build is from, when they are on this machine.
fn recorded(build: &Build) -> anyhow::Result<Option<ServerCredentials>> {
    if !build.environment().builds_from_snapshots() {
        return Ok(None);
    }
    let directory = build.snapshot_directory_of_own_site()?;
    let content = directory.read(CREDENTIALS)?;
    content
        .map(|content| {
            ServerCredentials::parse(&content).with_context(|| {
                format!(
                    "cannot take the servers' user from '{}'; remove that file, InitialiseSnapshots fetches it anew",
                    directory.path_of(CREDENTIALS).display()
                )
            })
        })
        .transpose()
}

/// New credentials: the user starts and ends with an X, which makes it one that Linux accepts.
fn drawn() -> anyhow::Result<ServerCredentials> {
    Ok(ServerCredentials {
        user: format!("X{}X", letters_and_digits(DRAWN)?).into_bytes(),
        password: letters_and_digits(DRAWN)?.into_bytes(),
    })
}
