//! Giving the active build its servers' user, which two steps of a build do (contract 03 §3.4 steps 3 and 5).

use super::set_variable_value;
use crate::toolkit::build_directory::BuildDirectory;
use crate::toolkit::credentials::ServerCredentials;

/// Writes the user and password into the build's `credentials/` and sets `SERVER_USER` and `SERVER_USER_PASSWORD`.
///
/// # Errors
/// When something cannot be written; the next run then finishes it.
pub fn install(build: &BuildDirectory, credentials: &ServerCredentials) -> anyhow::Result<()> {
    build.keep_server_user(credentials)?;
    set_variable_value::set(
        build,
        &[
            ("SERVER_USER", &credentials.user),
            ("SERVER_USER_PASSWORD", &credentials.password),
        ],
    )
}
