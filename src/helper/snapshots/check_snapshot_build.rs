//! `CheckSnapshotBuild`: whether a build from the snapshots can work, said before money is spent on machines.
//!
//! The rules are in [`crate::records`]; helpers that such a build starts hold it against them too.

mod arguments;
mod report;

use std::path::Path;
use std::process::ExitCode;

use crate::build::{Plan, PlannedBuild, read_template};
use crate::cloud;
use crate::command::{self, Runner};
use crate::records::backups::Backups;
use crate::records::{Facts, Findings, Outcome, Provider, examine, examine_template, gather};
use crate::toolkit::build_home::{BuildHome, is_hardcore_build};
pub use arguments::Arguments;

/// The exit status when nothing could be checked: that of a build that cannot work, since it is not known to.
pub fn not_checked() -> ExitCode {
    Outcome::CannotWork.exit_code()
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
    Ok(findings.outcome().exit_code())
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
