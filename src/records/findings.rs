//! What was found, of what was asked of each subject.

use std::process::ExitCode;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::console::sheet::{self, Mark, Row};
use crate::foreign_text::on_one_line;

/// What is asked of a subject: a rule of a build, or what is verified of the records.
pub trait Question: Copy + PartialEq + Serialize {
    /// The field of a JSON report that holds it.
    const FIELD: &'static str;

    /// It in a few words, for people.
    fn title(self) -> &'static str;
}

/// How a subject fared, the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
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

/// What was found about one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding<Q> {
    /// What was asked.
    pub question: Q,
    /// What it is about: a machine type, a variable, a file or an id.
    pub subject: String,
    /// How it fared.
    pub result: Verdict,
    /// What was found, on one line.
    pub found: String,
    /// What to do, for each that is not ok.
    pub fix: Option<String>,
}

impl<Q: Question> Finding<Q> {
    /// The finding in one sentence, with what to do.
    pub fn sentence(&self) -> String {
        let fix = self
            .fix
            .as_deref()
            .map_or_else(String::new, |fix| format!(" ({fix})"));
        let title = self.question.title();
        format!("{title}: {} {}{fix}", self.subject, self.found)
    }

    fn row(&self) -> Row {
        Row::of([self.question.title(), &self.subject, &self.found])
            .marked(self.result.mark())
            .with_fix(self.fix.as_deref())
    }
}

impl<Q: Question> Serialize for Finding<Q> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Finding", 5)?;
        fields.serialize_field(Q::FIELD, &self.question)?;
        fields.serialize_field("subject", &self.subject)?;
        fields.serialize_field("result", &self.result)?;
        fields.serialize_field("found", &self.found)?;
        fields.serialize_field("fix", &self.fix)?;
        fields.end()
    }
}

/// What to do about something that could not be checked, for a reason that has been said.
pub const ONCE_MENDED: &str = "once that is mended, check again";

/// All findings, in the order of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findings<Q>(Vec<Finding<Q>>);

impl<Q> Default for Findings<Q> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// What the findings come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Conclusion {
    /// All is well.
    Ok,
    /// As far as can be told, and there is something to look at.
    Warnings,
    /// Not all could be checked.
    Unknown,
    /// Something is missing, unusable, differs or keeps the build from working.
    Failures,
}

impl Conclusion {
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

impl<Q: Question> Findings<Q> {
    pub fn all(&self) -> &[Finding<Q>] {
        &self.0
    }

    /// Those with this result.
    pub fn with(&self, result: Verdict) -> impl Iterator<Item = &Finding<Q>> {
        self.0
            .iter()
            .filter(move |finding| finding.result == result)
    }

    /// What they come to.
    pub fn conclusion(&self) -> Conclusion {
        match self.0.iter().map(|finding| finding.result).max() {
            None | Some(Verdict::Ok) => Conclusion::Ok,
            Some(Verdict::Warning) => Conclusion::Warnings,
            Some(Verdict::Unknown) => Conclusion::Unknown,
            Some(Verdict::Failure) => Conclusion::Failures,
        }
    }

    /// How many there are of each that is not ok, such as "1 failure, 2 not checked, 1 warning". What is not named is not
    /// there, but for warnings.
    pub fn counts(&self) -> String {
        let count = |result| self.with(result).count();
        let mut counts = Vec::new();
        if let failures @ 1.. = count(Verdict::Failure) {
            counts.push(sheet::counted(failures, "failure"));
        }
        if let unknown @ 1.. = count(Verdict::Unknown) {
            counts.push(format!("{unknown} not checked"));
        }
        counts.push(sheet::counted(count(Verdict::Warning), "warning"));
        counts.join(", ")
    }

    /// The report: what is not ok in columns, with what to do below each, and how much is ok; or all of it in columns. It
    /// ends with `conclusion`.
    pub fn lines(&self, conclusion: String, with_all: bool, in_colour: bool) -> Vec<String> {
        let mut lines = if with_all {
            let rows: Vec<Row> = self.0.iter().map(Finding::row).collect();
            sheet::lines(&rows, in_colour)
        } else {
            let (well, rest): (Vec<_>, Vec<_>) =
                self.0.iter().partition(|it| it.result == Verdict::Ok);
            let rows = sheet::together(rest.into_iter().map(Finding::row));
            let mut lines = sheet::lines(&rows, in_colour);
            lines.extend(sheet::passed(well.len(), in_colour));
            lines
        };
        lines.push(conclusion);
        lines
    }

    pub fn ok(&mut self, question: Q, subject: impl Into<String>, found: impl AsRef<str>) {
        self.add(question, subject, Verdict::Ok, found, None);
    }

    pub fn warn(
        &mut self,
        question: Q,
        subject: impl Into<String>,
        found: impl AsRef<str>,
        fix: impl AsRef<str>,
    ) {
        let fix = Some(fix.as_ref());
        self.add(question, subject, Verdict::Warning, found, fix);
    }

    /// Something that could not be checked.
    pub fn unknown(
        &mut self,
        question: Q,
        subject: impl Into<String>,
        found: impl AsRef<str>,
        fix: &str,
    ) {
        self.add(question, subject, Verdict::Unknown, found, Some(fix));
    }

    pub fn fail(
        &mut self,
        question: Q,
        subject: impl Into<String>,
        found: impl AsRef<str>,
        fix: impl AsRef<str>,
    ) {
        let fix = Some(fix.as_ref());
        self.add(question, subject, Verdict::Failure, found, fix);
    }

    pub fn add(
        &mut self,
        question: Q,
        subject: impl Into<String>,
        result: Verdict,
        found: impl AsRef<str>,
        fix: Option<&str>,
    ) {
        self.0.push(Finding {
            question,
            subject: subject.into(),
            result,
            found: on_one_line(found.as_ref()),
            fix: fix.map(on_one_line),
        });
    }
}
