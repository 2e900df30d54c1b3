//! A caller's pattern for objects: `*` for any characters, somewhere before the end.

use std::str::FromStr;

use anyhow::ensure;

use super::ObjectName;
use crate::names::beginning;

/// The objects whose names begin like a text with `*` in it, where `*` and the end stand for any characters but `/`.
/// No tool is told of it, since each takes it for something else: s3cmd for itself, and the scripts' rclone for all
/// there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(String);

impl Pattern {
    /// The pattern as the caller wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder that all such objects are in.
    pub(super) fn folder(&self) -> Option<ObjectName> {
        let before = self.0.split('*').next().unwrap_or_default();
        before.rsplit_once('/')?.0.parse().ok()
    }

    /// Whether an object of that name is meant.
    pub(super) fn matches(&self, name: &str) -> bool {
        let open = format!("{}*", self.0);
        let (patterns, parts) = (open.split('/'), name.split('/'));
        patterns.clone().count() == parts.clone().count()
            && patterns
                .zip(parts)
                .all(|(pattern, part)| part_matches(pattern, part))
    }
}

/// Whether a part of a name is like a pattern's.
fn part_matches(pattern: &str, part: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = part.strip_prefix(first) else {
        return false;
    };
    let Some(last) = pieces.next_back() else {
        return rest.is_empty();
    };
    for piece in pieces {
        let Some((_, after)) = rest.split_once(piece) else {
            return false;
        };
        rest = after;
    }
    rest.ends_with(last)
}

impl FromStr for Pattern {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        // A star may stand for a name's part, so what is between them must make a name by itself.
        text.replace('*', "x").parse::<ObjectName>()?;
        ensure!(
            !text.contains('?')
                && !text.contains("**")
                && !text.trim_matches(['*', '/']).is_empty(),
            "'{}' would match more than it names; expected letters and single '*'",
            beginning(text)
        );
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_star_and_the_end_stand_for_anything_within_a_part() {
        for (text, meant, others) in [
            (
                "autoscaler-*/STATIC_SCALE:",
                &["autoscaler-1/STATIC_SCALE:3", "autoscaler-10/STATIC_SCALE:"][..],
                &[
                    "autoscaler-1/STATIC_SCALE",
                    "autoscaler-1/old/STATIC_SCALE:3",
                    "autoscaler-1/STATIC_SCALE:3/x",
                    "autoscaler-1/xSTATIC_SCALE:3",
                    "xautoscaler-1/STATIC_SCALE:3",
                    "a/autoscaler-1/STATIC_SCALE:3",
                    "autoscaler-1",
                    "",
                ][..],
            ),
            (
                "*autoscaler-1*/STATIC_SCALE*",
                &["autoscaler-1/STATIC_SCALE:3", "xautoscaler-12/STATIC_SCALE"],
                &["autoscaler-2/STATIC_SCALE:3", "autoscaler-1/x/STATIC_SCALE"],
            ),
            ("*b", &["ab", "b", "abc"], &["a", "b/a"]),
            ("a*a*b", &["aab", "axaybz"], &["ab", "aa"]),
        ] {
            let pattern: Pattern = text.parse().unwrap();
            for name in meant {
                assert!(pattern.matches(name), "{text} {name}");
            }
            for name in others {
                assert!(!pattern.matches(name), "{text} {name}");
            }
        }
    }

    #[test]
    fn the_folder_ends_before_the_first_star() {
        for (text, folder) in [
            ("autoscaler-*/x", None),
            ("a/b/c*/x", Some("a/b")),
            ("*/x", None),
        ] {
            let pattern: Pattern = text.parse().unwrap();
            assert_eq!(pattern.folder().as_ref().map(ObjectName::as_str), folder);
        }
    }

    #[test]
    fn a_pattern_that_says_nothing_is_refused() {
        for text in [
            "*", "*/*", "**a", "a*?", "a*/", "/a*b", "../*b", "a*b//c", "*\n",
        ] {
            assert!(text.parse::<Pattern>().is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_put_for_the_stars_is_found(text in "[a-c]{1,3}\\*[a-c/]{0,4}[a-c]", star in "[a-c*]{0,3}", end in "[a-c]{0,3}") {
            if let Ok(pattern) = text.parse::<Pattern>() {
                let name = text.replace('*', &star) + &end;
                prop_assert!(pattern.matches(&name), "{}", name);
            }
        }
    }
}
