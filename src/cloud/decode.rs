//! JSON as the CLIs print it.

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;

use anyhow::bail;
use jiff::Timestamp;
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::document;
use crate::command::Output;

/// What the CLIs print for nothing: Go's, Python's and their own words.
const WORDS_FOR_NONE: [&str; 11] = [
    "",
    "-",
    "<nil>",
    "<none>",
    "<no value>",
    "<null>",
    "nil",
    "null",
    "none",
    "None",
    "N/A",
];

/// The answer in a CLI's standard output, whatever it says around it. Bytes that are not UTF-8, which belong to some other
/// machine's name, become replacement characters rather than an error about everything.
///
/// # Errors
/// When it is not the JSON expected, such as nothing, HTML, a cut list or help text.
pub fn json<T: for<'de> Deserialize<'de>>(output: &Output) -> anyhow::Result<T> {
    let text: Cow<'_, str> = String::from_utf8_lossy(&output.stdout);
    if text.trim().is_empty() {
        bail!("it printed nothing where JSON was expected");
    }
    document::find(&text)
}

/// An id that a CLI prints as a number or as a string.
///
/// # Errors
/// When it is neither, or a word for none.
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
        if WORDS_FOR_NONE.contains(&text) {
            return Err(E::invalid_value(de::Unexpected::Str(text), &self));
        }
        Ok(text.to_owned())
    }
}

/// Text, for which a CLI may print `null` or another kind of value when there is none; empty then.
///
/// # Errors
/// When it is not JSON.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = match Value::deserialize(deserializer)? {
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    let is_none = text.starts_with('<') && WORDS_FOR_NONE.contains(&text.as_str());
    Ok(if is_none { String::new() } else { text })
}

/// Those of `texts` that are addresses, each once; a machine that is still being made may have a word for none, or
/// 0.0.0.0.
pub fn addresses(texts: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut addresses: Vec<String> = Vec::new();
    for text in texts {
        let address: Option<IpAddr> = text.parse().ok();
        if address.is_some_and(|it| !it.is_unspecified()) && !addresses.contains(&text) {
            addresses.push(text);
        }
    }
    addresses
}

/// A value, such as a list, for which the CLIs written in Go print `null` when there is none.
///
/// # Errors
/// When it is neither.
pub fn or_none<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// The beginning of the year 2000: nothing of ours was made before it, so an earlier date is a date that was never set.
const EARLIEST_SECOND: i64 = 946_684_800;

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
    fn a_word_for_none_is_no_value() {
        let given = [
            "<nil>",
            "-",
            "",
            "None",
            "0.0.0.0",
            "::",
            "192.0.2.1",
            "x",
            "192.0.2.1",
        ];
        let given = given.map(str::to_owned);
        assert_eq!(addresses(given), ["192.0.2.1"]);
        for word in ["null", "\"<nil>\"", "[]", "true"] {
            assert_eq!(
                text(&mut serde_json::Deserializer::from_str(word)).unwrap(),
                ""
            );
        }
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
