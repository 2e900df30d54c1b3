//! Names of buckets (contract 06).

use std::fmt;
use std::str::FromStr;

use anyhow::{Context, ensure};

use super::naming::{Asking, WantedBucket};
use crate::foreign_text::beginning;

/// How many bytes a bucket's name may have; a longer one is no label of a host's name.
const NAME_BYTES: std::ops::RangeInclusive<usize> = 3..=63;

/// The name of a bucket, which a store may still refuse but which can be nothing other than a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket(String);

impl Bucket {
    /// The bucket that `asking` means by what is `wanted`.
    ///
    /// # Errors
    /// When a variable in its name is not set, or when the parts do not make the name of a bucket.
    pub fn of(wanted: &WantedBucket<'_>, asking: Asking) -> anyhow::Result<Self> {
        let named = || wanted.name(asking)?.parse();
        named().with_context(|| format!("cannot name a bucket by {}", wanted.sources(asking)))
    }

    /// The name as it stands in a command line.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Bucket {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl FromStr for Bucket {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        ensure!(
            NAME_BYTES.contains(&text.len()),
            "'{}' is not the name of a bucket; expected {} to {} characters, it has {}",
            beginning(text),
            NAME_BYTES.start(),
            NAME_BYTES.end(),
            text.chars().count()
        );
        // Capitals and '_' are the store's to judge: some accept them.
        ensure!(
            text.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
                && text.starts_with(|first: char| first.is_ascii_alphanumeric())
                && text.ends_with(|last: char| last.is_ascii_alphanumeric()),
            "'{}' is not the name of a bucket; expected letters, digits, '-' and '.', a letter or digit first and last",
            text.escape_debug()
        );
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_bucket_is_never_named_from_nothing() {
        let of = |kind, specifier, url: &'static str| {
            Bucket::of(
                &WantedBucket {
                    kind,
                    specifier,
                    variable: &|_| Ok(url.to_owned()),
                },
                Asking::DeleteBucket,
            )
        };
        assert_eq!(of("backup", "s", "a.uk").unwrap().as_str(), "a-uk-s");
        for (kind, specifier, url, says) in [
            (
                "backup",
                "",
                "a.uk",
                "by the type 'backup', WEBSITE_URL, the specifier '': 'a-uk-'",
            ),
            ("backup", "a b", "a.uk", "the specifier 'a b': 'a-uk-a b'"),
            ("config", "", "a.uk", "the specifier ''"),
            ("auth", "", "a.uk", "the specifier ''"),
            ("", "", "a.uk", "it has 0"),
            ("backup", "s", "", "'-s'"),
        ] {
            let why = format!("{:#}", of(kind, specifier, url).unwrap_err());
            assert!(why.contains(says), "{why}");
        }
    }

    #[test]
    fn what_is_no_bucket_is_refused() {
        for text in [
            "",
            "ab",
            "a/b",
            "a b",
            " abc",
            "abc\n",
            "-abc",
            "abc-",
            ".abc",
            "a:b",
            "a*b",
            "a?b",
            "s3://abc",
            "\u{fc}ber",
            "a\0b",
            "..",
            "$(id)",
        ] {
            assert!(text.parse::<Bucket>().is_err(), "{text:?}");
        }
        assert!("a".repeat(64).parse::<Bucket>().is_err());
        assert!("a".repeat(63).parse::<Bucket>().is_ok());
    }

    proptest! {
        #[test]
        fn any_text_is_a_plain_name_or_an_error(text in any::<String>()) {
            if let Ok(bucket) = text.parse::<Bucket>() {
                prop_assert_eq!(bucket.as_str(), &text);
                prop_assert!(!text.contains(|c: char| c == '/' || c.is_whitespace() || c.is_control()));
            }
        }
    }
}
