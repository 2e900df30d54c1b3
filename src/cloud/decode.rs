//! JSON as the CLIs print it.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use anyhow::{Context, bail};
use jiff::Timestamp;
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer};

use crate::command::Output;

/// The answer in a CLI's standard output. Bytes that are not UTF-8, which belong to some other machine's name, become
/// replacement characters rather than an error about everything.
///
/// # Errors
/// When it is not the JSON expected, such as nothing, HTML, a cut list or help text.
pub fn json<T: for<'de> Deserialize<'de>>(output: &Output) -> anyhow::Result<T> {
    let text: Cow<'_, str> = String::from_utf8_lossy(&output.stdout);
    if text.trim().is_empty() {
        bail!("it printed nothing where JSON was expected");
    }
    serde_json::from_str(&text).context("that is not the JSON expected")
}

/// An id that a CLI prints as a number or as a string.
///
/// # Errors
/// When it is neither, or empty.
pub fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    deserializer.deserialize_any(NumberOrText)
}

struct NumberOrText;

impl Visitor<'_> for NumberOrText {
    type Value = String;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an id, a number or text that is not empty")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
        if text.is_empty() {
            return Err(E::invalid_value(de::Unexpected::Str(text), &self));
        }
        Ok(text.to_owned())
    }
}

/// A list, for which the CLIs written in Go print `null` when there is none.
///
/// # Errors
/// When it is neither.
pub fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// The beginning of the year 2000: nothing of ours was made before it, so an earlier date is a date that was never set.
const EARLIEST_SECOND: i64 = 946_684_800;

/// The rows of a list, each thing once: a list that comes in pages shows a row again when something is made or deleted
/// meanwhile.
pub fn each_once<T>(rows: Vec<T>, id: impl Fn(&T) -> &str) -> Vec<T> {
    let mut seen = BTreeSet::new();
    let is_new = |row: &T| seen.insert(id(row).to_owned());
    rows.into_iter().filter(is_new).collect()
}

/// A point in time; none where the CLI prints one that stands for none, such as Go's year 1 or the epoch. The forms are
/// all that the CLIs print: `2026-11-24T02:02:51Z`, `2026-11-24T02:03:19+00:00`,
/// `2026-11-24T02:03:07` and `2026-11-24 02:02:59 +0000 UTC`.
pub fn time(text: &str) -> Option<Timestamp> {
    let told = text.parse().ok().or_else(|| {
        let without_zone = text.split(" +0000").next()?;
        format!("{without_zone}Z").parse().ok()
    });
    told.filter(|time: &Timestamp| time.as_second() >= EARLIEST_SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_time_in_the_recordings_is_understood() {
        let expected: Timestamp = "2026-11-24T02:02:51Z".parse().unwrap();
        for text in [
            "2026-11-24T02:02:51Z",
            "2026-11-24T02:02:51+00:00",
            "2026-11-24T02:02:51",
            "2026-11-24 02:02:51 +0000 UTC",
        ] {
            assert_eq!(time(text), Some(expected), "{text}");
        }
        assert_eq!(time("<nil>"), None);
    }

    #[test]
    fn what_is_listed_twice_counts_once() {
        let rows = vec![("1", 'a'), ("2", 'b'), ("1", 'c')];
        assert_eq!(each_once(rows, |row| row.0), [("1", 'a'), ("2", 'b')]);
    }

    #[test]
    fn a_date_that_was_never_set_is_no_date() {
        for text in [
            "",
            "-",
            "0001-01-01T00:00:00Z",
            "0001-01-01 00:00:00 +0000 UTC",
            "1970-01-01T00:00:00",
            "1970-01-01T00:00:00+00:00",
            "1999-12-31T23:59:59Z",
        ] {
            assert_eq!(time(text), None, "{text}");
        }
    }
}
