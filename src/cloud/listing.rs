//! A list of what a provider has, and whether it shows all.

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
