//! A table for people, or JSON for programs.

use serde::Serialize;

use super::Arguments;
use super::findings::{Finding, Findings, Outcome};
use super::images::Image;
use super::orphans::Orphan;
use super::site::Site;
use crate::console;
use crate::console::sheet;
use crate::json;
use crate::records::{Told, Verdict, report_lines};

/// The version of the JSON's layout.
const VERSION: u32 = 2;

#[derive(Serialize)]
struct JsonReport<'a> {
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
    arguments: &Arguments,
) -> anyhow::Result<()> {
    if arguments.json {
        let report = JsonReport {
            outcome: findings.outcome(),
            website_url: site.url.as_str(),
            cloudhost: site.build.cloudhost().as_str(),
            snapshots,
            orphans,
            findings: findings.all(),
        };
        return json::print_report("VerifySnapshots", VERSION, &report);
    }
    Ok(console::print_lines(lines(
        findings,
        arguments.verbose,
        console::shows_colours(),
    ))?)
}

fn lines(findings: &Findings, with_all: bool, in_colour: bool) -> Vec<String> {
    let told: Vec<Told<'_>> = findings.all().iter().map(told).collect();
    report_lines(&told, conclusion(findings), with_all, in_colour)
}

fn told(finding: &Finding) -> Told<'_> {
    Told {
        result: finding.result,
        cells: [finding.check.title(), &finding.subject, &finding.found],
        fix: finding.fix.as_deref(),
    }
}

/// What the findings come to, in a sentence.
fn conclusion(findings: &Findings) -> String {
    let counted = |result: Verdict, word: &str| sheet::counted(findings.count(result), word);
    let warnings = counted(Verdict::Warning, "warning");
    let unknown = match findings.count(Verdict::Unknown) {
        0 => String::new(),
        count => format!("{count} not checked, "),
    };
    match findings.outcome() {
        Outcome::Ok => "All that is recorded is there.".to_owned(),
        Outcome::Warnings => format!("Nothing is known to be missing: {warnings}."),
        Outcome::Unknown => format!("Not all could be checked: {unknown}{warnings}."),
        Outcome::Failures => {
            let failures = counted(Verdict::Failure, "failure");
            format!("Something is missing, unusable or differs: {failures}, {unknown}{warnings}.")
        }
    }
}
