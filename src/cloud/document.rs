//! The JSON in what a CLI prints, also where it says something else before or after it: an update notice, a deprecation,
//! or vultr's complaint about a configuration file that it does not need.

use std::ops::Range;

use anyhow::{Context, bail};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Deserializer;

/// What looks like the beginning of a document and stops being one after more than this was one: a garbled answer, whose
/// parts must not pass for the whole. Less is a word in brackets, such as a date.
const LONGEST_WORD_BYTES: usize = 32;

/// The answer in `text`.
///
/// # Errors
/// When there is none, a cut or garbled one, or more than one.
pub(super) fn find<T: for<'de> Deserialize<'de>>(text: &str) -> anyhow::Result<T> {
    let whole = serde_json::from_str(text).context("that is not the JSON expected");
    if whole.is_ok() {
        return whole;
    }
    let mut found: Option<(Range<usize>, T)> = None;
    for range in documents(text)? {
        let document = text.get(range.clone()).unwrap_or_default();
        // A pair of brackets in the middle of a sentence is not an answer.
        if !begins_or_ends_a_line(text, &range) {
            continue;
        }
        let Ok(answer) = serde_json::from_str(document) else {
            continue;
        };
        match &found {
            Some((other, _)) if text.get(other.clone()) != Some(document) => {
                bail!("it printed more than one answer");
            }
            _ => found = Some((range, answer)),
        }
    }
    found.map_or(whole, |(_, answer)| Ok(answer))
}

/// Where the JSON documents in `text` stand.
fn documents(text: &str) -> anyhow::Result<Vec<Range<usize>>> {
    let mut documents = Vec::new();
    let mut from = 0;
    while let Some(start) = next_bracket(text, from) {
        let rest = text.get(start..).unwrap_or_default();
        let mut stream = Deserializer::from_str(rest).into_iter::<IgnoredAny>();
        from = match stream.next() {
            Some(Ok(_)) => {
                let end = start + stream.byte_offset();
                documents.push(start..end);
                end
            }
            Some(Err(why)) if why.is_eof() => bail!("the JSON that it printed is cut: {why}"),
            Some(Err(why)) if why.line() > 1 || why.column() > LONGEST_WORD_BYTES => {
                bail!("the JSON that it printed is garbled: {why}")
            }
            _ => start + 1,
        };
    }
    Ok(documents)
}

fn next_bracket(text: &str, from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    rest.find(['{', '[']).map(|at| from + at)
}

fn begins_or_ends_a_line(text: &str, range: &Range<usize>) -> bool {
    let before = text.get(..range.start).unwrap_or_default();
    let after = text.get(range.end..).unwrap_or_default();
    let is_blank = |part: Option<&str>| part.is_none_or(|part| part.trim().is_empty());
    is_blank(before.rsplit('\n').next()) || is_blank(after.split('\n').next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Row {
        id: u32,
    }

    fn ids(text: &str) -> Option<Vec<u32>> {
        let rows: Vec<Row> = find(text).ok()?;
        Some(rows.into_iter().map(|row| row.id).collect())
    }

    #[test]
    fn an_answer_is_found_wherever_other_words_stand() {
        for text in [
            "[{\"id\":7}]",
            "no such file or directory[{\"id\":7}]\n",
            "[WARN] a [2026-11-24] {deprecated} flag []: see [1]\n[\n  {\"id\": 7}\n]\nA new release: {x} [2]\n",
            "[{\"id\":7}] update with 'exo'",
            "{\"level\":\"warning\"}\n[{\"id\":7}]\n",
            "[{\"id\":7}]\n[{\"id\":7}]\n",
            "\u{feff}[{\"id\":7}]\n",
        ] {
            assert_eq!(ids(text), Some(vec![7]), "{text}");
        }
        assert_eq!(ids("update me\n[]\n"), Some(vec![]));
    }

    #[test]
    fn a_part_of_an_answer_is_none() {
        for text in [
            "",
            "labels [] are old\n",
            "labels are []\n[{\"id\":",
            "[]\n[{\"id\":1}]\n",
            "x[{\"id\":1,\"tags\":[]",
            "<html>[404]</html>",
            "[{\"id\":1,\n\"tags\":\n[]\n BROKEN }]",
            "[{\"name\":\"long enough for an answer\",\"tags\":[]\u{0}}\n]",
            "error [12\n",
        ] {
            assert_eq!(ids(text), None, "{text}");
        }
    }
}
