//! Whether what is printed is what was recorded.

/// Text without what changes from call to call: UUIDs, numbers, and the widths that follow from them.
pub fn normal(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    let keeps_blanks = text.starts_with(['[', '{']);
    while let Some(c) = rest.chars().next() {
        if rest.get(..36).is_some_and(is_uuid) {
            out.push_str("<uuid>");
            rest = &rest[36..];
        } else if rest.get(..47).is_some_and(is_fingerprint) {
            out.push_str("<fingerprint>");
            rest = &rest[47..];
        } else if c.is_ascii_digit() {
            out.push('#');
            rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        } else {
            if c != ' ' || keeps_blanks || !out.ends_with(' ') {
                out.push(c);
            }
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

fn is_fingerprint(text: &str) -> bool {
    text.split(':').count() == 16
        && text
            .split(':')
            .all(|pair| pair.len() == 2 && pair.chars().all(|c| c.is_ascii_hexdigit()))
}

fn is_uuid(text: &str) -> bool {
    text.char_indices().all(|(i, c)| {
        if [8, 13, 18, 23].contains(&i) {
            c == '-'
        } else {
            c.is_ascii_hexdigit()
        }
    })
}

/// The lines on stderr; exo's real progress repeats its lines, and its zones answer in any order.
pub fn calm(text: &str, any_order: bool) -> Vec<String> {
    let text = normal(&text.replace("\x1b[1A\x1b[J", ""));
    let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
    if any_order {
        lines.sort();
        lines.dedup();
    }
    lines
}

/// Whether two outputs agree. Long ones were recorded without their middle, and exo's zones answer in any order.
pub fn same(recorded: &str, found: &str) -> bool {
    if let Some((head, tail)) = recorded.split_once("\n ... \n") {
        let head = &head[..head.rfind(['}', ',']).unwrap_or(0)];
        let tail = &tail[tail.find('{').unwrap_or(0)..];
        return head.len() > 50
            && tail.len() > 50
            && found.starts_with(head)
            && found.ends_with(tail);
    }
    let rows = |text: &str| {
        let mut rows: Vec<_> = text
            .trim_matches(['[', ']', '\n'])
            .split("},{")
            .map(str::to_owned)
            .collect();
        for row in &mut rows {
            *row = row.trim_matches(['{', '}']).to_owned();
        }
        rows.sort();
        rows
    };
    recorded == found || (recorded.starts_with("[{\"") && rows(recorded) == rows(found))
}
