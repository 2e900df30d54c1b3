//! What the two sides of a scenario left, side by side.

use std::collections::BTreeSet;
use std::fmt;

use crate::corrections::in_their_words;
use crate::seen::Seen;

/// One aspect in which they differ.
#[derive(Debug)]
pub struct Difference {
    /// `stdout`, `status`, `changes`, `file <path>`, …
    pub aspect: String,
    pub theirs: Option<String>,
    pub ours: Option<String>,
}

pub fn differences(helper: &str, theirs: &Seen, ours: &Seen) -> Vec<Difference> {
    let aspects: BTreeSet<&String> = theirs.0.keys().chain(ours.0.keys()).collect();
    let pairs = aspects.into_iter().map(|aspect| Difference {
        aspect: aspect.clone(),
        theirs: theirs.0.get(aspect).cloned(),
        ours: ours
            .0
            .get(aspect)
            .map(|text| in_their_words(helper, aspect, text)),
    });
    pairs.filter(|it| it.theirs != it.ours).collect()
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "  {}", self.aspect)?;
        let sides = [
            ("original", &self.theirs, &self.ours),
            ("ours", &self.ours, &self.theirs),
        ];
        for (side, value, other) in sides {
            match value.as_deref() {
                None => write!(formatter, "\n    {side:8} (not there)")?,
                Some("") => write!(formatter, "\n    {side:8} (empty)")?,
                Some(text) => {
                    // Of a long text, what the other lacks.
                    let other: Vec<&str> = other.as_deref().unwrap_or_default().lines().collect();
                    let all = text.lines().count() < 12;
                    for line in text.lines().filter(|line| all || !other.contains(line)) {
                        write!(formatter, "\n    {side:8} {line}")?;
                    }
                }
            }
        }
        Ok(())
    }
}
