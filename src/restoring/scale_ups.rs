//! A webserver that an autoscaler makes of a snapshot installs the latest backup in its first boot, and only then says
//! that it is ready. The autoscaler makes it by its own scripts, so it is they that are told (`autoscaler.sh`).

use std::io::Write;

use anyhow::Context;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;

use super::backups::{Backups, snapshot_date};
use super::carrying_out::Restoration;
use super::remote::{Facts, SCRIPT, Server};
use super::report::{Fate, Report};
use crate::names::MachineType;
use crate::toolkit::first_boot::{self, FirstCommand, HELD, KEPT};

/// What runs on an autoscaler.
const AUTOSCALER_SCRIPT: &str = include_str!("autoscaler.sh");

/// What stands in the script for the lines of the configuration.
const LINES_MARK: &str = "@LINES@";

/// Has each autoscaler of the build do so; a build that has none is done. Where the machines keep what they have, there
/// are no `backups` to install.
///
/// # Errors
/// When the machines cannot be told, or the snapshot's age cannot.
pub(super) fn prepare(
    restoration: &Restoration<'_>,
    report: &mut Report,
    backups: Option<&Backups>,
) -> anyhow::Result<()> {
    let subject = restoration.subject;
    let is_meant = restoration.arguments.concerns(MachineType::Webserver);
    if !is_meant || !subject.reach.build.environment().builds_from_snapshots() {
        return Ok(());
    }
    let machines = subject.reach.machines_once(&[MachineType::Autoscaler])?;
    if machines.is_empty() {
        return Ok(());
    }
    let not_before = match backups {
        Some(backups) => backups_count_from(restoration, backups)?,
        None => Timestamp::now(),
    };
    let script = AUTOSCALER_SCRIPT.replace(LINES_MARK, lines(restoration, not_before)?.trim_end());
    for machine in machines {
        let outcome = if restoration.arguments.dry_run {
            Ok(Facts::default())
        } else {
            restoration
                .remote
                .prepare(&machine, subject.cloudhost(), &script)
        };
        let fate = match outcome {
            Ok(_) => Fate::Prepared,
            Err(why) => Fate::Failed(format!("{why:#}")),
        };
        let server = Server {
            machine,
            facts: Facts::default(),
        };
        restoration.done(report, &server, fate)?;
    }
    Ok(())
}

/// From when on a backup is newer than what a new webserver has: the snapshot's date, or that of an older backup that a
/// person had installed.
fn backups_count_from(
    restoration: &Restoration<'_>,
    backups: &Backups,
) -> anyhow::Result<Timestamp> {
    let kind = MachineType::Webserver;
    let backup = backups.of(kind)?.stored.modified;
    let taken = snapshot_date(restoration.subject, kind)?;
    Ok(taken.map_or(backup, |taken| taken.min(backup)))
}

/// The lines of the configuration. What puts a webserver to work waits as well: reverse proxies take the address that its
/// own cron tells others, and an autoscaler puts it into the DNS once it finds the mark that it is online.
fn lines(restoration: &Restoration<'_>, not_before: Timestamp) -> anyhow::Result<String> {
    let subject = restoration.subject;
    let hold = first_boot::holding_backups();
    let wait = FirstCommand {
        name: "adt-not-ready",
        script: format!(
            "sed -i '/^[^#].*UpdateIPs\\.sh/s/^/{HELD}/' /var/spool/cron/crontabs/root; \
             cd \"$(cat /home/homedir.dat)/runtime\" && rm -f WEBSERVER_READY INITIAL_BUILD_WEBSERVER_ONLINE"
        ),
    };
    let object = subject.backup(MachineType::Webserver)?.latest;
    let restore = FirstCommand {
        name: "adt-latest-backup",
        script: format!(
            "umask 077; echo {packed} | base64 -d | gzip -d >{KEPT}/machine.sh; setsid /bin/sh -c 'cloud-init status --wait; \
             exec /bin/sh {KEPT}/machine.sh first-boot kind=webserver period={period} object={object} not_before={not_before} keep={keep}' \
             >{KEPT}/log 2>&1 </dev/null &",
            packed = packed(SCRIPT)?,
            period = subject.period,
            not_before = not_before.as_second(),
            keep = if restoration.arguments.keep {
                "yes"
            } else {
                "no"
            },
        ),
    };
    Ok(first_boot::section(&[hold, wait, restore]))
}

/// A script as short as it gets: cloud-init's configuration has a limit at every provider.
fn packed(script: &str) -> anyhow::Result<String> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(script.as_bytes())?;
    let bytes = encoder.finish().context("cannot pack the script")?;
    Ok(BASE64_STANDARD.encode(&bytes))
}
