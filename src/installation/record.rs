//! What an installation remembers: which toolkits have shims, and what was there before.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use super::place::Place;
use super::script::{self, Original};
use super::toolkit;
use crate::files::{self, NewMode};
use crate::json;

/// The form of the file.
const VERSION: u32 = 1;

/// All that was put anywhere by `adt-helpers install`.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Record {
    version: u32,
    /// The names under which the program was put beside itself.
    #[serde(default)]
    pub names: Vec<String>,
    /// Folders that were made for them, outermost first.
    #[serde(default)]
    pub folders: Vec<PathBuf>,
    /// The folders that have shims.
    pub trees: Vec<Tree>,
}

/// A toolkit, or its development copy.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Tree {
    pub folder: PathBuf,
    /// Whether it is the copy that the toolkit's `sync` copies over the other.
    #[serde(default)]
    pub is_development: bool,
    /// Each shim's path below the folder, and what was there before.
    pub scripts: BTreeMap<String, Option<Original>>,
    /// Folders that were made for shims, outermost first.
    #[serde(default)]
    pub made: Vec<PathBuf>,
    /// When the other folders of shims were changed before.
    #[serde(default)]
    pub times: BTreeMap<PathBuf, SystemTime>,
}

impl Record {
    /// What the installation at `place` remembers; nothing where there is none.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(place: &Place) -> anyhow::Result<Self> {
        let path = place.record();
        if let Some(content) = files::read_if_there(&path)? {
            return json::parse(&content).with_context(|| {
                format!("'{}' is not the record of an installation", path.display())
            });
        }
        let trees = match files::read_if_there(&place.manifest())? {
            Some(manifest) => of_the_first_version(&String::from_utf8_lossy(&manifest))?,
            None => Vec::new(),
        };
        Ok(Self {
            version: VERSION,
            trees,
            ..Self::default()
        })
    }

    /// Writes it down, or removes it when no toolkit has shims any more.
    ///
    /// # Errors
    /// When that cannot be done.
    pub fn write(&self, place: &Place) -> anyhow::Result<()> {
        let path = place.record();
        if self.trees.is_empty() && self.names.is_empty() {
            return files::remove_if_there(&path);
        }
        files::replace(&path, &json::for_a_file(self)?, NewMode::Plain)
    }

    /// The toolkits that get shims. What is no toolkit any more is left alone until its shims are taken back.
    pub fn toolkits(&mut self) -> impl Iterator<Item = &mut Tree> {
        self.trees
            .iter_mut()
            .filter(|tree| toolkit::is_one(&tree.folder))
    }

    /// What is remembered of the toolkit at `folder`; a fresh leaf where it had no shims so far.
    pub fn tree(&mut self, folder: &Path, is_development: bool) -> &mut Tree {
        let at = self.trees.iter().position(|tree| tree.folder == folder);
        let at = at.unwrap_or_else(|| {
            self.trees.push(Tree {
                folder: folder.to_owned(),
                is_development,
                ..Tree::default()
            });
            self.trees.len() - 1
        });
        &mut self.trees[at]
    }
}

/// What 0.1.0 wrote down: every shim is in every tree, and nothing is said of what was there before, which is what is kept
/// now. Its folders and times are of the installation as a whole, and `make uninstall` sees to them.
fn of_the_first_version(manifest: &str) -> anyhow::Result<Vec<Tree>> {
    let of_kind = |kind: &'static str| {
        let lines = manifest.lines().filter_map(move |line| {
            let (its, path) = line.split_once('\t')?;
            (its == kind).then_some(path)
        });
        lines.collect::<Vec<_>>()
    };
    let mut trees = Vec::new();
    for folder in of_kind("tree") {
        let mut tree = Tree {
            folder: folder.into(),
            // The toolkit's own folder came first.
            is_development: !trees.is_empty(),
            ..Tree::default()
        };
        for shim in of_kind("shim") {
            let was = Original::at(&script::kept(&tree.folder.join(shim)))?;
            tree.scripts.insert(shim.to_owned(), was);
        }
        trees.push(tree);
    }
    Ok(trees)
}
