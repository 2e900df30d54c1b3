//! `SnapshotStatus`: one screen about a site's snapshots: what is recorded, what is being made, who is at work.
//!
//! Only this machine's files are read; the provider and the bucket are not asked, which is `VerifySnapshots`' work.

mod arguments;
mod report;
mod state;

pub use arguments::Arguments;

use state::State;

use crate::build::Build;
use crate::toolkit::snapshot_directory::SnapshotDirectory;

/// Prints the screen. Damaged records are shown as such.
///
/// # Errors
/// When there is no active build, its site has two directories that differ, or a file cannot be read.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let build = Build::active()?;
    let url = build.website_url()?;
    let directory = SnapshotDirectory::find(build.home(), &url)?;
    report::print(&State::read(&build, &url, &directory)?, arguments.json)
}
