//! `InitialiseServerUserCredentials`: the user and password of the servers of a new build (contract 03 §3.4 step 3).
//!
//! A machine that is built from a snapshot has the snapshotted machine's user, so a build from snapshots takes the recorded
//! one; any other gets one that nobody can guess.

use std::ffi::OsString;

use anyhow::Context;

use crate::build::Build;
use crate::build::variables::install_server_user;
use crate::command::watch_for_interrupts;
use crate::toolkit::credentials::ServerCredentials;
use crate::toolkit::snapshot_directory::CREDENTIALS;

/// What `InitialiseServerUserCredentials --help` prints.
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

const LETTERS_AND_DIGITS: &[u8; 62] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

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
        user: [b"X", letters_and_digits()?.as_slice(), b"X"].concat(),
        password: letters_and_digits()?,
    })
}

/// Characters from the system's source of chance, all of them equally likely.
fn letters_and_digits() -> anyhow::Result<Vec<u8>> {
    let mut characters = Vec::with_capacity(DRAWN);
    let mut bytes = [0; 64];
    while characters.len() < DRAWN {
        getrandom::fill(&mut bytes).context("cannot draw a password from the system")?;
        // 256 is no multiple of 62: the first characters would come up more often.
        let fair = bytes.iter().filter(|byte| **byte < 4 * 62);
        let drawn = fair.filter_map(|byte| LETTERS_AND_DIGITS.get(usize::from(byte % 62)));
        characters.extend(drawn);
    }
    characters.truncate(DRAWN);
    Ok(characters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_and_digit_comes_up_and_nothing_else() {
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..500 {
            let characters = letters_and_digits().unwrap();
            assert_eq!(characters.len(), DRAWN);
            seen.extend(characters);
        }
        let mut all = LETTERS_AND_DIGITS.to_vec();
        all.sort_unstable();
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), all);
    }
}
