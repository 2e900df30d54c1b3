//! A table for people, or JSON for programs.

use serde::Serialize;

use super::Arguments;
use super::findings::{Check, Findings};
use super::images::Image;
use super::orphans::Orphan;
use super::site::Site;
use crate::console;
use crate::json;
use crate::records::{Conclusion, Finding};

/// The version of the JSON's layout.
const VERSION: u32 = 2;

#[derive(Serialize)]
struct JsonReport<'a> {
    outcome: Conclusion,
    website_url: &'a str,
    cloudhost: &'static str,
    snapshots: &'a [Image],
    orphans: &'a [Orphan],
    findings: &'a [Finding<Check>],
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
            outcome: findings.conclusion(),
            website_url: site.url.as_str(),
            cloudhost: site.build.cloudhost().as_str(),
            snapshots,
            orphans,
            findings: findings.all(),
        };
        return json::print_report("VerifySnapshots", VERSION, &report);
    }
    let lines = findings.lines(
        conclusion(findings),
        arguments.verbose,
        console::shows_colours(),
    );
    Ok(console::print_lines(lines)?)
}

/// What the findings come to, in a sentence.
fn conclusion(findings: &Findings) -> String {
    let counts = findings.counts();
    match findings.conclusion() {
        Conclusion::Ok => "All that is recorded is there.".to_owned(),
        Conclusion::Warnings => format!("Nothing is known to be missing: {counts}."),
        Conclusion::Unknown => format!("Not all could be checked: {counts}."),
        Conclusion::Failures => format!("Something is missing, unusable or differs: {counts}."),
    }
}
