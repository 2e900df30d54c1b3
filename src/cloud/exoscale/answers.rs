//! What exo prints, and what of it matters.

use serde::Deserialize;

use crate::cloud::{Machine, Snapshot, SnapshotState, decode};
use crate::names::SnapshotKind;

/// What exo prints for an address that is not there.
const NO_ADDRESS: &str = "-";

/// More of a reason than this says nothing more.
const LONGEST_DOUBT_CHARS: usize = 300;

#[derive(Debug, Deserialize)]
pub(super) struct Instance {
    #[serde(deserialize_with = "decode::id")]
    pub(super) id: String,
    pub(super) name: String,
    #[serde(default)]
    pub(super) ip_address: String,
    #[serde(default)]
    pub(super) state: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct ListedSnapshot {
    #[serde(deserialize_with = "decode::id")]
    pub(super) id: String,
    #[serde(default)]
    pub(super) instance: String,
    #[serde(default)]
    pub(super) state: String,
    #[serde(default)]
    pub(super) creation_date: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct ListedTemplate {
    #[serde(deserialize_with = "decode::id")]
    pub(super) id: String,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) creation_date: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Made {
    pub(super) id: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct PrivateNetwork {
    #[serde(default, deserialize_with = "decode::list")]
    pub(super) leases: Vec<Lease>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Lease {
    #[serde(default)]
    pub(super) instance: String,
    #[serde(default)]
    pub(super) ip_address: String,
}

/// What `stderr` says went wrong on the way; nothing when it is blank. The line with a bullet is the reason, the ones
/// around it only say that there is one.
pub(super) fn doubt(stderr: &str) -> Option<String> {
    let lines = || {
        stderr
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
    };
    let reason = lines().find_map(|line| line.strip_prefix("* "));
    let line = reason.or_else(|| lines().next())?.chars();
    Some(
        line.filter(|it| !it.is_control())
            .take(LONGEST_DOUBT_CHARS)
            .collect(),
    )
}

impl From<Instance> for Machine {
    fn from(instance: Instance) -> Self {
        let address = Some(instance.ip_address);
        let is_one = |address: &String| !address.is_empty() && address != NO_ADDRESS;
        Self {
            id: instance.id,
            name: instance.name,
            status: instance.state,
            public_addresses: address.into_iter().filter(is_one).collect(),
            private_addresses: Vec::new(),
        }
    }
}

impl ListedSnapshot {
    pub(super) fn into_snapshot(self) -> Option<Snapshot> {
        let failed = ["error", "failed", "deleting", "deleted"];
        Some(Snapshot {
            id: self.id.parse().ok()?,
            kind: SnapshotKind::Snapshot,
            name: self.instance,
            // A snapshot that a template was registered from stays exported.
            state: SnapshotState::of(self.state, &["ready", "exported"], &failed),
            machine_id: None,
            created: decode::time(&self.creation_date),
            regions: Vec::new(),
        })
    }
}

impl ListedTemplate {
    /// What is listed is registered.
    pub(super) fn into_snapshot(self) -> Option<Snapshot> {
        Some(Snapshot {
            id: self.id.parse().ok()?,
            kind: SnapshotKind::Template,
            name: self.name,
            state: SnapshotState::Usable,
            machine_id: None,
            created: decode::time(&self.creation_date),
            regions: Vec::new(),
        })
    }
}
