//! What a run tells its caller: lines for people, or JSON for programs.

use serde::Serialize;

use crate::console;
use crate::records::{Finding, Findings, Outcome, Rule, Verdict};

/// The version of the JSON's layout.
const VERSION: u32 = 2;

#[derive(Serialize)]
struct JsonReport<'a> {
    version: u32,
    command: &'static str,
    outcome: Outcome,
    rules: &'a [Finding],
}

/// Prints the findings and what they come to.
///
/// # Errors
/// When standard output cannot be written to.
pub fn print(findings: &Findings, as_json: bool) -> anyhow::Result<()> {
    let text = if as_json {
        serde_json::to_string_pretty(&JsonReport {
            version: VERSION,
            command: "CheckSnapshotBuild",
            outcome: findings.outcome(),
            rules: findings.all(),
        })?
    } else {
        lines(findings, console::shows_colours()).join("\n")
    };
    Ok(console::print_lines([text])?)
}

/// A line a finding in columns, what to do under each that is not ok, and a sentence at the end.
fn lines(findings: &Findings, in_colour: bool) -> Vec<String> {
    let width = |of: fn(&Finding) -> &str| {
        let widths = findings
            .all()
            .iter()
            .map(|finding| of(finding).chars().count());
        widths.max().unwrap_or_default()
    };
    let rules = width(|finding| finding.rule.title());
    let subjects = width(|finding| finding.subject.as_str());
    let mut lines = Vec::new();
    for finding in findings.all() {
        let result = coloured(finding.result, in_colour);
        let (rule, subject, found) = (finding.rule.title(), &finding.subject, &finding.found);
        lines.push(format!(
            "{result}  {rule:rules$}  {subject:subjects$}  {found}"
        ));
        if let Some(fix) = &finding.fix {
            lines.push(format!("         fix: {fix}"));
        }
    }
    lines.push(conclusion(findings));
    lines
}

fn coloured(result: Verdict, in_colour: bool) -> String {
    let (word, colour) = match result {
        Verdict::Ok => ("ok", 32),
        Verdict::Warning => ("warning", 33),
        Verdict::Unknown => ("unknown", 35),
        Verdict::Failure => ("failure", 31),
    };
    if in_colour {
        format!("\u{1b}[{colour}m{word:7}\u{1b}[0m")
    } else {
        format!("{word:7}")
    }
}

/// What the findings come to, in a sentence.
fn conclusion(findings: &Findings) -> String {
    let counted = |result: Verdict, word: &str| match findings.with(result).count() {
        1 => format!("1 {word}"),
        count => format!("{count} {word}s"),
    };
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
            format!(
                "A build from snapshots can work; there is something to look at first: {warnings}."
            )
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
            lines(&findings(), false),
            [
                "ok       expedited build  /root/HARDCORE  is not there",
                "warning  age              webserver       is 40 [31mdays old",
                "         fix: make a new one",
                "A build from snapshots can work; there is something to look at first: 1 warning.",
            ]
        );
    }

    #[test]
    fn colours_are_for_terminals_alone() {
        let coloured = lines(&findings(), true);
        assert!(coloured[1].starts_with("\u{1b}[33mwarning\u{1b}[0m  age"));
        assert!(!lines(&findings(), false).concat().contains('\u{1b}'));
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
