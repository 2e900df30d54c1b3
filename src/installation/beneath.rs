//! The scripts beneath the shims of a folder, for who commits the folder or copies it.

use std::path::{Path, PathBuf};

use anyhow::Context;

use super::place::Place;
use super::record::{Record, Tree};
use super::script::{self, Original};
use super::{shim, turn};
use crate::console;
use crate::files::{self, NewMode};
use crate::toolkit::build_home::RUNTIMEDATA;

/// Folders without shims: git's own, what builds write, and what is kept beneath shims.
const PASSED_OVER: [&str; 3] = [".git", RUNTIMEDATA, script::KEPT];

/// Whether the file at `path` is a shim, of whichever installation; what is not there is none.
///
/// # Errors
/// When it is there and cannot be read.
pub fn is_shim(path: &Path) -> anyhow::Result<bool> {
    Ok(shim_at(path)?.is_some())
}

/// The text of the shim at `path`, if there is one.
fn shim_at(path: &Path) -> anyhow::Result<Option<Vec<u8>>> {
    if !path
        .symlink_metadata()
        .is_ok_and(|data| data.file_type().is_file())
    {
        return Ok(None);
    }
    let content = files::read_if_there(path)?;
    Ok(content.filter(|content| shim::names_of(content).is_some()))
}

/// The paths of all shims in `folder`, from there on.
///
/// # Errors
/// When something cannot be listed or read.
pub fn shims_in(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(within) = folders.pop() {
        for path in files::listed(&within)? {
            let name = path.file_name().unwrap_or_default();
            let is_passed_over = PASSED_OVER.iter().any(|it| name == *it);
            if path.is_dir() && !path.is_symlink() {
                if !is_passed_over {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|it| it == "sh") && is_shim(&path)? {
                found.extend(path.strip_prefix(folder).ok().map(Path::to_owned));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Where the script beneath the shim at `path` is kept.
pub fn kept_script(path: &Path) -> PathBuf {
    script::kept(path)
}

/// Does `work` while the scripts of `folder` stand in their places, and puts the shims on again whatever came of it. What
/// `work` makes of a script stands beneath its shim afterwards.
///
/// # Errors
/// When a shim cannot be taken off or put on, or `work` fails.
pub fn without_shims<T>(
    folder: &Path,
    work: impl FnOnce() -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let mut off: Vec<(PathBuf, Vec<u8>)> = Vec::new();
    let mut taken = Ok(());
    for path in shims_in(folder)? {
        let Some(text) = shim_at(&folder.join(&path))? else {
            continue;
        };
        let Some(names) = shim::names_of(&text) else {
            continue;
        };
        taken = script::take_back(&folder.join(&path), names, None).map(|_| ());
        off.push((path, text));
        if taken.is_err() {
            break;
        }
    }
    let done = taken.and_then(|()| work());
    let on_again = put_on(folder, &off);
    match (done, on_again) {
        (Ok(done), Ok(())) => Ok(done),
        (Ok(_), Err(why)) => Err(why),
        (Err(why), on_again) => {
            console::also(on_again);
            Err(why)
        }
    }
}

fn put_on(folder: &Path, off: &[(PathBuf, Vec<u8>)]) -> anyhow::Result<()> {
    for (path, text) in off {
        let names = shim::names_of(text).unwrap_or(path);
        let text = std::str::from_utf8(text).context("a shim is not text")?;
        script::put_shim(&folder.join(path), text, names)?;
    }
    let paths: Vec<&Path> = off.iter().map(|(path, _)| path.as_path()).collect();
    remember(folder, &paths)
}

/// Gives the shim at `path` in `folder` another script to stand for.
///
/// # Errors
/// When it cannot be kept.
pub fn renew_beneath(folder: &Path, path: &Path, content: &[u8]) -> anyhow::Result<()> {
    let kept = script::kept(&folder.join(path));
    if let Some(folder) = kept.parent() {
        files::make_directories(folder)?;
    }
    files::replace(&kept, content, NewMode::Plain)?;
    remember(folder, &[path])
}

/// Notes what stands beneath these shims now, where an installation has the folder on record: what it puts back in the
/// end is then what is expected.
fn remember(folder: &Path, paths: &[&Path]) -> anyhow::Result<()> {
    let place = Place::new(None)?;
    let is_recorded = |record: &Record| record.trees.iter().any(|tree| is_same(tree, folder));
    if paths.is_empty() || !is_recorded(&Record::read(&place)?) {
        return Ok(());
    }
    let (_turn, _) = turn(&place)?;
    // Another installation may have worked here meanwhile.
    let mut record = Record::read(&place)?;
    for tree in record.trees.iter_mut().filter(|tree| is_same(tree, folder)) {
        for path in paths {
            let was = Original::at(&script::kept(&folder.join(path)))?;
            tree.scripts
                .insert(path.to_string_lossy().into_owned(), was);
        }
    }
    record.write(&place)
}

/// Whether `folder` is that of `tree`, under whichever name.
fn is_same(tree: &Tree, folder: &Path) -> bool {
    tree.folder == folder || tree.folder.canonicalize().is_ok_and(|real| real == folder)
}
