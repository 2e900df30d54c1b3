//! `RestoreLatestBackup`: the latest backup of the active build is installed on its database and its webservers. A new
//! program; no script has its name.
//!
//! Nothing in the toolkit does it for machines that are made of snapshots: they serve the site as it was when the snapshot
//! was taken, and their first backup would replace the latest one. So a build ends with this program (see [`in_build`]).
//!
//! The order is: keep all machines from making backups, look what there is, check the backups where they will be
//! installed, and only then install: the database first, then one webserver after the other. What was changed and is not
//! found right stays without backups until a later run brings it to an end, so the backups in the datastore stay the
//! latest whatever happens. What a machine does, it goes on doing when the connection ends.

mod arguments;
mod backups;
mod carrying_out;
pub mod in_build;
mod remote;
mod report;
mod scale_ups;
mod subject;
mod verdict;

use anyhow::ensure;

pub use arguments::Arguments;

use backups::Backups;
use carrying_out::Restoration;
use remote::Server;
use report::{Fate, Report};
use subject::Subject;

use crate::command;
use crate::console::{self, StatusLines};
use crate::files::LockFile;

/// How the program is called in a build's log.
const NAME: &str = "RestoreLatestBackup";

/// Installs the latest backup on the machines that `arguments` name.
///
/// # Errors
/// When something cannot be told, a backup is not usable, or a machine does not serve it in the end.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let status = StatusLines::none();
    let subject = Subject::chosen(arguments)?;
    let is_pending = subject.is_pending();
    restore(&subject, arguments, &status)?;
    if is_pending && arguments.is_about_everything() && !arguments.dry_run {
        in_build::make_up_for_the_mark(&subject)?;
    }
    Ok(())
}

/// Installs the backups of `subject`, and says how far it is on `status` too.
fn restore(subject: &Subject, arguments: &Arguments, status: &StatusLines) -> anyhow::Result<()> {
    command::watch_for_interrupts()?;
    let _turn = LockFile::acquire(&subject.lock(), arguments.timeout, || {
        console::say(format_args!(
            "another run restores this build; waiting for it to finish"
        ));
    })?;
    let restoration = Restoration::new(subject, arguments, status);
    let mut report = Report::of(subject);
    let outcome = carried_out(&restoration, &mut report);
    report.print(arguments)?;
    outcome?;
    ensure!(
        report.is_good(),
        "not all machines serve the latest backup; see above why, and run the same command again"
    );
    Ok(())
}

fn carried_out(restoration: &Restoration<'_>, report: &mut Report) -> anyhow::Result<()> {
    let arguments = restoration.arguments;
    if arguments.keep {
        restoration.keep(report)?;
        return scale_ups::prepare(restoration, report, None);
    }
    let held = if arguments.dry_run {
        restoration.looked_at()?
    } else {
        restoration.hold()?
    };
    let outcome = decided_and_done(restoration, &held, report);
    if outcome.is_err() || !report.is_good() {
        restoration.let_go_of(&held);
    }
    let backups = outcome?;
    if !report.is_good() {
        return Ok(());
    }
    scale_ups::prepare(restoration, report, Some(&backups))
}

fn decided_and_done(
    restoration: &Restoration<'_>,
    held: &[Server],
    report: &mut Report,
) -> anyhow::Result<Backups> {
    let backups = Backups::looked_up(restoration.subject)?;
    report.note(&backups);
    let decided = restoration.decided(held, &backups)?;
    if restoration.arguments.dry_run {
        for (server, verdict) in &decided {
            restoration.done(report, server, Fate::planned(verdict))?;
        }
        return Ok(backups);
    }
    restoration.check(&decided, &backups)?;
    backups.ensure_unchanged(restoration.subject)?;
    for (server, verdict) in &decided {
        let fate = restoration.carry_out(server, verdict, &backups);
        let is_bad = matches!(fate, Fate::Failed(_));
        restoration.done(report, server, fate)?;
        if is_bad {
            break;
        }
    }
    Ok(backups)
}
