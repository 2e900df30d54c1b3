//! The end of a machine: asked for once, then looked for until it is gone.

use std::time::Duration;

use anyhow::{Context, ensure};

use super::progress::Progress;
use crate::cloud::{Cloud, Machine};
use crate::command::{Change, Failure};
use crate::durations;
use crate::patience::{self, Look, Patience};

/// How many looks in a row must find the machine after its end was refused before that counts as the answer.
const LOOKS_BEFORE_GIVING_UP: usize = 5;

/// How many lists in a row must lack a machine before it counts as gone.
const LISTS_WITHOUT_IT: usize = 2;

/// Refuses two answers to which machine is meant that do not agree: one alone may be damaged and still make sense.
///
/// # Errors
/// When they name different ones.
pub fn ensure_same(first: &Machine, second: &Machine) -> anyhow::Result<()> {
    ensure!(
        first.id == second.id && first.name == second.name,
        "asked twice for the machine, the provider names {} ({}) and {} ({}), so none was destroyed; try again",
        first.name,
        first.id,
        second.name,
        second.id
    );
    Ok(())
}

/// Asks for the machine's end, and looks until it is gone, whatever the answer was, at most for `limit`.
///
/// # Errors
/// When it is still there in the end.
pub fn destroy(cloud: &dyn Cloud, machine: &Machine, limit: Duration) -> anyhow::Result<()> {
    let mut patience = Patience::until(limit);
    let mut progress = Progress::new(&machine.name);
    let refusal = match cloud.destroy_server(machine, patience.left()) {
        Ok(Change::Rehearsed) => return Ok(()),
        outcome => outcome.err(),
    };
    let mut looks_at_it = 0;
    patience::look_until_enough(|| {
        match looked_for(cloud, |other| other.id == machine.id) {
            Ok(Presence::Gone) => return Ok(Look::Enough(())),
            Ok(Presence::There) => {
                looks_at_it += 1;
                progress.say("destroying", "the provider still has it", &patience);
            }
            Err(failure) if failure.is_for_good() => {
                return Err(failure).with_context(|| {
                    format!(
                        "cannot see whether {} ({}) is gone; look at the provider",
                        machine.name, machine.id
                    )
                });
            }
            Ok(Presence::Hidden(why)) => {
                looks_at_it = 0;
                let state = format!("the list may be incomplete: {why}");
                progress.say("destroying", &state, &patience);
            }
            Err(failure) => {
                looks_at_it = 0;
                let line = failure.on_one_line();
                progress.say("destroying", &format!("no answer: {line}"), &patience);
            }
        }
        if let Some(failure) = &refusal
            && (looks_at_it >= LOOKS_BEFORE_GIVING_UP || looks_at_it > 0 && failure.is_for_good())
        {
            return Err(failure.clone()).with_context(|| {
                format!("{} ({}) could not be destroyed", machine.name, machine.id)
            });
        }
        ensure!(
            !patience.is_over(),
            "{} ({}) is still there after {}; run the same command again",
            machine.name,
            machine.id,
            durations::shown(limit)
        );
        Ok(Look::AgainAfter(patience.next_delay()))
    })
}

/// Whether two lists lack the machine that `is_it` which may be taken for the truth: one alone may lag behind.
///
/// # Errors
/// When the provider gives no usable answer.
pub fn is_gone(cloud: &dyn Cloud, is_it: impl Fn(&Machine) -> bool) -> Result<bool, Failure> {
    Ok(matches!(looked_for(cloud, is_it)?, Presence::Gone))
}

/// What two lists tell of a machine.
enum Presence {
    There,
    /// Both lack it, and may be taken for the truth.
    Gone,
    /// It is in none, and one may lack some; why.
    Hidden(String),
}

/// Looks for the machine that `is_it`. That it is not listed counts twice: doctl drops a page that fails on the way and
/// does not say so.
fn looked_for(cloud: &dyn Cloud, is_it: impl Fn(&Machine) -> bool) -> Result<Presence, Failure> {
    for _ in 0..LISTS_WITHOUT_IT {
        let listing = cloud.machines()?;
        if listing.items.iter().any(&is_it) {
            return Ok(Presence::There);
        }
        if let Some(why) = listing.completeness.doubt() {
            return Ok(Presence::Hidden(why));
        }
    }
    Ok(Presence::Gone)
}
