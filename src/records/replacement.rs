//! `snapshots/pending/replacement.json`: a run that replaces the snapshots of several machine types, and is not through.
//!
//! The same command given once more goes on with that run: what it has replaced already is not replaced again.

use std::path::Path;

use anyhow::Context;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::files::{self, NewMode};
use crate::json;
use crate::names::MachineType;

/// The file in the directory of notes.
const NAME: &str = "replacement.json";

/// The version of the layout.
const VERSION: u32 = 1;

/// After this long the same command means new snapshots; the weekly run is not a repetition of the one a week ago.
const LASTS: SignedDuration = SignedDuration::from_hours(48);

/// A run that replaces snapshots.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replacement {
    version: u32,
    /// The build it is of, and where that is.
    pub build: String,
    /// The machine types that were named; none: all that there are.
    pub types: Vec<MachineType>,
    /// When the first run began.
    pub begun: Timestamp,
}

impl Replacement {
    /// The run that replaces `types` of `build`: the one that an earlier command began and did not end, else a new one.
    ///
    /// # Errors
    /// When the file is there and cannot be read or understood.
    pub fn of(pending: &Path, build: String, types: Vec<MachineType>) -> anyhow::Result<Self> {
        let new = Self {
            version: VERSION,
            build,
            types,
            begun: Timestamp::now(),
        };
        let path = pending.join(NAME);
        let Some(content) = files::read_if_there(&path)? else {
            return Ok(new);
        };
        let known: Self = json::parse(&content)
            .with_context(|| format!("cannot understand '{}'; remove it", path.display()))?;
        let is_the_same = known.build == new.build && known.types == new.types;
        let age = new.begun.duration_since(known.begun);
        let is_recent = (SignedDuration::ZERO..LASTS).contains(&age);
        Ok(if is_the_same && is_recent { known } else { new })
    }

    /// Notes that this run has begun to replace something.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&self, pending: &Path) -> anyhow::Result<()> {
        let content = json::for_a_file(self)?;
        files::replace(&pending.join(NAME), &content, NewMode::Secret)
    }

    /// Everything is replaced.
    ///
    /// # Errors
    /// When the file cannot be removed.
    pub fn end(pending: &Path) -> anyhow::Result<()> {
        files::remove_if_there(&pending.join(NAME))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(pending: &Path, build: &str, types: &[MachineType]) -> Replacement {
        Replacement::of(pending, build.to_owned(), types.to_vec()).unwrap()
    }

    #[test]
    fn only_the_same_command_soon_afterwards_is_the_same_run() {
        let directory = tempfile::tempdir().unwrap();
        let pending = directory.path();
        let mut first = run(pending, "b", &[]);
        first.keep(pending).unwrap();
        assert_eq!(run(pending, "b", &[]), first);
        for other in [
            run(pending, "c", &[]),
            run(pending, "b", &[MachineType::Webserver]),
        ] {
            assert!(other.begun > first.begun, "{other:?}");
        }
        for hours in [49, -1] {
            first.begun = Timestamp::now() - SignedDuration::from_hours(hours);
            first.keep(pending).unwrap();
            assert_ne!(run(pending, "b", &[]), first);
        }
        std::fs::write(pending.join(NAME), "{").unwrap();
        let refusal = Replacement::of(pending, "b".to_owned(), Vec::new()).unwrap_err();
        assert!(format!("{refusal:#}").contains(NAME));
        Replacement::end(pending).unwrap();
        assert_ne!(run(pending, "b", &[]), first);
    }
}
