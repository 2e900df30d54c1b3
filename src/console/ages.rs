//! Ages and dates, as people read them.

use jiff::Timestamp;

/// How long ago `moment` was, in its largest unit.
pub fn age_since(moment: Timestamp) -> String {
    let seconds = Timestamp::now().duration_since(moment).as_secs().max(0);
    let (count, unit) = match seconds {
        0..60 => (seconds, "second"),
        60..3600 => (seconds / 60, "minute"),
        3600..86400 => (seconds / 3600, "hour"),
        _ => (seconds / 86400, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// A date to the minute.
pub fn dated(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
