//! Text that files, providers and tools have a say in, made fit for one line of ours.

/// A quoted value longer than this says nothing more, and a damaged file may hold a mebibyte of it.
const LONGEST_VALUE_CHARS: usize = 60;

/// What a tool says longer than this fills a screen.
const LONGEST_WORDS_CHARS: usize = 500;

/// The beginning of the value `text`, as it is quoted in a message: what cannot be seen is written out.
pub fn beginning(text: &str) -> String {
    let mut shown = text.chars();
    let beginning: String = shown.by_ref().take(LONGEST_VALUE_CHARS).collect();
    let more = if shown.next().is_some() { "…" } else { "" };
    format!("{}{more}", beginning.escape_debug())
}

/// The words of `text` on one line, without anything that could redraw a terminal.
pub fn on_one_line(text: &str) -> String {
    let words = text.split_whitespace().map(|word| {
        let shown = word.chars().filter(|it| !it.is_control());
        shown.collect::<String>()
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The first words of `text` on one line, as many as a person will read.
pub fn first_words(text: &str) -> String {
    let line = on_one_line(text);
    line.chars().take(LONGEST_WORDS_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stays_on_one_line_and_ends() {
        assert_eq!(beginning("a\nb\u{1b}"), "a\\nb\\u{1b}");
        assert_eq!(beginning(&"\u{fc}".repeat(1 << 20)).chars().count(), 61);
    }

    #[test]
    fn words_stay_on_one_line_and_draw_nothing() {
        assert_eq!(
            on_one_line(" is\n 40 \u{1b}[31mdays\told "),
            "is 40 [31mdays old"
        );
        assert_eq!(first_words(&"a ".repeat(1 << 20)).chars().count(), 500);
    }
}
