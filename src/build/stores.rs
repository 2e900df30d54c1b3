//! The build's bucket stores: which tool reaches them, and where its configurations are.

use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::datastore::{Datastore, DatastoreTool};
use crate::files;
use crate::toolkit::build_home::BuildHome;

/// The tool that `buildstyles.dat` chooses.
///
/// # Errors
/// When it chooses none.
pub fn tool(home: &BuildHome) -> anyhow::Result<DatastoreTool> {
    let styles = home.build_styles();
    files::read_if_there(&styles)?
        .as_deref()
        .and_then(DatastoreTool::configured)
        .with_context(|| {
            format!(
                "'{}' names no datastore tool; add a line DATASTORETOOL:s3cmd, DATASTORETOOL:s5cmd or DATASTORETOOL:rclone",
                styles.display()
            )
        })
}

/// The first store, which is the one that is looked into, through the tool that `buildstyles.dat` chooses.
///
/// # Errors
/// When it chooses none, or the tool is not installed or not configured.
pub fn first(home: &BuildHome) -> anyhow::Result<Datastore> {
    open(tool(home)?, 1, home)
}

/// The store of the configuration number `index`, the first of which is 1.
///
/// # Errors
/// When the tool is not installed, or there is no such configuration.
pub fn open(tool: DatastoreTool, index: usize, home: &BuildHome) -> anyhow::Result<Datastore> {
    let own = std::env::var_os("HOME").map_or_else(|| PathBuf::from("/root"), PathBuf::from);
    Datastore::open(tool, index, &[&own, Path::new("/root"), home.path()])
}
