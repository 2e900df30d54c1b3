//! `<name>.json` beside the build: a server that is being made, noted before it is asked for.
//!
//! A run that is killed leaves its note. The next one finds the machine in the provider's list and finishes it instead of
//! making a second one.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, ensure};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::files::{self, LockFile, NewMode};
use crate::json;
use crate::names::{Cloudhost, MachineType, ServerName};

/// The version of the note's layout.
const VERSION: u32 = 1;

/// How the names of the configurations of single servers end.
const USER_DATA: &str = "yaml";

/// An unfinished server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingServer {
    version: u32,
    /// Its name.
    pub name: String,
    /// The cloud it is made at.
    pub cloudhost: Cloudhost,
    /// The ids of the machines that could be taken for it and were there before; any other is ours.
    pub known_before: Vec<String>,
    /// When it was asked for.
    pub asked: Timestamp,
    /// The ids of those that the creation made besides the one that is used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub twins: Vec<String>,
}

impl PendingServer {
    /// A server about to be asked for.
    pub fn new(name: &ServerName, cloudhost: Cloudhost, known_before: Vec<String>) -> Self {
        Self {
            version: VERSION,
            name: name.to_string(),
            cloudhost,
            known_before,
            asked: Timestamp::now(),
            twins: Vec::new(),
        }
    }

    /// The note of `name` in `notes`, when there is one.
    ///
    /// # Errors
    /// When it is there and cannot be understood; it is then named, with what to do.
    pub fn read(notes: &Path, name: &ServerName) -> anyhow::Result<Option<Self>> {
        let path = path_in(notes, name);
        let Some(content) = files::read_if_there(&path)? else {
            return Ok(None);
        };
        let damaged = || {
            format!(
                "cannot understand the note '{}' of a server that is being made; look at the provider for {name} and remove the note",
                path.display()
            )
        };
        let note: Self = json::parse(&content).with_context(damaged)?;
        ensure!(
            note.version == VERSION && note.name == name.as_str(),
            damaged()
        );
        Ok(Some(note))
    }

    /// Writes the note into `notes`.
    ///
    /// # Errors
    /// When it cannot be written; then nothing may be asked of the provider.
    pub fn write(&self, notes: &Path, name: &ServerName) -> anyhow::Result<()> {
        let content = json::for_a_file(self)?;
        files::replace(&path_in(notes, name), &content, NewMode::Secret)
    }
}

/// Removes the note of `name`: nothing is unfinished any more.
///
/// # Errors
/// When it cannot be removed.
pub fn remove(notes: &Path, name: &ServerName) -> anyhow::Result<()> {
    files::remove_if_there(&path_in(notes, name))
}

/// The lock that a run holds for as long as it makes `name`.
pub fn lock_in(notes: &Path, name: &ServerName) -> PathBuf {
    notes.join(format!("{name}.lock"))
}

/// The configuration that `name` alone is made with; it is there only while the provider's CLI reads it.
pub fn user_data_in(notes: &Path, name: &ServerName) -> PathBuf {
    notes.join(format!("{name}.{USER_DATA}"))
}

/// Removes the configurations that killed runs left: they hold passwords. Those of runs that are at work stay.
///
/// # Errors
/// When the directory cannot be listed, or one cannot be removed.
pub fn remove_abandoned_user_data(notes: &Path) -> anyhow::Result<()> {
    for path in files::listed(notes)? {
        if path
            .extension()
            .is_none_or(|extension| extension != USER_DATA)
        {
            continue;
        }
        // Whoever has the lock removes its own.
        if let Ok(_lock) = LockFile::acquire(&path.with_extension("lock"), Duration::ZERO, || {}) {
            files::remove_if_there(&path)?;
        }
    }
    Ok(())
}

/// The lock that a run holds while it fills in the configuration that all machines of a type share.
pub fn type_lock_in(notes: &Path, kind: MachineType) -> PathBuf {
    notes.join(format!("{kind}.lock"))
}

/// The lock that a run holds while it makes the firewall of a machine type.
pub fn firewall_lock_in(notes: &Path, kind: MachineType) -> PathBuf {
    notes.join(format!("adt-{kind}.lock"))
}

/// The lock that a run holds while it makes what all servers share: the network and the ssh key.
pub fn shared_lock_in(notes: &Path) -> PathBuf {
    notes.join("shared.lock")
}

fn path_in(notes: &Path, name: &ServerName) -> PathBuf {
    notes.join(format!("{name}.json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_read_back_and_a_damaged_one_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let notes = directory.path();
        let name: ServerName = "ws-lon1-b-1-Xabc-init-1".parse().unwrap();
        let note = PendingServer::new(&name, Cloudhost::Linode, vec!["7".into()]);
        note.write(notes, &name).unwrap();
        assert_eq!(PendingServer::read(notes, &name).unwrap(), Some(note));
        for content in [&b"{}"[..], b"", b"\xff", b"{\"version\":2}"] {
            std::fs::write(path_in(notes, &name), content).unwrap();
            let refusal = format!("{:#}", PendingServer::read(notes, &name).unwrap_err());
            assert!(refusal.contains("Xabc-init-1.json"), "{refusal}");
        }
        remove(notes, &name).unwrap();
        assert_eq!(PendingServer::read(notes, &name).unwrap(), None);
    }
}
