//! Reading the facts. Nothing is written and nothing is asked twice.

use std::collections::BTreeMap;
use std::path::Path;

use bstr::ByteSlice;
use jiff::Timestamp;

use super::{Facts, KeyPair, Lookup, Records};
use crate::build::PlannedBuild;
use crate::cloud::Cloud;
use crate::files;
use crate::names::{MachineType, SnapshotId, SnapshotKind};
use crate::records::keys_archive;
use crate::records::manifest::Manifest;
use crate::records::snapshot_directory::{
    CREDENTIALS, DB_CREDENTIALS, MANIFEST, SNAPSHOT_IDS, SnapshotDirectory,
};
use crate::records::snapshot_ids::SnapshotIds;
use crate::toolkit::build_home::is_hardcore_build;
use crate::toolkit::credentials::{DatabaseCredentials, ServerCredentials};

/// The provider that is asked about the recorded ids.
pub enum Provider<'a> {
    Asked(&'a dyn Cloud),
    /// There is no way to ask it; why.
    Unreachable(String),
    /// Nobody, by request.
    NotAsked,
}

/// The facts about a planned build.
///
/// # Errors
/// When a file is there and cannot be read. Records that contradict each other are a fact.
pub fn gather(planned: &PlannedBuild, provider: &Provider<'_>) -> anyhow::Result<Facts> {
    let directory = planned.snapshot_directory();
    let keys = key_pair(planned, directory.as_ref().ok())?;
    let records = match directory {
        Ok(directory) => Ok(records(&directory)?),
        Err(why) => Err(format!("{why:#}")),
    };
    let provider = records.as_ref().map_or(Some(BTreeMap::new()), |records| {
        look_up(planned, records, provider)
    });
    let own_server_user = planned.build.directory().server_user()?;
    Ok(Facts {
        now: Timestamp::now(),
        backups: None,
        is_hardcore: is_hardcore_build(),
        keys,
        own_server_user: own_server_user.map(|user| user.to_str_lossy().into_owned()),
        provider,
        records,
    })
}

fn records(directory: &SnapshotDirectory) -> anyhow::Result<Records> {
    let ids = SnapshotIds::new(directory.read(SNAPSHOT_IDS)?.unwrap_or_default());
    let ids = MachineType::ALL.into_iter().filter_map(|kind| {
        let id = ids.id(kind).map_err(|why| format!("{why:#}")).transpose()?;
        Some((kind, id))
    });
    let manifest = directory
        .read(MANIFEST)?
        .map(|content| Manifest::parse(Some(&content)).map_err(|why| format!("{why:#}")));
    let missing = directory.missing_names().into_iter();
    Ok(Records {
        documented: directory.documented().to_owned(),
        legacy: directory.legacy().to_owned(),
        missing_names: missing.map(Path::to_owned).collect(),
        ids: ids.collect(),
        manifest: manifest.transpose(),
        server: directory.read(CREDENTIALS)?.map(|content| server(&content)),
        database: directory
            .read(DB_CREDENTIALS)?
            .map(|content| database(&content)),
    })
}

/// The servers' user, judged as the build will judge it.
fn server(content: &[u8]) -> Result<String, String> {
    match ServerCredentials::parse(content) {
        Ok(server) => Ok(server.user.to_str_lossy().into_owned()),
        Err(why) => Err(format!("{why:#}")),
    }
}

/// Whether the database's credentials are all there and fit for a build's variables.
fn database(content: &[u8]) -> Result<(), String> {
    let database = DatabaseCredentials::parse(content).map_err(|why| format!("{why:#}"))?;
    if database.is_empty() {
        return Err("it says that there is no database".to_owned());
    }
    database
        .variables()
        .map(drop)
        .map_err(|why| format!("{why:#}"))
}

/// What the provider says of each recorded id that the plan needs.
fn look_up(
    planned: &PlannedBuild,
    records: &Records,
    provider: &Provider<'_>,
) -> Option<BTreeMap<MachineType, Lookup>> {
    let types = planned.plan.machine_types().into_iter();
    let ids = types.filter_map(|kind| Some((kind, records.id(kind)?)));
    match provider {
        Provider::NotAsked => None,
        Provider::Unreachable(why) => Some(
            ids.map(|(kind, _)| (kind, Lookup::Unanswered(why.clone())))
                .collect(),
        ),
        Provider::Asked(cloud) => Some(ask(*cloud, ids.collect())),
    }
}

/// What the cloud says of the ids of what machines are built from, the last thing made in its steps. Several are looked
/// for in one list.
fn ask(cloud: &dyn Cloud, ids: Vec<(MachineType, &SnapshotId)>) -> BTreeMap<MachineType, Lookup> {
    let kind = cloud.steps().last().copied();
    let kind = kind.unwrap_or(SnapshotKind::Snapshot);
    let listed = (ids.len() > 1).then(|| cloud.all_snapshots(kind));
    let answer_about = |id: &SnapshotId| match &listed {
        Some(listed) => cloud.snapshot_in(listed, kind, id),
        None => cloud.snapshot(kind, id),
    };
    let lookups = ids.into_iter().map(|(kind, id)| {
        let lookup = match answer_about(id) {
            Ok(Some(snapshot)) => Lookup::Found(snapshot),
            Ok(None) => Lookup::Unknown,
            Err(failure) => Lookup::Unanswered(failure.to_string()),
        };
        (kind, lookup)
    });
    lookups.collect()
}

/// Where the key pair is that the planned build will use. A build from snapshots makes none and takes it
/// from an archive.
fn key_pair(
    planned: &PlannedBuild,
    snapshots: Option<&SnapshotDirectory>,
) -> anyhow::Result<Option<KeyPair>> {
    let Ok(name) = planned.build.key_name() else {
        return Ok(None);
    };
    let directory = planned.build.directory().keys();
    let archives = [directory.join(keys_archive::NAME)].into_iter();
    let archives = archives.chain(snapshots.map(|there| there.path_of(keys_archive::NAME)));
    let mut packed = Vec::new();
    for archive in archives {
        let content = files::read_if_there(&archive)?;
        let keys = content.and_then(|content| keys_archive::unpack(&content).ok());
        packed.extend(keys.unwrap_or_default().into_keys());
    }
    let pair = [name.clone(), format!("{name}.pub")].into_iter();
    let missing = pair.filter(|file| !directory.join(file).is_file() && !packed.contains(file));
    Ok(Some(KeyPair {
        missing: missing.collect(),
        name,
        directory,
    }))
}
