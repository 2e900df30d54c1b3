//! Committing all that is in the development copy, and pushing it.

use std::path::{Path, PathBuf};

use anyhow::ensure;
use clap::Args;

use super::branch::Branch;
use super::ensure_goes_on;
use super::working_copy::WorkingCopy;
use crate::build::Build;
use crate::console;
use crate::foreign_text::on_one_line;
use crate::installation::{DEVELOPMENT, without_shims};
use crate::toolkit::build_home::BuildHome;

/// What is pushed, and how much is asked.
#[derive(Debug, Args)]
pub struct Push {
    /// What the commit says
    #[arg(value_name = "MESSAGE", default_value = "", hide_default_value = true)]
    message: String,

    /// The branch to push to; without it the one in the line GITBRANCH: of buildstyles.dat. Never main
    #[arg(value_name = "BRANCH")]
    branch: Option<String>,

    /// The folder that is committed
    #[arg(long, value_name = "FOLDER", default_value = DEVELOPMENT)]
    development: PathBuf,

    /// Do not ask
    #[arg(long)]
    yes: bool,

    /// Only show what would be committed
    #[arg(long)]
    dry_run: bool,
}

impl Push {
    /// The folder that is committed.
    pub fn development(&self) -> &Path {
        &self.development
    }

    /// Whether nothing is to be changed.
    pub fn is_rehearsal(&self) -> bool {
        self.dry_run
    }

    /// Shows what would be committed, asks, commits, asks, and pushes. `what` all that is done, in the words of the first
    /// question; where the copy `is_safe_from_now_on`, git is told so before the commit.
    ///
    /// # Errors
    /// When the branch or the message is missing, the copy is on another branch, the answer is no, or git refuses. Nothing
    /// is pushed then.
    pub fn run(&self, what: &str, is_safe_from_now_on: bool) -> anyhow::Result<()> {
        let home = BuildHome::find()?;
        let branch = Branch::wanted(self.branch.as_deref(), &home)?;
        ensure!(
            !self.message.trim().is_empty(),
            "there is no commit message; give one as the first argument"
        );
        let copy = WorkingCopy::at(&self.development, self.dry_run)?;
        copy.ensure_on(&branch)?;
        self.asked(what, "nothing was committed or pushed")?;
        let changes = without_shims(copy.folder(), || copy.to_be_committed())?;
        self.show(&branch, &changes);
        if self.dry_run {
            return Ok(());
        }
        if changes.is_empty() {
            self.asked("There is nothing to commit", "nothing was pushed")?;
        } else {
            self.asked("This is committed", "nothing was committed or pushed")?;
            if is_safe_from_now_on {
                copy.is_safe_from_now_on()?;
            }
            let (name, address) = identity(&home)?;
            copy.commits_as(&name, &address)?;
            without_shims(copy.folder(), || copy.commit(&self.message))?;
        }
        let question = format!(
            "The branch '{}' is pushed to its repository",
            branch.as_str()
        );
        self.asked(&question, "it is committed, and not pushed")?;
        copy.push(&branch)
    }

    fn asked(&self, what: &str, stopped: &str) -> anyhow::Result<()> {
        if self.yes || self.dry_run {
            return Ok(());
        }
        ensure_goes_on(what, stopped)
    }

    fn show(&self, branch: &Branch, changes: &[String]) {
        let folder = self.development.display();
        if changes.is_empty() {
            console::say(format_args!("nothing in '{folder}' is to be committed"));
            return;
        }
        console::say(format_args!(
            "to be committed from '{folder}' to the branch '{}', with the message '{}':",
            branch.as_str(),
            on_one_line(&self.message)
        ));
        for line in changes {
            console::say(format_args!("  {}", on_one_line(line)));
        }
    }
}

/// The name and the address of commits, as the active build has them; empty where it has none.
fn identity(home: &BuildHome) -> anyhow::Result<(String, String)> {
    let marks = [home.active_cloudhost(), home.active_build_identifier()];
    if marks.iter().any(|mark| !mark.exists()) {
        return Ok(Default::default());
    }
    let build = Build::active_at(home.clone())?;
    let environment = build.environment();
    Ok((
        environment.text("GIT_USER")?,
        environment.text("GIT_EMAIL_ADDRESS")?,
    ))
}
