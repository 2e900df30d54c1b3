use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::foreign_text::beginning;

/// The operating system a machine was built on, which names the user that an exoscale template logs in as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BaseOs {
    /// Ubuntu.
    Ubuntu,
    /// Debian.
    Debian,
}

impl BaseOs {
    /// Both, in the order in which the script numbers them: 1 and 2.
    pub const ALL: [Self; 2] = [Self::Ubuntu, Self::Debian];

    /// The code name of a version, where the scripts know it. `GetOperatingSystemVersion` relies on none for all others.
    pub fn code_name(self, version: &str) -> Option<&'static str> {
        match (self, version) {
            (Self::Ubuntu, "24.04") => Some("noble"),
            (Self::Ubuntu, "26.04") => Some("resolute"),
            (Self::Debian, "13") => Some("trixie"),
            (Self::Debian, "14") => Some("forky"),
            (Self::Debian, "15") => Some("duke"),
            _ => None,
        }
    }

    /// The name in `BUILDOS`, and of the user.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ubuntu => "ubuntu",
            Self::Debian => "debian",
        }
    }
}

impl fmt::Display for BaseOs {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl FromStr for BaseOs {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        Self::ALL
            .into_iter()
            .find(|os| os.as_str() == text)
            .ok_or_else(|| {
                anyhow::anyhow!(
                    "'{}' is not an operating system of the toolkit; expected ubuntu or debian",
                    beginning(text)
                )
            })
    }
}
