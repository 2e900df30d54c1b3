//! What a run tells its caller: lines for people, or JSON for programs.

use serde::Serialize;

use super::Arguments;
use crate::console;
use crate::console::sheet;
use crate::json;
use crate::records::{Finding, Findings, Outcome, Rule, Told, Verdict, report_lines};

/// The version of the JSON's layout.
const VERSION: u32 = 2;

#[derive(Serialize)]
struct JsonReport<'a> {
    outcome: Outcome,
    rules: &'a [Finding],
}

/// Prints the findings and what they come to.
///
/// # Errors
/// When standard output cannot be written to.
pub fn print(findings: &Findings, arguments: &Arguments) -> anyhow::Result<()> {
    if arguments.json {
        let report = JsonReport {
            outcome: findings.outcome(),
            rules: findings.all(),
        };
        return json::print_report("CheckSnapshotBuild", VERSION, &report);
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
        cells: [finding.rule.title(), &finding.subject, &finding.found],
        fix: finding.fix.as_deref(),
    }
}

/// What the findings come to, in a sentence.
fn conclusion(findings: &Findings) -> String {
    let counted = |result: Verdict, word: &str| sheet::counted(findings.with(result).count(), word);
    let warnings = counted(Verdict::Warning, "warning");
    let unknown = match findings.with(Verdict::Unknown).count() {
        0 => String::new(),
        count => format!("{count} not checked, "),
    };
    let is_moot = findings.all().len() == 1
        && findings
            .all()
            .iter()
            .any(|it| it.rule == Rule::BuildFromSnapshot);
    match findings.outcome() {
        Outcome::Ok if is_moot => "The build uses no snapshots.".to_owned(),
        Outcome::Ok => "A build from snapshots can work.".to_owned(),
        Outcome::Warnings => {
            format!("A build from snapshots can work, with {warnings}.")
        }
        Outcome::Unknown => {
            format!("Whether a build from snapshots can work is not known: {unknown}{warnings}.")
        }
        Outcome::CannotWork => format!(
            "A build from snapshots cannot work: {}, {unknown}{warnings}.",
            counted(Verdict::Failure, "failure")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings() -> Findings {
        let mut findings = Findings::default();
        findings.ok(Rule::Expedited, "/root/HARDCORE", "is not there");
        findings.warn(
            Rule::Age,
            "webserver",
            "is\n 40 \u{1b}[31mdays old",
            "make a new one",
        );
        findings
    }

    #[test]
    fn the_columns_are_aligned_and_each_fix_is_under_its_finding() {
        assert_eq!(
            lines(&findings(), true, false),
            [
                "ok       expedited build  /root/HARDCORE  is not there",
                "warning  age              webserver       is 40 [31mdays old",
                "         fix: make a new one",
                "A build from snapshots can work, with 1 warning.",
            ]
        );
    }

    #[test]
    fn what_is_ok_is_counted_unless_all_is_asked_for() {
        assert_eq!(
            lines(&findings(), false, false)[2..],
            [
                "ok       1 check; --verbose shows it",
                "A build from snapshots can work, with 1 warning.",
            ]
        );
    }

    #[test]
    fn the_last_line_says_what_it_comes_to() {
        let mut findings = findings();
        findings.fail(Rule::KeyPair, "keys", "x", "y");
        findings.fail(Rule::KeyPair, "keys", "x", "y");
        assert_eq!(
            conclusion(&findings),
            "A build from snapshots cannot work: 2 failures, 1 warning."
        );
        let mut good = Findings::default();
        good.ok(Rule::Age, "webserver", "x");
        assert_eq!(conclusion(&good), "A build from snapshots can work.");
    }
}
