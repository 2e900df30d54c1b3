//! What of a build nobody else may see: kept out of every message and log, whichever helper writes it.

use super::Build;
use crate::command::Redactor;
use crate::files;
use crate::records::snapshot_directory::{CREDENTIALS, DB_CREDENTIALS, DB_CREDENTIALS_CANDIDATE};
use crate::toolkit::credentials::field;

impl Build {
    /// What hides the build's secrets: the secret variables, the provider's token, the passwords of the servers' user and
    /// of the mail account, and those of the site's snapshots, which a build from snapshots takes over.
    ///
    /// # Errors
    /// When a file of the build is there and cannot be read.
    pub fn redactor(&self) -> anyhow::Result<Redactor> {
        let mut secrets: Vec<Vec<u8>> = self.environment().secrets().collect();
        secrets.extend(self.directory().secrets()?);
        secrets.extend(self.snapshots_passwords());
        Ok(Redactor::new(secrets))
    }

    /// The passwords in the records of the site's snapshots. A record that cannot be found or read has none that a
    /// message could show.
    fn snapshots_passwords(&self) -> Vec<Vec<u8>> {
        let Ok(directory) = self.snapshot_directory_of_own_site() else {
            return Vec::new();
        };
        let mut passwords = Vec::new();
        for name in [CREDENTIALS, DB_CREDENTIALS, DB_CREDENTIALS_CANDIDATE] {
            let content = files::read_if_there(&directory.path_of(name));
            let content = content.ok().flatten().unwrap_or_default();
            passwords.extend(field(&content, "PASSWORD").map(<[u8]>::to_vec));
        }
        passwords
    }
}
