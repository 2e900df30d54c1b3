//! Names of buckets (contract 06).

use std::fmt;
use std::str::FromStr;

use anyhow::{Context, ensure};

use crate::names::{WebsiteUrl, beginning};

/// How many bytes a bucket's name may have; a longer one is no label of a host's name.
const NAME_BYTES: std::ops::RangeInclusive<usize> = 3..=63;

/// The name of a bucket, which a store may still refuse but which can be nothing other than a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket(String);

impl Bucket {
    /// The bucket that keeps a site's whole-machine snapshots' metadata: `<url, dashed>-<DNS_CHOICE>-snap`.
    ///
    /// # Errors
    /// When `DNS_CHOICE` is empty, or when the two do not make the name of a bucket.
    pub fn snap(url: &WebsiteUrl, dns_choice: &str) -> anyhow::Result<Self> {
        ensure!(
            !dns_choice.is_empty(),
            "cannot name the snapshot bucket of '{url}': DNS_CHOICE is empty; set it in the template and build again"
        );
        format!("{}-{dns_choice}-snap", url.dashed())
            .parse()
            .with_context(|| {
                format!(
                    "cannot name the snapshot bucket from WEBSITE_URL and DNS_CHOICE of '{url}'"
                )
            })
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
    fn the_snapshot_bucket_is_named_for_the_site_and_its_dns() {
        let url: WebsiteUrl = "www.testwebsite.uk".parse().unwrap();
        assert_eq!(
            Bucket::snap(&url, "cloudflare").unwrap().as_str(),
            "www-testwebsite-uk-cloudflare-snap"
        );
    }

    #[test]
    fn a_bucket_is_never_named_from_nothing() {
        let url: WebsiteUrl = "www.testwebsite.uk".parse().unwrap();
        let why = Bucket::snap(&url, "").unwrap_err().to_string();
        assert!(why.contains("DNS_CHOICE is empty"), "{why}");
        assert!(Bucket::snap(&url, "cloud flare").is_err());
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
