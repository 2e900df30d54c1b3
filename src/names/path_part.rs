//! Names that become part of a path under `runtimedata` (contract README, decision 2).

use std::fmt;
use std::str::FromStr;

use anyhow::ensure;

use crate::foreign_text::beginning;

/// A name longer than a file name can be is no part of a path.
const LONGEST_NAME_BYTES: usize = 255;

fn path_part<'a>(what: &str, text: &'a str) -> anyhow::Result<&'a str> {
    ensure!(
        !text.is_empty(),
        "{what} is empty; set it in the template or the environment"
    );
    ensure!(
        text.len() <= LONGEST_NAME_BYTES,
        "{what} has {} bytes; a name of a folder has at most {LONGEST_NAME_BYTES}",
        text.len()
    );
    ensure!(
        !text.contains(['/', '\0', '\n', '\r']) && text != "." && !text.contains(".."),
        "{what} is '{}'; it names a folder, so it must not contain '/', '..' or a line break",
        beginning(text)
    );
    Ok(text)
}

macro_rules! path_part_type {
    ($(#[$documentation:meta])* $name:ident, $what:literal) => {
        $(#[$documentation])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// The name as it stands in paths and files.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = anyhow::Error;

            fn from_str(text: &str) -> anyhow::Result<Self> {
                path_part($what, text).map(|text| Self(text.to_owned()))
            }
        }
    };
}

path_part_type! {
    /// The web site's address, the folder of its snapshots (`WEBSITE_URL`).
    WebsiteUrl, "WEBSITE_URL"
}

path_part_type! {
    /// The name of a build, the folder of its state (`BUILD_IDENTIFIER`).
    BuildIdentifier, "BUILD_IDENTIFIER"
}

path_part_type! {
    /// A region's slug, or on exoscale a zone's name (`REGION`, `CURRENTREGION`).
    Region, "REGION"
}

impl WebsiteUrl {
    /// The address as bucket names carry it: `.` becomes `-` (contract 06).
    pub fn dashed(&self) -> String {
        self.0.replace('.', "-")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_folder_and_a_bucket() {
        let url: WebsiteUrl = "www.testwebsite.uk".parse().unwrap();
        assert_eq!(url.as_str(), "www.testwebsite.uk");
        assert_eq!(url.dashed(), "www-testwebsite-uk");
    }

    #[test]
    fn nothing_that_leaves_the_folder_is_accepted() {
        for text in [
            "",
            "/",
            "..",
            "../x",
            "a/b",
            "a\nb",
            "a\0b",
            ".",
            "x..y",
            &"a".repeat(1 << 20),
        ] {
            assert!(text.parse::<BuildIdentifier>().is_err(), "{text:.20}");
        }
    }
}
