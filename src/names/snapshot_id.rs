use std::fmt;
use std::str::FromStr;

use anyhow::ensure;
use serde::{Deserialize, Serialize};

use crate::foreign_text::beginning;

/// The id a provider gave a snapshot, image or template: digits (DigitalOcean), a UUID (Exoscale, Vultr) or
/// `private/NNN` (Linode). Never empty, and free of `:` and blanks, which the readers of `snapshot_ids.dat` cut at
/// (contract 03 §3.2).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SnapshotId(String);

impl SnapshotId {
    /// The id as it stands in the provider's answers and in `snapshot_ids.dat`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SnapshotId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl FromStr for SnapshotId {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        ensure!(!text.is_empty(), "the snapshot id is empty");
        ensure!(
            text.len() <= 128
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte))
                && !text.starts_with('-'),
            "'{}' is not a snapshot id; expected digits, a UUID or private/NNN",
            beginning(text)
        );
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for SnapshotId {
    type Error = anyhow::Error;

    fn try_from(text: String) -> anyhow::Result<Self> {
        text.parse()
    }
}

impl From<SnapshotId> for String {
    fn from(id: SnapshotId) -> Self {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ids_of_all_four_clouds_are_ids() {
        for id in [
            "180001010",
            "025b413f-8a9a-421e-a648-a7dd06839eb9",
            "private/30001034",
        ] {
            assert_eq!(id.parse::<SnapshotId>().unwrap().as_str(), id);
        }
    }

    #[test]
    fn what_would_break_the_files_readers_is_none() {
        for text in [
            "",
            " ",
            "a:b",
            "1 2",
            "x\n",
            "--force",
            "$(id)",
            "\u{fc}",
            &"9".repeat(1 << 20),
        ] {
            assert!(text.parse::<SnapshotId>().is_err(), "{text:.20}");
        }
    }
}
