//! rclone's `--filter`, `--include` and `--exclude`.

/// Rules in order; the first that matches decides.
pub struct Filter {
    rules: Vec<(bool, String)>,
    /// What becomes of a path that no rule matches: an include excludes the rest, a `--filter '+ …'` does not.
    otherwise: bool,
}

impl Filter {
    pub fn new<'a>(
        filters: impl Iterator<Item = &'a str>,
        includes: impl Iterator<Item = &'a str>,
        excludes: impl Iterator<Item = &'a str>,
    ) -> Self {
        let mut rules: Vec<_> = includes.map(|pattern| (true, pattern.to_owned())).collect();
        let otherwise = rules.is_empty();
        rules.extend(excludes.map(|pattern| (false, pattern.to_owned())));
        rules.extend(filters.filter_map(|rule| match rule.split_once(' ') {
            Some(("+", pattern)) => Some((true, pattern.to_owned())),
            Some(("-", pattern)) => Some((false, pattern.to_owned())),
            _ => None,
        }));
        Self { rules, otherwise }
    }

    /// Whether the file of this relative path takes part.
    pub fn takes(&self, path: &str) -> bool {
        let rule = self
            .rules
            .iter()
            .find(|(_, pattern)| matches_path(pattern, path));
        rule.map_or(self.otherwise, |(takes, _)| *takes)
    }
}

/// A pattern with a leading `/` matches the whole path, any other the end of it from some `/` on.
fn matches_path(pattern: &str, path: &str) -> bool {
    if let Some(pattern) = pattern.strip_prefix('/') {
        return matches(pattern.as_bytes(), path.as_bytes());
    }
    let starts = std::iter::once(0).chain(path.match_indices('/').map(|(i, _)| i + 1));
    starts
        .into_iter()
        .any(|start| matches(pattern.as_bytes(), &path.as_bytes()[start..]))
}

fn matches(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern, text) {
        ([], _) => text.is_empty(),
        ([b'*', b'*', rest @ ..], _) => (0..=text.len()).any(|i| matches(rest, &text[i..])),
        ([b'*', rest @ ..], _) => {
            let end = text.iter().position(|c| *c == b'/').unwrap_or(text.len());
            (0..=end).any(|i| matches(rest, &text[i..]))
        }
        ([b'?', rest @ ..], [c, text @ ..]) => *c != b'/' && matches(rest, text),
        ([p, rest @ ..], [c, text @ ..]) => p == c && matches(rest, text),
        (_, []) => false,
    }
}
