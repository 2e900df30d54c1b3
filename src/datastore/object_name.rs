//! Names of objects in a bucket (contract 06).

use std::fmt;
use std::str::FromStr;

use anyhow::ensure;

use crate::foreign_text::beginning;

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

#[cfg(test)]
mod tests {
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
}
