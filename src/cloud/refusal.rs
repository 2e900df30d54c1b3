//! What a refused creation says of another try.

use crate::command::Failure;

/// Words for something that is done soon: another action on the machine, or too many requests.
const BUSY: [&str; 5] = [
    "pending event",
    "busy",
    "already in progress",
    "too many requests",
    "rate limit",
];

/// Words for trouble at the provider itself, as doctl, linode-cli, vultr and exo put a status of 5xx.
const TROUBLE: [&str; 10] = [
    "request failed: 5",
    ": 500 (",
    ": 502 (",
    ": 503 (",
    ": 504 (",
    "status\":5",
    "status\\\":5",
    "internal server error",
    "giving up after",
    "gave up after",
];

/// Whether a refusal passes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passing {
    /// It does: the provider has other work to end first.
    Surely,
    /// It may: the provider has trouble of its own.
    Perhaps,
    /// It does not, as far as anybody can tell.
    No,
}

/// Whether `refusal` passes by itself. A command that did not run to its end may have done its work.
pub fn passing(refusal: &Failure) -> Passing {
    let says_one_of = |words: &[&str]| words.iter().any(|it| refusal.says(it));
    if refusal.exit_status().is_none() || refusal.is_for_good() {
        Passing::No
    } else if says_one_of(&BUSY) {
        Passing::Surely
    } else if says_one_of(&TROUBLE) {
        Passing::Perhaps
    } else {
        Passing::No
    }
}
