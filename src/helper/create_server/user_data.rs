//! The configuration that one server is made with, and the file of its type that it comes from (contract 09).

use std::path::Path;

use anyhow::Context;

use super::making::Session;
use crate::command::Leftover;
use crate::files::{self, LockFile, NewMode};
use crate::toolkit::{cloud_init, pending_server};

/// A configuration with one server's host name in it, for the provider's CLI to read.
#[derive(Debug)]
pub struct UserData(Leftover);

impl Session<'_> {
    /// Fills in the host name, in a copy for this server alone: servers of one type may be made at the same time. The
    /// type's file is left with the host name too, as the scripts leave it for the next server.
    ///
    /// # Errors
    /// When the type's file cannot be read, or one of the two cannot be written.
    pub(super) fn user_data(&self) -> anyhow::Result<UserData> {
        let (notes, name) = (self.layout.notes(), &self.blueprint.name);
        let shared = &self.blueprint.user_data;
        let lock = pending_server::type_lock_in(&notes, name.kind());
        let _turn = LockFile::acquire(&lock, self.timeout, || {})?;
        let content = files::read_if_there(shared)?.with_context(|| {
            format!(
                "the cloud-init configuration '{}' is gone; build first",
                shared.display()
            )
        })?;
        let filled = cloud_init::filled(&content, name);
        let own = Leftover::at(pending_server::user_data_in(&notes, name));
        files::remove_if_there(own.path())?;
        files::replace(own.path(), &filled, NewMode::Secret)?;
        files::update(shared, &filled, NewMode::Secret)?;
        Ok(UserData(own))
    }
}

impl UserData {
    /// The file that holds it.
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}
