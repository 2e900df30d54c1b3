//! `snapshots/pending/<label>-<id>.deletion.json`: a snapshot that a run is about to delete.
//!
//! A deletion and its line in the history are two things, and a run may be killed between them. The next one finds the
//! note, asks the provider whether the snapshot is gone, and writes the line.

use std::path::PathBuf;

use anyhow::Context;

use super::history::{self, Deletion};
use super::snapshot_directory::SnapshotDirectory;
use crate::files::{self, NewMode};
use crate::json;
use crate::names::{Cloudhost, MachineType};

/// How the names of the notes end.
const END: &str = ".deletion.json";

/// Writes that the snapshot is about to be deleted.
///
/// # Errors
/// When it cannot be written; then nothing may be deleted.
pub fn write(directory: &SnapshotDirectory, deletion: &Deletion) -> anyhow::Result<()> {
    let content = json::for_a_file(deletion)?;
    files::replace(&path_in(directory, deletion), &content, NewMode::Secret)
}

/// What runs at this cloud were about to delete and did not say whether they did, in the order of their names.
///
/// # Errors
/// When a note is there and cannot be understood.
pub fn read(
    directory: &SnapshotDirectory,
    machine_type: MachineType,
    cloudhost: Cloudhost,
) -> anyhow::Result<Vec<Deletion>> {
    let mut paths = files::listed(&directory.pending())?;
    paths.retain(|path| {
        path.as_os_str()
            .as_encoded_bytes()
            .ends_with(END.as_bytes())
    });
    let mut deletions = Vec::new();
    for path in paths {
        let Some(content) = files::read_if_there(&path)? else {
            continue;
        };
        let deletion: Deletion = json::parse(&content).with_context(|| {
            format!(
                "cannot understand the note '{}' of a snapshot that was about to be deleted; look whether it is gone at the \
                 provider, and remove the note",
                path.display()
            )
        })?;
        if deletion.machine_type == machine_type && deletion.cloudhost == cloudhost {
            deletions.push(deletion);
        }
    }
    Ok(deletions)
}

/// Adds the deletion to the history, and takes the note back.
///
/// # Errors
/// When the history cannot be written; the note stays then.
pub fn is_done(directory: &SnapshotDirectory, deletion: &Deletion) -> anyhow::Result<()> {
    history::append(directory, deletion)?;
    take_back(directory, deletion)
}

/// Takes the note back: the snapshot is still there.
///
/// # Errors
/// When it cannot be removed.
pub fn take_back(directory: &SnapshotDirectory, deletion: &Deletion) -> anyhow::Result<()> {
    files::remove_if_there(&path_in(directory, deletion))
}

fn path_in(directory: &SnapshotDirectory, deletion: &Deletion) -> PathBuf {
    // A linode image's id has a slash in it.
    let id = deletion.id.as_str().replace('/', "-");
    let name = format!("{}-{id}{END}", deletion.machine_type);
    directory.pending().join(name)
}
