//! A tool's configuration file, and the host it names.

use std::path::PathBuf;

use anyhow::{Context, ensure};
use bstr::ByteSlice;

/// Where a tool's configuration is, and the server it is for. The keys stay in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Settings {
    /// The configuration file, for the command line and for messages.
    pub(super) file: PathBuf,
    /// The server's address, with its scheme.
    pub(super) endpoint: String,
}

impl Settings {
    /// The settings in the content of `file`.
    pub(super) fn read(file: PathBuf, setting: &str, text: &[u8]) -> anyhow::Result<Self> {
        let endpoint = endpoint(setting, text).with_context(|| {
            format!("cannot tell the datastore's host from '{}'", file.display())
        })?;
        Ok(Self { file, endpoint })
    }
}

/// The value of the first line that starts with `setting`: what follows the last `=`, without blanks, as a URL.
fn endpoint(setting: &str, text: &[u8]) -> anyhow::Result<String> {
    let line = text
        .lines()
        .find(|line| line.starts_with(setting.as_bytes()))
        .with_context(|| format!("no line of it starts with '{setting}'"))?;
    let value = line
        .rfind_byte(b'=')
        .and_then(|equals| line.get(equals + 1..))
        .with_context(|| format!("its line '{setting}' has no '='"))?;
    let host: Vec<u8> = value
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    let host = String::from_utf8(host)
        .with_context(|| format!("the value of '{setting}' is not UTF-8"))?;
    ensure!(!host.is_empty(), "the value of '{setting}' is empty");
    ensure!(
        !host.contains(char::is_control),
        "the value of '{setting}' has control characters"
    );
    if host.contains("://") {
        Ok(host)
    } else {
        Ok(format!("https://{host}"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_host_is_what_follows_the_last_equals_sign_without_blanks() {
        for (text, expected) in [
            (
                "host_base = gb-lon-1.linodeobjects.com",
                "https://gb-lon-1.linodeobjects.com",
            ),
            (
                "[default]\nhost_bucket = x\nhost_base=a.b \r\n",
                "https://a.b",
            ),
            (
                "host_base = http://127.0.0.1:5000\n",
                "http://127.0.0.1:5000",
            ),
            ("host_base = https://a.b", "https://a.b"),
            ("host_base = old = a . b\nhost_base = c.d", "https://a.b"),
            (
                "#host_base = no\n host_base = no\nhost_base = yes",
                "https://yes",
            ),
        ] {
            assert_eq!(
                endpoint("host_base", text.as_bytes()).unwrap(),
                expected,
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_configuration_without_a_host_says_what_is_missing() {
        for (text, expected) in [
            ("", "no line of it starts with 'host_base'"),
            ("host_base", "its line 'host_base' has no '='"),
            ("host_base = \t\r\n", "the value of 'host_base' is empty"),
        ] {
            let why = endpoint("host_base", text.as_bytes()).unwrap_err();
            assert_eq!(why.to_string(), expected);
        }
        assert!(endpoint("host_base", b"host_base = \xff").is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_host_or_an_error(text in proptest::collection::vec(any::<u8>(), 0..200)) {
            let text = [b"host_base".as_slice(), &text].concat();
            if let Ok(endpoint) = endpoint("host_base", &text) {
                prop_assert!(endpoint.contains("://"));
                prop_assert!(!endpoint.contains(|c: char| c.is_control() || c.is_ascii_whitespace()));
            }
        }

        #[test]
        fn any_plain_host_survives_its_surroundings(host in "[a-z0-9.-]{1,40}", before in "(#[^\n]*\n)*", blanks in "[ \t]*") {
            let text = format!("{before}endpoint{blanks}={blanks}{host}{blanks}\n{before}");
            prop_assert_eq!(endpoint("endpoint", text.as_bytes()).unwrap(), format!("https://{host}"));
        }
    }
}
