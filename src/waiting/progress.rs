//! What a person sees while something is made at the provider: a line that is redrawn on a terminal, plain lines otherwise.

use std::fmt::{self, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use crate::console::{self, Shown};
use crate::durations;
use crate::patience::Patience;

/// How often the same state is said again where nothing can be redrawn.
const REMINDER: Duration = Duration::from_secs(60);

/// The progress of one thing, and what is worth saying at its end.
pub struct Progress {
    subject: String,
    /// How long it took the last time, for the end of each line.
    usual: String,
    line: Option<(ProgressBar, Shown)>,
    said: Option<(String, Instant)>,
    /// What the person should know although all went well.
    pub warnings: Vec<String>,
}

impl Progress {
    /// The progress of `subject`, whose name each line starts with.
    pub fn new(subject: impl fmt::Display) -> Self {
        Self::as_usual(subject, None)
    }

    /// The progress of `subject`, which took so long the last time.
    pub fn as_usual(subject: impl fmt::Display, usual: Option<Duration>) -> Self {
        let usual = usual.map_or_else(String::new, |usual| {
            format!(", {} the last time", durations::shown(usual))
        });
        let line = console::redraws().then(|| (ticking_line(usual.clone()), Shown::begin()));
        Self {
            subject: subject.to_string(),
            usual,
            line,
            said: None,
            warnings: Vec::new(),
        }
    }

    /// Says how far the `step` is, how long it has taken, and how long it took the last time. When it is given up is no
    /// news for a person: the error says it.
    pub fn say(&mut self, step: impl fmt::Display, state: &str, patience: &Patience) {
        let spent = durations::shown(patience.elapsed());
        let state = format!("{}: {step}: {state}", self.subject);
        if let Some((line, _)) = &self.line {
            line.set_message(state);
            return;
        }
        let text = format!("{state} ({spent} so far{})", self.usual);
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
        if let Some((line, _)) = self.line.take() {
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
fn ticking_line(usual: String) -> ProgressBar {
    let line = console::redrawn_lines().add(ProgressBar::new_spinner());
    let style = ProgressStyle::with_template("{spinner} {msg} ({spent} so far{usual})")
        .unwrap_or_else(|_| ProgressStyle::default_spinner())
        .with_key("spent", |state: &ProgressState, out: &mut dyn Write| {
            let _ = write!(out, "{}", durations::shown(state.elapsed()));
        })
        .with_key("usual", move |_: &ProgressState, out: &mut dyn Write| {
            let _ = out.write_str(&usual);
        });
    line.set_style(style);
    line.enable_steady_tick(Duration::from_millis(200));
    line
}
