//! Who logs in, and with which key.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use anyhow::{Context, ensure};

use crate::foreign_text::beginning;

/// A user of a machine, by a name that cannot be taken for an option or a part of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User(String);

impl User {
    /// The user called `name`.
    ///
    /// # Errors
    /// When it is no user's name.
    pub fn new(name: &str) -> anyhow::Result<Self> {
        let is_a_names = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        ensure!(
            !name.is_empty() && !name.starts_with('-') && name.bytes().all(is_a_names),
            "'{}' is not the name of a user of the machine; expected letters, digits, '.', '_' and '-'",
            beginning(name)
        );
        Ok(Self(name.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Refuses a private key that ssh would not use.
///
/// # Errors
/// When the file is not there, or others than its owner may read it.
pub fn ensure_usable_key(key: &Path) -> anyhow::Result<()> {
    let facts = std::fs::metadata(key).with_context(|| {
        format!(
            "the key '{}' that opens the build's machines cannot be read; build first, or restore it from the build's backup",
            key.display()
        )
    })?;
    ensure!(facts.is_file(), "the key '{}' is no file", key.display());
    // As ssh judges it: of a key of somebody else it asks no more than that it can be read.
    let is_ours = facts.uid() == rustix::process::getuid().as_raw();
    let is_shared = facts.mode() & 0o077 != 0;
    ensure!(
        !(is_ours && is_shared),
        "the key '{path}' has the mode {mode:04o}, so that others may read it and ssh will not use it; run chmod 600 '{path}'",
        path = key.display(),
        mode = facts.mode() & 0o7777
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_no_option_and_no_address() {
        for name in ["", "-oProxyCommand=x", "a@b", "a b", "a\nb", "a;b"] {
            assert!(User::new(name).is_err(), "{name}");
        }
    }
}
