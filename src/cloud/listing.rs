//! A list of what a provider has, and whether it shows all.

use crate::command::Failure;

/// How often there may be no answer about one of many until no more are asked about: each took some seconds.
const MOST_FAILURES: usize = 3;

/// A list, and whether it is known to be whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing<T> {
    /// What was listed.
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
    pub fn whole(items: Vec<T>) -> Self {
        Self {
            items,
            completeness: Completeness::Whole,
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

    /// Whether nothing is known to be missing.
    pub fn is_whole(&self) -> bool {
        self.completeness == Completeness::Whole
    }
}

impl Completeness {
    /// What to add to a sentence that says something was not found.
    pub fn caveat(&self) -> String {
        match self {
            Self::Whole => String::new(),
            Self::Doubtful(why) => format!("; the list may be incomplete, so try again: {why}"),
            Self::Cut(why) => format!("; not all are listed: {why}"),
        }
    }
}
