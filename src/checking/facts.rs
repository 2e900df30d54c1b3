//! What there is: on disk, and at the provider.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;

use super::backups::Backups;
use crate::build::Plan;
use crate::cloud::Snapshot;
use crate::names::{MachineType, SnapshotId};
use crate::records::manifest::{Manifest, RecordedSnapshot};

/// Everything that the rules hold against a plan.
#[derive(Debug, Clone)]
pub struct Facts {
    /// When they were gathered.
    pub now: Timestamp,
    /// Whether the flag of a hardcore build is there.
    pub is_hardcore: bool,
    /// The records of the site's snapshots, or why they cannot be read.
    pub records: Result<Records, String>,
    /// What the provider says of the recorded ids; nothing when it was not asked.
    pub provider: Option<BTreeMap<MachineType, Lookup>>,
    /// The backups that the build chooses; none when it chooses no temporal one, or nobody wants to know.
    pub backups: Option<Backups>,
    /// The key pair that the machines let in; none when the plan does not say `ALGORITHM`.
    pub keys: Option<KeyPair>,
    /// The servers' user of the build's own directory.
    pub own_server_user: Option<String>,
}

/// The records of a site's snapshots.
#[derive(Debug, Clone)]
pub struct Records {
    /// The directory as people name it.
    pub documented: PathBuf,
    /// The directory as the build scripts name it.
    pub legacy: PathBuf,
    /// Which of the two names lead nowhere.
    pub missing_names: Vec<PathBuf>,
    /// The recorded ids, or what is wrong with the line of one.
    pub ids: BTreeMap<MachineType, Result<SnapshotId, String>>,
    /// The manifest, `None` when there is none, or why it cannot be read.
    pub manifest: Result<Option<Manifest>, String>,
    /// The user in `credentials.dat`, when it is there, or what is wrong with it.
    pub server: Option<Result<String, String>>,
    /// Whether `db_credentials.dat`, when it is there, has all it should, or what is wrong with it.
    pub database: Option<Result<(), String>>,
}

/// What became of a question about an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    Found(Snapshot),
    /// The provider says that there is no such thing.
    Unknown,
    /// There was no answer, in the CLI's words. It may be there.
    Unanswered(String),
}

/// Where the planned build's key pair is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPair {
    /// The private key's name.
    pub name: String,
    /// The directory of the build's keys.
    pub directory: PathBuf,
    /// Which of the two files are neither in the directory nor in an archive.
    pub missing: Vec<String>,
}

impl Records {
    /// The id of a machine type, where one is recorded.
    pub fn id(&self, kind: MachineType) -> Option<&SnapshotId> {
        self.ids.get(&kind)?.as_ref().ok()
    }

    /// What the manifest says of the recorded id of a machine type.
    pub fn recorded(&self, kind: MachineType) -> Option<&RecordedSnapshot> {
        let entry = self
            .manifest
            .as_ref()
            .ok()?
            .as_ref()?
            .snapshots
            .get(&kind)?;
        (Some(&entry.id) == self.id(kind)).then_some(entry)
    }
}

impl Facts {
    /// The machine types of the plan of which a snapshot is recorded.
    pub fn recorded(&self, plan: &Plan) -> Vec<MachineType> {
        let mut types = plan.machine_types();
        types.retain(|kind| {
            let records = self.records.as_ref().ok();
            records.is_some_and(|records| records.id(*kind).is_some())
        });
        types
    }

    /// The usable or unusable snapshot that the provider has for a machine type.
    pub fn found(&self, kind: MachineType) -> Option<&Snapshot> {
        match self.provider.as_ref()?.get(&kind)? {
            Lookup::Found(snapshot) => Some(snapshot),
            _ => None,
        }
    }
}
