//! A list that is asked for again as long as something may be missing in it.

use std::cell::RefCell;

use anyhow::bail;
use serde::de::DeserializeOwned;

use super::rows::{Keyed, Rows};
use super::{Completeness, Listing, decode};
use crate::command::{Command, Failure, Output, Runner};

/// What `command` lists. An answer about which `doubt` says why something may be missing is asked for again; the last
/// such one is handed back as doubtful.
pub(super) fn listed<T: DeserializeOwned + Keyed>(
    runner: &Runner,
    command: &Command,
    doubt: impl Fn(&Output, &Rows<T>) -> Option<String>,
) -> Result<Listing<T>, Failure> {
    let shown = RefCell::new(None);
    let whole = read(runner, command, doubt, |rows, why| {
        shown.replace(Some(Listing {
            items: rows.items,
            completeness: Completeness::Doubtful(why),
        }));
    });
    match (whole, shown.into_inner()) {
        (Ok(rows), _) => Ok(rows.into_listing()),
        // Refused altogether, and not only somewhere on the way.
        (Err(failure), Some(nothing)) if failure.is_for_good() && nothing.items.is_empty() => {
            Err(failure)
        }
        (Err(_), Some(doubtful)) => Ok(doubtful),
        (Err(failure), None) => Err(failure),
    }
}

/// As [`listed`], but a list that stays doubtful is an error.
pub(super) fn whole<T: DeserializeOwned + Keyed>(
    runner: &Runner,
    command: &Command,
    doubt: impl Fn(&Output, &Rows<T>) -> Option<String>,
) -> Result<Vec<T>, Failure> {
    Ok(read(runner, command, doubt, |_, _| {})?.items)
}

/// The rows of the first answer about which there is no doubt; `keep` is told of each other.
fn read<T: DeserializeOwned + Keyed>(
    runner: &Runner,
    command: &Command,
    doubt: impl Fn(&Output, &Rows<T>) -> Option<String>,
    keep: impl Fn(Rows<T>, String),
) -> Result<Rows<T>, Failure> {
    runner.read(command, |output| {
        let rows: Rows<T> = decode::json(output)?;
        match doubt(output, &rows) {
            None => Ok(rows),
            Some(why) => {
                keep(rows, why.clone());
                bail!("the list may be incomplete: {why}")
            }
        }
    })
}
