//! Waiting that ends: deadlines, and delays between polls that grow.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::bail;

use crate::durations;

/// The environment variable that sets the longest delay between two polls, in seconds; fractions are allowed.
pub const POLL_VARIABLE: &str = "ADT_POLL_SECONDS";

/// The first delay between two polls when nothing else is said.
const FIRST_DELAY: Duration = Duration::from_secs(2);

/// The longest delay between two polls when nothing else is said.
const LONGEST_DELAY: Duration = Duration::from_secs(30);

/// The environment variable that sets how long one call of a CLI that only reads may take, in seconds.
pub const CALL_VARIABLE: &str = "ADT_CALL_SECONDS";

/// How long a call that only reads may take when nothing else is said. The CLIs repeat a refused request for up to 31 s
/// by themselves and obey a `Retry-After` of two minutes, so a shorter limit would stop calls that are about to succeed.
const CALL_LIMIT: Duration = Duration::from_secs(180);

/// What `ADT_POLL_SECONDS` asks for, when it is a number above zero.
pub fn poll_override() -> Option<Duration> {
    seconds_in(POLL_VARIABLE)
}

/// How long a call of a CLI that only reads may take.
pub fn call_limit() -> Duration {
    seconds_in(CALL_VARIABLE).unwrap_or(CALL_LIMIT)
}

fn seconds_in(variable: &str) -> Option<Duration> {
    let seconds: f64 = std::env::var(variable).ok()?.trim().parse().ok()?;
    (seconds > 0.0)
        .then(|| Duration::try_from_secs_f64(seconds).ok())
        .flatten()
}

/// A limit as people type it: `90s`, `45m`, `1h`; a bare number is seconds.
///
/// # Errors
/// When it is not a duration, or is zero.
pub fn parse_limit(text: &str) -> anyhow::Result<Duration> {
    let parsed = match text.parse::<u64>() {
        Ok(seconds) => Ok(Duration::from_secs(seconds)),
        Err(_) => durations::parse(text),
    };
    match parsed {
        Ok(limit) if !limit.is_zero() => Ok(limit),
        _ => bail!("expected a duration such as 90s, 45m or 1h"),
    }
}

/// What a look tells: enough, or when to look again.
#[derive(Debug)]
pub enum Look<T> {
    /// There is nothing more to wait for.
    Enough(T),
    /// Another look may show more after this pause.
    AgainAfter(Duration),
}

/// Looks until it is enough. Every wait for a provider or a machine is this loop; `look` has a [`Patience`], and says what
/// follows when that is over.
///
/// # Errors
/// The first error of a look.
pub fn look_until_enough<T>(
    mut look: impl FnMut() -> anyhow::Result<Look<T>>,
) -> anyhow::Result<T> {
    loop {
        match look()? {
            Look::Enough(seen) => return Ok(seen),
            Look::AgainAfter(pause) => std::thread::sleep(pause),
        }
    }
}

/// A wait with an end.
#[derive(Debug, Clone)]
pub struct Patience {
    started: Instant,
    limit: Duration,
    next_delay: Duration,
    longest_delay: Duration,
}

impl Patience {
    /// A wait that ends `limit` from now and polls at the usual pace.
    pub fn until(limit: Duration) -> Self {
        let longest_delay = poll_override().unwrap_or(LONGEST_DELAY);
        Self {
            started: Instant::now(),
            limit,
            next_delay: FIRST_DELAY.min(longest_delay),
            longest_delay,
        }
    }

    /// How long the wait has lasted.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// How long is left.
    pub fn left(&self) -> Duration {
        self.limit.saturating_sub(self.started.elapsed())
    }

    /// Whether the wait is over.
    pub fn is_over(&self) -> bool {
        self.left().is_zero()
    }

    /// Starts over with short delays, for a new stage of the same wait.
    pub fn quicken(&mut self) {
        self.next_delay = FIRST_DELAY.min(self.longest_delay);
    }

    /// How long to sleep before the next poll: half as long again each time, never past the end.
    pub fn next_delay(&mut self) -> Duration {
        let delay = self.next_delay.min(self.left());
        self.next_delay = (self.next_delay * 3 / 2).min(self.longest_delay);
        delay
    }
}

/// The looks of several waits, brought together so that one call can serve all of them.
#[derive(Debug)]
pub struct Rounds {
    waits: usize,
    planned: Mutex<Vec<Instant>>,
}

impl Rounds {
    /// The rounds of so many waits.
    pub fn of(waits: usize) -> Self {
        Self {
            waits,
            planned: Mutex::default(),
        }
    }

    /// Whether there is more than one wait.
    pub fn are_shared(&self) -> bool {
        self.waits > 1
    }

    /// How long to sleep in place of `delay`: half of it at least, where another wait ends its sleep meanwhile.
    pub fn pause(&self, delay: Duration) -> Duration {
        let now = Instant::now();
        let moment = self.next_look(now, delay);
        moment.map_or(delay, |moment| moment - now)
    }

    /// The last look that is planned for the second half of `delay`, else a new one at its end. Whatever the number of
    /// waits, so at most one look in half a delay is planned. None when the end is too far away to be told.
    fn next_look(&self, now: Instant, delay: Duration) -> Option<Instant> {
        let latest = now.checked_add(delay)?;
        let earliest = now + delay / 2;
        let mut planned = self.planned.lock().unwrap_or_else(PoisonError::into_inner);
        planned.retain(|moment| *moment > now);
        let fitting = planned
            .iter()
            .filter(|it| (earliest..=latest).contains(*it));
        let joined = fitting.max().copied();
        if joined.is_none() {
            planned.push(latest);
        }
        joined.or(Some(latest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_lone_wait_sleeps_as_long_as_it_means_to() {
        let (rounds, mut now) = (Rounds::of(1), Instant::now());
        for seconds in [2, 3, 4, 6, 30, 2] {
            let next = rounds.next_look(now, SECOND * seconds).unwrap();
            assert_eq!(next - now, SECOND * seconds);
            now = next;
        }
        assert_eq!(rounds.next_look(now, Duration::MAX), None);
    }

    #[test]
    fn waits_that_begin_at_different_moments_soon_look_together() {
        let (rounds, start) = (Rounds::of(5), Instant::now());
        let begun_at = [0, 7, 13, 19, 28].map(|seconds| start + SECOND * seconds);
        let mut waits = begun_at.map(|now| (now, SECOND * 2));
        let mut looks = Vec::new();
        for _ in 0..200 {
            // The one whose turn it is.
            let (now, delay) = waits.iter_mut().min_by_key(|(now, _)| *now).unwrap();
            looks.push(*now);
            *now = rounds.next_look(*now, *delay).unwrap();
            *delay = (*delay * 3 / 2).min(SECOND * 30);
        }
        let mut moments = looks.split_off(looks.len() - 50);
        moments.dedup();
        assert!(moments.len() <= 11, "{moments:?}");
    }

    #[test]
    fn delays_grow_to_the_longest_and_never_past_the_end() {
        let mut patience = Patience {
            started: Instant::now(),
            limit: Duration::from_secs(3600),
            next_delay: Duration::from_secs(2),
            longest_delay: Duration::from_secs(30),
        };
        let delays: Vec<u64> = (0..9).map(|_| patience.next_delay().as_secs()).collect();
        assert_eq!(delays, [2, 3, 4, 6, 10, 15, 22, 30, 30]);
        patience.limit = Duration::ZERO;
        assert!(patience.is_over());
        assert_eq!(patience.next_delay(), Duration::ZERO);
    }
}
