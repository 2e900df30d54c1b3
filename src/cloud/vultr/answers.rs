//! What vultr prints, and what of it matters.

use serde::Deserialize;

use crate::cloud::{Completeness, Listing, Machine, Snapshot, SnapshotState, decode};
use crate::names::SnapshotKind;

/// A page of a list.
pub(super) trait Page: serde::de::DeserializeOwned {
    /// A row of it.
    type Row;

    /// Its rows, and what it says of the others.
    fn into_rows(self) -> (Vec<Self::Row>, Meta);
}

impl Page for Instances {
    type Row = Instance;

    fn into_rows(self) -> (Vec<Instance>, Meta) {
        (self.instances, self.meta)
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Instances {
    #[serde(deserialize_with = "decode::list")]
    pub(super) instances: Vec<Instance>,
    #[serde(default)]
    pub(super) meta: Meta,
}

#[derive(Debug, Deserialize)]
pub(super) struct Instance {
    #[serde(deserialize_with = "decode::id")]
    pub(super) id: String,
    #[serde(default)]
    pub(super) label: String,
    #[serde(default)]
    pub(super) status: String,
    #[serde(default)]
    pub(super) main_ip: String,
    #[serde(default)]
    pub(super) internal_ip: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Snapshots {
    #[serde(deserialize_with = "decode::list")]
    pub(super) snapshots: Vec<ListedSnapshot>,
    #[serde(default)]
    pub(super) meta: Meta,
}

#[derive(Debug, Deserialize)]
pub(super) struct OneSnapshot {
    pub(super) snapshot: ListedSnapshot,
}

#[derive(Debug, Deserialize)]
pub(super) struct ListedSnapshot {
    #[serde(deserialize_with = "decode::id")]
    pub(super) id: String,
    #[serde(default)]
    pub(super) description: String,
    #[serde(default)]
    pub(super) status: String,
    #[serde(default)]
    pub(super) date_created: String,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Meta {
    #[serde(default)]
    pub(super) total: usize,
    #[serde(default)]
    pub(super) links: Links,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Links {
    #[serde(default)]
    pub(super) next: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Addresses {
    #[serde(deserialize_with = "decode::list")]
    pub(super) ipv4s: Vec<Address>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Address {
    #[serde(default)]
    pub(super) ip: String,
    #[serde(rename = "type", default)]
    pub(super) scope: String,
}

/// The rows of a list that says how many there are.
pub(super) fn counted<T>(items: Vec<T>, total: usize) -> Listing<T> {
    let listed = items.len();
    let completeness = if listed < total {
        Completeness::Cut(format!("vultr shows {listed} of {total}"))
    } else {
        Completeness::Whole
    };
    Listing {
        items,
        completeness,
    }
}

impl From<Instance> for Machine {
    fn from(instance: Instance) -> Self {
        // An instance that is still being made has the address 0.0.0.0.
        let given =
            |address: String| (!matches!(address.as_str(), "" | "0.0.0.0")).then_some(address);
        Self {
            id: instance.id,
            name: instance.label,
            status: instance.status,
            public_addresses: given(instance.main_ip).into_iter().collect(),
            private_addresses: given(instance.internal_ip).into_iter().collect(),
        }
    }
}

impl ListedSnapshot {
    pub(super) fn into_snapshot(self) -> Option<Snapshot> {
        Some(Snapshot {
            id: self.id.parse().ok()?,
            kind: SnapshotKind::Snapshot,
            name: self.description,
            state: SnapshotState::of(self.status, &["complete"], &["failed", "error", "deleted"]),
            machine_id: None,
            created: decode::time(&self.date_created),
            regions: Vec::new(),
        })
    }
}
