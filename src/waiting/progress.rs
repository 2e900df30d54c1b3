//! What a person sees while something is made at the provider: a line that is redrawn on a terminal, plain lines otherwise.

use std::fmt::{self, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use crate::console;
use crate::patience::Patience;

/// How often the same state is said again where nothing can be redrawn.
const REMINDER: Duration = Duration::from_secs(60);

/// The progress of one thing, and what is worth saying at its end.
pub struct Progress {
    subject: String,
    line: Option<ProgressBar>,
    said: Option<(String, Instant)>,
    /// What the person should know although all went well.
    pub warnings: Vec<String>,
}

impl Progress {
    /// The progress of `subject`, whose name each line starts with and which may take `limit`.
    pub fn new(subject: impl fmt::Display, limit: Duration) -> Self {
        let line = console::redraws().then(|| ticking_line(limit));
        Self {
            subject: subject.to_string(),
            line,
            said: None,
            warnings: Vec::new(),
        }
    }

    /// Says how far the `step` is, how long it has taken and how long is left.
    pub fn say(&mut self, step: impl fmt::Display, state: &str, patience: &Patience) {
        let spent = to_the_second(patience.elapsed());
        let left = to_the_second(patience.left());
        let state = format!("{}: {step}: {state}", self.subject);
        if let Some(line) = &self.line {
            line.set_message(state);
            return;
        }
        let text = format!("{state} ({spent} so far, {left} left)");
        let is_news = self
            .said
            .as_ref()
            .is_none_or(|(known, when)| *known != state || when.elapsed() >= REMINDER);
        if is_news {
            console::say(format_args!("{text}"));
            self.said = Some((state, Instant::now()));
        }
    }

    /// Takes the line off the terminal; hands back what the person should know.
    pub fn finish(&mut self) -> Vec<String> {
        if let Some(line) = self.line.take() {
            line.finish_and_clear();
        }
        std::mem::take(&mut self.warnings)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        let _unsaid = self.finish();
    }
}

/// A line that counts the time between two looks as well.
fn ticking_line(limit: Duration) -> ProgressBar {
    let line = console::redrawn_lines().add(ProgressBar::new_spinner());
    let style = ProgressStyle::with_template("{spinner} {msg} ({spent} so far, {left} left)")
        .unwrap_or_else(|_| ProgressStyle::default_spinner())
        .with_key("spent", |state: &ProgressState, out: &mut dyn Write| {
            let _ = write!(out, "{}", to_the_second(state.elapsed()));
        })
        .with_key("left", move |state: &ProgressState, out: &mut dyn Write| {
            let left = limit.saturating_sub(state.elapsed());
            let _ = write!(out, "{}", to_the_second(left));
        });
    line.set_style(style);
    line.enable_steady_tick(Duration::from_millis(200));
    line
}

/// A duration without fractions of a second, as people read it.
pub fn to_the_second(duration: Duration) -> humantime::FormattedDuration {
    humantime::format_duration(Duration::from_secs(duration.as_secs()))
}
