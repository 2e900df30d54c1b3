//! A bucket of the build, the stores that have it, and what the build says about both.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, ensure};
use bstr::ByteSlice;

use super::{Build, stores};
use crate::command::{self, Redactor, Runner};
use crate::console;
use crate::datastore::{Asking, Bucket, Datastore, DatastoreTool, WantedBucket};
use crate::toolkit::build_directory::BuildDirectory;
use crate::toolkit::build_home::BuildHome;

/// Which of the build's stores are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stores {
    /// The first, `local` in the scripts' words.
    First,
    /// Every one, `distributed` in the scripts' words.
    All,
}

/// The buckets of the active build, as the datastore's scripts name and reach them.
#[derive(Debug)]
pub struct Buckets {
    home: BuildHome,
    tool: DatastoreTool,
    runner: Runner,
}

impl Buckets {
    /// What every operation needs; the build itself is read when something depends on it.
    ///
    /// # Errors
    /// When there is no toolkit, or it chooses no datastore tool.
    pub fn new() -> anyhow::Result<Self> {
        // Before anything temporary is made, which a signal must not leave behind.
        command::watch_for_interrupts()?;
        let home = BuildHome::find()?;
        let redactor = match Build::active_at(home.clone()) {
            Ok(build) => build.redactor()?,
            Err(_) => Redactor::default(),
        };
        Ok(Self {
            tool: stores::tool(&home)?,
            runner: Runner::new(redactor, false).trying_six_times(),
            home,
        })
    }

    /// The runner for the tool's commands.
    pub fn runner(&self) -> &Runner {
        &self.runner
    }

    /// The active build.
    ///
    /// # Errors
    /// When there is none.
    pub fn build(&self) -> anyhow::Result<BuildDirectory> {
        BuildDirectory::active(self.home.clone())
    }

    /// The bucket that a helper means by a type and a specifier.
    ///
    /// # Errors
    /// When they, with the build's variables, make no bucket's name.
    pub fn bucket(&self, asking: Asking, kind: &str, specifier: &str) -> anyhow::Result<Bucket> {
        Bucket::of(
            &WantedBucket {
                kind,
                specifier,
                variable: &|name| self.variable(name),
            },
            asking,
        )
    }

    /// How the names of the buckets begin that a type and a specifier mean.
    ///
    /// # Errors
    /// When a variable of the build is not set.
    pub fn buckets_beginning(&self, kind: &str, specifier: &str) -> anyhow::Result<String> {
        let wanted = WantedBucket {
            kind,
            specifier,
            variable: &|name| self.variable(name),
        };
        wanted.name(Asking::ListBuckets)
    }

    /// The names of the first store's buckets.
    ///
    /// # Errors
    /// When the tool cannot tell.
    pub fn names(&self) -> anyhow::Result<Vec<String>> {
        let listing = self.first_store()?.list_buckets(&self.runner)?;
        let names = listing.lines().filter_map(bucket_in);
        Ok(names.map(|name| name.to_str_lossy().into_owned()).collect())
    }

    /// As [`Build::told`]. The caller's environment does not count: `BuildAuthenticator` has another `WEBSITE_URL` in it.
    fn variable(&self, name: &str) -> anyhow::Result<String> {
        Build::active_at(self.home.clone())?.told(name)
    }

    /// The first store, which is the one that is looked into.
    ///
    /// # Errors
    /// When its tool is not installed or not configured.
    pub fn first_store(&self) -> anyhow::Result<Datastore> {
        stores::open(self.tool, 1, &self.home)
    }

    /// Does the same in each of the stores, whatever becomes of the others.
    ///
    /// # Errors
    /// When it fails in one of them.
    pub fn in_each(
        &self,
        stores: Stores,
        mut act: impl FnMut(&Datastore) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let count = match stores {
            Stores::First => 1,
            Stores::All => self.number_of_stores()?,
        };
        let mut failures = Vec::new();
        for index in 1..=count {
            let outcome = stores::open(self.tool, index, &self.home).and_then(|store| act(&store));
            failures.extend(outcome.err());
        }
        let Some(last) = failures.pop() else {
            return Ok(());
        };
        if count == 1 {
            return Err(last);
        }
        for failure in &failures {
            console::say(format_args!("{failure:#}"));
        }
        Err(last.context(format!(
            "it failed in {} of {count} datastores",
            failures.len() + 1
        )))
    }

    /// The file to upload. What is no file here is a marker, such as a server's address, whose name is all there is to it.
    ///
    /// # Errors
    /// When it is no file and cannot be a marker, or the marker cannot be made.
    pub fn file_or_marker(&self, word: &OsStr) -> anyhow::Result<PathBuf> {
        ensure!(
            !word.is_empty(),
            "FILE is empty; expected a file or the name of a marker as argument 2"
        );
        let file = Path::new(word);
        if file.exists() {
            return Ok(file.to_owned());
        }
        ensure!(
            file.is_relative(),
            "'{}' does not exist, so there is nothing to upload",
            file.display()
        );
        ensure!(
            file.components()
                .all(|part| matches!(part, Component::Normal(_) | Component::CurDir)),
            "'{}' does not exist, and with '..' in it it is no name of a marker",
            file.display()
        );
        let marker = self.build()?.datastore_workarea().join(file);
        touch(&marker).with_context(|| format!("cannot make the marker '{}'", marker.display()))?;
        Ok(marker)
    }

    /// A store has a key, and the keys are separated by `|`.
    fn number_of_stores(&self) -> anyhow::Result<usize> {
        let build = Build::active_at(self.home.clone())?;
        let keys = build
            .environment()
            .required("S3_ACCESS_KEY")
            .context("cannot tell how many datastores the build has")?;
        Ok(keys.split('|').count())
    }
}

/// The bucket's name in a line that a tool prints: the last word, which has a scheme before it but for rclone.
fn bucket_in(line: &[u8]) -> Option<&[u8]> {
    let name = line.fields_with(char::is_whitespace).last()?;
    Some(name.strip_prefix(b"s3://").unwrap_or(name))
}

fn touch(file: &Path) -> std::io::Result<()> {
    if let Some(directory) = file.parent() {
        std::fs::create_dir_all(directory)?;
    }
    std::fs::File::options()
        .create(true)
        .append(true)
        .open(file)?;
    Ok(())
}
