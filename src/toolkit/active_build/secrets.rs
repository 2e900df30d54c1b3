//! What of a build nobody else may see: kept out of every message and log, whichever helper writes it.

use super::site::site_of;
use super::{ActiveBuild, line_of};
use crate::files;
use crate::toolkit::build_environment::BuildEnvironment;
use crate::toolkit::credentials::field;
use crate::toolkit::snapshot_directory::{
    CREDENTIALS, DB_CREDENTIALS, DB_CREDENTIALS_CANDIDATE, SnapshotDirectory,
};

impl ActiveBuild {
    /// The secret variables, the provider's token, the passwords of the servers' user and of the mail account, and those
    /// of the site's snapshots, which a build from snapshots takes over.
    ///
    /// # Errors
    /// When a file of the build is there and cannot be read.
    pub fn secrets(&self, environment: &BuildEnvironment) -> anyhow::Result<Vec<Vec<u8>>> {
        let mut secrets: Vec<Vec<u8>> = environment.secrets().collect();
        for file in [
            "TOKEN",
            "credentials/SERVERUSERPASSWORD",
            "credentials/SYSTEMEMAILPASSWORD.dat",
        ] {
            secrets.extend(line_of(&self.directory.join(file))?);
        }
        secrets.extend(self.snapshots_passwords(environment));
        Ok(secrets)
    }

    /// The passwords in the records of the site's snapshots. A record that cannot be found or read has none that a
    /// message could show.
    fn snapshots_passwords(&self, environment: &BuildEnvironment) -> Vec<Vec<u8>> {
        let Ok(url) = site_of(environment) else {
            return Vec::new();
        };
        let Ok(directory) = SnapshotDirectory::find(&self.home, &url) else {
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
