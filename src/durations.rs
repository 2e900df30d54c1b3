//! Durations as people type and read them: `90s`, `45m`, `1h 30m`, `14 days`.

use std::time::Duration;

use jiff::fmt::friendly::{SpanParser, SpanPrinter};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// The duration that `text` means, back from now: a month is as long as the last one was, a day has 24 hours.
///
/// # Errors
/// When it is no duration, is negative, or lies before what a calendar knows.
pub fn parse(text: &str) -> anyhow::Result<Duration> {
    let span = SpanParser::new().parse_span(text)?;
    let now = Timestamp::now().to_zoned_datetime(TimeZone::UTC);
    let back: SignedDuration = now.duration_since(&now.checked_sub(span)?);
    Ok(Duration::try_from(back)?)
}

/// `duration` for people, in whole seconds.
pub fn shown(duration: Duration) -> String {
    SpanPrinter::new().unsigned_duration_to_string(&Duration::from_secs(duration.as_secs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_read_as_people_type_it() {
        for (text, seconds) in [
            ("90s", 90),
            ("1h 30m", 5400),
            ("1h30m", 5400),
            ("2 hours 5 minutes", 7500),
            ("14d", 14 * 86_400),
            ("1 week", 7 * 86_400),
        ] {
            assert_eq!(parse(text).unwrap(), Duration::from_secs(seconds), "{text}");
        }
        let three_months = parse("3months").unwrap().as_secs() / 86_400;
        assert!((89..=92).contains(&three_months), "{three_months} days");
        for text in [
            "",
            "14",
            "d",
            "-1d",
            "1h ago",
            "14 x",
            "1e9d",
            "99999 years",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_duration_is_shown_in_whole_seconds() {
        for (duration, text) in [
            (Duration::from_millis(1_900), "1s"),
            (Duration::from_secs(5_405), "1h 30m 5s"),
            (Duration::from_secs(86_400), "24h"),
            (Duration::ZERO, "0s"),
        ] {
            assert_eq!(shown(duration), text);
        }
    }
}
