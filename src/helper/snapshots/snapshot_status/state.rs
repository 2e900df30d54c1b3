//! What the files say.

use anyhow::Context;
use jiff::Timestamp;
use serde::Serialize;

use crate::build::Build;
use crate::files;
use crate::names::{Cloudhost, MachineType, SnapshotId, SnapshotKind, WebsiteUrl};
use crate::records::manifest::Manifest;
use crate::records::pending::{self, PendingSnapshot};
use crate::records::snapshot_directory::{MANIFEST, SNAPSHOT_IDS, SnapshotDirectory};
use crate::records::snapshot_ids::SnapshotIds;

/// A site's snapshots, as far as this machine knows.
#[derive(Debug, Serialize)]
pub struct State {
    pub website_url: String,
    pub cloudhost: Cloudhost,
    pub build_identifier: String,
    /// The directory of the records.
    pub directory: String,
    /// Whether a run is copying the records to the bucket or from there.
    pub is_transferring: bool,
    /// What is wrong with the records as a whole.
    pub problems: Vec<String>,
    pub machine_types: Vec<OfType>,
}

/// What there is of one machine type.
#[derive(Debug, Serialize)]
pub struct OfType {
    pub machine_type: MachineType,
    pub recorded: Option<Recorded>,
    pub pending: Option<Pending>,
    /// Whether a run holds the lock of this type.
    pub is_at_work: bool,
    /// What is wrong with its records.
    pub problems: Vec<String>,
}

/// A recorded id, with what the manifest knows of it.
#[derive(Debug, Serialize)]
pub struct Recorded {
    pub id: SnapshotId,
    pub kind: Option<SnapshotKind>,
    pub machine_name: Option<String>,
    pub region: Option<String>,
    pub since: Option<Timestamp>,
}

/// An unfinished snapshot.
#[derive(Debug, Serialize)]
pub struct Pending {
    pub begun: Timestamp,
    pub machine_name: String,
    pub step: Step,
    /// What the last step makes, and its id once the provider gave one.
    pub kind: Option<SnapshotKind>,
    pub id: Option<SnapshotId>,
    /// How many older snapshots are still to be deleted.
    pub to_delete: usize,
}

/// How far an unfinished snapshot is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Nothing was asked of the provider yet.
    Begun,
    /// The provider was asked; it gave no id yet.
    Asked,
    /// The provider gave an id; it is not usable yet.
    Made,
    /// It is usable; the next step, or its record, is to come.
    Usable,
    /// Its id is recorded; the upload or the deletion of what it replaces is to come.
    Recorded,
}

impl State {
    /// Reads the files. Nothing is changed.
    ///
    /// # Errors
    /// When a file is there and cannot be read.
    pub fn read(
        build: &Build,
        url: &WebsiteUrl,
        directory: &SnapshotDirectory,
    ) -> anyhow::Result<Self> {
        let mut problems = Vec::new();
        let ids = SnapshotIds::new(directory.read(SNAPSHOT_IDS)?.unwrap_or_default());
        let manifest =
            Manifest::parse(directory.read(MANIFEST)?.as_deref()).unwrap_or_else(|why| {
                problems.push(format!("{why:#}"));
                Manifest::default()
            });
        let types = MachineType::ALL.into_iter();
        Ok(Self {
            website_url: url.to_string(),
            cloudhost: build.cloudhost(),
            build_identifier: build.identifier().to_string(),
            directory: directory.documented().display().to_string(),
            is_transferring: files::is_locked(&directory.transfer_lock())?,
            machine_types: types
                .map(|kind| OfType::read(kind, directory, &ids, &manifest))
                .collect::<anyhow::Result<_>>()
                .context("cannot tell what is being made")?,
            problems,
        })
    }
}

impl OfType {
    fn read(
        kind: MachineType,
        directory: &SnapshotDirectory,
        ids: &SnapshotIds,
        manifest: &Manifest,
    ) -> anyhow::Result<Self> {
        let mut problems = Vec::new();
        let mut or_problem = |why: anyhow::Error| problems.push(format!("{why:#}"));
        let id = ids.id(kind).unwrap_or_else(|why| {
            or_problem(why);
            None
        });
        let note = PendingSnapshot::read(&directory.pending(), kind).unwrap_or_else(|why| {
            or_problem(why);
            None
        });
        let entry = manifest.snapshots.get(&kind);
        if let (Some(entry), Some(id)) = (entry, &id)
            && entry.id != *id
        {
            problems.push(format!("the manifest says {} in place of {id}", entry.id));
        }
        let entry = entry.filter(|entry| Some(&entry.id) == id.as_ref());
        Ok(Self {
            machine_type: kind,
            recorded: id.map(|id| Recorded {
                id,
                kind: entry.map(|entry| entry.kind),
                machine_name: entry.map(|entry| entry.machine_name.clone()),
                region: entry.map(|entry| entry.region.clone()),
                since: entry.map(|entry| entry.recorded),
            }),
            pending: note.as_ref().map(Pending::of),
            is_at_work: files::is_locked(&pending::lock_in(&directory.pending(), kind))?,
            problems,
        })
    }
}

impl Pending {
    fn of(note: &PendingSnapshot) -> Self {
        let last = note.steps.last();
        let step = match last {
            _ if note.is_recorded => Step::Recorded,
            None => Step::Begun,
            Some(step) if step.id.is_none() => Step::Asked,
            Some(step) if !step.is_usable => Step::Made,
            Some(_) => Step::Usable,
        };
        Self {
            begun: note.begun,
            machine_name: note.wanted.machine_name.clone(),
            step,
            kind: last.map(|step| step.kind),
            id: last.and_then(|step| step.id.clone()),
            to_delete: note.replaces.len(),
        }
    }
}
