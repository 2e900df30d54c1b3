//! What is recorded on this machine, read once.

use std::collections::BTreeMap;

use bstr::ByteSlice;

use crate::build::Build;
use crate::names::{MachineType, Region, SnapshotId, WebsiteUrl};
use crate::records::manifest::Manifest;
use crate::records::pending::PendingSnapshot;
use crate::records::snapshot_directory::{MANIFEST, SNAPSHOT_IDS, SnapshotDirectory};
use crate::records::snapshot_ids::SnapshotIds;

/// The active build, its site and the records of its snapshots.
pub struct Site {
    pub build: Build,
    pub url: WebsiteUrl,
    pub directory: SnapshotDirectory,
    /// The region in the machines' names.
    pub region: Region,
    /// The region or zone that they are in.
    pub current_region: Region,
    /// The recorded ids, or what is wrong with the line of one.
    pub ids: BTreeMap<MachineType, Result<SnapshotId, String>>,
    /// The manifest, an empty one when there is none, or why it cannot be read.
    pub manifest: Result<Manifest, String>,
    /// The unfinished snapshots, or why a note cannot be understood.
    pub notes: BTreeMap<MachineType, Result<PendingSnapshot, String>>,
}

impl Site {
    /// Reads the records of `build`'s site.
    ///
    /// # Errors
    /// When a file cannot be read, or the site has two directories that differ.
    pub fn read(build: Build) -> anyhow::Result<Self> {
        let url = build.website_url()?;
        let directory = SnapshotDirectory::find(build.home(), &url)?;
        let ids = SnapshotIds::new(directory.read(SNAPSHOT_IDS)?.unwrap_or_default());
        let manifest = Manifest::parse(directory.read(MANIFEST)?.as_deref());
        Ok(Self {
            region: build.region()?,
            current_region: build.current_region()?,
            ids: of_each_type(|kind| ids.id(kind)),
            manifest: manifest.map_err(|why| format!("{why:#}")),
            notes: of_each_type(|kind| PendingSnapshot::read(&directory.pending(), kind)),
            build,
            url,
            directory,
        })
    }

    /// The servers' user, where it is known; vultr's snapshots are named by it.
    ///
    /// # Errors
    /// When its file is there and cannot be read.
    pub fn server_user(&self) -> anyhow::Result<Option<String>> {
        Ok(self
            .build
            .server_user()?
            .map(|user| user.to_str_lossy().into_owned()))
    }
}

fn of_each_type<T>(
    read: impl Fn(MachineType) -> anyhow::Result<Option<T>>,
) -> BTreeMap<MachineType, Result<T, String>> {
    let types = MachineType::ALL.into_iter();
    let found = types.filter_map(|kind| {
        let found = read(kind).map_err(|why| format!("{why:#}")).transpose()?;
        Some((kind, found))
    });
    found.collect()
}
