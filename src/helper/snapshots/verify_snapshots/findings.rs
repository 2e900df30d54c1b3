//! What is verified.

use serde::Serialize;

use crate::records::{self, Question};

/// What is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    RecordedId,
    /// The provider has it, and a machine can be built from it in the region.
    AtProvider,
    /// The manifest says the same.
    Manifest,
    /// The bucket has the same bytes.
    InBucket,
    /// A backup that is newer than a snapshot is installed by a build.
    LatestBackup,
    /// No snapshot is under way.
    UnderWay,
    /// The provider has nothing of this build that nothing records.
    Orphan,
}

/// All findings, in the order of the report.
pub type Findings = records::Findings<Check>;

impl Question for Check {
    const FIELD: &'static str = "check";

    fn title(self) -> &'static str {
        match self {
            Self::RecordedId => "recorded id",
            Self::AtProvider => "at the provider",
            Self::Manifest => "manifest",
            Self::InBucket => "in the bucket",
            Self::LatestBackup => "latest backup",
            Self::UnderWay => "unfinished",
            Self::Orphan => "not recorded",
        }
    }
}
