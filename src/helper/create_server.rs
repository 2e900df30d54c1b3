//! `CreateServer`: a server from an operating system or from a snapshot, on the build machine and on an autoscaler
//! (contract 03 §3.4 steps 7 to 10, §3.5, 07).
//!
//! Check everything that can be checked, connect what a server is connected to, note what is about to be asked, ask once,
//! then look until the server runs. A run that is cut short leaves its note, and the next one goes on from there.
//!
//! The contract does not say in which order the script takes its words, so they are told apart by what they are.

mod arguments;
mod blueprint;
mod completing;
mod looking;
mod making;
mod report;
mod wish;

use anyhow::Context;

pub use arguments::Arguments;
use blueprint::Blueprint;
use making::Session;
use wish::Wish;

use crate::cloud::{self, Account};
use crate::command::{self, Redactor, Runner};
use crate::toolkit::layout;

/// Makes the server that `arguments` ask for, or finishes the one that an earlier run began.
///
/// # Errors
/// When it cannot be made, or is not there in time; the message says how to go on.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let wish = Wish::of(arguments)?;
    let layout = layout::of_this_machine(wish.cloudhost)?;
    let runner = Runner::new(Redactor::new(layout.secrets()?), arguments.dry_run);
    command::watch_for_interrupts().context("cannot watch for interrupts")?;
    let account = Account {
        zone: Some(layout.region()?),
        token: layout.token()?,
    };
    let cloud = cloud::open(layout.cloudhost(), &account, &runner)?;
    let blueprint = Blueprint::of(&wish, layout.as_ref())?;
    let session = Session {
        layout: layout.as_ref(),
        cloud: cloud.as_ref(),
        blueprint: &blueprint,
        timeout: arguments.timeout,
    };
    let outcome = if arguments.dry_run {
        session.rehearse()?
    } else {
        session.create()?
    };
    report::print(&blueprint, layout.as_ref(), &outcome, arguments.json)
}
