//! What vultr prints, and what of it matters.

use serde::Deserialize;

use crate::cloud::rows::{Keyed, Rows, keyed_by_id};
use crate::cloud::{Completeness, Listing, Machine, Snapshot, SnapshotState, decode};
use crate::names::SnapshotKind;

/// A page of a list.
pub(super) trait Page: serde::de::DeserializeOwned {
    /// A row of it.
    type Row: Keyed;

    /// Its rows, and what it says of the others.
    fn into_rows(self) -> (Rows<Self::Row>, Meta);
}

impl Page for Instances {
    type Row = Instance;

    fn into_rows(self) -> (Rows<Instance>, Meta) {
        (self.instances, self.meta)
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Instances {
    #[serde(deserialize_with = "decode::or_none")]
    pub(super) instances: Rows<Instance>,
    #[serde(default)]
    pub(super) meta: Meta,
}

#[derive(Debug, Deserialize)]
pub(super) struct Instance {
    #[serde(deserialize_with = "decode::id")]
    pub(super) id: String,
    #[serde(default, deserialize_with = "decode::text")]
    pub(super) label: String,
    #[serde(default, deserialize_with = "decode::text")]
    pub(super) status: String,
    /// `running` or `stopped`; the status stays `active`.
    #[serde(default, deserialize_with = "decode::text")]
    pub(super) power_status: String,
    #[serde(default, deserialize_with = "decode::text")]
    pub(super) main_ip: String,
    #[serde(default, deserialize_with = "decode::text")]
    pub(super) internal_ip: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Snapshots {
    #[serde(deserialize_with = "decode::or_none")]
    pub(super) snapshots: Rows<ListedSnapshot>,
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
    #[serde(default, deserialize_with = "decode::text")]
    pub(super) description: String,
    #[serde(default, deserialize_with = "decode::text")]
    pub(super) status: String,
    #[serde(default, deserialize_with = "decode::text")]
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
    #[serde(default, deserialize_with = "decode::text")]
    pub(super) next: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Addresses {
    #[serde(deserialize_with = "decode::or_none")]
    pub(super) ipv4s: Vec<Address>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Address {
    #[serde(default, deserialize_with = "decode::text")]
    pub(super) ip: String,
    #[serde(rename = "type", default, deserialize_with = "decode::text")]
    pub(super) scope: String,
}

/// The rows of a list that says how many there are.
pub(super) fn counted<T: Keyed>(rows: Rows<T>, total: usize) -> Listing<T> {
    let listed = rows.listed;
    let mut listing = rows.into_listing();
    if listed < total {
        listing.completeness = Completeness::Cut(format!("vultr shows {listed} of {total}"));
    }
    listing
}

keyed_by_id!(Instance, ListedSnapshot);

impl From<Instance> for Machine {
    fn from(instance: Instance) -> Self {
        Self {
            id: instance.id,
            name: instance.label,
            is_off: instance.power_status == "stopped",
            status: instance.status,
            public_addresses: decode::addresses([instance.main_ip]),
            private_addresses: decode::addresses([instance.internal_ip]),
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
            lacks_cloud_init: false,
        })
    }
}
