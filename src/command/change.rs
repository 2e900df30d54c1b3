//! What becomes of a command that changes something.

/// A change that was asked for. A rehearsal (`--dry-run`) is an outcome of its own, so whoever asks for a change says what
/// follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change<T> {
    /// It was asked for; what came back.
    Made(T),
    /// It was only shown.
    Rehearsed,
}

impl<T> Change<T> {
    /// What came back, as something else.
    ///
    /// # Errors
    /// When `into` fails.
    pub fn try_map<U, E>(self, into: impl FnOnce(T) -> Result<U, E>) -> Result<Change<U>, E> {
        match self {
            Self::Made(answer) => into(answer).map(Change::Made),
            Self::Rehearsed => Ok(Change::Rehearsed),
        }
    }

    /// What came back; nothing from a rehearsal.
    pub fn made(self) -> Option<T> {
        match self {
            Self::Made(answer) => Some(answer),
            Self::Rehearsed => None,
        }
    }
}
