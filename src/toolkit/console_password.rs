//! `EMERGENCY_PASSWORD`: the password for the console of a build's servers (contract 04).

use std::path::Path;

use anyhow::Context;
use bstr::ByteSlice;

use super::chance::letters_and_digits;
use crate::files::{self, NewMode};

/// The name of its file.
pub const CONSOLE_PASSWORD: &str = "EMERGENCY_PASSWORD";

/// How many letters and digits it has.
const LENGTH: usize = 16;

/// The password in the file at `path`, which is written, for its owner alone, when there is none. All servers of a build
/// have the same one: the script makes a new one for each server, and only the last server's can be looked up.
///
/// # Errors
/// When the file cannot be read or written, or holds something other than one word.
pub fn kept_at(path: &Path) -> anyhow::Result<String> {
    if let Some(known) = known_at(path)? {
        return Ok(known);
    }
    let password = letters_and_digits(LENGTH).context("cannot make up a password")?;
    files::replace(path, format!("{password}\n").as_bytes(), NewMode::Secret)?;
    Ok(password)
}

/// The password in the file at `path`; `None` where it is not there or empty.
///
/// # Errors
/// When the file cannot be read, or holds something other than one word.
pub fn known_at(path: &Path) -> anyhow::Result<Option<String>> {
    let known = files::read_if_there(path)?.unwrap_or_default();
    let known = known.trim();
    if known.is_empty() {
        return Ok(None);
    }
    let word = known.to_str().ok().filter(|it| !it.contains(is_odd));
    let word = word.with_context(|| {
        format!(
            "'{}' holds something other than one password; remove the file, and a new one is made up",
            path.display()
        )
    })?;
    Ok(Some(word.to_owned()))
}

/// Whether a password cannot have this in it: the provider's CLI gets it as a word of one line.
fn is_odd(character: char) -> bool {
    character.is_control() || character.is_whitespace()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn it_is_made_once_and_for_its_owner_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("EMERGENCY_PASSWORD");
        let password = kept_at(&path).unwrap();
        assert!(password.len() == LENGTH && password.bytes().all(|it| it.is_ascii_alphanumeric()));
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            format!("{password}\n")
        );
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(kept_at(&path).unwrap(), password);
    }

    #[test]
    fn what_is_no_password_is_refused_and_kept() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("EMERGENCY_PASSWORD");
        for content in [&b"a\nb\n"[..], b"a\0b", b"a b", b"\xff"] {
            std::fs::write(&path, content).unwrap();
            let why = kept_at(&path).unwrap_err().to_string();
            assert!(why.contains("other than one password"), "{why}");
            assert_eq!(std::fs::read(&path).unwrap(), content);
        }
    }
}
