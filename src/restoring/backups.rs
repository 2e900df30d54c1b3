//! What the datastore has of the build's backups, and what the provider says of its snapshots.

use anyhow::{Context, anyhow, bail, ensure};
use jiff::Timestamp;

use super::subject::Subject;
use crate::build::stores;
use crate::console;
use crate::datastore::backups::Backup;
use crate::datastore::{Datastore, StoredObject};
use crate::names::MachineType;
use crate::records::snapshot_directory::SNAPSHOT_IDS;
use crate::records::snapshot_ids::SnapshotIds;

/// A backup that is in the datastore.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub backup: Backup,
    /// Its date and size.
    pub stored: StoredObject,
}

/// The backups of a build, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Backups {
    webroot: Result<Found, String>,
    database: Result<Found, String>,
}

impl Backups {
    /// Looks both of them up.
    ///
    /// # Errors
    /// When the datastore gives no usable answer.
    pub fn looked_up(subject: &Subject) -> anyhow::Result<Self> {
        let store = stores::first(subject.build().home())?;
        Ok(Self {
            webroot: looked_up(subject, &store, MachineType::Webserver)?,
            database: looked_up(subject, &store, MachineType::Database)?,
        })
    }

    /// The backup for machines of the type `kind`.
    ///
    /// # Errors
    /// When there is none.
    pub fn of(&self, kind: MachineType) -> anyhow::Result<&Found> {
        let found = match kind {
            MachineType::Database => &self.database,
            _ => &self.webroot,
        };
        found.as_ref().map_err(|why| anyhow!("{why}"))
    }

    /// Fails if one of them is another by now: what was checked is then not the latest.
    ///
    /// # Errors
    /// When it is, or the datastore gives no usable answer.
    pub fn ensure_unchanged(&self, subject: &Subject) -> anyhow::Result<()> {
        ensure!(
            Self::looked_up(subject)? == *self,
            "a backup was made meanwhile; run the same command again to install it"
        );
        Ok(())
    }
}

fn looked_up(
    subject: &Subject,
    store: &Datastore,
    kind: MachineType,
) -> anyhow::Result<Result<Found, String>> {
    let stored = subject.backup(kind)?.stored(store, &subject.reach.runner)?;
    let backup = stored.backup;
    if let Some(stored) = stored.latest {
        return Ok(Ok(Found { backup, stored }));
    }
    let Backup {
        bucket,
        latest,
        predecessor,
    } = &backup;
    let advice = match stored.predecessor {
        Some(former) => format!(
            "only '{predecessor}' of {} is there, since a backup was cut off: copy it to '{latest}' in that bucket, and run the \
             same command again",
            console::dated(former.modified)
        ),
        None => "--keep lets the machines keep what they have".to_owned(),
    };
    Ok(Err(format!(
        "there is no backup '{latest}' in the bucket '{bucket}'; {advice}"
    )))
}

/// When the snapshot was taken that machines of the type `kind` are made of; none where nobody says.
///
/// # Errors
/// When the records cannot be read, or the provider does not answer.
pub(super) fn snapshot_date(
    subject: &Subject,
    kind: MachineType,
) -> anyhow::Result<Option<Timestamp>> {
    let directory = subject.build().snapshot_directory_of_own_site()?;
    let Some(records) = directory.read(SNAPSHOT_IDS)? else {
        return Ok(None);
    };
    let Some(id) = SnapshotIds::new(records).id(kind)? else {
        return Ok(None);
    };
    let cloud = subject.reach.cloud()?;
    let Some(snapshot_kind) = cloud.steps().last().copied() else {
        bail!("the provider has no snapshots");
    };
    let snapshot = cloud
        .snapshot(snapshot_kind, &id)
        .with_context(|| format!("cannot tell the age of the {kind}'s snapshot"))?;
    Ok(snapshot.and_then(|snapshot| snapshot.created))
}
