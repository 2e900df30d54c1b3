//! A table for people, or JSON for programs.

use serde::Serialize;

use super::Arguments;
use super::findings::{Finding, Findings, Outcome};
use super::images::Image;
use super::orphans::Orphan;
use super::site::Site;
use crate::console;
use crate::console::sheet::{self, Mark, Row};
use crate::json;
use crate::records::Verdict;

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

/// What is not ok in columns, with what to do below each; how much is ok, or that in columns too; and a sentence at the
/// end.
fn lines(findings: &Findings, with_all: bool, in_colour: bool) -> Vec<String> {
    let is_shown = |finding: &&Finding| with_all || finding.result != Verdict::Ok;
    let rows: Vec<Row> = findings.all().iter().filter(is_shown).map(row).collect();
    let rows = if with_all {
        rows
    } else {
        sheet::together(rows)
    };
    let mut lines = sheet::lines(&rows, in_colour);
    if !with_all {
        lines.extend(sheet::passed(findings.count(Verdict::Ok), in_colour));
    }
    lines.push(conclusion(findings));
    lines
}

fn row(finding: &Finding) -> Row {
    let mark = match finding.result {
        Verdict::Ok => Mark::Ok,
        Verdict::Warning => Mark::Warning,
        Verdict::Unknown => Mark::Unknown,
        Verdict::Failure => Mark::Failure,
    };
    Row::of([finding.check.title(), &finding.subject, &finding.found])
        .marked(mark)
        .with_fix(finding.fix.as_deref())
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
