use std::fmt;

use serde::{Deserialize, Serialize};

/// What a provider calls the thing a machine can be built from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SnapshotKind {
    /// A snapshot (DigitalOcean, Vultr; on Exoscale only a step towards a template).
    Snapshot,
    /// An image of a disk (Linode).
    Image,
    /// A template registered from a snapshot (Exoscale).
    Template,
}

impl fmt::Display for SnapshotKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Snapshot => "snapshot",
            Self::Image => "image",
            Self::Template => "template",
        })
    }
}
