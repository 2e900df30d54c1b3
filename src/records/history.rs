//! `snapshots/history.jsonl`: a line for each snapshot that was deleted, never rewritten.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::Context;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::snapshot_directory::SnapshotDirectory;
use crate::names::{Cloudhost, MachineType, SnapshotId, SnapshotKind};

/// The file in the snapshot directory.
pub const HISTORY: &str = "history.jsonl";

/// The version of a line's layout.
const VERSION: u32 = 1;

/// A snapshot that was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deletion {
    /// What the provider calls it.
    pub what: SnapshotKind,
    /// Its id.
    pub id: SnapshotId,
    /// Its name.
    pub name: String,
    /// The type of the machine it was of.
    pub machine_type: MachineType,
    /// The provider.
    pub cloudhost: Cloudhost,
    /// What it was deleted for.
    pub why: Why,
    /// The same, for people.
    pub reason: String,
}

/// What a snapshot was deleted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Why {
    /// It was old and nothing needed it.
    Pruned,
    /// A new one took its place.
    Replaced,
}

#[derive(Serialize)]
struct Line<'a> {
    version: u32,
    when: Timestamp,
    who: String,
    #[serde(flatten)]
    deletion: &'a Deletion,
}

/// Adds a line to the history in `directory`; it is on the disk when this returns.
///
/// # Errors
/// When it cannot be written.
pub fn append(directory: &SnapshotDirectory, deletion: &Deletion) -> anyhow::Result<()> {
    let line = Line {
        version: VERSION,
        when: Timestamp::now(),
        who: who(),
        deletion,
    };
    let line = serde_json::to_vec(&line)?;
    let path = directory.path_of(HISTORY);
    let _lock = directory.lock()?;
    append_line(&path, line).with_context(|| format!("cannot write '{}'", path.display()))
}

/// Adds `line` to the file at `path`, on a line of its own.
pub(crate) fn append_line(path: &Path, mut line: Vec<u8>) -> anyhow::Result<()> {
    line.push(b'\n');
    let is_new = !path.exists();
    let mut file = File::options()
        .create(true)
        .append(true)
        .read(true)
        .mode(0o600)
        .open(path)?;
    // A run that was killed while writing may have left half a line.
    if !ends_a_line(&mut file)? {
        line.insert(0, b'\n');
    }
    let length = file.metadata()?.len();
    let written = file.write_all(&line).and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a line on a full disk would be taken for one.
        let _ = file.set_len(length);
    }
    written?;
    if is_new && let Some(directory) = path.parent() {
        File::open(directory)?.sync_all()?;
    }
    Ok(())
}

fn ends_a_line(file: &mut File) -> std::io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

/// The user that runs this, as the environment names it, else by number.
fn who() -> String {
    let named = ["USER", "LOGNAME"]
        .into_iter()
        .find_map(|variable| std::env::var(variable).ok().filter(|user| !user.is_empty()));
    named.unwrap_or_else(|| format!("uid {}", rustix::process::getuid().as_raw()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn lines_are_added_and_half_a_line_is_ended_first() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(HISTORY);
        append_line(&path, b"{\"a\":1}".to_vec()).unwrap();
        append_line(&path, b"{\"a\":2}".to_vec()).unwrap();
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            "{\"a\":1}\n{\"a\":2}\n"
        );
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        std::fs::write(&path, "{\"a\":").unwrap();
        append_line(&path, b"{\"a\":3}".to_vec()).unwrap();
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            "{\"a\":\n{\"a\":3}\n"
        );
    }
}
