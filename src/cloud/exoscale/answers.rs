//! What exo prints, and what of it matters.

use serde::Deserialize;

use crate::cloud::rows::{Keyed, Rows, keyed_by_id};
use crate::cloud::{Machine, Snapshot, SnapshotState, decode};
use crate::foreign_text::first_words;
use crate::names::SnapshotKind;

#[derive(Debug, Deserialize)]
pub(super) struct Instance {
    #[serde(deserialize_with = "decode::id")]
    pub(super) id: String,
    #[serde(deserialize_with = "decode::text")]
    pub(super) name: String,
    #[serde(default, deserialize_with = "decode::text")]
    pub(super) ip_address: String,
    #[serde(default, deserialize_with = "decode::text")]
    pub(super) state: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct ListedSnapshot {
    #[serde(deserialize_with = "decode::id")]
    pub(super) id: String,
    #[serde(default, deserialize_with = "decode::text")]
    pub(super) instance: String,
    #[serde(default, deserialize_with = "decode::text")]
    pub(super) state: String,
    #[serde(default, deserialize_with = "decode::text")]
    pub(super) creation_date: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct ListedTemplate {
    #[serde(deserialize_with = "decode::id")]
    pub(super) id: String,
    #[serde(default, deserialize_with = "decode::text")]
    pub(super) name: String,
    #[serde(default, deserialize_with = "decode::text")]
    pub(super) creation_date: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Made {
    #[serde(deserialize_with = "decode::id")]
    pub(super) id: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct PrivateNetwork {
    #[serde(default, deserialize_with = "decode::or_none")]
    pub(super) leases: Rows<Lease>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Lease {
    #[serde(default, deserialize_with = "decode::text")]
    pub(super) instance: String,
    #[serde(default, deserialize_with = "decode::text")]
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
    reason.or_else(|| lines().next()).map(first_words)
}

keyed_by_id!(Instance, ListedSnapshot, ListedTemplate);

impl Keyed for Lease {
    /// Two machines may have one name, but no two have one address.
    fn key(&self) -> String {
        format!("{} {}", self.ip_address, self.instance)
    }
}

impl From<Instance> for Machine {
    fn from(instance: Instance) -> Self {
        Self {
            id: instance.id,
            name: instance.name,
            is_off: instance.state == "stopped",
            status: instance.state,
            public_addresses: decode::addresses([instance.ip_address]),
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
            lacks_cloud_init: false,
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
            lacks_cloud_init: false,
        })
    }
}
