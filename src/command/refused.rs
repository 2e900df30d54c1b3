//! What a tool says when it, or whoever it asks, refuses for good: the same command would be refused again.

use std::fmt;
use std::sync::Arc;

use super::Output;

/// A refusal that no repetition changes, and what a person can do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The tool did not ask anybody, such as without a token: what is missing, and how to mend it.
    Unasked(String),
    /// Whoever it asked did not let it: with a wrong token, or with one that may not do this.
    NotAllowed {
        /// The provider's own words.
        reason: String,
        /// What to do, and where.
        advice: String,
    },
}

type Recognise = dyn Fn(&Output) -> Option<Refused> + Send + Sync;

/// Recognises a tool's refusals in what it left behind.
#[derive(Clone)]
pub struct Refusals(Arc<Recognise>);

impl Refusals {
    /// Refusals that `recognise` finds.
    pub fn new(recognise: impl Fn(&Output) -> Option<Refused> + Send + Sync + 'static) -> Self {
        Self(Arc::new(recognise))
    }

    /// The refusal that `output` tells of.
    pub(super) fn in_output(&self, output: &Output) -> Option<Refused> {
        (self.0)(output)
    }
}

impl fmt::Debug for Refusals {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Refusals")
    }
}

/// How a program's words are understood is no part of what is run.
impl PartialEq for Refusals {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Eq for Refusals {}
