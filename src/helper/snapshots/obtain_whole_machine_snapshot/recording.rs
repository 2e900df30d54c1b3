//! Recording a snapshot: its id, the credentials and the keys that a build from it needs (contract 03 §3.1, §3.2).

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use bstr::ByteSlice;
use jiff::Timestamp;

use crate::build::DeployedBuild;
use crate::files::{self, NewMode};
use crate::names::{MachineType, SnapshotId, SnapshotKind};
use crate::records::keys_archive;
use crate::records::manifest::{Manifest, RECORDED_VARIABLES, RecordedSnapshot};
use crate::records::pending::PendingSnapshot;
use crate::records::snapshot_directory::{
    CREDENTIALS, DB_CREDENTIALS, DB_CREDENTIALS_CANDIDATE, MANIFEST, SNAPSHOT_IDS,
    SnapshotDirectory,
};
use crate::records::snapshot_ids::SnapshotIds;
use crate::toolkit::credentials;

pub struct Recorded {
    /// What the person should know although all went well.
    pub warnings: Vec<String>,
}

/// Why the database's credentials are not recorded, and what to do.
const NO_DATABASE_CREDENTIALS: &str = "build_environment does not say DB_USERNAME, DB_PASSWORD and DB_NAME although the build has \
     a database; set them with 'adt-helpers SetVariableValue' and run the same command again";

/// The database's credentials, and where they came from.
struct DatabaseCredentials {
    candidate: Vec<u8>,
    current: Vec<u8>,
    is_candidate_ours: bool,
}

/// Writes the records of `id`; the id itself last, so that whoever sees it finds all that belongs to it.
///
/// # Errors
/// When something cannot be written, or the build has no key: the id is then recorded all the same.
pub fn record(
    subject: &DeployedBuild,
    directory: &SnapshotDirectory,
    note: &PendingSnapshot,
    kind: SnapshotKind,
    id: &SnapshotId,
    took: Option<Duration>,
) -> anyhow::Result<Recorded> {
    let _lock = directory.lock()?;
    ensure_is_of_one_type(directory, note.wanted.machine_type, id)?;
    let mut warnings = Vec::new();
    let mut manifest = Manifest::parse(directory.read(MANIFEST)?.as_deref())?;
    let server = credentials::server_credentials(
        subject.server_user.as_bytes(),
        &subject.server_user_password,
    )?;
    let database = database_credentials(subject, directory, &manifest, &mut warnings)?;
    let ids = SnapshotIds::new(directory.read(SNAPSHOT_IDS)?.unwrap_or_default());
    if let Ok(Some(former)) = ids.id(note.wanted.machine_type)
        && former != *id
        && !note.replaces.iter().any(|old| old.id == former)
    {
        warnings.push(format!(
            "{former}, which was recorded before, still exists if nobody deleted it; delete it when no build needs it"
        ));
    }
    let mut files = vec![(CREDENTIALS, server)];
    let mut missing = Vec::new();
    match database {
        Some(database) => {
            manifest.is_candidate_ours = database.is_candidate_ours;
            files.push((DB_CREDENTIALS_CANDIDATE, database.candidate));
            files.push((DB_CREDENTIALS, database.current));
        }
        None => missing.push(NO_DATABASE_CREDENTIALS.to_owned()),
    }
    manifest.snapshots.insert(
        note.wanted.machine_type,
        recorded(subject, note, kind, id, took),
    );
    files.push((MANIFEST, manifest.to_bytes()?));
    let ids = ids.with(note.wanted.machine_type, id);
    files.push((SNAPSHOT_IDS, ids.as_bytes().to_vec()));
    directory.write(&files)?;
    missing.extend(pack_keys(subject).err().map(|why| format!("{why:#}")));
    ensure!(
        missing.is_empty(),
        "the id is recorded, but {}",
        missing.join("; and ")
    );
    Ok(Recorded { warnings })
}

/// How long the snapshot of the machine type took that is recorded now, where one run made it from its beginning to its
/// end.
///
/// # Errors
/// When the manifest cannot be read.
pub fn last_duration(
    directory: &SnapshotDirectory,
    kind: MachineType,
) -> anyhow::Result<Option<Duration>> {
    let manifest = Manifest::parse(directory.read(MANIFEST)?.as_deref())?;
    let recorded = manifest.snapshots.get(&kind);
    Ok(recorded.and_then(|it| Some(Duration::from_secs(it.took_seconds?))))
}

/// Refuses to record `id` for a second machine type: a build would make both types' machines from it.
///
/// # Errors
/// When it is recorded for another one, which the message names.
pub fn ensure_is_of_one_type(
    directory: &SnapshotDirectory,
    kind: MachineType,
    id: &SnapshotId,
) -> anyhow::Result<()> {
    let ids = SnapshotIds::new(directory.read(SNAPSHOT_IDS)?.unwrap_or_default());
    let mut others = MachineType::ALL.into_iter().filter(|it| *it != kind);
    // A damaged line names no id.
    if let Some(other) = others.find(|it| matches!(ids.id(*it), Ok(Some(its)) if its == *id)) {
        bail!(
            "{id} is recorded for the {other}, so it cannot be recorded for the {kind}; if that is wrong, take the line out of '{}'",
            directory.path_of(SNAPSHOT_IDS).display()
        );
    }
    Ok(())
}

/// What a run that begins now would miss at its end, so that it can be put right before anything is made.
///
/// # Errors
/// When a record that is there cannot be read.
pub fn foreseeably_missing(
    subject: &DeployedBuild,
    directory: &SnapshotDirectory,
) -> anyhow::Result<Vec<String>> {
    let manifest = Manifest::parse(directory.read(MANIFEST)?.as_deref())?;
    let mut missing = Vec::new();
    if database_credentials(subject, directory, &manifest, &mut Vec::new())?.is_none() {
        missing.push(NO_DATABASE_CREDENTIALS.to_owned());
    }
    let keys = keys_archive::pack(&subject.build.directory().keys());
    missing.extend(keys.err().map(|why| format!("{why:#}")));
    Ok(missing)
}

/// Packs the active build's keys into `keys/keys.tar.gz`.
///
/// # Errors
/// When there is no key, or the archive cannot be written.
pub fn pack_keys(subject: &DeployedBuild) -> anyhow::Result<()> {
    let keys = subject.build.directory().keys();
    let archive = keys_archive::pack(&keys).context(
        "the ssh keys are not packed; put the build's keys back and run the same command again",
    )?;
    files::replace(&keys.join(keys_archive::NAME), &archive, NewMode::Secret)
}

/// The credentials of the snapshotted database: the candidate that its build wrote, else the build's variables, else
/// what an earlier run recorded. None when the build has a database that nothing tells the credentials of.
fn database_credentials(
    subject: &DeployedBuild,
    directory: &SnapshotDirectory,
    manifest: &Manifest,
    warnings: &mut Vec<String>,
) -> anyhow::Result<Option<DatabaseCredentials>> {
    let candidate = directory.read(DB_CREDENTIALS_CANDIDATE)?;
    let current = directory.read(DB_CREDENTIALS)?;
    let from_variables = credentials_in_variables(subject, warnings)?;
    // A candidate that this program made of an older build's variables must not outlive them.
    let is_candidate_stale =
        manifest.is_candidate_ours && candidate == current && from_variables.is_some();
    if let Some(candidate) = candidate.filter(|_| !is_candidate_stale) {
        if from_variables
            .as_ref()
            .is_some_and(|variables| !agree(variables, &candidate))
        {
            warnings.push(format!(
                "{DB_CREDENTIALS_CANDIDATE} does not agree with DB_USERNAME, DB_PASSWORD and DB_NAME of the build; it was recorded \
                 as it is: remove it and run again to record the build's"
            ));
        }
        let is_candidate_ours = manifest.is_candidate_ours;
        return Ok(Some(DatabaseCredentials {
            current: candidate.clone(),
            candidate,
            is_candidate_ours,
        }));
    }
    let content = match (from_variables, current) {
        (Some(variables), _) => variables,
        (None, Some(current)) => current,
        (None, None) if subject.build.environment().has_no_database()? => {
            credentials::database_credentials(b"", b"", b"")?
        }
        (None, None) => return Ok(None),
    };
    Ok(Some(DatabaseCredentials {
        candidate: content.clone(),
        current: content,
        is_candidate_ours: true,
    }))
}

/// `DB_USERNAME`, `DB_PASSWORD` and `DB_NAME` as a file, when all three are set.
fn credentials_in_variables(
    subject: &DeployedBuild,
    warnings: &mut Vec<String>,
) -> anyhow::Result<Option<Vec<u8>>> {
    let Some(database) = credentials::DatabaseCredentials::of_build(subject.build.environment())
    else {
        return Ok(None);
    };
    for (field, value) in [
        ("DB_PASSWORD", &database.password),
        ("DB_NAME", &database.name),
    ] {
        if credentials::as_read_back(value) != credentials::of_the_application(value) {
            warnings.push(format!(
                "{field} has a ':', and the build scripts read only what follows its last one"
            ));
        }
    }
    database.to_bytes().map(Some)
}

fn agree(variables: &[u8], candidate: &[u8]) -> bool {
    ["USERNAME", "PASSWORD", "DBNAME"]
        .iter()
        .all(|field| credentials::field(variables, field) == credentials::field(candidate, field))
}

/// What the manifest keeps of the snapshot.
fn recorded(
    subject: &DeployedBuild,
    note: &PendingSnapshot,
    kind: SnapshotKind,
    id: &SnapshotId,
    took: Option<Duration>,
) -> RecordedSnapshot {
    let source = note
        .steps
        .iter()
        .find(|step| step.kind != kind)
        .and_then(|step| step.id.clone());
    let variables: BTreeMap<String, String> = RECORDED_VARIABLES
        .iter()
        .filter_map(|name| {
            let value = subject.build.environment().values(name.as_bytes()).next()?;
            Some(((*name).to_owned(), value.to_str_lossy().into_owned()))
        })
        .collect();
    RecordedSnapshot {
        id: id.clone(),
        kind,
        source,
        cloudhost: note.wanted.cloudhost,
        region: note.wanted.region.clone(),
        machine_id: note.wanted.machine_id.clone(),
        machine_name: note.wanted.machine_name.clone(),
        recorded: Timestamp::now(),
        took_seconds: took.map(|took| took.as_secs()),
        server_user: subject.server_user.clone(),
        variables,
    }
}
