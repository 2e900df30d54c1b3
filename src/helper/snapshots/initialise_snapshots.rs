//! `InitialiseSnapshots`: brings the records of a site's snapshots to a build from them (contract 03 §3.4 step 5).
//!
//! The build captures what this prints as `SNAPSHOT_ID` and hands it to the autoscaler, so the webserver's id is all that
//! goes to standard output, whatever the bucket holds. The build does not look at the exit status: when the records will
//! not do, it is ended the way all its steps end it. Nothing on this machine changes before all records are found good.

mod fetching;
mod installing;
mod judging;

use std::ffi::OsString;

use crate::build::{Build, PlannedBuild};
use crate::checking::{self, Provider};
use crate::cloud;
use crate::command::{self, Runner};
use crate::console;
use crate::names::{SnapshotId, WebsiteUrl};
use crate::records::snapshot_directory::SnapshotDirectory;
use crate::toolkit::build_directory::BuildDirectory;
use crate::toolkit::build_environment::BuildEnvironment;
use crate::toolkit::build_home::{BuildHome, stop_the_build};

pub const HELP: &str = "\
Fetches the records of a site's snapshots from the datastore for the active build, and prints the webserver's snapshot id.

Usage: InitialiseSnapshots

Does nothing unless BUILD_FROM_SNAPSHOT is 1. The records are snapshot_ids.dat, db_credentials.dat.candidate,
db_credentials.dat, credentials.dat and keys.tar.gz; the snapshots' ssh keys, user and password become the build's own.
When a record is missing or damaged, nothing changes and the build is ended.

Examples:
  export SNAPSHOT_ID=\"$(InitialiseSnapshots)\"
  SetVariableValue BUILD_FROM_SNAPSHOT=1 && InitialiseSnapshots
";

/// Fetches the records when the build is from snapshots, and prints the webserver's id.
///
/// # Errors
/// When a record is missing or damaged, or cannot be fetched or written: the build is then told to end.
pub fn run(_words: &[OsString]) -> anyhow::Result<()> {
    let directory = BuildDirectory::active(BuildHome::find()?)?;
    let Some(environment) = directory.environment()? else {
        return Ok(());
    };
    if !environment.builds_from_snapshots() {
        return Ok(());
    }
    match webserver_id(&Build::with_variables(directory, environment)) {
        Ok(id) => Ok(console::print_lines(id.iter().map(SnapshotId::as_str))?),
        Err(why) => Err(match stop_the_build() {
            Ok(()) => why.context("the build is stopped"),
            Err(also) => why.context(format!("the build cannot be stopped ({also:#}); stop it")),
        }),
    }
}

/// The webserver's id, once all that belongs to it is in place; the ids come last, so that whoever sees them finds the rest.
fn webserver_id(build: &Build) -> anyhow::Result<Option<SnapshotId>> {
    let runner = Runner::new(build.redactor()?, false);
    command::watch_for_interrupts()?;
    let url = build.site()?;
    let mut directory = SnapshotDirectory::find(build.home(), &url)?;
    directory.prepare()?;
    let objects = fetching::fetch(build, &url, &directory, &runner)?;
    let records = judging::judge(objects, build, &directory)?;
    installing::install(&records, build.directory(), &directory)?;
    ensure_the_build_can_work(build, url, &runner)?;
    Ok(records.webserver)
}

/// The records are good; whether they fit this build, and whether the provider still has what they name, is another matter.
fn ensure_the_build_can_work(
    build: &Build,
    site: WebsiteUrl,
    runner: &Runner,
) -> anyhow::Result<()> {
    // Read anew: the records have just set some of its variables.
    let environment = build.directory().environment()?;
    let environment = environment.unwrap_or_else(|| BuildEnvironment::new(Vec::new()));
    let build = Build::with_variables(build.directory().clone(), environment);
    let planned = PlannedBuild::of(build, site)?;
    let cloud = planned
        .account()
        .and_then(|account| cloud::open(planned.build.cloudhost(), &account, runner));
    let provider = match &cloud {
        Ok(cloud) => Provider::Asked(cloud.as_ref()),
        Err(why) => Provider::Unreachable(format!("{why:#}")),
    };
    checking::ensure_can_work(&planned, &planned.plan, &provider)
}
