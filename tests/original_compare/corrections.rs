//! The deliberate corrections: every difference that is meant, with its reason and the test that holds it.

use std::fmt;

use crate::difference::Difference;
use crate::scenario::Scenario;

/// What ours must be in an aspect, so that a row excuses nothing else.
#[derive(Clone, Copy, Debug)]
pub enum Ours {
    /// Empty, or not there at all.
    Nothing,
    /// A text that has this in it.
    Has(&'static str),
    /// What the tests named beside it say.
    AsTested,
}

/// A row of the table. `*` in a pattern stands for any text.
#[derive(Debug)]
pub struct Correction {
    /// The helpers, separated by blanks.
    pub helpers: &'static str,
    /// Which scenarios: a pattern of their names.
    pub when: &'static str,
    /// Which aspect: a pattern.
    pub aspect: &'static str,
    pub ours: Ours,
    pub why: &'static str,
    /// A test of `make test` that holds what ours does.
    pub test: &'static str,
}

/// The first row that stands for a difference.
pub fn row_for(scenario: &Scenario, difference: &Difference) -> Option<usize> {
    let name = scenario.to_string();
    CORRECTIONS.iter().position(|row| {
        let ours = difference.ours.as_deref().unwrap_or_default();
        let is_it = match row.ours {
            Ours::Nothing => ours.is_empty(),
            Ours::Has(text) => ours.contains(text),
            Ours::AsTested => true,
        };
        is_it
            && row
                .helpers
                .split(' ')
                .any(|helper| helper == scenario.helper)
            && matches(row.when, &name)
            && matches(row.aspect, &difference.aspect)
    })
}

fn matches(pattern: &str, text: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(rest) = text.strip_prefix(before) else {
        return false;
    };
    let mut starts = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
    starts.any(|at| matches(after, &rest[at..]))
}

impl fmt::Display for Correction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            helpers,
            when,
            aspect,
            why,
            ..
        } = self;
        write!(formatter, "{helpers} '{when}' {aspect}: {why}")
    }
}

#[test]
fn a_pattern_means_any_text_by_a_star() {
    assert!(
        matches("*", "") && matches("a*c", "abc") && matches("*b*", "abc") && matches("abc", "abc")
    );
    assert!(!matches("a*c", "ab") && !matches("abc", "abcd") && !matches("*b", "abc"));
}

pub const CORRECTIONS: &[Correction] = &[];
