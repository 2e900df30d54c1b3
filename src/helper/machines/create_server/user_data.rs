//! The configuration that one server is made with, and the file of its type that it comes from (contract 09).

use std::path::PathBuf;

use anyhow::Context;

use super::blueprint::Source;
use super::job::Job;
use crate::build::layout::MakerMachine;
use crate::console;
use crate::files::Leftover;
use crate::files::{self, LockFile, NewMode};
use crate::names::MachineType;
use crate::toolkit::{cloud_init, first_boot, pending_server};

/// The configuration with this server's host name in it, which is there only for as long as this is held; a run that
/// was killed may have left one.
pub(super) fn own_user_data(job: &Job<'_>) -> Leftover {
    let notes = job.layout.notes();
    Leftover::at(pending_server::user_data_in(&notes, &job.blueprint.name))
}

/// Fills in the host name, in a copy for this server alone: servers of one type may be made at the same time. The
/// type's file is left with the host name too, as the scripts leave it for the next server. Hands back the copy.
///
/// # Errors
/// When the type's file cannot be read, or one of the two cannot be written.
pub(super) fn fill_in_user_data(job: &Job<'_>) -> anyhow::Result<PathBuf> {
    let (notes, name) = (job.layout.notes(), &job.blueprint.name);
    let shared = &job.blueprint.user_data;
    let lock = pending_server::type_lock_in(&notes, name.kind());
    let _turn = LockFile::acquire(&lock, job.timeout, || {})?;
    if let Err(why) = pending_server::remove_abandoned_user_data(&notes) {
        // What another server's run left is no reason to do without this one.
        console::say(format_args!("{name}: {why:#}"));
    }
    let content = files::read_if_there(shared)?.with_context(|| {
        format!(
            "the cloud-init configuration '{}' is gone; build first",
            shared.display()
        )
    })?;
    let filled = cloud_init::filled(&content, name);
    let own = pending_server::user_data_in(&notes, name);
    files::remove_if_there(&own)?;
    let first = with_backups_held(job, &filled)?;
    files::replace(&own, first.as_deref().unwrap_or(&filled), NewMode::Secret)?;
    files::update(shared, &filled, NewMode::Secret)?;
    Ok(own)
}

/// The configuration of a machine that is made of a snapshot and makes backups: they wait until the latest one is
/// installed there. None where it stays as it is. An autoscaler's was changed when its build ended.
fn with_backups_held(job: &Job<'_>, filled: &[u8]) -> anyhow::Result<Option<Vec<u8>>> {
    let name = &job.blueprint.name;
    let makes_backups = matches!(name.kind(), MachineType::Webserver | MachineType::Database);
    if !makes_backups
        || !matches!(job.blueprint.source, Source::Snapshot(_))
        || job.layout.made_from() != MakerMachine::BuildMachine
        || !first_boot::restores_latest_backup(|variable| job.layout.variable(variable))?
    {
        return Ok(None);
    }
    let held = first_boot::with_first_commands(filled, &[first_boot::holding_backups()]);
    if held.is_none() {
        console::say(format_args!(
            "{name}: its cloud-init configuration has a 'bootcmd' of its own, so its cron may make a backup before the \
             latest one is installed"
        ));
    }
    Ok(held)
}
