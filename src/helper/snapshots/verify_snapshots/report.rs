//! A table for people, or JSON for programs.

use serde::Serialize;

use super::findings::{Finding, Findings, Outcome};
use super::images::Image;
use super::orphans::Orphan;
use super::site::Site;
use crate::console;
use crate::records::Verdict;

/// The version of the JSON's layout.
const VERSION: u32 = 2;

#[derive(Serialize)]
struct JsonReport<'a> {
    version: u32,
    command: &'static str,
    outcome: Outcome,
    website_url: &'a str,
    cloudhost: &'static str,
    snapshots: &'a [Image],
    orphans: &'a [Orphan],
    findings: &'a [Finding],
}

/// Prints what was found and what it comes to.
///
/// # Errors
/// When standard output cannot be written to.
pub fn print(
    site: &Site,
    snapshots: &[Image],
    orphans: &[Orphan],
    findings: &Findings,
    as_json: bool,
) -> anyhow::Result<()> {
    let text = if as_json {
        serde_json::to_string_pretty(&JsonReport {
            version: VERSION,
            command: "VerifySnapshots",
            outcome: findings.outcome(),
            website_url: site.url.as_str(),
            cloudhost: site.build.cloudhost().as_str(),
            snapshots,
            orphans,
            findings: findings.all(),
        })?
    } else {
        lines(findings).join("\n")
    };
    Ok(console::print_lines([text])?)
}

/// A line a finding in columns, what to do under each that is not ok, and a sentence at the end.
fn lines(findings: &Findings) -> Vec<String> {
    let all = findings.all();
    let subjects = all.iter().map(|finding| finding.subject.chars().count());
    let width = subjects.max().unwrap_or_default();
    let mut lines = Vec::new();
    for finding in all {
        let result = match finding.result {
            Verdict::Ok => "ok",
            Verdict::Warning => "warning",
            Verdict::Unknown => "unknown",
            Verdict::Failure => "failure",
        };
        let (check, subject, found) = (finding.check.title(), &finding.subject, &finding.found);
        lines.push(format!("{result:7}  {check:15}  {subject:width$}  {found}"));
        if let Some(fix) = &finding.fix {
            lines.push(format!("         fix: {fix}"));
        }
    }
    let counted = |result: Verdict, word: &str| match findings.count(result) {
        1 => format!("1 {word}"),
        count => format!("{count} {word}s"),
    };
    let warnings = counted(Verdict::Warning, "warning");
    let unknown = match findings.count(Verdict::Unknown) {
        0 => String::new(),
        count => format!("{count} not checked, "),
    };
    lines.push(match findings.outcome() {
        Outcome::Ok => "All that is recorded is there.".to_owned(),
        Outcome::Warnings => format!("Nothing is known to be missing: {warnings}."),
        Outcome::Unknown => format!("Not all could be checked: {unknown}{warnings}."),
        Outcome::Failures => {
            let failures = counted(Verdict::Failure, "failure");
            format!("Something is missing, unusable or differs: {failures}, {unknown}{warnings}.")
        }
    });
    lines
}
