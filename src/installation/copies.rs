//! The copies of three scripts that the toolkit's setup makes before anybody can install shims (contract 01).

use std::path::Path;

use super::beneath::is_shim;

/// Where they are.
pub const FOLDER: &str = "/usr/sbin";

/// What they are called there, and which script each is a copy of.
const COPIES: [(&str, &str); 3] = [
    ("push", "PushInfrastructureScriptsUpdates"),
    ("push-and-sync", "PushAndSyncInfrastructureScriptsUpdates"),
    ("sync", "SyncInfrastructureScriptsUpdates"),
];

/// What the script that is copied has in it, and another program of the same name hardly does.
const COPIED_FROM: &[u8] = b"/home/buildhome.dat";

/// A line for each copy in `folder` that still is the toolkit's script: it knows nothing of shims, commits those of the
/// development copy, and copies them and git's folder over the toolkit at `home`.
///
/// # Errors
/// When one cannot be read.
pub fn advice(folder: &Path, home: &Path) -> anyhow::Result<Vec<String>> {
    let mut lines = Vec::new();
    for (name, script) in COPIES {
        let copy = folder.join(name);
        if !copy.is_file() || is_shim(&copy)? {
            continue;
        }
        let content = std::fs::read(&copy)?;
        if bstr::ByteSlice::contains_str(&content[..], COPIED_FROM) {
            let shim = home.join("helperscripts").join(format!("{script}.sh"));
            lines.push(format!(
                "'{0}' is the toolkit's own script still, which does not know of shims; put the shim there: cp {1} {0}",
                copy.display(),
                shim.display()
            ));
        }
    }
    Ok(lines)
}
