//! `CheckSnapshotBuild`: whether a build from the snapshots can work, said before money is spent on machines.
//!
//! What is planned ([`Plan`]) and what there is ([`Facts`]) are values; [`examine`] holds one against the other and needs
//! neither disk nor provider. [`gather`] reads both, and changes neither. Other helpers use the same three.

mod arguments;
pub mod backups;
mod facts;
mod findings;
mod gathering;
mod plan;
mod planned_build;
mod report;
mod rules;

use std::path::Path;
use std::process::ExitCode;

use anyhow::ensure;

pub use arguments::Arguments;
pub use facts::{Facts, KeyPair, Lookup, Records};
pub use findings::{Finding, Findings, ONCE_MENDED, Outcome, Rule, Verdict};
pub use gathering::{Provider, gather};
pub use plan::Plan;
pub use planned_build::PlannedBuild;
pub use rules::{examine, examine_template};

use backups::Backups;

use crate::cloud;
use crate::command::{self, Runner};
use crate::console;
use crate::helper::is_flagged;
use crate::toolkit::build_home::BuildHome;

/// The exit status when nothing could be checked: that of a build that cannot work, since it is not known to.
pub fn not_checked() -> ExitCode {
    Outcome::CannotWork.exit_code()
}

/// Refuses to go on with a build from snapshots that cannot work, before it costs anything; what a person should look at
/// is said on standard error. For the helpers that such a build starts.
///
/// # Errors
/// When a rule is broken, with every broken one and what to do; when a record cannot be read.
pub fn ensure_can_work(
    planned: &PlannedBuild,
    plan: &Plan,
    provider: &Provider<'_>,
) -> anyhow::Result<()> {
    let findings = examine(plan, &gather(planned, provider)?);
    for result in [Verdict::Unknown, Verdict::Warning] {
        for warning in findings.with(result) {
            console::say(format_args!("warning: {}", warning.sentence()));
        }
    }
    refuse_failures(&findings)
}

/// As [`ensure_can_work`] without the warnings and without asking the provider, for one server after the other.
///
/// # Errors
/// When a rule is broken, with every broken one and what to do; when a record cannot be read.
pub fn ensure_fits(planned: &PlannedBuild, plan: &Plan) -> anyhow::Result<()> {
    refuse_failures(&examine(plan, &gather(planned, &Provider::NotAsked)?))
}

fn refuse_failures(findings: &Findings) -> anyhow::Result<()> {
    let broken: Vec<String> = findings
        .with(Verdict::Failure)
        .map(Finding::sentence)
        .collect();
    ensure!(
        broken.is_empty(),
        "a build from snapshots cannot work: {}",
        broken.join("; ")
    );
    Ok(())
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
    let environment = planned_build::read_template(path)?;
    let plan = Plan::of(&environment)?;
    Ok(examine_template(&plan, is_flagged::is_hardcore_build()))
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
