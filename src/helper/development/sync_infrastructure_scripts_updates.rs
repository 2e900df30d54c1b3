//! `SyncInfrastructureScriptsUpdates`, which the toolkit also copies to `/usr/sbin/sync` (contract 02 §2.13).
//!
//! There it stands before the program of coreutils, which writes to the disks what is in memory. Who calls `sync` with
//! that program's words, or with nobody at a terminal, means that one.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::bail;
use clap::Parser;

use crate::ask;
use crate::command::{Command, Program, Runner, watch_for_interrupts};
use crate::development::goes_on;
use crate::development::syncing::sync;
use crate::installation::{DEVELOPMENT, is_shim};
use crate::start;

/// The name that another program has as well.
const SHARED_NAME: &str = "sync";

/// Where that program is.
const COREUTILS: [&str; 2] = ["/usr/bin/sync", "/bin/sync"];

/// How long it may take; a disk may be slow.
const LIMIT: Duration = Duration::from_secs(3600);

/// What only we understand.
const OWN_WORDS: [&str; 6] = [
    "--yes",
    "--dry-run",
    "--development",
    "--help",
    "-h",
    "--version",
];

/// Copies the toolkit's development copy over the toolkit that works. Its shims stay, and .git and runtimedata are not
/// copied.
///
/// Called as sync with other words than these, or with none where nobody is at a terminal, it is the program of coreutils.
#[derive(Debug, Parser)]
#[command(
    name = "SyncInfrastructureScriptsUpdates",
    version,
    after_help = "Examples:\n  SyncInfrastructureScriptsUpdates\n  SyncInfrastructureScriptsUpdates --dry-run"
)]
pub struct Arguments {
    /// The folder that is copied
    #[arg(long, value_name = "FOLDER", default_value = DEVELOPMENT)]
    development: PathBuf,

    /// Do not ask
    #[arg(long)]
    yes: bool,

    /// Only tell what would be copied
    #[arg(long)]
    dry_run: bool,
}

/// Copies, or is coreutils' program, as the name and the words that it is called with say.
pub fn main(words: &[OsString]) -> ExitCode {
    let is_shared = start::called_as() == SHARED_NAME;
    let is_ours = words.first().is_some_and(|first| {
        let first = first.to_string_lossy();
        let option = first.split('=').next().unwrap_or_default();
        OWN_WORDS.contains(&option)
    });
    let is_for_coreutils = match words {
        [] => !ask::somebody_is_there(),
        _ => !is_ours,
    };
    if is_shared && is_for_coreutils {
        return coreutils(words).unwrap_or_else(|why| start::status(SHARED_NAME, Err(why)));
    }
    start::run_judging(words, run, ExitCode::FAILURE)
}

/// Asks, and copies.
fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if !arguments.yes && !arguments.dry_run {
        let what = format!(
            "'{}' is copied over the toolkit",
            arguments.development.display()
        );
        if !goes_on(&what)? {
            if start::called_as() == SHARED_NAME {
                return coreutils(&[]);
            }
            bail!("stopped as answered; nothing was copied");
        }
    }
    sync(&arguments.development, arguments.dry_run)?;
    Ok(ExitCode::SUCCESS)
}

/// Runs coreutils' program; its exit status is ours.
fn coreutils(words: &[OsString]) -> anyhow::Result<ExitCode> {
    for path in COREUTILS.map(Path::new) {
        // Where both folders are one, the toolkit wrote over it.
        if path.is_file() && !is_shim(path)? {
            watch_for_interrupts()?;
            let program = Command::changing(&Program::at(SHARED_NAME, path), words).timeout(LIMIT);
            let status = Runner::default().hand_over(&program)?;
            return Ok(start::passed_on(status));
        }
    }
    if words.is_empty() {
        rustix::fs::sync();
        return Ok(ExitCode::SUCCESS);
    }
    bail!(
        "these words are for the program of coreutils, which is in none of {}",
        COREUTILS.join(", ")
    )
}
