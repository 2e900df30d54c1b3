//! What the rules found.

use std::process::ExitCode;

use serde::Serialize;

use crate::console::on_one_line;
use crate::console::sheet::{self, Mark, Row};

/// A rule that a build from snapshots must keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// The plan is a build from snapshots.
    BuildFromSnapshot,
    /// The webroot and the database come from a temporal backup.
    ArchiveChoice,
    /// Whether the build installs the latest backup is said clearly.
    RestoreLatestBackup,
    /// The build is expedited.
    Expedited,
    /// The build is for one region.
    MultiRegion,
    /// Both names of the snapshot directory reach the same files.
    Directory,
    /// Every machine type of the plan has an id.
    RecordedId,
    /// The provider has it, and a machine can be built from it in the region.
    AtProvider,
    /// It is not old.
    Age,
    /// A backup that is newer than it is installed.
    LatestBackup,
    /// It is of a build like the planned one.
    SameBuild,
    /// The key pair is there, and is the one that the snapshots let in.
    KeyPair,
    /// The servers' user is known, and is the one of the snapshots.
    ServerUser,
    /// The database's user, password and name are known.
    DatabaseCredentials,
}

impl Rule {
    /// The rule in a few words, for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::BuildFromSnapshot => "build from snapshot",
            Self::ArchiveChoice => "archive choice",
            Self::RestoreLatestBackup => "restoring",
            Self::Expedited => "expedited build",
            Self::MultiRegion => "one region",
            Self::Directory => "snapshot directory",
            Self::RecordedId => "recorded id",
            Self::AtProvider => "at the provider",
            Self::Age => "age",
            Self::LatestBackup => "latest backup",
            Self::SameBuild => "same build",
            Self::KeyPair => "key pair",
            Self::ServerUser => "servers' user",
            Self::DatabaseCredentials => "database credentials",
        }
    }
}

/// How a rule fared, the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It is kept.
    Ok,
    /// The build can work, but a person should look at this first.
    Warning,
    /// It could not be checked.
    Unknown,
    /// The build cannot work.
    Failure,
}

impl Verdict {
    /// The word that a row of a report begins with.
    const fn mark(self) -> Mark {
        match self {
            Self::Ok => Mark::Ok,
            Self::Warning => Mark::Warning,
            Self::Unknown => Mark::Unknown,
            Self::Failure => Mark::Failure,
        }
    }
}

/// What a report says of one subject: what was looked at, the subject, what was found, and what to do.
pub struct Told<'a> {
    /// How it fared.
    pub result: Verdict,
    /// The cells of its row.
    pub cells: [&'a str; 3],
    /// What to do, for each that is not ok.
    pub fix: Option<&'a str>,
}

/// A report: what is not ok in columns, with what to do below each, and how much is ok; or all of it in columns. It ends
/// with `conclusion`.
pub fn report_lines(
    told: &[Told<'_>],
    conclusion: String,
    with_all: bool,
    in_colour: bool,
) -> Vec<String> {
    let row = |it: &Told<'_>| Row::of(it.cells).marked(it.result.mark()).with_fix(it.fix);
    let mut lines = if with_all {
        sheet::lines(&told.iter().map(row).collect::<Vec<_>>(), in_colour)
    } else {
        let (well, rest): (Vec<_>, Vec<_>) = told.iter().partition(|it| it.result == Verdict::Ok);
        let mut lines = sheet::lines(&sheet::together(rest.into_iter().map(row)), in_colour);
        lines.extend(sheet::passed(well.len(), in_colour));
        lines
    };
    lines.push(conclusion);
    lines
}

/// What one rule found about one subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// What it is about: a machine type, a variable or a file.
    pub subject: String,
    /// How it fared.
    pub result: Verdict,
    /// What was found, on one line.
    pub found: String,
    /// What to do, for each that is not ok.
    pub fix: Option<String>,
}

impl Finding {
    /// The finding in one sentence, with what to do.
    pub fn sentence(&self) -> String {
        let fix = self
            .fix
            .as_deref()
            .map_or_else(String::new, |fix| format!(" ({fix})"));
        format!(
            "{}: {} {}{fix}",
            self.rule.title(),
            self.subject,
            self.found
        )
    }
}

/// What to do about something that could not be checked, for a reason that has been said.
pub const ONCE_MENDED: &str = "once that is mended, check again";

/// All findings, in the order of the report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings(Vec<Finding>);

/// What the findings come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The build can work.
    Ok,
    /// The build can work, and there are warnings.
    Warnings,
    /// Whether the build can work is not known.
    Unknown,
    /// The build cannot work.
    CannotWork,
}

impl Outcome {
    /// The exit status that says so.
    pub fn exit_code(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Ok => 0,
            Self::Warnings => 1,
            Self::CannotWork => 2,
            Self::Unknown => 3,
        })
    }
}

impl Findings {
    /// All of them.
    pub fn all(&self) -> &[Finding] {
        &self.0
    }

    /// Those with this result.
    pub fn with(&self, result: Verdict) -> impl Iterator<Item = &Finding> {
        self.0
            .iter()
            .filter(move |finding| finding.result == result)
    }

    /// What they come to.
    pub fn outcome(&self) -> Outcome {
        match self.0.iter().map(|finding| finding.result).max() {
            None | Some(Verdict::Ok) => Outcome::Ok,
            Some(Verdict::Warning) => Outcome::Warnings,
            Some(Verdict::Unknown) => Outcome::Unknown,
            Some(Verdict::Failure) => Outcome::CannotWork,
        }
    }

    pub fn ok(&mut self, rule: Rule, subject: impl Into<String>, found: impl AsRef<str>) {
        self.add(rule, subject, Verdict::Ok, found, None);
    }

    pub fn warn(
        &mut self,
        rule: Rule,
        subject: impl Into<String>,
        found: impl AsRef<str>,
        fix: impl AsRef<str>,
    ) {
        self.add(rule, subject, Verdict::Warning, found, Some(fix.as_ref()));
    }

    /// What could not be checked, `why`, and what to do about it.
    pub fn unknown(&mut self, rule: Rule, subject: &str, what: &[&str], why: &str) {
        let found = format!("not checked ({}): {why}", what.join(", "));
        self.add(rule, subject, Verdict::Unknown, found, Some(ONCE_MENDED));
    }

    pub fn fail(
        &mut self,
        rule: Rule,
        subject: impl Into<String>,
        found: impl AsRef<str>,
        fix: impl AsRef<str>,
    ) {
        self.add(rule, subject, Verdict::Failure, found, Some(fix.as_ref()));
    }

    pub fn add(
        &mut self,
        rule: Rule,
        subject: impl Into<String>,
        result: Verdict,
        found: impl AsRef<str>,
        fix: Option<&str>,
    ) {
        self.0.push(Finding {
            rule,
            subject: subject.into(),
            result,
            found: on_one_line(found.as_ref()),
            fix: fix.map(on_one_line),
        });
    }
}
