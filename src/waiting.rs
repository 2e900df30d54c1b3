//! Asking a provider for something once, then looking until it is there.
//!
//! What a creation answers proves nothing: it may have failed after the work was done. So a refusal is kept, and counts
//! only when several looks in a row find nothing.

pub mod ending;
pub mod progress;
mod several;

use std::fmt::Display;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use jiff::Timestamp;

use progress::Progress;
pub use several::at_a_time;

use crate::cloud::{Passing, passing};
use crate::command::{Failure, Stop};
use crate::durations;
use crate::patience::{self, Look, Patience, Rounds};

/// How many looks in a row must find nothing before a thing counts as not made: some lists lag behind.
const LOOKS_BEFORE_GIVING_UP: usize = 5;

/// The same after a refusal that no repetition changes: a CLI may have asked for several things, the last of which was
/// refused. As many refused looks in a row end the wait.
const LOOKS_AFTER_A_REFUSAL: usize = 2;

/// How often something is asked for again that the provider refused for trouble of its own.
const MORE_TRIES: usize = 2;

/// How long a creation may be without an answer before the provider is looked at.
const PAUSE: Duration = Duration::from_secs(20);

/// The same where a livelier pace is asked for.
const LEAST_PAUSE: Duration = Duration::from_secs(1);

/// How often to look whether a creation has been answered.
const TICK: Duration = Duration::from_millis(10);

/// How many times as long as a look takes is waited until the next one.
const DEAR_LOOK: u32 = 10;

/// What a look at the provider shows.
#[derive(Debug)]
pub enum Sight<T> {
    There(T),
    /// It is being made; the provider's word.
    UnderWay(String),
    /// Nothing is to be seen, and another look may show more; why.
    Doubtful(String),
    /// There is nothing that was not there before; where the CLI cannot list all, why.
    Nothing {
        /// What hides the rest.
        hidden_by: Option<String>,
    },
}

impl<T> Sight<T> {
    /// Nothing, in a list of all there is.
    pub const NOTHING: Self = Self::Nothing { hidden_by: None };
}

/// Something that a provider is asked for.
pub trait Awaited {
    /// What is there in the end.
    type Made;

    /// What the progress calls it.
    fn step(&self) -> String;

    /// What messages call it.
    fn name(&self) -> String;

    /// Asks for it, and hands back the provider's refusal: only looks tell whether nothing was made.
    ///
    /// # Errors
    /// When it was not asked for.
    fn ask(&mut self, wait: &mut Wait<'_>) -> anyhow::Result<Option<Failure>>;

    /// Looks once.
    ///
    /// # Errors
    /// A [`Failure`] when the provider gives no answer, which the next look may do; another error ends the wait.
    fn look(&mut self) -> anyhow::Result<Sight<Self::Made>>;

    /// Until when what an earlier run asked for may be in the making without being listed; none where it would be listed.
    fn unlisted_until(&self) -> Option<Timestamp> {
        None
    }

    /// Refuses to wait for what will not come, after several looks at nothing.
    ///
    /// # Errors
    /// When it was refused, is lost, or will never be seen.
    fn ensure_it_may_come(
        &mut self,
        refusal: Option<&Failure>,
        hidden_by: Option<&str>,
    ) -> anyhow::Result<()>;
}

/// Whether a look was refused and every other would be.
fn is_for_good(failure: &anyhow::Error) -> bool {
    failure.downcast_ref().is_some_and(Failure::is_for_good)
}

/// How many looks in a row must find nothing after `refusal`, if any.
fn looks_after(refusal: Option<&Failure>) -> usize {
    match refusal {
        Some(refusal) if refusal.is_for_good() => LOOKS_AFTER_A_REFUSAL,
        _ => LOOKS_BEFORE_GIVING_UP,
    }
}

/// What is said of nothing: why it is waited for.
fn sight_of_nothing(passing: Passing, refusal: Option<&Failure>) -> String {
    let refusal = refusal.filter(|_| passing != Passing::No);
    refusal.map_or_else(
        || "not listed yet".to_owned(),
        |refusal| {
            let said = refusal.to_string();
            let reason = said.lines().nth(1).unwrap_or_default().trim();
            format!("refused for now, to be asked again: {reason}")
        },
    )
}

/// A wait for what a provider makes, and what a person sees of it.
pub struct Wait<'a> {
    limit: Duration,
    patience: Patience,
    /// What is shown.
    pub progress: Progress,
    rounds: Option<&'a Rounds>,
}

/// What a look shows while a creation has not been answered.
#[derive(Debug)]
pub enum Meanwhile {
    /// What is asked for is there, as it is to be.
    There,
    /// It is being made; the provider's word.
    UnderWay(String),
    /// Nothing that tells.
    Nothing,
}

impl<'a> Wait<'a> {
    /// A wait of at most `limit` for `subject`, which each line starts with; of several waits, in common `rounds`.
    pub fn new(subject: impl Display, limit: Duration, rounds: Option<&'a Rounds>) -> Self {
        Self {
            limit,
            patience: Patience::until(limit),
            progress: Progress::new(subject),
            rounds,
        }
    }

    /// The wait for what took so long the last time.
    #[must_use]
    pub fn with_usual(mut self, subject: impl Display, usual: Option<Duration>) -> Self {
        self.progress = Progress::as_usual(subject, usual);
        self
    }

    /// How long it has lasted.
    pub fn elapsed(&self) -> Duration {
        self.patience.elapsed()
    }

    /// Says how far the `step` is.
    pub fn say(&mut self, step: impl Display, state: &str) {
        self.progress.say(step, state, &self.patience);
    }

    /// How long is left.
    pub fn left(&self) -> Duration {
        self.patience.left()
    }

    /// Asks for `wanted`, unless an earlier run did, and looks until it is there.
    ///
    /// # Errors
    /// When it cannot be made, or is not there in time.
    pub fn until_there<W: Awaited>(
        &mut self,
        wanted: &mut W,
        was_asked_before: bool,
    ) -> anyhow::Result<W::Made> {
        self.patience.quicken();
        let mut refusal = if was_asked_before {
            None
        } else {
            wanted.ask(self)?
        };
        let mut is_worth_asking_again = was_asked_before;
        let mut more_tries = MORE_TRIES;
        let (mut looks_at_nothing, mut trouble) = (0, None);
        let mut refused_looks = 0;
        patience::look_until_enough(|| {
            let sight = wanted.look();
            refused_looks = match &sight {
                Err(failure) if is_for_good(failure) => refused_looks + 1,
                _ => 0,
            };
            match sight {
                Ok(Sight::There(made)) => return Ok(Look::Enough(made)),
                Ok(Sight::UnderWay(word)) => {
                    looks_at_nothing = 0;
                    self.say(wanted.step(), &word);
                }
                Ok(Sight::Doubtful(why)) => {
                    looks_at_nothing = 0;
                    self.say(wanted.step(), &format!("the list may be incomplete: {why}"));
                }
                Ok(Sight::Nothing { hidden_by }) => {
                    looks_at_nothing += 1;
                    let passing = refusal.as_ref().map_or(Passing::No, passing);
                    if hidden_by.is_none() {
                        self.say(wanted.step(), &sight_of_nothing(passing, refusal.as_ref()));
                    }
                    if looks_at_nothing >= looks_after(refusal.as_ref())
                        && is_worth_asking_again
                        && let Some(until) = wanted.unlisted_until()
                        && Timestamp::now() < until
                    {
                        let state = format!(
                            "an earlier run asked for it, and it is listed only when it is finished; asking again at {} UTC",
                            until.strftime("%H:%M")
                        );
                        self.say(wanted.step(), &state);
                    } else if looks_at_nothing >= looks_after(refusal.as_ref()) {
                        let passes = match passing {
                            _ if hidden_by.is_some() => false,
                            Passing::Surely => true,
                            Passing::Perhaps => more_tries > 0,
                            Passing::No => false,
                        };
                        if !passes {
                            wanted.ensure_it_may_come(refusal.as_ref(), hidden_by.as_deref())?;
                        }
                        if passes || is_worth_asking_again {
                            // The provider was busy, or the run before was stopped before its request got through.
                            (is_worth_asking_again, looks_at_nothing) = (false, 0);
                            if passing == Passing::Perhaps {
                                more_tries = more_tries.saturating_sub(1);
                            }
                            refusal = wanted.ask(self)?;
                        }
                    }
                }
                Err(failure) if refused_looks >= LOOKS_AFTER_A_REFUSAL => {
                    return Err(failure).with_context(|| {
                        format!(
                            "cannot see what becomes of {}; the provider may still be working on it: fix this and run the same command again",
                            wanted.name()
                        )
                    });
                }
                // A call that failed is no reason to lose sight of a thing; the next look may succeed.
                Err(failure) => match failure.downcast::<Failure>() {
                    Ok(failure) => {
                        looks_at_nothing = 0;
                        let line = failure.on_one_line();
                        self.say(wanted.step(), &format!("no answer: {line}"));
                        trouble = Some(failure.to_string());
                    }
                    Err(other) => return Err(other),
                },
            }
            if let Some(refusal) = &refusal
                && passing(refusal) == Passing::Surely
                && self.patience.is_over()
            {
                wanted.ensure_it_may_come(Some(refusal), None)?;
            }
            self.ensure_time_is_left(&wanted.name(), trouble.as_deref())?;
            Ok(Look::AgainAfter(self.delay(looks_at_nothing > 0)))
        })
    }

    /// What `ask` answers. While the CLI has not answered, which exo's does only when all is done, a `look` tells how far
    /// it is; a CLI that still waits after so many looks in a row at what is there is stopped.
    ///
    /// # Errors
    /// When the creation fails or is stopped.
    pub fn asked<T: Send>(
        &mut self,
        step: impl Display,
        looks_before_stop: usize,
        ask: impl FnOnce() -> Result<T, Failure> + Send,
        look: impl Fn() -> Meanwhile,
    ) -> Result<T, Failure> {
        let stopping = Stop::default();
        std::thread::scope(|scope| {
            let asking = scope.spawn(|| stopping.while_at(ask));
            let pause = patience::poll_override().map_or(PAUSE, |poll| poll.max(LEAST_PAUSE));
            let mut next_look = Instant::now() + pause;
            let mut looks_at_it = 0;
            while !asking.is_finished() {
                std::thread::sleep(TICK);
                if Instant::now() < next_look {
                    continue;
                }
                let looked = Instant::now();
                let seen = look();
                looks_at_it = if matches!(seen, Meanwhile::There) {
                    looks_at_it + 1
                } else {
                    0
                };
                if looks_at_it >= looks_before_stop {
                    stopping.ask();
                }
                match seen {
                    Meanwhile::There => {
                        self.say(&step, "it is there; the CLI has not answered yet");
                    }
                    Meanwhile::UnderWay(word) => self.say(&step, &word),
                    Meanwhile::Nothing => {
                        self.say(&step, "the provider's CLI has not answered yet");
                    }
                }
                // A look that takes long costs the provider as much.
                next_look = Instant::now() + pause.max(looked.elapsed() * DEAR_LOOK);
            }
            match asking.join() {
                Ok(answer) => answer,
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })
    }

    fn ensure_time_is_left(&self, name: &str, trouble: Option<&str>) -> anyhow::Result<()> {
        let trouble =
            trouble.map_or_else(String::new, |why| format!("; the last trouble was: {why}"));
        ensure!(
            !self.patience.is_over(),
            "stopped waiting for {name} after {}; the provider is still working on it: run the same command again to go on waiting{trouble}",
            durations::shown(self.limit)
        );
        Ok(())
    }

    /// Says what is still awaited of `name`; how long to sleep until the next look at it.
    ///
    /// # Errors
    /// When no time is left.
    pub fn pause(&mut self, step: &str, name: &str, trouble: &str) -> anyhow::Result<Duration> {
        let line = trouble.lines().next().unwrap_or_default();
        self.say(step, line);
        self.ensure_time_is_left(name, Some(trouble))?;
        Ok(self.delay(true))
    }

    /// How long to sleep until the next look. A list that may lag has the whole delay to catch up, whoever else looks
    /// meanwhile.
    fn delay(&mut self, may_lag: bool) -> Duration {
        let delay = self.patience.next_delay();
        match self.rounds {
            Some(rounds) if !may_lag => rounds.pause(delay),
            _ => delay,
        }
    }
}
