/// A value longer than this says nothing more in a message, and a damaged file may hold a mebibyte of it.
const LONGEST_SHOWN_CHARS: usize = 60;

/// The beginning of `text` for a message, on one line and without control characters.
pub fn beginning(text: &str) -> String {
    let mut shown = text.chars();
    let beginning: String = shown.by_ref().take(LONGEST_SHOWN_CHARS).collect();
    let more = if shown.next().is_some() { "…" } else { "" };
    format!("{}{more}", beginning.escape_debug())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_stays_one_line_whatever_the_value() {
        assert_eq!(beginning("a\nb\u{1b}"), "a\\nb\\u{1b}");
        assert_eq!(beginning(&"\u{fc}".repeat(1 << 20)).chars().count(), 61);
    }
}
