use std::fmt;
use std::str::FromStr;

use anyhow::{Context, ensure};

use super::MachineType;
use crate::foreign_text::beginning;

/// The most characters that a host name has.
const LONGEST: usize = 63;

/// The name of a server to be, which tells its machine type (contract 03 §3.4 step 10, 05). It is a host name and a
/// file's name, so it has letters, digits, `-`, `_` and `.` only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerName {
    text: String,
    kind: MachineType,
}

impl ServerName {
    /// The name itself.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The type of the machine that has it.
    pub fn kind(&self) -> MachineType {
        self.kind
    }
}

impl fmt::Display for ServerName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.text)
    }
}

impl FromStr for ServerName {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        ensure!(!text.is_empty(), "the server's name is empty");
        let is_a_names = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        ensure!(
            text.len() <= LONGEST && text.bytes().all(is_a_names) && !text.starts_with(['-', '.']),
            "'{}' cannot be a server's name: it has at most {LONGEST} letters, digits and '-'",
            beginning(text)
        );
        let kind = MachineType::of_name(text).with_context(|| {
            format!(
                "'{text}' does not tell the machine type; a server's name starts with 'ws-' or 'db-', or with 'NO-1-as-', \
                 'NO-1-auth-' or 'NO-1-rp-'"
            )
        })?;
        Ok(Self {
            text: text.to_owned(),
            kind,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_the_build_scripts_tells_its_type() {
        for (name, kind) in [
            ("ws-lon1-b1-1-Xabc-init-1", MachineType::Webserver),
            ("ws-gb-lon-as-1-Xabc-k3J9", MachineType::Webserver),
            ("db-ch-gva-2-rp-Xabc", MachineType::Database),
            ("NO-1-as-lon1-b1-Xabc", MachineType::Autoscaler),
            ("NO-2-auth-gb-lon-b1-Xabc", MachineType::Authenticator),
            ("NO-1-rp-lhr-as-Xabc", MachineType::ReverseProxy),
        ] {
            assert_eq!(name.parse::<ServerName>().unwrap().kind(), kind, "{name}");
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in [
            "",
            "x",
            "s-1vcpu-1gb",
            "wsx-1",
            "-as-",
            "ws-a b",
            "ws-a/b",
            "ws-\u{fc}",
            "ws-a\nb",
            &"ws-".repeat(40),
        ] {
            assert!(text.parse::<ServerName>().is_err(), "{text:.20}");
        }
    }
}
