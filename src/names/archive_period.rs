use std::fmt;
use std::str::FromStr;

use anyhow::anyhow;

use crate::foreign_text::beginning;

/// How often a site's backups are made of which a build installs the latest (`BUILD_ARCHIVE_CHOICE`). What such a build
/// deploys belongs to the machines of an image; what the others deploy (`virgin`, `baseline`) does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArchivePeriod {
    /// At minute 2 of each hour.
    Hourly,
    /// Each day.
    Daily,
    /// Each week.
    Weekly,
    /// Each month.
    Monthly,
    /// Every second month.
    Bimonthly,
}

impl ArchivePeriod {
    /// All of them, from the shortest to the longest.
    pub const ALL: [Self; 5] = [
        Self::Hourly,
        Self::Daily,
        Self::Weekly,
        Self::Monthly,
        Self::Bimonthly,
    ];

    /// The word for it in the template and in the names of buckets.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hourly => "hourly",
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
            Self::Bimonthly => "bimonthly",
        }
    }
}

impl fmt::Display for ArchivePeriod {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl FromStr for ArchivePeriod {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|period| period.as_str() == text).ok_or_else(|| {
            anyhow!(
                "BUILD_ARCHIVE_CHOICE is '{}', which is no temporal backup; expected hourly, daily, weekly, monthly or bimonthly",
                beginning(text)
            )
        })
    }
}
