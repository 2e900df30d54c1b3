//! `snapshots/snapshot_manifest.json`: what the `.dat` files have no room for, kept beside them.
//!
//! It records of which build each snapshot was made, so that a later build can tell whether it fits.

use std::collections::BTreeMap;

use anyhow::Context;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::json;
use crate::names::{Cloudhost, MachineType, SnapshotId, SnapshotKind};

/// The version of the layout.
const VERSION: u32 = 1;

/// The variables of a build that a build from its snapshots must agree with.
pub const RECORDED_VARIABLES: [&str; 9] = [
    "ALGORITHM",
    "APPLICATION",
    "BUILD_ARCHIVE_CHOICE",
    "BUILD_IDENTIFIER",
    "BUILDOS",
    "BUILDOS_VERSION",
    "DATABASE_INSTALLATION_TYPE",
    "REGION",
    "WEBSERVER_CHOICE",
];

/// The content of the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    version: u32,
    /// Whether `db_credentials.dat.candidate` was written from the build's variables, in which case the variables of
    /// a later build supersede it; a candidate that the database's build wrote is never superseded.
    #[serde(default)]
    pub is_candidate_ours: bool,
    /// The recorded snapshots.
    #[serde(default)]
    pub snapshots: BTreeMap<MachineType, RecordedSnapshot>,
}

/// Of what, where and when a recorded snapshot was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedSnapshot {
    /// The id in `snapshot_ids.dat`.
    pub id: SnapshotId,
    /// What the provider calls it.
    pub kind: SnapshotKind,
    /// The snapshot a template was registered from.
    pub source: Option<SnapshotId>,
    /// The provider.
    pub cloudhost: Cloudhost,
    /// Its region or zone there.
    pub region: String,
    /// The machine it was made of.
    pub machine_id: String,
    /// The machine's name.
    pub machine_name: String,
    /// When it was recorded.
    pub recorded: Timestamp,
    /// How long it took to make, in seconds, where one run made it from its beginning to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub took_seconds: Option<u64>,
    /// The servers' user.
    pub server_user: String,
    /// The build's variables, those of [`RECORDED_VARIABLES`].
    pub variables: BTreeMap<String, String>,
}

impl Default for Manifest {
    fn default() -> Self {
        Self {
            version: VERSION,
            is_candidate_ours: false,
            snapshots: BTreeMap::new(),
        }
    }
}

impl Manifest {
    /// The manifest in the file's content, an empty one when there is no file.
    ///
    /// # Errors
    /// When the content is no manifest.
    pub fn parse(content: Option<&[u8]>) -> anyhow::Result<Self> {
        content.map_or_else(
            || Ok(Self::default()),
            |content| {
                json::parse(content)
                    .context("cannot understand 'snapshot_manifest.json'; move it away")
            },
        )
    }

    /// The snapshot that the recorded template `id` was registered from, where there is one.
    pub fn source_of(&self, kind: MachineType, id: &SnapshotId) -> Option<&SnapshotId> {
        let recorded = self
            .snapshots
            .get(&kind)
            .filter(|recorded| recorded.id == *id)?;
        recorded.source.as_ref()
    }

    /// The file's content.
    ///
    /// # Errors
    /// Never in practice; the type cannot tell.
    pub fn to_bytes(&self) -> anyhow::Result<Vec<u8>> {
        json::for_a_file(self)
    }
}
