//! Reading the facts. Nothing is written and nothing is asked twice.

use std::collections::BTreeMap;
use std::path::Path;

use bstr::ByteSlice;
use jiff::Timestamp;

use super::{CredentialsFile, Facts, KeyPair, Lookup, PlannedBuild, Records};
use crate::cloud::Cloud;
use crate::files;
use crate::helper::is_flagged;
use crate::names::{MachineType, SnapshotId};
use crate::toolkit::manifest::Manifest;
use crate::toolkit::snapshot_directory::{
    CREDENTIALS, DB_CREDENTIALS, MANIFEST, SNAPSHOT_IDS, SnapshotDirectory,
};
use crate::toolkit::snapshot_ids::SnapshotIds;
use crate::toolkit::{credentials, keys_archive};

/// Whom to ask about the recorded ids.
pub enum Provider<'a> {
    /// The cloud, one question an id.
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
    let records = match SnapshotDirectory::find(planned.build.home(), &planned.website_url) {
        Ok(directory) => Ok(records(&directory)?),
        Err(why) => Err(format!("{why:#}")),
    };
    let provider = records.as_ref().map_or(Some(BTreeMap::new()), |records| {
        look_up(planned, records, provider)
    });
    let own_server_user = planned.build.server_user()?;
    Ok(Facts {
        now: Timestamp::now(),
        is_hardcore: is_flagged::is_hardcore_build(),
        keys: key_pair(planned)?,
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
        server: credentials_file(directory, CREDENTIALS, &["USERNAME", "PASSWORD"])?,
        database: credentials_file(
            directory,
            DB_CREDENTIALS,
            &["USERNAME", "PASSWORD", "DBNAME"],
        )?,
    })
}

fn credentials_file(
    directory: &SnapshotDirectory,
    name: &str,
    fields: &[&'static str],
) -> anyhow::Result<Option<CredentialsFile>> {
    let Some(content) = directory.read(name)? else {
        return Ok(None);
    };
    let value = |field: &str| credentials::field(&content, field).unwrap_or_default();
    let lacks = fields
        .iter()
        .filter(|field| value(field).trim_ascii().is_empty());
    Ok(Some(CredentialsFile {
        user: value("USERNAME").to_str_lossy().into_owned(),
        lacks: lacks.copied().collect(),
    }))
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
        Provider::Asked(cloud) => Some(ids.map(|(kind, id)| (kind, ask(*cloud, id))).collect()),
    }
}

/// What the cloud says of an id of what a machine is built from, the last thing made in its steps.
fn ask(cloud: &dyn Cloud, id: &SnapshotId) -> Lookup {
    let Some(kind) = cloud.steps().last() else {
        return Lookup::Unknown;
    };
    match cloud.snapshot(*kind, id) {
        Ok(Some(snapshot)) => Lookup::Found(snapshot),
        Ok(None) => Lookup::Unknown,
        Err(failure) => Lookup::Unanswered(failure.to_string()),
    }
}

/// Where the key pair is that the planned build will use. A build from snapshots makes none, and unpacks the archive.
fn key_pair(planned: &PlannedBuild) -> anyhow::Result<KeyPair> {
    let (algorithm, build) = (planned.plan.text("ALGORITHM"), planned.build.identifier());
    let name = keys_archive::key_name(algorithm, build.as_str());
    let directory = planned.build.keys();
    let archive = files::read_if_there(&directory.join(keys_archive::NAME))?;
    let archive = archive.and_then(|archive| keys_archive::names(&archive).ok());
    let packed = archive.unwrap_or_default();
    let is_there = |file: &String| {
        directory.join(file).is_file()
            || packed
                .iter()
                .any(|member| member.trim_start_matches("./") == file)
    };
    let pair = [name.clone(), format!("{name}.pub")].into_iter();
    Ok(KeyPair {
        missing: pair.filter(|file| !is_there(file)).collect(),
        name,
        directory,
    })
}
