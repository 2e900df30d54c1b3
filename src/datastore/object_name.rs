//! Names of objects in a bucket (contract 06).

use std::fmt;
use std::str::FromStr;

use anyhow::ensure;

use super::Pattern;
use crate::names::beginning;

/// How many bytes an object's name may have.
const LONGEST_NAME_BYTES: usize = 1024;

/// The characters that one tool or another takes for a pattern.
pub(super) const WILDCARDS: [char; 2] = ['*', '?'];

/// The name of one object, or of a folder of them: never empty, never another name in disguise. rclone shortens a path
/// with an empty part, `.` or `..` in it before it uses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectName(String);

impl ObjectName {
    /// The name as it stands in a command line, after the bucket's.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What follows the last `/`.
    pub(super) fn last_part(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// Whether some tool would take it for a pattern.
    pub(super) fn has_wildcards(&self) -> bool {
        self.0.contains(WILDCARDS)
    }
}

impl fmt::Display for ObjectName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", beginning(&self.0))
    }
}

impl FromStr for ObjectName {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        ensure!(
            !text.is_empty(),
            "the name of the object is empty; name one of the bucket's objects"
        );
        ensure!(
            text.len() <= LONGEST_NAME_BYTES,
            "'{}' has {} bytes; an object's name has at most {LONGEST_NAME_BYTES}",
            beginning(text),
            text.len()
        );
        ensure!(
            !text.contains(char::is_control),
            "'{}' is not the name of an object; it has control characters",
            beginning(text)
        );
        ensure!(
            text.split('/').all(|part| !["", ".", ".."].contains(&part)),
            "'{}' is not the name of an object; expected parts other than '.' and '..' with a '/' between them",
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
    fn a_name_is_the_name_of_one_object() {
        for text in [
            "a",
            "a/b",
            "it's \"*\" [a]? $(id) \u{fc}",
            "root",
            "...",
            "-r",
        ] {
            assert_eq!(text.parse::<ObjectName>().unwrap().as_str(), text);
        }
        for text in [
            "", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "a/.", "a\n", "\0",
        ] {
            assert!(text.parse::<ObjectName>().is_err(), "{text:?}");
        }
        assert!("a".repeat(1025).parse::<ObjectName>().is_err());
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
        fn only_root_names_everything(text in ".{0,12}") {
            if let Ok(named) = text.parse::<Named>() {
                prop_assert_eq!(named == Named::Everything, text == "root");
                prop_assert_ne!(named, Named::StartingWith(String::new()));
            }
        }
    }
}
