//! `CheckSnapshotBuild`: whether a build from the snapshots can work, said before money is spent on machines.
//!
//! The rules are in [`crate::records`]; helpers that such a build starts hold it against them too.

mod report;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

use crate::build::{Plan, PlannedBuild, read_template};
use crate::checking::backups::Backups;
use crate::checking::{Facts, Findings, Provider, examine, examine_template, gather};
use crate::cloud;
use crate::command::{self, Runner};
use crate::records::Conclusion;
use crate::toolkit::build_home::{BuildHome, is_hardcore_build};

/// What the exit statuses mean and what the program does not do.
const AFTER_HELP: &str = "\
Exit status:
  0  the build can work
  1  it can work, and there are warnings
  2  it cannot work; or nothing was checked, because the command line or the planned build could not be read: then
     standard output is empty and standard error says why
  3  whether it can work is not known: something could not be checked, such as without an answer of the provider

A backup that is newer than a snapshot is no fault: the build installs it in its last step (RestoreLatestBackup), unless
the template says RESTORE_LATEST_BACKUP=\"0\". Where the datastore cannot be asked for the dates of the latest backups, that
is a warning.

The records are those on this machine; nothing is fetched, uploaded or changed. --template-rules stands beside the
toolkit's ValidateTemplate.sh and does not replace it: that one has many other rules.

Examples:
  CheckSnapshotBuild --template templatedconfigurations/templates/linode/linode3.tmpl
  CheckSnapshotBuild --json | jq -r '.rules[] | select(.result == \"failure\") | .fix'
  CheckSnapshotBuild --template my.tmpl --template-rules || echo 'have a look first'";

/// Says whether a build from the snapshots can work, before money is spent on machines.
///
/// The planned build is the active one, as its variables say; while it has none, the one of the current template.
#[derive(Debug, Parser)]
#[command(name = "CheckSnapshotBuild", version, after_help = AFTER_HELP)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is an option of the command line"
)]
pub struct Arguments {
    /// Check the build that a template plans instead of the active one
    #[arg(long, value_name = "FILE")]
    pub template: Option<PathBuf>,

    /// Check only what the template says, before anything of its build exists
    #[arg(long, requires = "template", conflicts_with_all = ["no_provider", "no_datastore"])]
    pub template_rules: bool,

    /// Do not ask the provider whether the snapshots exist
    #[arg(long)]
    pub no_provider: bool,

    /// Do not ask the datastore for the dates of the latest backups
    #[arg(long)]
    pub no_datastore: bool,

    /// Show what is well too, a line each
    #[arg(long, short)]
    pub verbose: bool,

    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// The exit status when nothing could be checked: that of a build that cannot work, since it is not known to.
pub fn not_checked() -> ExitCode {
    Conclusion::Failures.exit_code()
}

/// Checks the build that `arguments` name and prints the report.
///
/// # Errors
/// When the planned build cannot be read, or standard output not be written to.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let findings = match &arguments.template {
        Some(template) if arguments.template_rules => template_alone(template)?,
        _ => whole_build(arguments)?,
    };
    report::print(&findings, arguments)?;
    Ok(findings.conclusion().exit_code())
}

/// What the rules say that need nothing but a template.
fn template_alone(path: &Path) -> anyhow::Result<Findings> {
    let plan = Plan::of(&read_template(path)?)?;
    Ok(examine_template(&plan, is_hardcore_build()))
}

fn whole_build(arguments: &Arguments) -> anyhow::Result<Findings> {
    let planned = PlannedBuild::find(BuildHome::find()?, arguments.template.as_deref())?;
    let runner = Runner::new(planned.redactor()?, false);
    command::watch_for_interrupts()?;
    let cloud;
    let provider = if arguments.no_provider {
        Provider::NotAsked
    } else {
        match cloud::open(planned.build.cloudhost(), &planned.account()?, &runner) {
            Ok(opened) => {
                cloud = opened;
                Provider::Asked(cloud.as_ref())
            }
            Err(why) => Provider::Unreachable(format!("{why:#}")),
        }
    };
    let mut facts = gather(&planned, &provider)?;
    facts.backups = backups(&planned, &facts, arguments, &runner)?;
    Ok(examine(&planned.plan, &facts))
}

/// The backups that the build chooses, of the machine types whose snapshots it needs and has.
fn backups(
    planned: &PlannedBuild,
    facts: &Facts,
    arguments: &Arguments,
    runner: &Runner,
) -> anyhow::Result<Option<Backups>> {
    let Some(backups) = Backups::chosen(planned.environment())? else {
        return Ok(None);
    };
    if arguments.no_datastore {
        return Ok(Some(backups));
    }
    let (home, site) = (planned.build.home(), &planned.website_url);
    let kinds = facts.recorded(&planned.plan);
    Ok(Some(backups.looked_up(home, site, &kinds, runner)))
}
