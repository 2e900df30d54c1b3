//! `GenerateLocalBackups`: a site's files and its database are copied to this machine (contract 02 §2.9, 10 §2.7).
//!
//! The scripts on the machines that the toolkit's script calls are on no server of today. So each machine is asked what it
//! has: such a script, else the site's folder, or the script that dumps the database. A file is here whole or not at all.

mod copying;

use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use jiff::Timestamp;

use self::copying::{Copied, Copy};
use crate::ask;
use crate::command;
use crate::console;
use crate::files::OwnerOnly;
use crate::names::MachineType;
use crate::patience;
use crate::reach::{BuildChoice, MachineChoice, Reach};

/// What a person puts into the folder to have a site from elsewhere taken in place of a machine's, and what it becomes.
const FROM_ELSEWHERE: [(&str, &str); 2] = [
    (
        "applicationwebroot.tar.gz",
        "migration-applicationsourcecode.tar.gz",
    ),
    ("applicationdb.tar.gz", "migration-database.tar.gz"),
];

/// Copies the files of a site from a webserver, and its database, to a new folder in 'localbackups' on this machine.
///
/// Each archive is checked before it gets its name, so it is there whole or not at all. Where 'localbackups' holds
/// applicationwebroot.tar.gz and applicationdb.tar.gz, those are copied and no machine is reached.
#[derive(Debug, Parser)]
#[command(
    name = "GenerateLocalBackups",
    version,
    after_help = "Examples:\n  GenerateLocalBackups\n  GenerateLocalBackups --cloudhost vultr --build prod --webserver 203.0.113.7 --database 203.0.113.9 --yes"
)]
pub struct Arguments {
    #[command(flatten)]
    build: BuildChoice,

    /// The webserver: its address or name; asked for when not given
    #[arg(long, value_name = "IP|NAME")]
    webserver: Option<String>,

    /// The database: its address or name; asked for when not given
    #[arg(long, value_name = "IP|NAME")]
    database: Option<String>,

    /// Who logs in; the servers' user of the build when not given
    #[arg(long, value_name = "USER")]
    user: Option<String>,

    /// Trust the host keys that the machines show now, whatever is known of them
    #[arg(long)]
    accept_host_key: bool,

    /// Ask for nothing but the build and its machines
    #[arg(long)]
    yes: bool,

    /// Say what would be copied, and reach no machine
    #[arg(long)]
    dry_run: bool,

    /// How long each archive, and each copy of one, may take, such as 30m or 2h; a bare number is seconds
    #[arg(long, value_name = "DURATION", default_value = "2h", value_parser = patience::parse_limit)]
    timeout: Duration,
}

/// Copies both.
///
/// # Errors
/// When there is no such machine, it is not reached, it has no way to make its archive, or what arrives is not whole.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    command::watch_for_interrupts()?;
    let reach = Reach::at_any_cloud(&arguments.build, arguments.user.as_deref())?;
    let backups = reach.build.home().local_backups();
    let folder = backups.join(timestamp());
    let [webroot, database] = FROM_ELSEWHERE.map(|(name, _)| backups.join(name));
    if webroot.is_file() && database.is_file() {
        return copy_from_elsewhere(&backups, &folder, arguments);
    }
    let website = copied(&reach, MachineType::Webserver, &folder, arguments)?;
    if !arguments.yes && !arguments.dry_run {
        console::say(format_args!("The database is next."));
        // The script asks for it and does not use the answer.
        ask::line("What is the database's user? It is not needed, an empty line will do.")
            .and_then(|_| ask::line("Press Enter to begin."))
            .with_context(|| left_behind(website.as_ref()))?;
    }
    let database = copied(&reach, MachineType::Database, &folder, arguments)
        .with_context(|| left_behind(website.as_ref()))?;
    let lines = website.into_iter().chain(database);
    console::print_lines(lines.map(|copied| copied.to_string()))?;
    Ok(())
}

/// What is said of the first archive where the second is not made.
fn left_behind(website: Option<&Copied>) -> String {
    match website {
        Some(copied) => format!("only the site's files are here ({copied}), not the database"),
        None => "the database".to_owned(),
    }
}

/// A name for a folder that tells when it was made.
fn timestamp() -> String {
    Timestamp::now().strftime("%Y-%m-%dT%H-%M-%SZ").to_string()
}

/// Copies what the machine of the type `kind` has; nothing in a dry run.
fn copied(
    reach: &Reach,
    kind: MachineType,
    folder: &Path,
    arguments: &Arguments,
) -> anyhow::Result<Option<Copied>> {
    let named = match kind {
        MachineType::Database => &arguments.database,
        _ => &arguments.webserver,
    };
    let mut choice = MachineChoice {
        machine: named.clone(),
        user: arguments.user.clone(),
        accept_host_key: arguments.accept_host_key,
    };
    let machine = reach.picked_one(kind, &choice)?;
    let copy = Copy::of(reach, &machine, folder);
    if arguments.dry_run {
        console::print_lines([copy.planned()])?;
        return Ok(None);
    }
    if !arguments.yes && !choice.accept_host_key {
        choice.accept_host_key = ask::answers_yes(
            "Take the host keys that the machine shows now? Only if it was made anew; else they are checked.",
        )?;
    }
    copy.made(reach, &choice, arguments.timeout).map(Some)
}

/// Copies the archives of a site from elsewhere.
fn copy_from_elsewhere(backups: &Path, folder: &Path, arguments: &Arguments) -> anyhow::Result<()> {
    let _mode = OwnerOnly::begin();
    let mut lines = Vec::new();
    for (name, copy) in FROM_ELSEWHERE {
        let (from, to) = (backups.join(name), folder.join(copy));
        let checked = copying::checked(&from, None)
            .with_context(|| format!("'{}' is no whole archive", from.display()))?;
        let verb = if arguments.dry_run { "would be" } else { "is" };
        lines.push(format!(
            "{} {verb} a copy of {name}: {checked}",
            to.display()
        ));
        if !arguments.dry_run {
            put_copy(&from, &to)?;
        }
    }
    Ok(console::print_lines(lines)?)
}

fn put_copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    let staged = copying::Staged::beside(to)?;
    std::fs::copy(from, staged.path())
        .with_context(|| format!("cannot copy '{}'", from.display()))?;
    staged.put()
}
