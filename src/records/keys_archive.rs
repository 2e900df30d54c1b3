//! `keys.tar.gz`: the active build's ssh key pair, members at top level, which a build from snapshots unpacks into its
//! own `keys` directory (contract 03 §3.2, §3.4 step 5).

mod unpacking;

use std::collections::BTreeMap;
use std::fs::{DirBuilder, File, Permissions};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use bstr::ByteSlice;

use crate::files::{self, DirectoryLock, NewMode};

pub use unpacking::unpack;

/// The archive's name, in the keys directory and in the bucket.
pub const NAME: &str = "keys.tar.gz";

/// Writes are quick, so a lock held longer than this belongs to a program that is stuck.
const LOCK_LIMIT: Duration = Duration::from_secs(60);

/// How many superseded keys of one name are kept.
const LAST_KEPT: u32 = 1000;

/// What every key of a build has in its name; the scripts pick the members by `*BUILD_KEY*`.
const KEY_MARK: &str = "BUILD_KEY";

/// The bytes of the archive of the keys in `directory`. The same keys give the same bytes.
///
/// # Errors
/// When there is no key, or one cannot be read.
pub fn pack(directory: &Path) -> anyhow::Result<Vec<u8>> {
    let keys = keys_in(directory)?;
    ensure!(
        !keys.is_empty(),
        "'{}' holds no ssh key of the build (*{KEY_MARK}*); machines built from the snapshot could not be reached",
        directory.display()
    );
    let encoder = flate2::GzBuilder::new().write(Vec::new(), flate2::Compression::default());
    let mut archive = tar::Builder::new(encoder);
    // Keeps mode and time, leaves out what changes from machine to machine.
    archive.mode(tar::HeaderMode::Complete);
    for key in keys {
        add(&mut archive, &key).with_context(|| format!("cannot pack '{}'", key.display()))?;
    }
    Ok(archive.into_inner()?.finish()?)
}

/// A key that was there and differed, and where it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Superseded {
    /// The key's file, which now holds another.
    pub key: PathBuf,
    /// Where what it held is kept.
    pub kept: PathBuf,
}

/// Puts `keys` into `directory`, each for its owner alone, as ssh demands. One that was there and differed is kept beside
/// it: there may be machines that nothing else opens.
///
/// # Errors
/// When one cannot be written; nothing is superseded before it is kept.
pub fn install(
    keys: &BTreeMap<String, Vec<u8>>,
    directory: &Path,
) -> anyhow::Result<Vec<Superseded>> {
    if !directory.is_dir() {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(directory)
            .with_context(|| format!("cannot make the directory '{}'", directory.display()))?;
    }
    let _lock = DirectoryLock::acquire(directory, LOCK_LIMIT)?;
    let mut superseded = Vec::new();
    for (name, key) in keys {
        let path = directory.join(name);
        let old = files::read_if_there(&path)?;
        if old.as_ref() == Some(key) {
            continue;
        }
        if let Some(old) = old {
            let kept = keep(directory, name, &old)?;
            superseded.push(Superseded {
                key: path.clone(),
                kept,
            });
            // The new file gets the old one's mode.
            let mode = std::fs::metadata(&path)?.mode() & 0o700;
            std::fs::set_permissions(&path, Permissions::from_mode(mode))
                .with_context(|| format!("cannot close '{}' to others", path.display()))?;
        }
        files::replace(&path, key, NewMode::Secret)?;
    }
    Ok(superseded)
}

/// Keeps `old`, which the key called `name` held, under a name of its own; the same content is kept once. No pattern of the
/// scripts takes that name for a key of the build.
fn keep(directory: &Path, name: &str, old: &[u8]) -> anyhow::Result<PathBuf> {
    let name = name.replace(KEY_MARK, "BUILD-KEY");
    for number in 1..=LAST_KEPT {
        let path = directory.join(format!("superseded-{number}-{name}"));
        match files::read_if_there(&path)? {
            Some(other) if other != old => {}
            Some(_) => return Ok(path),
            None => {
                files::replace(&path, old, NewMode::Secret)?;
                return Ok(path);
            }
        }
    }
    bail!(
        "'{}' holds {LAST_KEPT} keys that were superseded; move those away that no machine needs any more",
        directory.display()
    )
}

fn add<W: Write>(archive: &mut tar::Builder<W>, key: &Path) -> anyhow::Result<()> {
    let name = key.file_name().context("it has no name")?;
    archive.append_file(name, &mut File::open(key)?)?;
    Ok(())
}

fn keys_in(directory: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut keys = files::listed(directory)?;
    keys.retain(|path| {
        let name = path.file_name().unwrap_or_default().as_bytes();
        // A name with a '.' first is a temporary file that a killed run left, which the scripts' pattern does not see either.
        path.is_file() && name.contains_str(KEY_MARK) && !name.starts_with(b".")
    });
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_keys_are_packed_at_top_level_and_always_alike() {
        let directory = tempfile::tempdir().unwrap();
        let names = [
            "id_ed25519_AGILE_DEPLOYMENT_BUILD_KEY_b",
            "id_ed25519_AGILE_DEPLOYMENT_BUILD_KEY_b.pub",
        ];
        let left_over = ".adt-new-id_ed25519_AGILE_DEPLOYMENT_BUILD_KEY_b-Xy1z2A";
        for name in names
            .iter()
            .chain(&["webserver_10.0.0.1keys", "keys.tar.gz", left_over])
        {
            std::fs::write(directory.path().join(name), name).unwrap();
        }
        let packed = pack(directory.path()).unwrap();
        assert_eq!(packed, pack(directory.path()).unwrap());
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(&packed[..]));
        let members: Vec<String> = archive
            .entries()
            .unwrap()
            .map(|entry| entry.unwrap().path().unwrap().display().to_string())
            .collect();
        assert_eq!(members, names);
    }

    #[test]
    fn every_superseded_key_is_kept_once_and_is_no_key_of_the_build() {
        let directory = tempfile::tempdir().unwrap();
        let name = "id_rsa_AGILE_DEPLOYMENT_BUILD_KEY_b";
        let at = |name: &str| directory.path().join(name);
        let mut kept = Vec::new();
        for content in ["one", "two", "one", "two"] {
            let keys = BTreeMap::from([(name.to_owned(), content.into())]);
            let superseded = install(&keys, directory.path()).unwrap();
            kept.extend(superseded.into_iter().map(|key| key.kept));
        }
        let expected = [1, 2, 1].map(|n| {
            at(&format!(
                "superseded-{n}-id_rsa_AGILE_DEPLOYMENT_BUILD-KEY_b"
            ))
        });
        assert_eq!(kept, expected);
        for (path, content) in kept.iter().zip(["one", "two"]) {
            assert_eq!(std::fs::read_to_string(path).unwrap(), content);
            assert_eq!(path.metadata().unwrap().mode() & 0o777, 0o600);
        }
        assert_eq!(keys_in(directory.path()).unwrap(), [at(name)]);
    }

    #[test]
    fn no_key_is_an_error_that_names_the_directory() {
        let directory = tempfile::tempdir().unwrap();
        for path in [directory.path().to_owned(), directory.path().join("absent")] {
            let refusal = pack(&path).unwrap_err().to_string();
            assert!(refusal.contains(&path.display().to_string()), "{refusal}");
        }
    }
}
