//! The bucket of a site's snapshot records, as the snapshot helper fills it and a build from snapshots reads it
//! (contract 03 §3.1 step 7, §3.4 step 5).

use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::datastore::{Bucket, Datastore, DatastoreTool};
use crate::files;
use crate::names::WebsiteUrl;
use crate::toolkit::active_build::ActiveBuild;
use crate::toolkit::build_environment::BuildEnvironment;

/// The store and the bucket of the site at `url`; nothing is asked of them yet.
///
/// # Errors
/// When the build names no tool or no bucket, or the tool is not installed or set up.
pub fn open(
    build: &ActiveBuild,
    environment: &BuildEnvironment,
    url: &WebsiteUrl,
) -> anyhow::Result<(Datastore, Bucket)> {
    let styles = build.home().build_styles();
    let tool = files::read_if_there(&styles)?
        .as_deref()
        .and_then(DatastoreTool::configured)
        .with_context(|| {
            format!(
                "'{}' names no datastore tool; add a line DATASTORETOOL:s3cmd, DATASTORETOOL:s5cmd or DATASTORETOOL:rclone",
                styles.display()
            )
        })?;
    let home = std::env::var_os("HOME").map_or_else(|| PathBuf::from("/root"), PathBuf::from);
    let datastore = Datastore::open(tool, &[&home, Path::new("/root"), build.home().path()])?;
    let bucket = Bucket::snap(url, &environment.required("DNS_CHOICE")?)?;
    Ok((datastore, bucket))
}
