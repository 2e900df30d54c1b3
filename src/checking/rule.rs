//! The rules of a build from snapshots.

use serde::Serialize;

use crate::records::Question;

/// A rule that a build from snapshots must keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// The plan is a build from snapshots.
    BuildFromSnapshot,
    /// The webroot and the database come from a temporal backup.
    ArchiveChoice,
    /// Whether the build installs the latest backup is said clearly.
    RestoreLatestBackup,
    /// The build is expedited.
    Expedited,
    /// The build is for one region.
    MultiRegion,
    /// Both names of the snapshot directory reach the same files.
    Directory,
    /// Every machine type of the plan has an id.
    RecordedId,
    /// The provider has it, and a machine can be built from it in the region.
    AtProvider,
    /// It is not old.
    Age,
    /// A backup that is newer than it is installed.
    LatestBackup,
    /// It is of a build like the planned one.
    SameBuild,
    /// The key pair is there, and is the one that the snapshots let in.
    KeyPair,
    /// The servers' user is known, and is the one of the snapshots.
    ServerUser,
    /// The database's user, password and name are known.
    DatabaseCredentials,
}

impl Question for Rule {
    const FIELD: &'static str = "rule";

    fn title(self) -> &'static str {
        match self {
            Self::BuildFromSnapshot => "build from snapshot",
            Self::ArchiveChoice => "archive choice",
            Self::RestoreLatestBackup => "restoring",
            Self::Expedited => "expedited build",
            Self::MultiRegion => "one region",
            Self::Directory => "snapshot directory",
            Self::RecordedId => "recorded id",
            Self::AtProvider => "at the provider",
            Self::Age => "age",
            Self::LatestBackup => "latest backup",
            Self::SameBuild => "same build",
            Self::KeyPair => "key pair",
            Self::ServerUser => "servers' user",
            Self::DatabaseCredentials => "database credentials",
        }
    }
}
