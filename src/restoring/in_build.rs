//! The end of a build from snapshots: before it is declared installed, its machines get the latest backup.
//!
//! The build's last step is to put the mark `INSTALLED_SUCCESSFULLY` into its configuration bucket. Machines make no
//! backups and autoscalers no webservers before it is there. So this is the safest moment: all machines are up, whoever
//! looks at the terminal sees what happens, and when it fails halfway the mark is not put, so nothing replaces the latest
//! backup. A person then runs `RestoreLatestBackup`, which puts the mark in the end.

use std::ffi::{OsStr, OsString};

use anyhow::Context;

use super::subject::{Subject, pending_note};
use super::{Arguments, NAME, restore};
use crate::build::Build;
use crate::build::buckets::{Buckets, Stores};
use crate::console::{self, StatusLines};
use crate::datastore::Asking;
use crate::files::{self, NewMode};
use crate::toolkit::build_directory::BuildDirectory;
use crate::toolkit::first_boot::{self, LatestBackup};

/// The type of the bucket, and the mark of a build that is done in it.
const MARK: [&str; 2] = ["config", "INSTALLED_SUCCESSFULLY"];

/// Whether a build puts its mark with `words`.
pub fn is_the_mark(words: &[OsString]) -> bool {
    let first = words.iter().take(2);
    first.eq(MARK)
}

/// Installs the latest backup on the active build's machines if they are made of snapshots.
///
/// # Errors
/// When it cannot; the build is not to be declared installed then.
pub fn before_the_mark() -> anyhow::Result<()> {
    let status = StatusLines::inherited();
    let build = Build::active()?;
    let environment = build.environment();
    if !environment.builds_from_snapshots() {
        return Ok(());
    }
    let tell = |line: &str| {
        console::say(format_args!("{line}"));
        status.tell(NAME, line);
    };
    let choice = match first_boot::latest_backup(|variable| environment.text(variable))? {
        LatestBackup::Installed(choice) => choice,
        LatestBackup::TurnedOff => {
            tell("The machines keep what their snapshots hold, since RESTORE_LATEST_BACKUP is 0");
            return Ok(());
        }
        LatestBackup::NotNamed(choice) => {
            tell(&format!(
                "The machines keep what their snapshots hold, since BUILD_ARCHIVE_CHOICE '{choice}' names no backup"
            ));
            return Ok(());
        }
    };
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

/// Puts the mark that a build went without.
///
/// # Errors
/// When another build is the active one, or it cannot be put.
pub(super) fn make_up_for_the_mark(subject: &Subject) -> anyhow::Result<()> {
    let build = subject.build();
    let active = BuildDirectory::active(build.home().clone())?;
    anyhow::ensure!(
        active.path() == build.directory().path(),
        "the machines are as they should be, but the build's mark INSTALLED_SUCCESSFULLY can only be put for the active build: \
         make {} at {} the active one and run the same command again",
        build.identifier(),
        build.cloudhost()
    );
    put_the_mark().context(
        "the machines are as they should be, but INSTALLED_SUCCESSFULLY could not be put",
    )?;
    console::say(format_args!(
        "put INSTALLED_SUCCESSFULLY, which the build went without"
    ));
    files::remove_if_there(&pending_note(build))
}

fn put_the_mark() -> anyhow::Result<()> {
    let [kind, mark] = MARK;
    let buckets = Buckets::new()?;
    let bucket = buckets.bucket(Asking::Put, kind, "")?;
    let mark = buckets.file_or_marker(OsStr::new(mark))?;
    buckets.in_each(Stores::First, |store| {
        store.upload(buckets.runner(), &mark, &bucket, None)
    })
}
