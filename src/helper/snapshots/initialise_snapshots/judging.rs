//! Judging the records: all of them, before any is used.

use std::collections::BTreeMap;

use anyhow::{Context, bail, ensure};

use super::fetching::Objects;
use crate::build::Build;
use crate::console;
use crate::files;
use crate::names::{MachineType, SnapshotId};
use crate::records::keys_archive;
use crate::records::snapshot_directory::{
    CREDENTIALS, DB_CREDENTIALS, DB_CREDENTIALS_CANDIDATE, SNAPSHOT_IDS, SnapshotDirectory,
};
use crate::records::snapshot_ids::SnapshotIds;
use crate::toolkit::build_environment::BuildEnvironment;
use crate::toolkit::credentials::{DatabaseCredentials, ServerCredentials};

/// Records that a build can use.
pub struct Records {
    /// The webserver's snapshot; none only for a build without webservers.
    pub webserver: Option<SnapshotId>,
    /// The servers' user and password.
    pub server: ServerCredentials,
    /// The ssh keys to install; none when the build has its own already.
    pub keys: BTreeMap<String, Vec<u8>>,
    /// The records as they were fetched, by name.
    pub contents: BTreeMap<&'static str, Vec<u8>>,
}

/// The records in `objects`, when they are all that the build needs.
///
/// `snapshot_ids.dat` and `credentials.dat` must be there. The database's may be missing, as the older scripts upload none
/// and a build without a database needs none; that is said. So may the keys, when the build has its key.
///
/// # Errors
/// When something is missing or damaged: all of it is named.
pub fn judge(
    objects: Objects,
    build: &Build,
    directory: &SnapshotDirectory,
) -> anyhow::Result<Records> {
    let Objects { source, contents } = objects;
    let mut faults = Faults::default();
    let webserver = faults.of(SNAPSHOT_IDS, webserver_in(&contents, build.environment()));
    let server = faults.of(
        CREDENTIALS,
        required(&contents, CREDENTIALS).and_then(ServerCredentials::parse),
    );
    let keys = faults.of(keys_archive::NAME, keys_for(&contents, build, directory));
    let mut absent = Vec::new();
    for name in [DB_CREDENTIALS_CANDIDATE, DB_CREDENTIALS] {
        match contents.get(name) {
            Some(content) => {
                faults.of(name, DatabaseCredentials::parse(content));
            }
            None => absent.push(name),
        }
    }
    let (Some(webserver), Some(server), Some(keys), []) =
        (webserver, server, keys, faults.0.as_slice())
    else {
        bail!(
            "{source} does not hold what a build from snapshots needs: {}; take the snapshots again, or upload their records \
             with 'adt-helpers ObtainWholeMachineSnapshot --upload-only'",
            faults.0.join("; ")
        );
    };
    if !absent.is_empty() {
        console::say(format_args!(
            "InitialiseSnapshots: {source} lacks {}; a database from a snapshot opens only with the name, user and password it \
             was made with",
            absent.join(" and ")
        ));
    }
    Ok(Records {
        webserver,
        server,
        keys,
        contents,
    })
}

/// What is wrong, a sentence for each record.
#[derive(Default)]
struct Faults(Vec<String>);

impl Faults {
    fn of<T>(&mut self, name: &str, outcome: anyhow::Result<T>) -> Option<T> {
        outcome
            .map_err(|why| self.0.push(format!("{name}: {why:#}")))
            .ok()
    }
}

fn required<'a>(
    contents: &'a BTreeMap<&'static str, Vec<u8>>,
    name: &str,
) -> anyhow::Result<&'a [u8]> {
    let content = contents.get(name).context("it is missing")?;
    ensure!(!content.is_empty(), "it is empty");
    Ok(content)
}

/// The webserver's id. Without one, a webserver is created from no image at all, and the autoscaler builds plain machines
/// that it then takes for snapshots (contract 03 §3.4 step 10, §3.5); so only a build without webservers may lack it.
fn webserver_in(
    contents: &BTreeMap<&'static str, Vec<u8>>,
    environment: &BuildEnvironment,
) -> anyhow::Result<Option<SnapshotId>> {
    let ids = SnapshotIds::new(required(contents, SNAPSHOT_IDS)?.to_vec());
    let mut is_any = false;
    for kind in MachineType::ALL {
        is_any |= ids.id(kind)?.is_some();
    }
    ensure!(is_any, "it holds no id");
    let webserver = ids.id(MachineType::Webserver)?;
    if webserver.is_none() {
        ensure!(
            environment.text("NO_WEBSERVERS")? == "0",
            "it has no id for webserver, and the build makes webservers (NO_WEBSERVERS)"
        );
        console::say(format_args!(
            "InitialiseSnapshots: there is no snapshot of a webserver, and the build makes none"
        ));
    }
    Ok(webserver)
}

/// The keys of the snapshotted machines. An archive that is missing, as the older scripts leave it, is made up for by the
/// build's own key, or by an archive that an earlier run has left here.
fn keys_for(
    contents: &BTreeMap<&'static str, Vec<u8>>,
    build: &Build,
    directory: &SnapshotDirectory,
) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let wanted = build.key_name()?;
    let is_here = files::read_if_there(&build.directory().keys().join(&wanted))?
        .is_some_and(|key| !key.is_empty());
    if let Some(archive) = contents.get(keys_archive::NAME) {
        let keys = keys_archive::unpack(archive)?;
        let names: Vec<&str> = keys.keys().map(String::as_str).collect();
        ensure!(
            is_here || keys.contains_key(&wanted),
            "it holds {}, and the build needs {wanted}; ALGORITHM and BUILD_IDENTIFIER must be those of the snapshotted build",
            names.join(" and ")
        );
        return Ok(keys);
    }
    if is_here {
        return Ok(BTreeMap::new());
    }
    for place in [
        build.directory().keys().join(keys_archive::NAME),
        directory.path_of(keys_archive::NAME),
    ] {
        let keys =
            files::read_if_there(&place)?.and_then(|archive| keys_archive::unpack(&archive).ok());
        if let Some(keys) = keys.filter(|keys| keys.contains_key(&wanted)) {
            console::say(format_args!(
                "InitialiseSnapshots: the keys are taken from '{}'",
                place.display()
            ));
            return Ok(keys);
        }
    }
    bail!(
        "it is missing, and '{}' does not exist either",
        build.directory().keys().join(&wanted).display()
    )
}
