//! `CopyFromWebserver [FILE]` and its like: files of a machine of a build to the build machine (contract 02 §2.5).
//!
//! The scripts copy twice what takes less than three seconds. Here a file is copied once.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, ensure};
use clap::Args;

use crate::ask;
use crate::names::MachineType;
use crate::reach::{BuildChoice, Family, MachineChoice, Picked, Reach, TimeLimit};

/// The helpers.
pub const FAMILY: Family<Arguments> = Family {
    verb: "CopyFrom",
    ending: MachineType::script_suffix,
    about: "Copies files from a {} to this machine. With --machine all each machine's go to a directory with the machine's name. \
            What is not given is asked for.",
    status: "scp's; with --machine all 1 if any copy failed",
    examples: &[
        "/var/log/syslog",
        "--cloudhost exoscale --build prod --machine all --to /root/logs /var/log/syslog",
    ],
    helper: run,
};

/// The command line.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    build: BuildChoice,

    #[command(flatten)]
    machine: MachineChoice,

    /// The directory on this machine; asked for when not given
    #[arg(long, value_name = "DIRECTORY")]
    to: Option<PathBuf>,

    #[command(flatten)]
    limit: TimeLimit,

    /// The files on the other machine, by their full paths ('*', '?' and '[…]' stand for names there); asked for when not given
    #[arg(value_name = "FILE")]
    files: Vec<OsString>,
}

/// Copies the files and hands back scp's exit status.
///
/// # Errors
/// When the directory is not there, or the machine cannot be found or reached.
pub fn run(kind: MachineType, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let files = files(kind, arguments)?;
    let choice = &arguments.machine;
    let reach = Reach::of(&arguments.build, choice.user.as_deref())?;
    let picked = reach.picked(kind, choice)?;
    let directory = directory(arguments)?;
    let is_of_all = matches!(picked, Picked::All(_));
    reach.copied(
        &picked,
        choice,
        arguments.limit.timeout,
        |target, machine| {
            if is_of_all {
                target.copy_from(&files, &own_directory(&directory, &machine.name)?)
            } else {
                target.copy_from(&files, &directory)
            }
        },
    )
}

fn files(kind: MachineType, arguments: &Arguments) -> anyhow::Result<Vec<OsString>> {
    let given = arguments.files.iter().filter(|file| !file.is_empty());
    let given: Vec<OsString> = given.cloned().collect();
    if !given.is_empty() {
        return Ok(given);
    }
    let file = ask::line(&format!("What is the full path of the file on the {kind}?"))?;
    ensure!(
        !file.is_empty(),
        "no file is named; give the full path of a file on the {kind}"
    );
    Ok(vec![file])
}

fn directory(arguments: &Arguments) -> anyhow::Result<PathBuf> {
    let directory = match &arguments.to {
        Some(directory) => directory.clone(),
        None => {
            ask::line("What is the full path of the directory on this machine to copy to?")?.into()
        }
    };
    ensure!(
        directory.is_dir(),
        "there is no directory '{}' on this machine; make it first",
        directory.display()
    );
    Ok(directory)
}

/// The files of several machines have the same names, so each machine's go to a directory of their own.
fn own_directory(directory: &Path, machine: &str) -> anyhow::Result<PathBuf> {
    let own = directory.join(machine);
    std::fs::create_dir_all(&own)
        .with_context(|| format!("cannot make the directory '{}'", own.display()))?;
    Ok(own)
}
