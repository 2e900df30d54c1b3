//! The rules: a plan and the facts in, findings out.

mod access;
mod backups;
mod images;
mod origin;
mod template;

use std::path::Path;

use super::{Facts, Findings, Records, Rule};
use crate::build::Plan;

/// What the rules say of a build from the snapshots. A rule whose subject another one already found missing is silent.
pub fn examine(plan: &Plan, facts: &Facts) -> Findings {
    let mut findings = Findings::default();
    template::is_from_snapshot(plan, &mut findings);
    template::suits_snapshots(plan, facts.is_hardcore, &mut findings);
    match &facts.records {
        Err(why) => {
            let fix = "keep the right files under one name and move the other directory away";
            findings.fail(Rule::Directory, "snapshots", why, fix);
            access::key_files(facts.keys.as_ref(), &mut findings);
        }
        Ok(records) => {
            directory(records, &mut findings);
            images::recorded_ids(plan, records, &mut findings);
            images::at_provider(plan, facts, records, &mut findings);
            images::ages(plan, facts, records, &mut findings);
            backups::latest(plan, facts, records, &mut findings);
            origin::same_build(plan, records, &mut findings);
            access::key_files(facts.keys.as_ref(), &mut findings);
            origin::key_names(plan, records, &mut findings);
            access::server_user(facts, records, &mut findings);
            origin::server_user(plan, records, &mut findings);
            access::database(plan, records, &mut findings);
        }
    }
    findings
}

/// What the rules say that need nothing but a template. To a build that uses no snapshots they do not apply.
pub fn examine_template(plan: &Plan, is_hardcore: bool) -> Findings {
    let mut findings = Findings::default();
    if matches!(plan.text("BUILD_FROM_SNAPSHOT"), "" | "0") {
        let found = "is not 1: this build uses no snapshots";
        findings.ok(Rule::BuildFromSnapshot, "BUILD_FROM_SNAPSHOT", found);
    } else {
        template::is_from_snapshot(plan, &mut findings);
        template::suits_snapshots(plan, is_hardcore, &mut findings);
    }
    findings
}

/// Both names of the directory reach the same files. The build scripts know only one of them.
fn directory(records: &Records, findings: &mut Findings) {
    let (documented, legacy) = (&records.documented, &records.legacy);
    let is_missing = |name: &Path| records.missing_names.iter().any(|missing| missing == name);
    let (rule, subject) = (Rule::Directory, "snapshots");
    match (is_missing(documented), is_missing(legacy)) {
        (false, false) => findings.ok(rule, subject, "both names reach the same files"),
        (true, true) => findings.fail(
            rule,
            subject,
            format!(
                "'{}' does not exist: nothing is recorded for this site",
                documented.display()
            ),
            images::OBTAIN_ALL,
        ),
        (false, true) => findings.fail(
            rule,
            subject,
            format!(
                "'{}', which the build scripts read, does not lead to the records",
                legacy.display()
            ),
            link(documented, legacy),
        ),
        (true, false) => findings.warn(
            rule,
            subject,
            format!(
                "'{}', the documented name, does not lead to the records",
                documented.display()
            ),
            link(legacy, documented),
        ),
    }
}

/// The command that makes `name` lead to `target`.
fn link(target: &Path, name: &Path) -> String {
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let parent = name.parent().map(text).unwrap_or_default();
    format!(
        "{} && {}",
        shell_words::join(["mkdir", "-p", &parent]),
        shell_words::join(["ln", "-sfn", &text(target), &text(name)])
    )
}

#[cfg(test)]
mod tests;
