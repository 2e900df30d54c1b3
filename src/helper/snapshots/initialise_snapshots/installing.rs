//! Putting good records in place.

use super::judging::Records;
use crate::build::variables::install_server_user;
use crate::console;
use crate::records::keys_archive;
use crate::records::order::WRITTEN;
use crate::records::snapshot_directory::SnapshotDirectory;
use crate::toolkit::build_directory::BuildDirectory;

/// Puts the keys, the servers' user and the records in place. What is there and equal stays untouched.
///
/// # Errors
/// When something cannot be written; running it again then finishes it.
pub fn install(
    records: &Records,
    build: &BuildDirectory,
    directory: &SnapshotDirectory,
) -> anyhow::Result<()> {
    for superseded in keys_archive::install(&records.keys, &build.keys())? {
        console::say(format_args!(
            "InitialiseSnapshots: '{}' was another key; it is now the snapshots', and the other is kept in '{}'",
            superseded.key.display(),
            superseded.kept.display()
        ));
    }
    install_server_user(build, &records.server)?;
    let _lock = directory.lock()?;
    let mut changed = Vec::new();
    for name in WRITTEN {
        if let Some(content) = records.contents.get(name)
            && directory.read(name)?.as_ref() != Some(content)
        {
            changed.push((name, content.clone()));
        }
    }
    if changed.is_empty() {
        return Ok(());
    }
    directory.write(&changed)
}
