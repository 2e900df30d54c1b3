//! Where each CLI's token stands, and how a provider's refusal to know or to obey it is recognised.

use std::path::PathBuf;

use bstr::ByteSlice;

use crate::command::{Output, Refusals, Refused};

/// The two refusals that no repetition changes: an unknown token, and one that may not do what it was used for.
const STATUSES: [u16; 2] = [401, 403];

/// Words of a 401 that is about what a token may do, such as Linode's "not authorized to use this endpoint".
const RIGHTS: [&str; 3] = ["not authorized", "scope", "permission"];

/// Python's words for a question at the end of standard input, where linode-cli would ask for a token.
const NOBODY_ANSWERED: &str = "EOFError";

/// The words that exo puts before the provider's, in the order of [`STATUSES`].
const EXO_WORDS: [&str; 2] = ["Unauthorized: ", "Forbidden: "];

/// Where a token stands, and what puts another there.
struct TokenPlace {
    what: &'static str,
    shown: String,
    tool: &'static str,
}

/// The refusals of `doctl`, whose errors are JSON on standard output or text on standard error.
pub(super) fn of_doctl() -> Refusals {
    Refusals::new(|output| {
        let place = TokenPlace::of("the token", "DIGITALOCEAN_ACCESS_TOKEN", || {
            let file = std::env::var_os("DIGITALOCEAN_CONFIG").map(PathBuf::from);
            let file = file.unwrap_or_else(|| configuration("doctl/config.yaml"));
            (file, " with 'doctl auth init'")
        });
        if output.says("access token is required") {
            return Some(place.has_none());
        }
        let said = said_by(output);
        let (status, at) = status_in(&said, |status| format!(": {status} "))?;
        Some(place.refused(status, after_parenthesis(said.get(at..)?)))
    })
}

/// The refusals of `exo`, of which a list tells in a warning.
pub(super) fn of_exo() -> Refusals {
    Refusals::new(|output| {
        let place = TokenPlace::of("the API key", "EXOSCALE_API_KEY", || {
            let file = std::env::var_os("EXOSCALE_CONFIG").map(PathBuf::from);
            let file = file.unwrap_or_else(|| configuration("exoscale/exoscale.toml"));
            (file, " with 'exo config'")
        });
        if output.says("the exo CLI must be configured before usage") {
            return Some(place.has_none());
        }
        let said = output.stderr.to_str_lossy();
        let (status, reason) = said.lines().find_map(|line| {
            let mut known = EXO_WORDS.iter().zip(STATUSES);
            known.find_map(|(word, status)| {
                let (before, reason) = line.split_once(word)?;
                let is_exos = before.ends_with("error: ") || before.ends_with("http response: ");
                is_exos.then_some((status, reason))
            })
        })?;
        Some(place.refused(status, reason))
    })
}

/// The refusals of `linode-cli`.
pub(super) fn of_linode_cli() -> Refusals {
    Refusals::new(|output| {
        if output.says(NOBODY_ANSWERED) {
            let why = "it is not configured; run 'linode-cli configure' as this user or set LINODE_CLI_TOKEN";
            return Some(Refused::Unasked(why.to_owned()));
        }
        let said = output.stderr.to_str_lossy();
        let (status, at) = status_in(&said, |status| format!("Request failed: {status}"))?;
        let place = TokenPlace::of("the token", "LINODE_CLI_TOKEN", || {
            (linode_file(), " with 'linode-cli configure'")
        });
        let reason = value_of("\"reason\": ", said.get(at..)?);
        Some(place.refused(status, &reason))
    })
}

/// The refusals of `vultr`, whose token we hand it from `place` where the build has one.
pub(super) fn of_vultr(place: Option<String>) -> Refusals {
    Refusals::new(move |output| {
        let place = match &place {
            Some(place) => TokenPlace {
                what: "the token",
                shown: place.clone(),
                tool: "",
            },
            None => TokenPlace::of("the token", "VULTR_API_KEY", || (vultr_file(), "")),
        };
        if output.says("set VULTR_API_KEY as an environment variable") {
            return Some(place.has_none());
        }
        let said = output.stderr.to_str_lossy();
        let (status, _) = status_in(&said, |status| format!("\"status\":{status}"))?;
        Some(place.refused(status, &value_of("\"error\":", &said)))
    })
}

impl TokenPlace {
    /// The environment variable `name` where it is set, else a file, with the words that name the tool which writes it.
    fn of(what: &'static str, name: &str, file: impl FnOnce() -> (PathBuf, &'static str)) -> Self {
        let is_set = std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let (shown, tool) = if is_set {
            (format!("the environment variable {name}"), "")
        } else {
            let (file, tool) = file();
            (format!("'{}'", file.display()), tool)
        };
        Self { what, shown, tool }
    }

    /// Nobody was asked, since there is no token.
    fn has_none(&self) -> Refused {
        let Self { what, shown, tool } = self;
        Refused::Unasked(format!("{what} is missing; put one in {shown}{tool}"))
    }

    /// The provider refused it with this status.
    fn refused(&self, status: u16, reason: &str) -> Refused {
        let Self { what, shown, tool } = self;
        let words = reason.trim().to_lowercase();
        let advice = if words.contains("ip address") {
            format!("allow this machine's address for {what} in {shown} at the provider")
        } else if status == 401 && !RIGHTS.iter().any(|it| words.contains(it)) {
            format!(
                "{what} in {shown} is not valid, or no longer: make another at the provider and put it there{tool}"
            )
        } else {
            format!(
                "{what} in {shown} may not do this: allow it at the provider, or put another there{tool} that may"
            )
        };
        let reason = match reason.trim() {
            "" => format!("status {status}"),
            words => format!("{words} ({status})"),
        };
        Refused::NotAllowed { reason, advice }
    }
}

/// Which of the two statuses `said` has, and where the words after it begin.
fn status_in(said: &str, written: impl Fn(u16) -> String) -> Option<(u16, usize)> {
    STATUSES.iter().find_map(|status| {
        let mark = written(*status);
        let at = said.find(&mark)?;
        Some((*status, at + mark.len()))
    })
}

/// What doctl says went wrong, as text.
fn said_by(output: &Output) -> String {
    #[derive(serde::Deserialize)]
    struct Errors {
        errors: Vec<Detail>,
    }
    #[derive(serde::Deserialize)]
    struct Detail {
        detail: String,
    }
    let errors = serde_json::from_slice(&output.stdout);
    match errors {
        Ok(Errors { errors }) => {
            let details = errors.into_iter().map(|error| error.detail);
            details.collect::<Vec<_>>().join("; ")
        }
        Err(_) => output.stderr.to_str_lossy().into_owned(),
    }
}

/// What follows the number of the request, which doctl puts in parentheses, on the same line.
fn after_parenthesis(said: &str) -> &str {
    let line = said.lines().next().unwrap_or_default();
    match line.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        Some((_, reason)) => reason,
        None => line,
    }
}

/// The JSON string that follows the first `key` in `said`; empty where there is none.
fn value_of(key: &str, said: &str) -> String {
    let rest = said.split_once(key).map_or("", |(_, rest)| rest);
    let mut strings = serde_json::Deserializer::from_str(rest).into_iter::<String>();
    strings.next().and_then(Result::ok).unwrap_or_default()
}

fn home() -> PathBuf {
    std::env::var_os("HOME").map_or_else(|| PathBuf::from("~"), PathBuf::from)
}

/// A file below the user's folder for configurations.
fn configuration(name: &str) -> PathBuf {
    let folder = std::env::var_os("XDG_CONFIG_HOME").filter(|folder| !folder.is_empty());
    folder
        .map_or_else(|| home().join(".config"), PathBuf::from)
        .join(name)
}

/// An older place comes first where it is there.
fn linode_file() -> PathBuf {
    if let Some(file) = std::env::var_os("LINODE_CLI_CONFIG") {
        return file.into();
    }
    let older = home().join(".linode-cli");
    if older.exists() {
        older
    } else {
        configuration("linode-cli")
    }
}

/// The one in the folder for configurations comes first where it is there.
fn vultr_file() -> PathBuf {
    let newer = configuration("vultr-cli.yaml");
    if newer.exists() {
        newer
    } else {
        home().join(".vultr-cli.yaml")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advice(reason: &str, status: u16) -> String {
        let place = TokenPlace {
            what: "the token",
            shown: "'/file'".to_owned(),
            tool: "",
        };
        match place.refused(status, reason) {
            Refused::NotAllowed { advice, .. } => advice,
            Refused::Unasked(why) => why,
        }
    }

    #[test]
    fn what_is_to_be_done_depends_on_what_was_wrong() {
        for (reason, status, told) in [
            ("Invalid Token", 401, "is not valid"),
            ("", 401, "is not valid"),
            (
                "Your OAuth token is not authorized to use this endpoint.",
                401,
                "may not do this",
            ),
            (
                "Forbidden by role policy for compute",
                403,
                "may not do this",
            ),
            (
                "Unauthorized IP address: 203.0.113.9",
                401,
                "allow this machine's address",
            ),
        ] {
            let advice = advice(reason, status);
            assert!(advice.contains(told), "{reason}: {advice}");
        }
    }
}
