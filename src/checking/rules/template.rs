//! The rules that need nothing but a template (contract 03 §3.6).

use crate::build::Plan;
use crate::checking::{Findings, Rule};
use crate::foreign_text::beginning;
use crate::names::ArchivePeriod;
use crate::toolkit::build_home::HARDCORE_FLAG;
use crate::toolkit::first_boot::SWITCH;

/// The plan asks for a build from snapshots.
pub fn is_from_snapshot(plan: &Plan, findings: &mut Findings) {
    let (rule, name) = (Rule::BuildFromSnapshot, "BUILD_FROM_SNAPSHOT");
    if plan.says_yes(name) {
        findings.ok(rule, name, "is 1");
    } else {
        let found = format!(
            "is '{}': this build would not use the snapshots",
            beginning(plan.text(name))
        );
        findings.warn(
            rule,
            name,
            found,
            "set BUILD_FROM_SNAPSHOT=\"1\" in the template",
        );
    }
}

/// The rest of the plan goes with one.
pub fn suits_snapshots(plan: &Plan, is_hardcore: bool, findings: &mut Findings) {
    archive_choice(plan, findings);
    restoring(plan, findings);
    if is_hardcore {
        // The toolkit's main script sets the flag whenever it is called with all of its words, and goes on from snapshots.
        let found = "is there: this is a hardcore build, which nobody watches";
        let fix = format!(
            "snapshots are meant for expedited builds; remove {HARDCORE_FLAG} if no hardcore build is meant"
        );
        findings.warn(Rule::Expedited, HARDCORE_FLAG, found, fix);
    } else {
        findings.ok(
            Rule::Expedited,
            HARDCORE_FLAG,
            "is not there: the build is expedited",
        );
    }
    let (rule, name) = (Rule::MultiRegion, "MULTI_REGION");
    if plan.says_yes(name) {
        let found = "is 1: the snapshots hold what belongs to one region";
        let fix = "set MULTI_REGION=\"0\", or make sure that each region has snapshots of its own";
        findings.warn(rule, name, found, fix);
    } else {
        findings.ok(rule, name, "is not 1");
    }
}

fn archive_choice(plan: &Plan, findings: &mut Findings) {
    let (rule, name) = (Rule::ArchiveChoice, "BUILD_ARCHIVE_CHOICE");
    let choice = plan.text(name);
    if choice.parse::<ArchivePeriod>().is_ok() {
        findings.ok(rule, name, format!("is '{choice}'"));
    } else {
        let found = format!(
            "is '{}', which is no temporal backup: what it deploys does not belong to the snapshots",
            beginning(choice)
        );
        let fix =
            "set it to hourly, daily, weekly, monthly or bimonthly, whichever backup there is";
        findings.fail(rule, name, found, fix);
    }
}

/// The variable is 1, not set, or 0. Whoever wrote `no` or `false` would otherwise get the backup.
fn restoring(plan: &Plan, findings: &mut Findings) {
    let rule = Rule::RestoreLatestBackup;
    match plan.text(SWITCH) {
        "" | "1" => findings.ok(
            rule,
            SWITCH,
            "is not 0: a build installs a backup that is newer than the snapshots",
        ),
        "0" => findings.ok(
            rule,
            SWITCH,
            "is 0: the machines keep what the snapshots hold",
        ),
        other => {
            let found = format!("is '{}', which is neither 0 nor 1", beginning(other));
            let fix = format!(
                "set {SWITCH}=\"1\" to install a backup that is newer than the snapshots, or \"0\" to keep what they hold"
            );
            findings.fail(rule, SWITCH, found, fix);
        }
    }
}
