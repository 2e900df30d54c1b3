//! What a run tells its caller: lines for people, or JSON for programs.

use serde::Serialize;

use super::Arguments;
use crate::checking::{Findings, Rule};
use crate::console;
use crate::json;
use crate::records::{Conclusion, Finding};

/// The version of the JSON's layout.
const VERSION: u32 = 2;

#[derive(Serialize)]
struct JsonReport<'a> {
    outcome: &'static str,
    rules: &'a [Finding<Rule>],
}

/// Prints the findings and what they come to.
///
/// # Errors
/// When standard output cannot be written to.
pub fn print(findings: &Findings, arguments: &Arguments) -> anyhow::Result<()> {
    if arguments.json {
        let report = JsonReport {
            outcome: word(findings.conclusion()),
            rules: findings.all(),
        };
        return json::print_report("CheckSnapshotBuild", VERSION, &report);
    }
    let lines = findings.lines(
        conclusion(findings),
        arguments.verbose,
        console::shows_colours(),
    );
    Ok(console::print_lines(lines)?)
}

/// The conclusion's name in JSON.
fn word(conclusion: Conclusion) -> &'static str {
    match conclusion {
        Conclusion::Ok => "ok",
        Conclusion::Warnings => "warnings",
        Conclusion::Unknown => "unknown",
        Conclusion::Failures => "cannot-work",
    }
}

/// What the findings come to, in a sentence.
fn conclusion(findings: &Findings) -> String {
    let counts = findings.counts();
    match findings.conclusion() {
        Conclusion::Ok if is_moot(findings) => "The build uses no snapshots.".to_owned(),
        Conclusion::Ok => "A build from snapshots can work.".to_owned(),
        Conclusion::Warnings => format!("A build from snapshots can work, with {counts}."),
        Conclusion::Unknown => {
            format!("Whether a build from snapshots can work is not known: {counts}.")
        }
        Conclusion::Failures => format!("A build from snapshots cannot work: {counts}."),
    }
}

/// Whether the plan says no more than that it is no build from snapshots.
fn is_moot(findings: &Findings) -> bool {
    matches!(findings.all(), [only] if only.question == Rule::BuildFromSnapshot)
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

    fn lines(with_all: bool) -> Vec<String> {
        let findings = findings();
        findings.lines(conclusion(&findings), with_all, false)
    }

    #[test]
    fn the_columns_are_aligned_and_each_fix_is_under_its_finding() {
        assert_eq!(
            lines(true),
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
            lines(false)[2..],
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
