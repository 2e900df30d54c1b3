//! The end of a build from snapshots: before it is declared installed, its machines get the latest backup.
//!
//! The build's last step is to put the mark `INSTALLED_SUCCESSFULLY` into its configuration bucket. Machines make no
//! backups and autoscalers no webservers before it is there. So this is the safest moment: all machines are up, whoever
//! looks at the terminal sees what happens, and when it fails halfway the mark is not put, so nothing replaces the latest
//! backup. A person then runs `RestoreLatestBackup`, which puts the mark in the end.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::Context;

use super::carrying_out::NAME;
use super::subject::Subject;
use super::{Arguments, restore};
use crate::console::{self, StatusLines};
use crate::files::{self, NewMode};
use crate::helper::datastore::put_to_datastore;
use crate::names::ArchivePeriod;
use crate::toolkit::active_build::ActiveBuild;
use crate::toolkit::build_home::BuildHome;
use crate::toolkit::first_boot::SWITCH;

/// The mark of a build that is done, and the words it is put with.
const MARK: [&str; 5] = ["config", "INSTALLED_SUCCESSFULLY", "root", "local", "no"];

/// Whether a build puts its mark with `words`.
pub fn is_the_mark(words: &[OsString]) -> bool {
    let first = words.iter().take(2);
    first.eq(MARK.iter().take(2))
}

/// Installs the latest backup on the active build's machines if they are made of snapshots.
///
/// # Errors
/// When it cannot; the build is not to be declared installed then.
pub fn before_the_mark() -> anyhow::Result<()> {
    let status = StatusLines::inherited();
    let build = ActiveBuild::read(BuildHome::find()?)?;
    let environment = build.required_environment()?;
    if !environment.builds_from_snapshots() {
        return Ok(());
    }
    let tell = |line: &str| {
        console::say(format_args!("{line}"));
        status.tell(NAME, line);
    };
    if environment.text(SWITCH)? == "0" {
        tell("The machines keep what their snapshots hold, since RESTORE_LATEST_BACKUP is 0");
        return Ok(());
    }
    let choice = environment.text("BUILD_ARCHIVE_CHOICE")?;
    if choice.parse::<ArchivePeriod>().is_err() {
        tell(&format!(
            "The machines keep what their snapshots hold, since BUILD_ARCHIVE_CHOICE '{choice}' names no backup"
        ));
        return Ok(());
    }
    tell(&format!(
        "Installing the latest {choice} backup on the machines, which are made of snapshots"
    ));
    let note = pending_note(&build);
    files::replace(&note, b"", NewMode::Plain)?;
    // The machines were just made: whatever is known of their addresses is of others.
    let arguments = Arguments {
        accept_host_key: true,
        ..Arguments::default()
    };
    let restored =
        Subject::of(build, &arguments).and_then(|subject| restore(&subject, &arguments, &status));
    if let Err(why) = restored {
        tell(&format!("The latest backup is not installed: {why:#}"));
        tell(
            "No machine makes backups and no autoscaler works until it is: run 'adt-helpers RestoreLatestBackup', or 'adt-helpers RestoreLatestBackup \
             --keep' to go on with what the snapshots hold",
        );
        return Err(why.context("INSTALLED_SUCCESSFULLY was not put"));
    }
    files::remove_if_there(&note)?;
    Ok(())
}

/// Whether a build ended without its mark, since the latest backup was not installed.
pub(super) fn is_pending(subject: &Subject) -> bool {
    pending_note(subject.build()).exists()
}

/// Puts the mark that a build went without.
///
/// # Errors
/// When another build is the active one, or it cannot be put.
pub(super) fn make_up_for_the_mark(subject: &Subject) -> anyhow::Result<()> {
    let build = subject.build();
    let active = ActiveBuild::read(build.home().clone())?;
    anyhow::ensure!(
        active.directory() == build.directory(),
        "the machines are as they should be, but the build's mark INSTALLED_SUCCESSFULLY can only be put for the active build: \
         make {} at {} the active one and run the same command again",
        build.identifier(),
        build.cloudhost()
    );
    put_to_datastore::upload(&MARK.map(OsString::from)).context(
        "the machines are as they should be, but INSTALLED_SUCCESSFULLY could not be put",
    )?;
    console::say(format_args!(
        "put INSTALLED_SUCCESSFULLY, which the build went without"
    ));
    files::remove_if_there(&pending_note(build))
}

fn pending_note(build: &ActiveBuild) -> PathBuf {
    build.directory().join("RESTORE_PENDING")
}
