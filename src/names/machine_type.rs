//! The five machine types and the names of their machines (contract 05).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{BuildIdentifier, Region};
use crate::foreign_text::beginning;

/// A kind of machine that the toolkit deploys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MachineType {
    /// Guards the firewall's guest list.
    Authenticator,
    /// Stands before the webservers.
    ReverseProxy,
    /// Starts and stops webservers.
    Autoscaler,
    /// Serves the site.
    Webserver,
    /// Holds the data.
    Database,
}

impl MachineType {
    /// All of them, in the order in which the scripts number them: 1 to 5.
    pub const ALL: [Self; 5] = [
        Self::Authenticator,
        Self::ReverseProxy,
        Self::Autoscaler,
        Self::Webserver,
        Self::Database,
    ];

    /// The label in `snapshot_ids.dat` (contract 03 §3.2).
    pub fn label(self) -> &'static str {
        match self {
            Self::Authenticator => "authenticator",
            Self::ReverseProxy => "reverseproxy",
            Self::Autoscaler => "autoscaler",
            Self::Webserver => "webserver",
            Self::Database => "database",
        }
    }

    /// How the names of the scripts for it end, such as `ConnectToReverseProxy`.
    pub fn script_suffix(self) -> &'static str {
        match self {
            Self::Authenticator => "Authenticator",
            Self::ReverseProxy => "ReverseProxy",
            Self::Autoscaler => "Autoscaler",
            Self::Webserver => "Webserver",
            Self::Database => "Database",
        }
    }

    /// The part of a machine's name that tells its type.
    fn mark(self) -> &'static str {
        match self {
            Self::Authenticator => "auth",
            Self::ReverseProxy => "rp",
            Self::Autoscaler => "as",
            Self::Webserver => "ws",
            Self::Database => "db",
        }
    }

    /// The type of the machine that is called `name`: `ws-` and `db-` stand in front, `-as-`, `-auth-` and `-rp-` after
    /// the number. The mark that comes first counts, since a build may be called `as`.
    pub fn of_name(name: &str) -> Option<Self> {
        let leads = |kind: &Self| {
            name.strip_prefix(kind.mark())
                .is_some_and(|it| it.starts_with('-'))
        };
        let in_front = [Self::Webserver, Self::Database];
        if let Some(kind) = in_front.into_iter().find(leads) {
            return Some(kind);
        }
        let numbered = [Self::Authenticator, Self::ReverseProxy, Self::Autoscaler].into_iter();
        let marked =
            numbered.filter_map(|kind| Some((name.find(&format!("-{}-", kind.mark()))?, kind)));
        marked.min().map(|(_, kind)| kind)
    }

    /// The variable that holds the size of this type's machines.
    pub fn size_variable(self) -> &'static str {
        match self {
            Self::Authenticator => "AUTH_SERVER_TYPE",
            Self::ReverseProxy => "RP_SERVER_TYPE",
            Self::Autoscaler => "AS_SERVER_TYPE",
            Self::Webserver => "WS_SERVER_TYPE",
            Self::Database => "DB_SERVER_TYPE",
        }
    }

    /// Whether `name` is a machine of this type in exactly this build. `cut_at` is how many characters the provider
    /// may have cut names to (vultr, 32).
    pub fn names(
        self,
        name: &str,
        region: &Region,
        build: &BuildIdentifier,
        cut_at: Option<usize>,
    ) -> bool {
        let is_cut = cut_at.is_some_and(|length| name.chars().count() == length);
        self.tail_of(name, region, build)
            .is_some_and(|tail| self.is_tail(tail, is_cut))
    }

    /// What follows `[NO-<n>-]<mark>-<REGION>-<BUILD_IDENTIFIER>-` in `name`.
    fn tail_of<'a>(
        self,
        name: &'a str,
        region: &Region,
        build: &BuildIdentifier,
    ) -> Option<&'a str> {
        let rest = match self {
            Self::Webserver | Self::Database => name,
            _ => {
                let (number, rest) = name.strip_prefix("NO-")?.split_once('-')?;
                is_number(number).then_some(rest)?
            }
        };
        rest.strip_prefix(self.mark())?
            .strip_prefix('-')?
            .strip_prefix(region.as_str())?
            .strip_prefix('-')?
            .strip_prefix(build.as_str())?
            .strip_prefix('-')
    }

    /// Whether `tail` is what the build scripts put after the build identifier, as far as it goes.
    fn is_tail(self, tail: &str, is_cut: bool) -> bool {
        let forms: &[&[TailPart]] = match self {
            Self::Webserver => &[&INITIAL_WEBSERVER, &SCALED_WEBSERVER],
            _ => &[&[TailPart::RandomMark]],
        };
        let mut parts: Vec<&str> = tail.split('-').collect();
        let last = parts.pop().unwrap_or_default();
        forms.iter().any(|form| {
            let Some((at_last, before)) =
                form.get(..=parts.len()).and_then(<[TailPart]>::split_last)
            else {
                return false;
            };
            let is_whole = at_last.is(last) && parts.len() + 1 == form.len();
            before
                .iter()
                .zip(&parts)
                .all(|(expected, part)| expected.is(part))
                && (is_whole || is_cut && at_last.may_begin_with(last))
        })
    }
}

/// A part of what follows the build identifier in a machine's name.
#[derive(Debug, Clone, Copy)]
enum TailPart {
    Number,
    RandomMark,
    Init,
}

/// A webserver of the build itself: `<autoscaler>-<RND>-init-<n>`.
const INITIAL_WEBSERVER: [TailPart; 4] = [
    TailPart::Number,
    TailPart::RandomMark,
    TailPart::Init,
    TailPart::Number,
];

/// A webserver that an autoscaler started: `<autoscaler>-<RND>-<4 characters>`.
const SCALED_WEBSERVER: [TailPart; 3] =
    [TailPart::Number, TailPart::RandomMark, TailPart::RandomMark];

impl TailPart {
    fn is(self, text: &str) -> bool {
        match self {
            Self::Number => is_number(text),
            Self::RandomMark => text.len() == 4 && self.may_begin_with(text),
            Self::Init => text == "init",
        }
    }

    /// Whether a provider that cuts names may have left `text` of it.
    fn may_begin_with(self, text: &str) -> bool {
        match self {
            Self::Number => text.is_empty() || is_number(text),
            Self::RandomMark => {
                text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
            }
            Self::Init => "init".starts_with(text),
        }
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl fmt::Display for MachineType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.label())
    }
}

impl FromStr for MachineType {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        Self::ALL.into_iter().find(|kind| kind.label() == text).ok_or_else(|| {
            anyhow::anyhow!("'{}' is not a machine type; expected authenticator, reverseproxy, autoscaler, webserver or database", beginning(text))
        })
    }
}

/// Which machines a search token of the build scripts means, such as `ws-lon1-prod` or `-as-lon1-prod` (contract 05).
///
/// The scripts search for a substring, so that `ws-lon1-prod` also finds the machines of the build `prod2`. Here a
/// token that stands for a machine type of the active build finds exactly that build's machines; any other token is
/// found where the name goes on with `-` or ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameFilter {
    token: String,
    exact: Option<(MachineType, Region, BuildIdentifier)>,
    cut_at: Option<usize>,
}

impl NameFilter {
    /// The machines that `token` means. `active` is the active build; `cut_at` the provider's longest name, to which
    /// the scripts cut the token too (vultr, 32).
    pub fn new(
        token: &str,
        active: Option<(&Region, &BuildIdentifier)>,
        cut_at: Option<usize>,
    ) -> Self {
        let exact = active.and_then(|(region, build)| {
            MachineType::ALL
                .into_iter()
                .find(|kind| {
                    token.trim_start_matches('-') == format!("{}-{region}-{build}", kind.mark())
                })
                .map(|kind| (kind, region.clone(), build.clone()))
        });
        Self {
            token: token.to_owned(),
            exact,
            cut_at,
        }
    }

    /// Whether `name` is one of them.
    pub fn accepts(&self, name: &str) -> bool {
        if let Some((kind, region, build)) = &self.exact {
            return kind.names(name, region, build, self.cut_at);
        }
        let cut = self.cut_at.unwrap_or(usize::MAX);
        let token: String = self.token.chars().take(cut).collect();
        let is_whole = token == self.token;
        name.match_indices(&token).any(|(at, found)| {
            let rest = name.get(at + found.len()..).unwrap_or_default();
            rest.is_empty()
                || rest.starts_with('-')
                || token.is_empty()
                || token.ends_with('-')
                || !is_whole
        })
    }
}

#[cfg(test)]
mod tests;
