//! Shims over a toolkit: `adt-helpers install`, `uninstall` and `update-toolkit`.
//!
//! A shim is a small text file at the place of a script, which starts the program under the helper's name. The script stays
//! beside it, in `.legacy/`. What was there before is written down before anything changes, and compared afterwards.

mod place;
mod record;
mod script;
mod shim;
mod toolkit;
mod tree;
mod update;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::bail;
use clap::Parser;

use crate::console;
use crate::files::{self, DirectoryLock};
use place::Place;
use record::{Record, Tree};

pub use shim::text as shim_text;
pub use update::{Update, update_toolkit};

/// How long another installation that works at the moment is waited for.
const TURN_LIMIT: Duration = Duration::from_secs(60);

/// The shims that there are: each helper's name, and where its scripts stand below `BUILD_HOME`.
#[derive(Debug)]
pub struct Shims(Vec<(&'static str, Vec<String>)>);

impl Shims {
    /// Those of so many helpers.
    pub fn new(helpers: impl Iterator<Item = (&'static str, Vec<String>)>) -> Self {
        Self(helpers.collect())
    }

    fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|(name, _)| *name)
    }

    /// Each shim's path below `BUILD_HOME`, and the name of its helper.
    fn paths(&self) -> impl Iterator<Item = (&str, &'static str)> {
        self.0
            .iter()
            .flat_map(|(name, paths)| paths.iter().map(|path| (path.as_str(), *name)))
    }
}

/// Puts shims in the place of the toolkit's scripts, and keeps the scripts beside them
#[derive(Debug, Parser)]
#[command(name = "adt-helpers install")]
pub struct Install {
    /// The toolkit's folder; without it the one that the environment or /home/buildhome.dat names
    build_home: Option<PathBuf>,
    /// The toolkit's development copy, which gets shims as well where it is there: `sync` would undo them otherwise
    #[arg(long, value_name = "FOLDER", default_value = DEVELOPMENT)]
    development: PathBuf,
    /// Put the shims on again in every toolkit that has them already
    #[arg(long, conflicts_with = "build_home")]
    again: bool,
    /// Only say whether it can be done
    #[arg(long)]
    check: bool,
    /// The folder that has the program under every helper's name
    #[arg(long, value_name = "FOLDER", hide = true)]
    names: Option<PathBuf>,
}

/// Takes the shims back and puts every script in its place again
#[derive(Debug, Parser)]
#[command(
    name = "adt-helpers uninstall",
    after_help = "Exit status:\n  0  all is as it was before\n  1  it failed, and standard error says why; shims may still be there\n  2  the command line cannot be understood; nothing was done\n  3  the shims are gone, and standard error says what is not as it was before"
)]
pub struct Uninstall {
    /// The toolkit's folder; without it every toolkit that has shims
    build_home: Option<PathBuf>,
    /// The toolkit's development copy, which may have been copied from a toolkit with shims
    #[arg(long, value_name = "FOLDER", default_value = DEVELOPMENT)]
    development: PathBuf,
    /// The folder that has the program under every helper's name
    #[arg(long, value_name = "FOLDER", hide = true)]
    names: Option<PathBuf>,
}

/// The exit status when all shims are gone, and something is not as it was before they came.
const NOT_AS_BEFORE: u8 = 3;

/// Where the toolkit keeps the copy that it is developed in.
const DEVELOPMENT: &str = "/home/development";

/// Puts shims over a toolkit.
///
/// # Errors
/// When what is named is not a toolkit, or a shim cannot be put in place. What can be checked before is checked before.
pub fn install(arguments: &Install, shims: &Shims) -> anyhow::Result<()> {
    let place = Place::new(arguments.names.as_deref())?;
    checked(arguments, &place, shims)?;
    if arguments.check {
        return Ok(());
    }
    let (_turn, mut made) = turn(&place)?;
    // Another installation may have worked here meanwhile.
    let mut record = checked(arguments, &place, shims)?;
    record.folders.append(&mut made);
    for tree in record.toolkits() {
        tree.remember(&place, shims)?;
    }
    record.write(&place)?;
    let made = place.make_names(shims.names())?;
    record.names.extend(made.into_iter().map(str::to_owned));
    for tree in record.toolkits() {
        tree.put_shims(&place, shims)?;
    }
    let (names, gone) = std::mem::take(&mut record.names)
        .into_iter()
        .partition(|name| shims.names().any(|it| it == name));
    record.names = names;
    for name in gone {
        files::remove_if_there(&place.names.join(name))?;
    }
    record.write(&place)?;
    tell_installed(&place, &record, shims)
}

/// The record with the toolkits that are to get shims, which can be put on all of them.
fn checked(arguments: &Install, place: &Place, shims: &Shims) -> anyhow::Result<Record> {
    let mut record = Record::read(place)?;
    // One that was deleted needs no shims any more.
    record.trees.retain(|tree| tree.folder.exists());
    if !arguments.again {
        let home = toolkit::chosen(arguments.build_home.as_deref())?;
        let copy = development_copy(&arguments.development, &home)?;
        record.tree(&home, false);
        if let Some(copy) = copy {
            record.tree(&copy, true);
        }
    }
    for tree in record.toolkits() {
        tree.check(shims)?;
    }
    Ok(record)
}

/// The development copy, if it is there and another folder than `home`.
fn development_copy(folder: &Path, home: &Path) -> anyhow::Result<Option<PathBuf>> {
    if !toolkit::is_one(folder) || folder.canonicalize()? == home.canonicalize()? {
        return Ok(None);
    }
    toolkit::accepted(folder).map(Some)
}

/// Waits until no other installation works here. The folder of the record is made where it is not there; the folders that
/// were made, outermost first.
fn turn(place: &Place) -> anyhow::Result<(DirectoryLock, Vec<PathBuf>)> {
    let path = place.record();
    let folder = path.parent().unwrap_or(&path);
    let missing = folder.ancestors().take_while(|it| !it.exists());
    let mut missing: Vec<PathBuf> = missing.map(Path::to_owned).collect();
    missing.reverse();
    files::make_directories(folder)?;
    Ok((DirectoryLock::acquire(folder, TURN_LIMIT)?, missing))
}

/// What a person types to run the program.
fn on_path(place: &Place) -> PathBuf {
    let program = Path::new("adt-helpers");
    let installed = place.names.join(program);
    if which::which(program).is_ok() || !installed.exists() {
        return program.to_owned();
    }
    installed
}

fn tell_installed(place: &Place, record: &Record, shims: &Shims) -> anyhow::Result<()> {
    let count = shims.paths().count();
    let mut lines = Vec::new();
    for tree in &record.trees {
        lines.push(format!("{count} shims are in {}", tree.folder.display()));
    }
    let copies = record.trees.iter().filter(|tree| tree.is_development);
    for copy in copies.filter(|copy| copy.folder.join(".git").exists()) {
        let folder = copy.folder.display();
        lines.push(format!(
            "before 'push' or 'push-and-sync', which commit all that is in {folder}: 'adt-helpers uninstall {folder}'"
        ));
    }
    lines.push(
        "the scripts themselves are kept beside them, in .legacy, until 'adt-helpers uninstall'"
            .to_owned(),
    );
    lines.push(format!(
        "next: run the toolkit as before; '{}' lists what the helpers do besides",
        on_path(place).display()
    ));
    Ok(console::print_lines(&lines)?)
}

/// Takes shims back; the status says whether all is as it was before.
///
/// # Errors
/// When a script cannot be put back.
pub fn uninstall(arguments: &Uninstall, shims: &Shims) -> anyhow::Result<ExitCode> {
    let place = Place::new(arguments.names.as_deref())?;
    let record = Record::read(&place)?;
    if chosen_trees(&record, arguments, &place, shims)?.is_empty() && record.names.is_empty() {
        let line = format!("no toolkit has shims of {}", place.names.display());
        console::print_lines([line])?;
        return Ok(ExitCode::SUCCESS);
    }
    let (turn, _) = turn(&place)?;
    // Another installation may have worked here meanwhile.
    let mut record = Record::read(&place)?;
    let chosen = chosen_trees(&record, arguments, &place, shims)?;
    for tree in &chosen {
        tree.check_taking_back()?;
    }
    let mut is_as_before = true;
    // A toolkit that was deleted took its scripts along.
    for tree in chosen.iter().filter(|tree| tree.folder.exists()) {
        let taken = tree.take_shims_back(&place)?;
        tree.restore_folders();
        record.trees.retain(|it| it.folder != tree.folder);
        record.write(&place)?;
        is_as_before &= taken.tell(&tree.folder)?;
    }
    record.trees.retain(|tree| tree.folder.exists());
    record.write(&place)?;
    if record.trees.is_empty() {
        leave(&place, &mut record)?;
    }
    drop(turn);
    Ok(if is_as_before {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(NOT_AS_BEFORE)
    })
}

/// The toolkits whose shims are to go. A development copy that was made of one of them later has them as well.
fn chosen_trees(
    record: &Record,
    arguments: &Uninstall,
    place: &Place,
    shims: &Shims,
) -> anyhow::Result<Vec<Tree>> {
    let mut trees = record.trees.clone();
    if let Some(named) = &arguments.build_home {
        let named: PathBuf = named.components().collect();
        trees.retain(|tree| tree.folder == named);
        if trees.is_empty() {
            bail!("'{}' has no shims", named.display());
        }
        return Ok(trees);
    }
    let folder: PathBuf = arguments.development.components().collect();
    let is_recorded = trees.iter().any(|tree| tree.folder == folder);
    if !trees.is_empty() && !is_recorded && toolkit::is_one(&folder) {
        trees.extend(Tree::copied(folder, place, shims)?);
    }
    Ok(trees)
}

/// Removes what no toolkit needs any more: the names that were made, their folders and the record.
fn leave(place: &Place, record: &mut Record) -> anyhow::Result<()> {
    for name in std::mem::take(&mut record.names) {
        files::remove_if_there(&place.names.join(name))?;
    }
    record.write(place)?;
    for folder in record.folders.iter().rev() {
        // It stays as long as something is in it.
        let _ = std::fs::remove_dir(folder);
    }
    Ok(())
}

/// Whether any toolkit has shims of this installation, as far as can be seen.
pub fn has_shims_somewhere() -> bool {
    Place::new(None)
        .and_then(|place| Record::read(&place))
        .is_ok_and(|record| !record.trees.is_empty())
}
