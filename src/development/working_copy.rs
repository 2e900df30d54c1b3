//! git in the development copy.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, anyhow, ensure};
use bstr::ByteSlice;

use super::branch::Branch;
use crate::command::{
    Change, Command, Failure, Output, Program, Redactor, Runner, watch_for_interrupts,
};
use crate::files::PrivateFolder;
use crate::installation::GIT;

/// How long one command may take; a person may have to type a password meanwhile.
const LIMIT: Duration = Duration::from_secs(1800);

/// All that is committed: everything but what builds write, which has passwords in it.
const ALL: [&str; 4] = ["--all", "--", ".", ":(exclude,top)runtimedata"];

/// A folder that git knows.
#[derive(Debug)]
pub struct WorkingCopy {
    git: Program,
    folder: PathBuf,
    runner: Runner,
}

impl WorkingCopy {
    /// The one at `folder`; in a rehearsal only what reads is run, and what changes something is shown.
    ///
    /// # Errors
    /// When it is not there, or git does not know it.
    pub fn at(folder: &Path, is_rehearsal: bool) -> anyhow::Result<Self> {
        let shown = folder.display();
        ensure!(
            folder.is_dir(),
            "there is no development copy in '{shown}'; copy the toolkit there with its .git, or name another folder with --development"
        );
        // Before a shim is taken off, which a signal must not leave off half way.
        watch_for_interrupts()?;
        let copy = Self {
            git: GIT.find()?,
            folder: folder.canonicalize()?,
            runner: Runner::new(Redactor::default(), is_rehearsal).showing_commands(true),
        };
        let top = copy
            .says(&["rev-parse", "--show-toplevel"])
            .map_err(|why| anyhow!("'{shown}' is no working copy of git: {}", why.on_one_line()))?;
        ensure!(
            Path::new(&top) == copy.folder,
            "'{shown}' is a folder within the working copy '{top}'; name that one with --development"
        );
        Ok(copy)
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn words<'a>(&'a self, words: &'a [&str]) -> Vec<&'a OsStr> {
        let mut all = vec![OsStr::new("-C"), self.folder.as_os_str()];
        all.extend(words.iter().map(OsStr::new));
        all
    }

    fn dressed(&self, command: Command) -> Command {
        // git refuses a folder of another user, which the copy is on many machines.
        let folder = self.folder.as_os_str();
        let command = command
            .env("GIT_CONFIG_COUNT", "1")
            .env("GIT_CONFIG_KEY_0", "safe.directory")
            .env("GIT_CONFIG_VALUE_0", folder)
            .timeout(LIMIT);
        // cloud-init's scripts have none, and git does not start without.
        match std::env::var_os("HOME") {
            Some(home) if !home.is_empty() => command,
            _ => command.env("HOME", "/root"),
        }
    }

    fn asking(&self, words: &[&str]) -> Command {
        self.dressed(Command::reading(&self.git, &self.words(words)))
            .env("LC_ALL", "C")
    }

    /// What git answers, without the line's end.
    fn says(&self, words: &[&str]) -> Result<String, Failure> {
        let said = self.runner.output(&self.asking(words))?.stdout;
        Ok(said.trim_end().to_str_lossy().into_owned())
    }

    /// Whether git's answer to `words` is yes.
    fn affirms(&self, words: &[&str]) -> Result<bool, Failure> {
        Ok(self.runner.run(&self.asking(words))?.succeeded())
    }

    fn change(&self, words: &[&str]) -> anyhow::Result<Change<Output>> {
        let change = self.dressed(Command::changing(&self.git, &self.words(words)));
        Ok(self.runner.change(&change)?)
    }

    /// As [`Self::change`], on the person's own terminal; git may ask for a password there.
    fn change_before_the_person(&self, words: &[&str]) -> anyhow::Result<()> {
        let change = self.dressed(Command::changing(&self.git, &self.words(words)));
        if self.runner.is_dry_run() {
            self.runner.change(&change)?;
            return Ok(());
        }
        let status = self.runner.hand_over(&change)?;
        ensure!(
            status == 0,
            "git {} failed with exit status {status}",
            words[0]
        );
        Ok(())
    }

    /// Tells git once and for all that this folder may be another user's.
    ///
    /// # Errors
    /// When git cannot be told.
    pub fn is_safe_from_now_on(&self) -> anyhow::Result<()> {
        let folder = self.folder.to_string_lossy();
        let known = self.runner.run(&self.asking(&[
            "config",
            "--global",
            "--get-all",
            "safe.directory",
        ]))?;
        let is_known = known.stdout.lines().any(|line| line == folder.as_bytes());
        if !is_known {
            self.change(&["config", "--global", "--add", "safe.directory", &folder])?;
        }
        Ok(())
    }

    /// Gives git the name and address that commits have from now on; what is empty stays as it is.
    ///
    /// # Errors
    /// When git cannot be told.
    pub fn commits_as(&self, name: &str, address: &str) -> anyhow::Result<()> {
        for (key, value) in [("user.email", address), ("user.name", name)] {
            if !value.is_empty() {
                self.change(&["config", "--global", key, value])?;
            }
        }
        Ok(())
    }

    /// Whether it is on this branch.
    ///
    /// # Errors
    /// When it is on another one, or none.
    pub fn ensure_on(&self, branch: &Branch) -> anyhow::Result<()> {
        let shown = self.folder.display();
        let on = self.says(&["symbolic-ref", "--short", "HEAD"]).map_err(|_| {
            anyhow!("'{shown}' is on no branch; 'InitialiseToolkitForDevelopment {}' puts it on one", branch.as_str())
        })?;
        ensure!(
            on == branch.as_str(),
            "'{shown}' is on the branch '{on}', not on '{}'; 'InitialiseToolkitForDevelopment {}' puts it there",
            branch.as_str(),
            branch.as_str()
        );
        Ok(())
    }

    /// What [`Self::commit`] would commit now, a line a file as git has it; nothing is changed.
    ///
    /// # Errors
    /// When git cannot tell.
    pub fn to_be_committed(&self) -> anyhow::Result<Vec<String>> {
        let scratch = PrivateFolder::temporary()?;
        let (index, objects) = (scratch.path().join("index"), scratch.path().join("objects"));
        let real_index = self
            .folder
            .join(self.says(&["rev-parse", "--git-path", "index"])?);
        if real_index.exists() {
            std::fs::copy(&real_index, &index).context("cannot read what git has staged")?;
        }
        std::fs::create_dir(&objects)?;
        let real_objects = self
            .folder
            .join(self.says(&["rev-parse", "--git-path", "objects"])?);
        let aside = |words: &[&str]| {
            self.asking(words)
                .env("GIT_INDEX_FILE", index.as_os_str())
                .env("GIT_OBJECT_DIRECTORY", objects.as_os_str())
                .env("GIT_ALTERNATE_OBJECT_DIRECTORIES", real_objects.as_os_str())
        };
        self.runner.output(&aside(&[&["add"][..], &ALL].concat()))?;
        let listed = self
            .runner
            .output(&aside(&["diff", "--cached", "--stat=100"]))?;
        Ok(listed
            .stdout
            .to_str_lossy()
            .lines()
            .map(str::to_owned)
            .collect())
    }

    /// Commits all that is in the copy.
    ///
    /// # Errors
    /// When git refuses.
    pub fn commit(&self, message: &str) -> anyhow::Result<()> {
        self.change(&[&["add"][..], &ALL].concat())?;
        self.change_before_the_person(&["commit", "-m", message])
    }

    /// Pushes the branch to its repository, where it has the same name.
    ///
    /// # Errors
    /// When the repository refuses.
    pub fn push(&self, branch: &Branch) -> anyhow::Result<()> {
        let both = format!("{0}:{0}", branch.reference());
        self.change_before_the_person(&["push", "-u", "origin", &both])
            .with_context(|| {
                format!(
                    "'{}' was not pushed; its commits are in '{}'",
                    branch.as_str(),
                    self.folder.display()
                )
            })
    }

    /// Fetches what is new, and the branch, if its repository has it; whether it has.
    ///
    /// # Errors
    /// When the repository cannot be reached.
    pub fn fetch(&self, branch: &Branch) -> anyhow::Result<bool> {
        self.change_before_the_person(&["fetch", "--all"])?;
        let listed = self.says(&["ls-remote", "origin", &branch.reference()])?;
        let is_there = !listed.is_empty();
        if is_there {
            self.change_before_the_person(&["fetch", "origin", &branch.reference()])?;
        }
        Ok(is_there)
    }

    /// Puts the copy on the branch, which is made where it is not there, and forward to what was fetched of it.
    ///
    /// # Errors
    /// When git refuses, such as with changes that the branch would overwrite.
    pub fn switch(&self, branch: &Branch, was_fetched: bool) -> anyhow::Result<()> {
        let name = branch.as_str();
        let is_here = self.affirms(&["show-ref", "--verify", "--quiet", &branch.reference()])?;
        match (is_here, was_fetched) {
            (true, _) => self.change_before_the_person(&["checkout", name, "--"])?,
            (false, true) => {
                self.change_before_the_person(&["checkout", "-b", name, "FETCH_HEAD"])?;
            }
            (false, false) => self.change_before_the_person(&["checkout", "-b", name])?,
        }
        if is_here && was_fetched {
            self.change_before_the_person(&["merge", "--ff-only", "FETCH_HEAD"])?;
        }
        Ok(())
    }
}
