//! A list of what a provider has, and whether it shows all.

use crate::command::Failure;

/// How often there may be no answer about one of many until no more are asked about: each took some seconds.
const MOST_FAILURES: usize = 3;

/// A list, and whether it is known to be whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing<T> {
    pub items: Vec<T>,
    /// Whether something may be missing.
    pub completeness: Completeness,
}

/// Whether a list shows all there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Completeness {
    /// All there is, as far as the CLI can tell.
    Whole,
    /// Something went wrong on the way and another try may show more; the CLI's words.
    Doubtful(String),
    /// The CLI has no way to show all, however often it is asked; why.
    Cut(String),
}

impl<T> Listing<T> {
    /// A list with nothing missing, as far as the CLI can tell.
    #[cfg(test)]
    pub fn whole(items: Vec<T>) -> Self {
        Self {
            items,
            completeness: Completeness::Whole,
        }
    }

    /// The items as something else, as complete as they were.
    pub(super) fn map<U>(self, into: impl FnMut(T) -> U) -> Listing<U> {
        Listing {
            items: self.items.into_iter().map(into).collect(),
            completeness: self.completeness,
        }
    }

    /// What `pick` makes of the items, as complete as they were.
    pub(super) fn filter_map<U>(self, pick: impl FnMut(T) -> Option<U>) -> Listing<U> {
        Listing {
            items: self.items.into_iter().filter_map(pick).collect(),
            completeness: self.completeness,
        }
    }

    /// What comes of asking about each item alone, in order. One about which there is no answer makes the list doubtful and
    /// keeps no other from being asked about, unless that has happened several times.
    ///
    /// # Errors
    /// When a question was refused, as every other would be.
    pub(super) fn ask_about_each<U>(
        self,
        name: impl Fn(&T) -> String,
        mut ask: impl FnMut(T) -> Result<U, Failure>,
    ) -> Result<Listing<U>, Failure> {
        let (mut items, mut completeness) = (Vec::new(), self.completeness);
        let mut failures = 0;
        for item in self.items {
            let called = name(&item);
            if failures >= MOST_FAILURES {
                completeness = Completeness::Doubtful(format!("{called} was not asked about"));
                break;
            }
            match ask(item) {
                Ok(told) => items.push(told),
                Err(failure) if failure.is_for_good() => return Err(failure),
                Err(failure) => {
                    failures += 1;
                    completeness =
                        Completeness::Doubtful(format!("{called}: {}", failure.on_one_line()));
                }
            }
        }
        Ok(Listing {
            items,
            completeness,
        })
    }

    /// What `ask` finds out about the first item that it finds something out about; nothing when there is none. That there
    /// is no answer about one keeps no other from being asked about.
    ///
    /// # Errors
    /// When a question was refused, as every other would be, or nothing was found and there was no answer about one or
    /// the list, which `tool` printed, may lack some.
    pub(super) fn first_of<U>(
        self,
        tool: &str,
        ask: impl Fn(T) -> Result<Option<Vec<U>>, Failure>,
    ) -> Result<Vec<U>, Failure> {
        let mut unanswered = None;
        for item in self.items {
            match ask(item) {
                Ok(Some(found)) => return Ok(found),
                Ok(None) => {}
                Err(failure) if failure.is_for_good() => return Err(failure),
                Err(failure) => unanswered = Some(failure),
            }
        }
        match unanswered {
            Some(failure) => Err(failure),
            None => self.completeness.nothing(tool),
        }
    }

    /// Whether nothing is known to be missing.
    pub fn is_whole(&self) -> bool {
        self.completeness == Completeness::Whole
    }
}

impl Completeness {
    /// Why something may be missing; none when nothing is known to be.
    pub fn doubt(self) -> Option<String> {
        match self {
            Self::Whole => None,
            Self::Doubtful(why) | Self::Cut(why) => Some(why),
        }
    }

    /// What an answer to a question about one thing is that was not found in the list: nothing.
    ///
    /// # Errors
    /// When the list, which `tool` printed, may lack it.
    pub(super) fn nothing<T>(self, tool: &str) -> Result<Vec<T>, Failure> {
        match self.doubt() {
            None => Ok(Vec::new()),
            Some(why) => Err(Failure::incomplete(tool, why)),
        }
    }

    /// What to add to a sentence that says something was not found.
    pub fn caveat(&self) -> String {
        match self {
            Self::Whole => String::new(),
            Self::Doubtful(why) => format!("; the list may be incomplete, so try again: {why}"),
            Self::Cut(why) => format!("; not all are listed: {why}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_found_is_an_answer_only_where_nothing_was_missed() {
        let found_in = |completeness: Completeness, answers: [u8; 2]| {
            let items = answers.to_vec();
            let listing = Listing {
                items,
                completeness,
            };
            listing.first_of("vultr", |answer| match answer {
                0 => Ok(None),
                1 => Ok(Some(vec!["found"])),
                _ => Err(Failure::incomplete("vultr", "no answer")),
            })
        };
        let doubt = || Completeness::Doubtful("one row cannot be read".to_owned());
        for completeness in [Completeness::Whole, doubt()] {
            assert_eq!(found_in(completeness, [2, 1]).unwrap(), ["found"]);
        }
        assert!(found_in(Completeness::Whole, [0, 0]).unwrap().is_empty());
        assert!(found_in(Completeness::Whole, [2, 0]).is_err());
        assert!(found_in(doubt(), [0, 0]).is_err());
        assert!(found_in(Completeness::Cut("x".to_owned()), [0, 0]).is_err());
    }
}
