//! What could not be checked because somebody gave no answer.

use super::findings::{Check, Findings};
use crate::records::ONCE_MENDED;

/// The questions that somebody did not answer. Whatever keeps one from being answered does so with the others, so they
/// make one finding.
#[derive(Debug, Default)]
pub struct Unanswered {
    what: Vec<String>,
    why: Option<String>,
}

impl Unanswered {
    /// Adds that `what` was asked for and why there was no answer.
    pub fn add(&mut self, what: &str, why: String) {
        if !self.what.iter().any(|known| known == what) {
            self.what.push(what.to_owned());
        }
        self.why.get_or_insert(why);
    }

    /// Adds the finding about `whom`, if there is one.
    pub fn tell(self, check: Check, whom: &str, findings: &mut Findings) {
        if let Some(why) = self.why {
            let found = format!("not checked ({}): {why}", self.what.join(", "));
            findings.unknown(check, whom, &found, ONCE_MENDED);
        }
    }
}
