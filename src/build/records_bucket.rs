//! The bucket of a site's snapshot records, as the snapshot helper fills it and a build from snapshots reads it
//! (contract 03 §3.1 step 7, §3.4 step 5).

use anyhow::Context;

use crate::build::{Build, stores};
use crate::datastore::{Asking, Bucket, Datastore, WantedBucket};
use crate::names::WebsiteUrl;

/// The store and the bucket of the site at `url`; nothing is asked of them yet.
///
/// # Errors
/// When the build names no tool or no bucket, or the tool is not installed or set up.
pub fn open(build: &Build, url: &WebsiteUrl) -> anyhow::Result<(Datastore, Bucket)> {
    let datastore = stores::first(build.home())?;
    let variable = |name: &str| match name {
        "WEBSITE_URL" => Ok(url.to_string()),
        _ => build.environment().required(name),
    };
    let wanted = WantedBucket {
        kind: "snap",
        specifier: "",
        variable: &variable,
    };
    let bucket = Bucket::of(&wanted, Asking::Put).context("cannot name the snapshot bucket")?;
    Ok((datastore, bucket))
}
