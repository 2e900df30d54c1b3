use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::foreign_text::beginning;

/// One of the four clouds the toolkit deploys to, by the name it has in `ACTIVE_CLOUDHOST` (contract 04).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cloudhost {
    /// DigitalOcean, through `doctl`.
    DigitalOcean,
    /// Exoscale, through `exo`.
    Exoscale,
    /// Linode, through `linode-cli`.
    Linode,
    /// Vultr, through `vultr` (`vultr-cli`).
    Vultr,
}

impl Cloudhost {
    /// All of them, in the order in which the scripts number them.
    pub const ALL: [Self; 4] = [
        Self::DigitalOcean,
        Self::Exoscale,
        Self::Linode,
        Self::Vultr,
    ];

    /// The name in the toolkit's files and arguments.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DigitalOcean => "digitalocean",
            Self::Exoscale => "exoscale",
            Self::Linode => "linode",
            Self::Vultr => "vultr",
        }
    }
}

impl fmt::Display for Cloudhost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl FromStr for Cloudhost {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        Self::ALL
            .into_iter()
            .find(|cloudhost| cloudhost.as_str() == text)
            .ok_or_else(|| {
                anyhow::anyhow!(
                    "'{}' is not a cloudhost; expected digitalocean, exoscale, linode or vultr",
                    beginning(text)
                )
            })
    }
}
