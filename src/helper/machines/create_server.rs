//! `CreateServer`: a server from an operating system or from a snapshot, on the build machine and on an autoscaler
//! (contract 03 §3.4 steps 7 to 10, §3.5, 07).
//!
//! Check everything that can be checked, connect what a server is connected to, note what is about to be asked, ask once,
//! then look until the server runs. A run that is cut short leaves its note, and the next one goes on from there.
//!
//! Callers pass two words, the size and the name (contract 09); more words, and other orders, are told apart by what they
//! are.

mod arguments;
mod blueprint;
mod completing;
mod guarding;
mod looking;
mod making;
mod report;
mod user_data;
mod wish;

pub use arguments::Arguments;
use blueprint::{Blueprint, Source};
use making::Session;
use wish::Wish;

use crate::build::PlannedBuild;
use crate::build::layout::{self, Layout, Place};
use crate::cloud;
use crate::command::{self, Runner};
use crate::console::StatusLines;
use crate::records;
use crate::toolkit::build_home::BuildHome;

/// Makes the server that `arguments` ask for, or finishes the one that an earlier run began.
///
/// # Errors
/// When it cannot be made, or is not there in time; the message says how to go on.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let status = StatusLines::inherited();
    let wish = Wish::of(arguments)?;
    let layout = layout::of_this_machine(wish.cloudhost)?;
    let runner =
        Runner::new(layout.redactor()?, arguments.dry_run).showing_commands(arguments.verbose);
    command::watch_for_interrupts()?;
    let cloud = cloud::open(layout.cloudhost(), &layout.account()?, &runner)?;
    let blueprint = Blueprint::of(&wish, layout.as_ref())?;
    if wish.image.is_none() {
        ensure_snapshots_fit(&wish, layout.as_ref())?;
    }
    if let (Source::Snapshot(id), false) = (&blueprint.source, arguments.dry_run) {
        let kind = blueprint.name.kind();
        status.tell(
            "CreateServer",
            &format!("Deploying {kind} machine from snapshot with ID {id}"),
        );
    }
    let session = Session {
        layout: layout.as_ref(),
        cloud: cloud.as_ref(),
        runner: &runner,
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

/// On a build machine, the rules of a build from snapshots for this one machine type. Whether the provider has the
/// snapshot is asked when the server is made.
fn ensure_snapshots_fit(wish: &Wish, layout: &dyn Layout) -> anyhow::Result<()> {
    if layout.place() != Place::BuildMachine || layout.variable("BUILD_FROM_SNAPSHOT")? != "1" {
        return Ok(());
    }
    let planned = PlannedBuild::find(BuildHome::find()?, None)?;
    let plan = planned.plan.clone().only(wish.name.kind());
    records::ensure_fits(&planned, &plan)
}
