//! A toolkit's folder as a whole: all its shims on, or all off.

use std::collections::BTreeSet;
use std::fs::{self, FileTimes};
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use rustix::fs::Access;

use super::Shims;
use super::place::Place;
use super::record::Tree;
use super::script::{self, Ended};
use super::shim;
use crate::console;
use crate::files;

/// What came of taking the shims of a toolkit back.
#[derive(Debug, Default)]
pub struct Taken {
    /// How many scripts are as they were.
    pub back: usize,
    /// How many came back by themselves and stay, being newer.
    pub newer: usize,
    /// How many have a mode that the toolkit gave them meanwhile.
    pub other_mode: usize,
    /// How many have the shims of another installation, which stay.
    pub anothers: usize,
    /// What is not as it was, a sentence each.
    pub differences: Vec<String>,
}

impl Tree {
    /// The shims in `folder`, which was copied from a toolkit that has shims; nothing where it has none.
    ///
    /// # Errors
    /// When something cannot be read.
    pub fn copied(folder: PathBuf, place: &Place, shims: &Shims) -> anyhow::Result<Option<Self>> {
        let mut copy = Self {
            folder,
            is_development: true,
            ..Self::default()
        };
        for (path, _) in shims.paths() {
            let script = copy.folder.join(path);
            if script::is_our_shim(&script, &place.names)? {
                let was = script::original(&script, &place.names, None)?;
                copy.scripts.insert(path.to_owned(), was);
            }
        }
        Ok((!copy.scripts.is_empty()).then_some(copy))
    }

    /// Whether all that [`Tree::put_shims`] does can be done.
    ///
    /// # Errors
    /// When a script is a folder, or a folder cannot be written to.
    pub fn check(&self, shims: &Shims) -> anyhow::Result<()> {
        for (path, _) in shims.paths() {
            let path = self.folder.join(path);
            ensure!(
                !path.is_dir(),
                "'{}' is a folder, not a script",
                path.display()
            );
        }
        for folder in self.folders(shims.paths().map(|(path, _)| path)) {
            writable(&folder)?;
        }
        Ok(())
    }

    /// The folders of so many scripts.
    fn folders<'a>(&self, scripts: impl Iterator<Item = &'a str>) -> BTreeSet<PathBuf> {
        let parents = scripts.filter_map(|path| Path::new(path).parent());
        parents.map(|parent| self.folder.join(parent)).collect()
    }

    /// Looks what is there before the shims come, so that it can be proven to be back.
    ///
    /// # Errors
    /// When something cannot be read.
    pub fn remember(&mut self, place: &Place, shims: &Shims) -> anyhow::Result<()> {
        for (path, _) in shims.paths() {
            let known = self.scripts.get(path);
            let was = script::original(&self.folder.join(path), &place.names, known)?;
            self.scripts.insert(path.to_owned(), was);
        }
        for folder in self.folders(shims.paths().map(|(path, _)| path)) {
            if let Ok(time) = folder.metadata().and_then(|data| data.modified()) {
                let is_known = self.made.contains(&folder) || self.times.contains_key(&folder);
                if !is_known {
                    self.times.insert(folder, time);
                }
                continue;
            }
            let missing = folder.ancestors().take_while(|it| !it.exists());
            let mut missing: Vec<PathBuf> = missing.map(Path::to_owned).collect();
            missing.reverse();
            missing.retain(|it| !self.made.contains(it));
            self.made.append(&mut missing);
        }
        Ok(())
    }

    /// Puts a shim in the place of each script, and takes those back that no helper has any more.
    ///
    /// # Errors
    /// When one cannot be put in place; those before it are.
    pub fn put_shims(&mut self, place: &Place, shims: &Shims) -> anyhow::Result<()> {
        for (path, name) in shims.paths() {
            let path = self.folder.join(path);
            if let Some(folder) = path.parent() {
                files::make_directories(folder)?;
            }
            let program = place.names.join(name);
            let text = shim::text(&program.to_string_lossy());
            script::put_shim(&path, &text, &place.names)?;
        }
        let wanted: BTreeSet<&str> = shims.paths().map(|(path, _)| path).collect();
        let gone = self
            .scripts
            .keys()
            .filter(|path| !wanted.contains(&***path));
        for path in gone.cloned().collect::<Vec<_>>() {
            let was = self.scripts.remove(&path).flatten();
            script::take_back(&self.folder.join(path), &place.names, was.as_ref())?;
        }
        Ok(())
    }

    /// Whether the shims can be taken back.
    ///
    /// # Errors
    /// When a folder of theirs cannot be written to.
    pub fn check_taking_back(&self) -> anyhow::Result<()> {
        for folder in self.folders(self.scripts.keys().map(String::as_str)) {
            if folder.exists() {
                writable(&folder)?;
            }
        }
        Ok(())
    }

    /// Takes every shim back and proves that what was there before is there again.
    ///
    /// # Errors
    /// When one cannot be taken back; those before it are.
    pub fn take_shims_back(&self, place: &Place) -> anyhow::Result<Taken> {
        let mut taken = Taken::default();
        for (path, was) in &self.scripts {
            let script = self.folder.join(path);
            if !script.parent().is_some_and(Path::is_dir) {
                taken.note_missing_folder(&script, was.is_some());
                continue;
            }
            let ended = script::take_back(&script, &place.names, was.as_ref())?;
            taken.count(&script, was.is_some(), ended);
        }
        Ok(taken)
    }

    /// Removes the folders that were made for shims, and gives the others the time of before.
    pub fn restore_folders(&self) {
        for folder in self.made.iter().rev() {
            // It stays as long as something is in it.
            let _ = fs::remove_dir(folder);
        }
        for (folder, time) in &self.times {
            let times = FileTimes::new().set_modified(*time);
            // A time is not worth an error.
            let _ = fs::File::open(folder).and_then(|folder| folder.set_times(times));
        }
    }
}

impl Taken {
    fn note_missing_folder(&mut self, script: &Path, there_was_one: bool) {
        if there_was_one {
            self.count(script, true, Ended::Lost);
        }
    }

    fn count(&mut self, script: &Path, there_was_one: bool, ended: Ended) {
        let script = script.display();
        match ended {
            Ended::AsBefore if there_was_one => self.back += 1,
            Ended::AsBefore => {}
            Ended::OtherMode => {
                self.back += 1;
                self.other_mode += 1;
            }
            Ended::Newer => self.newer += 1,
            Ended::Anothers => self.anothers += 1,
            Ended::OtherContent => self.differences.push(format!(
                "'{script}' is back, but not as it was: what was kept of it was changed meanwhile"
            )),
            Ended::Lost => self.differences.push(format!(
                "'{script}' is not back: what was kept of it is gone; git checkout brings it back"
            )),
        }
    }

    /// Says what came of it for the toolkit at `folder`; whether all is as it was.
    pub fn tell(&self, folder: &Path) -> anyhow::Result<bool> {
        for difference in &self.differences {
            console::say(format_args!("{difference}"));
        }
        let folder = folder.display();
        let mut lines = vec![format!(
            "{} scripts of '{folder}' are back as they were before",
            self.back
        )];
        for (count, what) in [
            (
                self.other_mode,
                "of them have another mode, which the toolkit gave its files meanwhile",
            ),
            (
                self.newer,
                "came back by themselves, newer than what was kept, and stay",
            ),
            (
                self.anothers,
                "belong to another installation of these helpers, and stay",
            ),
        ] {
            if count > 0 {
                lines.push(format!("  {count} {what}"));
            }
        }
        console::print_lines(&lines)?;
        Ok(self.differences.is_empty())
    }
}

/// Whether files can be made in `folder`, or where it would be made.
fn writable(folder: &Path) -> anyhow::Result<()> {
    let existing = folder.ancestors().find(|it| it.exists()).unwrap_or(folder);
    ensure!(
        existing.is_dir(),
        "'{}' is not a folder",
        existing.display()
    );
    rustix::fs::access(existing, Access::WRITE_OK)
        .with_context(|| format!("'{}' cannot be written to by this user", existing.display()))
}
