//! The command line.

use std::time::Duration;

use anyhow::bail;
use clap::Parser;

use crate::durations;

/// Deletes old snapshots of the active build's machines that nothing needs any more.
///
/// For each machine type the newest ones and the young ones stay, and whatever is recorded for builds from snapshots,
/// under way, unfinished or without a date. Only snapshots that have the name of a machine of exactly this build are
/// looked at. It shows what would go and what stays, and asks before it deletes anything.
#[derive(Debug, Parser)]
#[command(
    name = "PruneSnapshots",
    version,
    after_help = "Examples:\n  PruneSnapshots --dry-run\n  PruneSnapshots --keep 3 --within 30d\n  PruneSnapshots --yes --json"
)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub struct Arguments {
    /// How many of the newest of each machine type stay
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub keep: usize,

    /// How young one is that stays, such as 12h, 14d or 3months; 0 for no age
    #[arg(long, value_name = "DURATION", default_value = "14d", value_parser = parse_age)]
    pub within: Duration,

    /// Delete without asking
    #[arg(long)]
    pub yes: bool,

    /// Show what would go, and delete nothing
    #[arg(long)]
    pub dry_run: bool,

    /// With --dry-run, print each provider command too
    #[arg(long, short, requires = "dry_run")]
    pub verbose: bool,

    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// An age with its unit: a bare number would be seconds to one reader and days to another, and something would go for it.
fn parse_age(text: &str) -> anyhow::Result<Duration> {
    match durations::parse(text) {
        Ok(age) if text == "0" || !text.bytes().all(|byte| byte.is_ascii_digit()) => Ok(age),
        _ if text == "0" => Ok(Duration::ZERO),
        _ => bail!("expected an age such as 12h, 14d or 3months"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_has_a_unit() {
        assert_eq!(parse_age("14d").unwrap(), Duration::from_secs(14 * 86_400));
        assert_eq!(parse_age("0").unwrap(), Duration::ZERO);
        for text in ["14", "", "-1d", "d", "14 x", "1e9d"] {
            assert!(parse_age(text).is_err(), "{text}");
        }
    }
}
