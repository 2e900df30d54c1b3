//! `VerifySnapshots`: whether what is recorded of a site's snapshots is there: at the provider and in the bucket.
//!
//! Every recorded id is looked up, the manifest is held against the answer, the records against the bucket's objects,
//! the provider's list against the records, and the snapshots' dates against those of the latest backups. Nothing is changed anywhere. No answer is never taken for absence.

mod backups;
mod findings;
mod images;
mod orphans;
mod records;
mod report;
mod site;
mod unanswered;
mod under_way;

use std::process::ExitCode;

use clap::Parser;

use findings::{Check, Findings};
use site::Site;
use unanswered::Unanswered;

use crate::build::Build;
use crate::cloud::{self, Cloud, Listing, Snapshot};
use crate::command::{self, Failure, Runner};
use crate::names::SnapshotKind;
use crate::records::{Conclusion, ONCE_MENDED};

/// What the exit statuses mean and what the program does not do.
const AFTER_HELP: &str = "\
Exit status:
  0  all that is recorded is there and agrees
  1  there are warnings, such as snapshots at the provider that nothing records
  2  something is missing, unusable or differs; or nothing was verified, because the command line or the build could not
     be read: then standard output is empty and standard error says why
  3  nothing is known to be missing, and not all could be checked, such as without an answer of the provider or the bucket

A backup that is newer than a snapshot is no fault: a build from the snapshot installs it, unless
RESTORE_LATEST_BACKUP=\"0\" is set.

Nothing is changed, here, at the provider or in the bucket. A snapshot that nothing records is only listed when its name
says that this build's snapshots are called so.

Examples:
  VerifySnapshots
  VerifySnapshots --json | jq -r '.orphans[] | [.id, .name] | @tsv'
  VerifySnapshots --no-datastore || echo 'have a look'";

/// Holds the recorded snapshots against the provider and the bucket.
#[derive(Debug, Parser)]
#[command(name = "VerifySnapshots", version, after_help = AFTER_HELP)]
pub struct Arguments {
    /// Do not compare the records with the bucket's objects, nor the snapshots' dates with those of the latest backups
    #[arg(long)]
    pub no_datastore: bool,

    /// Show what is well too, a line each
    #[arg(long, short)]
    pub verbose: bool,

    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// The provider, and what it lists of each kind that is made there. Nothing is listed twice.
struct At<'a> {
    cloud: &'a dyn Cloud,
    listed: Vec<(SnapshotKind, Result<Listing<Snapshot>, Failure>)>,
}

/// The exit status when nothing could be verified: that of something missing, since nothing is known to be there.
pub fn not_verified() -> ExitCode {
    Conclusion::Failures.exit_code()
}

/// Verifies the active build's snapshots and prints the report.
///
/// # Errors
/// When the build's state cannot be read, or standard output not be written to. A record that cannot be read is a finding.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let site = Site::read(Build::active()?)?;
    let runner = Runner::new(site.build.redactor()?, false);
    command::watch_for_interrupts()?;
    let mut findings = Findings::default();
    under_way::verify(&site, &mut findings);
    let mut unanswered = Unanswered::default();
    let (images, strays) =
        match cloud::open(site.build.cloudhost(), &site.build.account()?, &runner) {
            Ok(cloud) => {
                let there = At {
                    cloud: cloud.as_ref(),
                    listed: cloud
                        .steps()
                        .iter()
                        .map(|kind| (*kind, cloud.all_snapshots(*kind)))
                        .collect(),
                };
                (
                    images::verify(&site, Ok(&there), &mut findings, &mut unanswered),
                    orphans::verify(&site, &there, &mut findings, &mut unanswered),
                )
            }
            Err(why) => {
                let why = format!("{why:#}");
                let images = images::verify(&site, Err(&why), &mut findings, &mut unanswered);
                unanswered.add(orphans::WHAT, why);
                (images, Vec::new())
            }
        };
    let cloudhost = site.build.cloudhost().as_str();
    unanswered.tell(Check::AtProvider, cloudhost, &mut findings);
    let records = records::verify(&site, &runner, arguments.no_datastore, &mut findings);
    if let Err(why) = records {
        // What has been found is told all the same.
        let found = format!("not checked: {why:#}");
        findings.unknown(Check::InBucket, "bucket", &found, ONCE_MENDED);
    }
    if !arguments.no_datastore {
        backups::verify(&site, &images, &runner, &mut findings)?;
    }
    report::print(&site, &images, &strays, &findings, arguments)?;
    Ok(findings.conclusion().exit_code())
}
