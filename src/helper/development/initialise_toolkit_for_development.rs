//! `InitialiseToolkitForDevelopment [BRANCH]`: the development copy, on the branch that development goes on on (contract 02
//! §2.13).

use std::path::PathBuf;

use clap::Parser;

use crate::console;
use crate::development::branch::Branch;
use crate::development::working_copy::WorkingCopy;
use crate::installation::{DEVELOPMENT, without_shims};
use crate::toolkit::build_home::BuildHome;

/// Puts the toolkit's development copy on a branch, which is made where it is not there, and forward to what its repository
/// has of it.
#[derive(Debug, Parser)]
#[command(
    name = "InitialiseToolkitForDevelopment",
    version,
    after_help = "Examples:\n  InitialiseToolkitForDevelopment\n  InitialiseToolkitForDevelopment dev"
)]
pub struct Arguments {
    /// The branch; without it the one in the line GITBRANCH: of buildstyles.dat. Never main
    #[arg(value_name = "BRANCH")]
    branch: Option<String>,

    /// The development copy
    #[arg(long, value_name = "FOLDER", default_value = DEVELOPMENT)]
    development: PathBuf,

    /// Only show what git would be told
    #[arg(long)]
    dry_run: bool,
}

/// Fetches and checks the branch out.
///
/// # Errors
/// When no branch is named, it is main, the repository cannot be reached or git refuses.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let branch = Branch::wanted(arguments.branch.as_deref(), &BuildHome::find()?)?;
    let copy = WorkingCopy::at(&arguments.development, arguments.dry_run)?;
    copy.is_safe_from_now_on()?;
    let is_there = copy.fetch(&branch)?;
    if !is_there {
        console::say(format_args!(
            "its repository has no branch '{}' yet; the first push makes it",
            branch.as_str()
        ));
    }
    if arguments.dry_run {
        return copy.switch(&branch, is_there);
    }
    without_shims(copy.folder(), || copy.switch(&branch, is_there))
}
