//! What was found.

use std::process::ExitCode;

use serde::Serialize;

use crate::console::on_one_line;
use crate::records::Verdict;

/// What is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// An id is recorded.
    RecordedId,
    /// The provider has it, and a machine can be built from it in the region.
    AtProvider,
    /// The manifest says the same.
    Manifest,
    /// The bucket has the same bytes.
    InBucket,
    /// A backup that is newer than a snapshot is installed by a build.
    LatestBackup,
    /// No snapshot is under way.
    UnderWay,
    /// The provider has nothing of this build that nothing records.
    Orphan,
}

/// What one check found about one subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub check: Check,
    /// A machine type, a file or an id.
    pub subject: String,
    pub result: Verdict,
    /// On one line.
    pub found: String,
    /// What to do, for each that is not ok.
    pub fix: Option<String>,
}

/// All findings, in the order of the report.
#[derive(Debug, Default)]
pub struct Findings(Vec<Finding>);

/// What the findings come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// All is there and agrees.
    Ok,
    /// As far as can be told, and there is something to look at.
    Warnings,
    /// Not all could be checked.
    Unknown,
    /// Something is missing, unusable or differs.
    Failures,
}

impl Check {
    /// The check in a few words, for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::RecordedId => "recorded id",
            Self::AtProvider => "at the provider",
            Self::Manifest => "manifest",
            Self::InBucket => "in the bucket",
            Self::LatestBackup => "latest backup",
            Self::UnderWay => "unfinished",
            Self::Orphan => "not recorded",
        }
    }
}

impl Outcome {
    /// The exit status that says so.
    pub fn exit_code(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Ok => 0,
            Self::Warnings => 1,
            Self::Failures => 2,
            Self::Unknown => 3,
        })
    }
}

impl Findings {
    /// All of them.
    pub fn all(&self) -> &[Finding] {
        &self.0
    }

    /// How many have this result.
    pub fn count(&self, result: Verdict) -> usize {
        let with = self.0.iter().filter(|finding| finding.result == result);
        with.count()
    }

    /// What they come to.
    pub fn outcome(&self) -> Outcome {
        match self.0.iter().map(|finding| finding.result).max() {
            None | Some(Verdict::Ok) => Outcome::Ok,
            Some(Verdict::Warning) => Outcome::Warnings,
            Some(Verdict::Unknown) => Outcome::Unknown,
            Some(Verdict::Failure) => Outcome::Failures,
        }
    }

    pub fn ok(&mut self, check: Check, subject: &str, found: &str) {
        self.add(check, subject, Verdict::Ok, found, None);
    }

    pub fn warn(&mut self, check: Check, subject: &str, found: &str, fix: &str) {
        self.add(check, subject, Verdict::Warning, found, Some(fix));
    }

    /// Something that could not be checked.
    pub fn unknown(&mut self, check: Check, subject: &str, found: &str, fix: &str) {
        self.add(check, subject, Verdict::Unknown, found, Some(fix));
    }

    pub fn fail(&mut self, check: Check, subject: &str, found: &str, fix: &str) {
        self.add(check, subject, Verdict::Failure, found, Some(fix));
    }

    fn add(
        &mut self,
        check: Check,
        subject: &str,
        result: Verdict,
        found: &str,
        fix: Option<&str>,
    ) {
        self.0.push(Finding {
            check,
            subject: subject.to_owned(),
            result,
            found: on_one_line(found),
            fix: fix.map(on_one_line),
        });
    }
}
