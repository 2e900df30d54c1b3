//! What doctl prints, and what of it matters.

use serde::Deserialize;

use crate::cloud::rows::keyed_by_id;
use crate::cloud::{Action, Machine, Snapshot, SnapshotState, decode};
use crate::names::SnapshotKind;

#[derive(Debug, Deserialize)]
pub(super) struct Droplet {
    #[serde(deserialize_with = "decode::id")]
    pub(super) id: String,
    #[serde(deserialize_with = "decode::text")]
    pub(super) name: String,
    #[serde(default, deserialize_with = "decode::text")]
    pub(super) status: String,
    /// While an action runs no other one is taken.
    #[serde(default)]
    pub(super) locked: bool,
    #[serde(default, deserialize_with = "decode::or_none")]
    pub(super) networks: Networks,
    #[serde(default, deserialize_with = "decode::or_none")]
    pub(super) snapshot_ids: Vec<u64>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Networks {
    #[serde(default, deserialize_with = "decode::or_none")]
    pub(super) v4: Vec<Network>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Network {
    #[serde(default, deserialize_with = "decode::text")]
    pub(super) ip_address: String,
    #[serde(rename = "type", default, deserialize_with = "decode::text")]
    pub(super) scope: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct ListedSnapshot {
    /// What it was made of: a droplet or a volume.
    #[serde(default, deserialize_with = "decode::text")]
    resource_type: String,
    /// The droplet's id.
    #[serde(default, deserialize_with = "decode::text")]
    resource_id: String,
    #[serde(deserialize_with = "decode::id")]
    pub(super) id: String,
    #[serde(default, deserialize_with = "decode::text")]
    pub(super) name: String,
    #[serde(default, deserialize_with = "decode::text")]
    pub(super) created_at: String,
    #[serde(default, deserialize_with = "decode::or_none")]
    pub(super) regions: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ListedAction {
    #[serde(deserialize_with = "decode::id")]
    pub(super) id: String,
    #[serde(default, deserialize_with = "decode::text")]
    pub(super) status: String,
    #[serde(rename = "type", default, deserialize_with = "decode::text")]
    pub(super) kind: String,
}

keyed_by_id!(Droplet, ListedAction, ListedSnapshot);

impl From<Droplet> for Machine {
    fn from(droplet: Droplet) -> Self {
        let addresses = |scope: &str| {
            let of_scope = droplet
                .networks
                .v4
                .iter()
                .filter(|network| network.scope == scope);
            decode::addresses(of_scope.map(|network| network.ip_address.clone()))
        };
        Self {
            public_addresses: addresses("public"),
            private_addresses: addresses("private"),
            id: droplet.id,
            name: droplet.name,
            is_off: droplet.status == "off",
            status: droplet.status,
        }
    }
}

impl ListedSnapshot {
    /// What is listed is finished. None for a volume's snapshot, from which no machine can be built and whose id is a
    /// UUID, where a droplet's has a number.
    pub(super) fn into_snapshot(self) -> Option<Snapshot> {
        let is_of_a_droplet = ["", "droplet"].contains(&self.resource_type.as_str());
        if !is_of_a_droplet || self.id.parse::<u64>().is_err() {
            return None;
        }
        Some(Snapshot {
            id: self.id.parse().ok()?,
            kind: SnapshotKind::Snapshot,
            name: self.name,
            state: SnapshotState::Usable,
            machine_id: Some(self.resource_id).filter(|id| !id.is_empty()),
            created: decode::time(&self.created_at),
            regions: self.regions,
            lacks_cloud_init: false,
        })
    }
}

impl From<ListedAction> for Action {
    fn from(action: ListedAction) -> Self {
        let state = match action.status.as_str() {
            "completed" => SnapshotState::Usable,
            "errored" => SnapshotState::Failed(action.status),
            _ => SnapshotState::Pending(action.status),
        };
        Self {
            id: action.id,
            state,
        }
    }
}
