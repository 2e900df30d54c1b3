//! `CopyToWebserver [FILE]` and its like: files of the build machine to a machine of a build, or to all (contract 02 §2.4).
//!
//! The scripts copy twice what takes less than three seconds, and have their shell split the file's name. Here a file is
//! copied once, under the name it has.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::ensure;
use clap::Args;

use crate::ask;
use crate::console;
use crate::names::MachineType;
use crate::reach::{BuildChoice, Family, MachineChoice, Reach, TimeLimit};

/// The helpers.
pub const FAMILY: Family<Arguments> = Family {
    verb: "CopyTo",
    ending: MachineType::script_suffix,
    about: "Copies files from this machine to a {}, or to all of them. What is not given is asked for.",
    status: "scp's; with --machine all 1 if any copy failed",
    examples: &[
        "/root/page.html",
        "--cloudhost exoscale --build prod --machine 203.0.113.7 --to /tmp /root/page.html '/root/a picture.png'",
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

    /// The directory on the other machine; asked for when not given
    #[arg(long, value_name = "DIRECTORY")]
    to: Option<OsString>,

    #[command(flatten)]
    limit: TimeLimit,

    /// The files to copy, by their full paths; asked for when not given
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// Copies the files and hands back scp's exit status.
///
/// # Errors
/// When a file is not there, or the machine cannot be found or reached.
pub fn run(kind: MachineType, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let files = files(kind, arguments)?;
    let choice = &arguments.machine;
    let reach = Reach::of(&arguments.build, choice.user.as_deref())?;
    let picked = reach.picked(kind, choice)?;
    let directory = directory(kind, arguments)?;
    reach.copied(&picked, choice, arguments.limit.timeout, |target, _| {
        target.copy_to(&files, &directory)
    })
}

/// The files to copy, all of which are there. Those that are given are checked too, unlike in the scripts.
fn files(kind: MachineType, arguments: &Arguments) -> anyhow::Result<Vec<PathBuf>> {
    let given = arguments
        .files
        .iter()
        .filter(|file| !file.as_os_str().is_empty());
    let given: Vec<PathBuf> = given.cloned().collect();
    for file in &given {
        ensure!(
            !file.is_dir(),
            "'{}' is a directory; give the full path of a file on this machine",
            file.display()
        );
        ensure!(
            file.exists(),
            "there is no file '{}' to copy; give the full path of a file on this machine",
            file.display()
        );
    }
    if !given.is_empty() {
        return Ok(given);
    }
    let question = format!("What is the full path of the file to copy to the {kind}?");
    loop {
        let file = PathBuf::from(ask::line(&question)?);
        if file.is_dir() {
            console::say(format_args!("'{}' is a directory.", file.display()));
        } else if file.exists() {
            return Ok(vec![file]);
        } else {
            console::say(format_args!("There is no file '{}'.", file.display()));
        }
    }
}

/// The directory on the machine; the empty answer is the home of the user, as scp has it.
fn directory(kind: MachineType, arguments: &Arguments) -> anyhow::Result<OsString> {
    match &arguments.to {
        Some(directory) => Ok(directory.clone()),
        None => ask::line(&format!(
            "What is the full path of the directory on the {kind} to copy to?"
        )),
    }
}
