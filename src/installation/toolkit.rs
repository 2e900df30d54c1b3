//! What is taken for a toolkit.

use std::path::{Path, PathBuf};

use anyhow::{bail, ensure};

use crate::foreign_text::on_one_line;
use crate::toolkit::build_home::BuildHome;

/// What every checkout of the toolkit's scripts for a build machine has, and hardly anything else.
const MARKS: [&str; 4] = [
    "ExpeditedAgileDeploymentToolkit.sh",
    "helperscripts",
    "initscripts",
    "providerscripts",
];

/// What this program's own source has.
const OWN_SOURCE: [&str; 2] = ["src/helpers.rs", "helperscripts"];

/// The toolkit's folder that was named, or that the environment or `/home/buildhome.dat` names.
///
/// # Errors
/// When none is named, or what is named is not a toolkit's folder.
pub fn chosen(named: Option<&Path>) -> anyhow::Result<PathBuf> {
    let home = match named {
        Some(path) => BuildHome::new(path.to_owned(), "BUILD_HOME")?,
        None => BuildHome::find()?,
    };
    accepted(home.path())
}

/// `path` as a toolkit's folder.
///
/// # Errors
/// When it is not one.
pub fn accepted(path: &Path) -> anyhow::Result<PathBuf> {
    let shown = on_one_line(&path.to_string_lossy());
    let is_plain = path
        .to_str()
        .is_some_and(|text| !text.chars().any(char::is_control));
    ensure!(
        is_plain,
        "BUILD_HOME '{shown}' has a character in it that is not text"
    );
    ensure!(path.exists(), "BUILD_HOME '{shown}' does not exist");
    ensure!(path.is_dir(), "BUILD_HOME '{shown}' is not a folder");
    ensure!(
        !OWN_SOURCE.iter().all(|file| path.join(file).exists()),
        "BUILD_HOME '{shown}' is the source of adt-helpers; name the toolkit's folder, a checkout of adt-build-machine-scripts"
    );
    let missing: Vec<String> = missing_marks(path)
        .map(|mark| format!("'{mark}'"))
        .collect();
    if !missing.is_empty() {
        bail!(
            "BUILD_HOME '{shown}' is not the toolkit's folder: it has no {}; name a checkout of adt-build-machine-scripts",
            missing.join(", no ")
        );
    }
    // One folder, one name: the record is looked up by it.
    Ok(path.components().collect())
}

/// Whether the folder is a toolkit's.
pub fn is_one(path: &Path) -> bool {
    missing_marks(path).next().is_none()
}

fn missing_marks(path: &Path) -> impl Iterator<Item = &'static str> {
    MARKS.into_iter().filter(|mark| !path.join(mark).exists())
}
