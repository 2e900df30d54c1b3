//! What a caller names objects by, such as a pattern: `*` for any characters, somewhere before the end.

use std::str::FromStr;

use anyhow::ensure;

use super::object_name::{ObjectName, WILDCARDS};
use crate::foreign_text::beginning;

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

/// What is to be deleted from a bucket: all that a caller named and nothing that it did not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// The object of this name, and what is in the folder of this name.
    ObjectOrFolder(ObjectName),
    /// What is in this folder (`folder/`).
    Folder(ObjectName),
    /// Everything whose name begins like this (`beginning*`).
    StartingWith(String),
    /// What a pattern means (`folder-*/beginning`).
    Matching(Pattern),
    /// All there is (`root`).
    Everything,
}

impl FromStr for Named {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        if text == "root" {
            return Ok(Self::Everything);
        }
        let before_the_end = text.strip_suffix('*').unwrap_or(text);
        ensure!(
            text != "*",
            "'*' names no object; 'root' means all that is in the bucket"
        );
        if before_the_end.contains('*') {
            return Ok(Self::Matching(text.parse()?));
        }
        let named = if let Some(start) = text.strip_suffix('*') {
            start
                .strip_suffix('/')
                .unwrap_or(start)
                .parse::<ObjectName>()?;
            Self::StartingWith(start.to_owned())
        } else if let Some(folder) = text.strip_suffix('/') {
            Self::Folder(folder.parse()?)
        } else {
            return Ok(Self::ObjectOrFolder(text.parse()?));
        };
        ensure!(
            !before_the_end.contains(WILDCARDS),
            "'{}' would match more than it names; expected no '?'",
            beginning(text)
        );
        Ok(named)
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

    #[test]
    fn what_is_deleted_is_what_is_named() {
        let name = |text: &str| text.parse::<ObjectName>().unwrap();
        for (text, expected) in [
            ("a", Named::ObjectOrFolder(name("a"))),
            ("ab?", Named::ObjectOrFolder(name("ab?"))),
            ("a*b", Named::Matching("a*b".parse().unwrap())),
            ("a*b*", Named::Matching("a*b*".parse().unwrap())),
            ("a/b/", Named::Folder(name("a/b"))),
            ("root", Named::Everything),
            (
                "autoscaler-1/STATIC_SCALE:*",
                Named::StartingWith("autoscaler-1/STATIC_SCALE:".to_owned()),
            ),
            ("a/*", Named::StartingWith("a/".to_owned())),
        ] {
            assert_eq!(text.parse::<Named>().unwrap(), expected, "{text}");
        }
        for text in [
            "", "*", "**", "a**", "/", "/*", "a*/", "a?/", "a*b?", "*/*", "a?*", "../*", "a/../*",
            "a//*",
        ] {
            assert!(text.parse::<Named>().is_err(), "{text:?}");
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

        #[test]
        fn only_root_names_everything(text in ".{0,12}") {
            if let Ok(named) = text.parse::<Named>() {
                prop_assert_eq!(named == Named::Everything, text == "root");
                prop_assert_ne!(named, Named::StartingWith(String::new()));
            }
        }
    }
}
