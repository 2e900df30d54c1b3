//! What a tool says, without the JSON that it passes on from its provider.

use serde::Deserialize;
use serde_json::{Deserializer, Value};

/// The keys that the providers put their words under.
const WORDS: [&str; 5] = ["detail", "reason", "error", "message", "errors"];

/// The keys that tell more about the words beside them.
const DETAILS: [&str; 2] = ["status", "field"];

/// `line` with the words of each error in place of the JSON that holds it.
pub(super) fn in_plain_words(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(['{', '[', '"']) {
        let (before, from) = rest.split_at(at);
        shown.push_str(before);
        let mut stream = Deserializer::from_str(from).into_iter::<Value>();
        let found = stream.next().and_then(Result::ok);
        let words = found.as_ref().and_then(words_of);
        let end = match &words {
            Some(_) => stream.byte_offset(),
            None => from.chars().next().map_or(0, char::len_utf8),
        };
        let (document, after) = from.split_at(end);
        shown.push_str(words.as_deref().unwrap_or(document));
        rest = after;
    }
    shown.push_str(rest);
    shown
}

/// The words in `value`; none when it is no error.
fn words_of(value: &Value) -> Option<String> {
    match value {
        Value::Array(items) => {
            let words: Vec<String> = items.iter().filter_map(words_of).collect();
            (!words.is_empty()).then(|| words.join("; "))
        }
        Value::Object(fields) => {
            let mut under = WORDS.iter().filter_map(|key| fields.get(*key));
            let words = under.find_map(|value| match value {
                Value::String(text) if !text.is_empty() => Some(in_plain_words(text)),
                Value::Array(_) | Value::Object(_) => words_of(value),
                _ => None,
            })?;
            let details = DETAILS.iter().filter_map(|key| match fields.get(*key)? {
                Value::Number(number) => Some(number.to_string()),
                Value::String(text) if !text.is_empty() => Some(text.clone()),
                _ => None,
            });
            let details: Vec<String> = details.collect();
            Some(match details.join(", ") {
                none if none.is_empty() => words,
                details => format!("{words} ({details})"),
            })
        }
        // vultr quotes the provider's answer.
        Value::String(text) if text.starts_with(['{', '[']) => {
            let inner = Value::deserialize(&mut Deserializer::from_str(text)).ok()?;
            words_of(&inner)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_providers_words_stand_in_place_of_their_json() {
        for (said, shown) in [
            (
                r#"{"errors":[{"detail":"GET http://h/v2/droplets?page=1\u0026per_page=200: 500 (request \"0\") Unexpected"}]}"#,
                "GET http://h/v2/droplets?page=1&per_page=200: 500 (request \"0\") Unexpected",
            ),
            (
                r#"[{"field": "", "reason": "Invalid Token"}]"#,
                "Invalid Token",
            ),
            (
                r#"[{"field": "label", "reason": "is taken"}, {"reason": "and so is that"}]"#,
                "is taken (label); and so is that",
            ),
            (
                r#"Error: error getting instance list : {"error":"Invalid API token.","status":401}"#,
                "Error: error getting instance list : Invalid API token. (401)",
            ),
            (
                r#"last error: "{\"error\":\"Server error\",\"status\":500}""#,
                "last error: Server error (500)",
            ),
            (
                "error: \"x\" not found in [y] {z}",
                "error: \"x\" not found in [y] {z}",
            ),
            ("{\"id\":7} \u{e4}\"", "{\"id\":7} \u{e4}\""),
        ] {
            assert_eq!(in_plain_words(said), shown);
        }
    }
}
