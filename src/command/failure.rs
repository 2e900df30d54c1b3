//! Why a command gave no answer: not asked, not started, too slow, failed, or not understood.

use std::fmt;
use std::time::Duration;

use super::plain_words::in_plain_words;
use super::refused::Refused;
use super::{Command, Output, Redactor};
use crate::durations;
use crate::foreign_text::{beginning, first_words};

/// How many lines of a command's standard error reach the user.
const MOST_LINES_SHOWN: usize = 12;

/// A command that gave no usable answer. The display names the tool, says what happened, and ends with the tool's own
/// words, secrets masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    tool: String,
    kind: Kind,
    said: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    NotStarted(String),
    Lost(String),
    Stopped,
    TimedOut(Duration),
    Endless(u64),
    Exited(i32),
    NotAllowed(Box<NotAllowed>),
    Unreadable(String),
    DryRun(String),
    NotAsked(String),
}

/// What was refused, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
struct NotAllowed {
    status: i32,
    /// What was to be done.
    deed: String,
    /// What the provider says.
    reason: String,
    /// What to do.
    advice: String,
}

impl Failure {
    fn new(command: &Command, kind: Kind, said: String) -> Self {
        Self {
            tool: command.tool().to_owned(),
            kind,
            said,
        }
    }

    pub(super) fn not_started(command: &Command, why: &std::io::Error) -> Self {
        Self::new(command, Kind::NotStarted(why.to_string()), String::new())
    }

    /// A command that was started and could not be followed to its end: what it did is not known.
    pub(super) fn lost(command: &Command, why: &std::io::Error) -> Self {
        Self::new(command, Kind::Lost(why.to_string()), String::new())
    }

    pub(super) fn stopped(command: &Command) -> Self {
        Self::new(command, Kind::Stopped, String::new())
    }

    pub(super) fn timed_out(
        command: &Command,
        after: Duration,
        stderr: &[u8],
        redactor: &Redactor,
    ) -> Self {
        let said = said(&command.without_trace(stderr), redactor);
        Self::new(command, Kind::TimedOut(after), said)
    }

    pub(super) fn endless(command: &Command, bytes: u64) -> Self {
        Self::new(command, Kind::Endless(bytes), String::new())
    }

    pub(super) fn exited(command: &Command, output: &Output, redactor: &Redactor) -> Self {
        // doctl -o json says what went wrong on standard output.
        let stderr = command.without_trace(&output.stderr);
        let words = if stderr.is_empty() {
            &output.stdout
        } else {
            &*stderr
        };
        let said = said(words, redactor);
        Self::refused(command, output, redactor, &said)
            .unwrap_or_else(|| Self::new(command, Kind::Exited(output.status), said))
    }

    /// What `output` tells of a refusal that no repetition changes.
    fn refused(
        command: &Command,
        output: &Output,
        redactor: &Redactor,
        said: &str,
    ) -> Option<Self> {
        let fit = |text: &str| first_words(&masked(text.as_bytes(), redactor));
        let kind = match command.program.refusals()?.in_output(output)? {
            Refused::Unasked(why) => Kind::NotAsked(fit(&why)),
            Refused::NotAllowed { reason, advice } => Kind::NotAllowed(Box::new(NotAllowed {
                status: output.status,
                deed: command.deed(),
                reason: fit(&reason),
                advice: fit(&advice),
            })),
        };
        Some(Self::new(command, kind, said.to_owned()))
    }

    pub(super) fn unreadable(
        command: &Command,
        output: &Output,
        redactor: &Redactor,
        why: &anyhow::Error,
    ) -> Self {
        let said = said(&command.without_trace(&output.stderr), redactor);
        if let Some(refused) = Self::refused(command, output, redactor, &said) {
            return refused;
        }
        // Masked before it is cut: half a secret is not recognised.
        let why = masked(format!("{why:#}").as_bytes(), redactor);
        let why = first_words(&why);
        let printed = redactor.redact(&output.stdout);
        let why = match printed.trim() {
            "" => why,
            printed => format!("'{}': {why}", beginning(printed)),
        };
        Self::new(command, Kind::Unreadable(why), said)
    }

    pub(super) fn dry_run(command: &Command) -> Self {
        Self::new(command, Kind::DryRun(command.to_string()), String::new())
    }

    /// A question that was not put to `tool`, because no answer to it could be right.
    pub fn not_asked(tool: &str, why: impl fmt::Display) -> Self {
        Self {
            tool: tool.to_owned(),
            kind: Kind::NotAsked(why.to_string()),
            said: String::new(),
        }
    }

    /// Answers of `tool` that tell less than was asked, since something may be missing in them.
    pub fn incomplete(tool: &str, why: impl fmt::Display) -> Self {
        Self {
            tool: tool.to_owned(),
            kind: Kind::Unreadable(format!("the list may be incomplete: {why}")),
            said: String::new(),
        }
    }

    /// Whether the tool was never asked, so that nothing can have come of it.
    pub fn was_not_asked(&self) -> bool {
        matches!(self.kind, Kind::NotAsked(_) | Kind::NotStarted(_))
    }

    /// Whether the tool's own words have `words`, in lower case, among them, however it writes them.
    pub fn says(&self, words: &str) -> bool {
        self.said.to_lowercase().contains(words)
    }

    /// Whether the command was only printed because of `--dry-run`.
    #[cfg(test)]
    pub fn is_dry_run(&self) -> bool {
        matches!(self.kind, Kind::DryRun(_))
    }

    /// Whether the command ran to its end and reported failure. A creation that did so may still have worked: only the
    /// provider's list tells.
    pub fn exit_status(&self) -> Option<i32> {
        match &self.kind {
            Kind::Exited(status) => Some(*status),
            Kind::NotAllowed(refused) => Some(refused.status),
            _ => None,
        }
    }

    /// What happened, with the last of the tool's own words.
    pub fn on_one_line(&self) -> String {
        let text = self.to_string();
        let happened = text.lines().next().unwrap_or_default();
        match self.said.lines().last() {
            Some(words) if text.lines().count() > 1 => {
                let words = without_request_number(&in_plain_words(words));
                first_words(&format!("{happened}: {words}"))
            }
            _ => happened.to_owned(),
        }
    }

    /// Whether the same command would be refused again, for want of a token or of what it allows.
    pub fn is_for_good(&self) -> bool {
        matches!(self.kind, Kind::NotAllowed(..) | Kind::NotAsked(_))
    }

    /// The same failure, where another way to the answer may open: no longer for good.
    #[must_use]
    pub fn for_now(self) -> Self {
        let kind = match self.kind {
            Kind::NotAllowed(refused) => Kind::Exited(refused.status),
            kind => kind,
        };
        Self { kind, ..self }
    }

    /// Whether the same command may succeed a moment later. One that could not be started, or that has used up its
    /// timeout, would only do the same again.
    pub(super) fn is_worth_repeating(&self) -> bool {
        matches!(self.kind, Kind::Exited(_) | Kind::Unreadable(_))
    }
}

impl std::error::Error for Failure {}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tool = &self.tool;
        match &self.kind {
            Kind::NotStarted(why) => write!(formatter, "{tool} could not be run: {why}")?,
            Kind::Lost(why) => {
                write!(
                    formatter,
                    "{tool} was started, but not followed to its end: {why}"
                )?;
            }
            Kind::Stopped => write!(
                formatter,
                "{tool} was stopped: what it was to make is there"
            )?,
            Kind::TimedOut(after) => write!(
                formatter,
                "{tool} gave no answer within {} and was stopped",
                durations::shown((*after).max(Duration::from_secs(1)))
            )?,
            Kind::Endless(bytes) => write!(
                formatter,
                "{tool} printed more than {bytes} bytes and was stopped"
            )?,
            Kind::Exited(status) => write!(formatter, "{tool} failed with exit status {status}")?,
            Kind::NotAllowed(refused) => {
                let NotAllowed {
                    deed,
                    reason,
                    advice,
                    ..
                } = &**refused;
                return write!(formatter, "'{deed}' was refused: {reason}; {advice}");
            }
            Kind::Unreadable(why) => {
                write!(formatter, "{tool} did not print what was expected: {why}")?;
            }
            Kind::DryRun(line) => write!(formatter, "not run because of --dry-run: {line}")?,
            Kind::NotAsked(why) => return write!(formatter, "{tool} was not asked: {why}"),
        }
        for line in self.said.lines() {
            write!(formatter, "\n  {tool}| {}", in_plain_words(line))?;
        }
        Ok(())
    }
}

/// `words` without the number that doctl gives each request: of two failures alike the second is no news.
fn without_request_number(words: &str) -> String {
    let parts = words
        .split_once(" (request \"")
        .and_then(|(before, rest)| Some((before, rest.split_once("\")")?.1)));
    parts.map_or_else(
        || words.to_owned(),
        |(before, after)| format!("{before}{after}"),
    )
}

/// What Python puts between two tracebacks of one failure.
const BETWEEN_TRACEBACKS: [&str; 2] = [
    "During handling of the above exception, another exception occurred:",
    "The above exception was the direct cause of the following exception:",
];

/// A tool's own words, fit for a message.
fn said(words: &[u8], redactor: &Redactor) -> String {
    readable(&masked(words, redactor))
}

/// `words` with every secret masked, also one that only an escape sequence in its middle hides: to take that out would
/// put the secret together again.
fn masked(words: &[u8], redactor: &Redactor) -> String {
    let text = redactor.redact(words);
    let lines: Vec<String> = text.split('\n').map(without_escapes).collect();
    redactor.redact(lines.join("\n").as_bytes())
}

/// A tool's own words without cursor movements, repeated progress lines and blank lines; the last lines of many. Of a
/// Python traceback the exceptions are kept: linode-cli says `Request failed: 502` above fifty lines of its own source.
fn readable(said: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut is_in_traceback = false;
    for line in said.lines() {
        let line = without_escapes(line);
        let line = line.trim_end();
        is_in_traceback = line == "Traceback (most recent call last):"
            || is_in_traceback && (line.is_empty() || line.starts_with(' '));
        if is_in_traceback || BETWEEN_TRACEBACKS.contains(&line) {
            continue;
        }
        // exo redraws `Creating snapshot of …... 3s` ten times a second.
        let is_progress = line.rsplit_once("... ").is_some_and(|(_, rest)| {
            rest.strip_suffix('s')
                .is_some_and(|n| n.parse::<u32>().is_ok())
        });
        if !line.trim().is_empty() && !is_progress {
            lines.push(line.chars().take(500).collect());
        }
    }
    let skipped = lines.len().saturating_sub(MOST_LINES_SHOWN);
    lines.drain(..skipped);
    lines.join("\n")
}

/// `line` without terminal escape sequences and control characters, which could redraw the user's terminal.
fn without_escapes(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            let _parameters = characters.by_ref().skip(1).find(char::is_ascii_alphabetic);
        } else if character == '\t' || !character.is_control() {
            shown.push(character);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_lines_and_cursor_movements_are_left_out() {
        let said = "Creating snapshot of instance \"x\"... 0s\n\u{1b}[1A\u{1b}[JCreating snapshot of instance \"x\"... 3s\nerror: operation failed\n\n";
        assert_eq!(readable(said), "error: operation failed");
    }

    #[test]
    fn of_a_traceback_the_exceptions_are_kept() {
        let said = "Request failed: 502\nTraceback (most recent call last):\n  File \"models.py\", line 1116, in json\n    return loads(text)\n           ^^^^^\nValueError: no value\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File \"linode-cli\", line 8, in <module>\nJSONDecodeError: no JSON\n  (char 0)\n";
        assert_eq!(
            readable(said),
            "Request failed: 502\nValueError: no value\nJSONDecodeError: no JSON\n  (char 0)"
        );
    }

    #[test]
    fn only_what_never_started_was_not_asked() {
        let program = crate::command::Program::at("doctl", std::path::Path::new("/doctl"));
        let command = Command::changing(&program, &["compute"]);
        let why = std::io::Error::other("no memory");
        assert!(Failure::not_started(&command, &why).was_not_asked());
        let lost = Failure::lost(&command, &why);
        assert!(!lost.was_not_asked(), "{lost}");
        assert!(lost.to_string().contains("was started"), "{lost}");
    }

    #[test]
    fn the_number_of_a_request_is_no_news() {
        let said = "GET http://x/v2/droplets: 500 (request \"0-1\") Unexpected";
        assert_eq!(
            without_request_number(said),
            "GET http://x/v2/droplets: 500 Unexpected"
        );
        for said in ["", " (request \"", "x (request \"0"] {
            assert_eq!(without_request_number(said), said);
        }
    }

    #[test]
    fn the_end_of_many_lines_is_kept() {
        let said = (0..40)
            .map(|n| format!("line {n}"))
            .collect::<Vec<_>>()
            .join("\n");
        let shown = readable(&said);
        assert_eq!(shown.lines().count(), MOST_LINES_SHOWN);
        assert!(shown.ends_with("line 39"));
    }
}
