//! Writes the man pages and the shell completions, from what `--help` is made of: `manuals FOLDER BINARIES`.
//!
//! `make docs` calls it. Helpers whose options clap knows are described from their arguments; every other helper is asked
//! for its `--help`, so that no list of helpers is needed here.

#![allow(
    clippy::disallowed_methods,
    reason = "a tool for building asks the binaries for their help"
)]

mod completions;
mod page;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use adt_helpers::helper::{
    check_snapshot_build, create_server, destroy_server, display_logging_streams, display_password,
    obtain_whole_machine_snapshot, prune_snapshots, reach, reboot_infrastructure,
    restore_latest_backup, run_service_command, shutdown_infrastructure, snapshot_status,
    verify_snapshots,
};
use anyhow::{Context, ensure};
use clap::CommandFactory;

fn main() -> anyhow::Result<()> {
    let words: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [folder, binaries] = words.as_slice() else {
        anyhow::bail!("expected a folder for the pages and one with the binaries");
    };
    let pages = emptied(&folder.join("man"))?;
    let completions = folder.join("completions");
    for shell in completions::SHELLS {
        emptied(&completions.join(shell))?;
    }
    let commands = commands();
    for name in helper_names()? {
        let command = commands.iter().find(|it| it.get_name() == name);
        let page = match command {
            Some(command) => page::of_command(command)?,
            None => page::of_help(&name, &help(binaries, &name)?),
        };
        write(&pages.join(format!("{name}.1")), page.as_bytes())?;
        let files = command.map(completions::of).unwrap_or_default();
        for (file, text) in files {
            write(&completions.join(file), text.as_bytes())?;
        }
    }
    Ok(())
}

/// The command lines that clap knows.
fn commands() -> Vec<clap::Command> {
    let single = [
        obtain_whole_machine_snapshot::Arguments::command(),
        check_snapshot_build::Arguments::command(),
        create_server::Arguments::command(),
        prune_snapshots::Arguments::command(),
        restore_latest_backup::Arguments::command(),
        snapshot_status::Arguments::command(),
        verify_snapshots::Arguments::command(),
        destroy_server::Arguments::command(),
        display_logging_streams::Arguments::command(),
        display_password::Arguments::command(),
        reboot_infrastructure::Arguments::command(),
        run_service_command::Arguments::command(),
        shutdown_infrastructure::Arguments::command(),
    ];
    single.into_iter().chain(reach::commands()).collect()
}

/// The names of the files of `src/bin`, which are the helpers.
fn helper_names() -> anyhow::Result<Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bin");
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default();
        names.push(name.to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// What the binary `name` prints for `--help`.
fn help(binaries: &Path, name: &str) -> anyhow::Result<String> {
    let binary = binaries.join(name);
    let output = Command::new(&binary)
        .arg("--help")
        .output()
        .with_context(|| format!("'{}' cannot be asked for its help", binary.display()))?;
    let is_help = output.status.success() && !output.stdout.is_empty();
    ensure!(is_help, "'{} --help' printed no help", binary.display());
    Ok(String::from_utf8(output.stdout)?)
}

fn emptied(folder: &Path) -> anyhow::Result<PathBuf> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    Ok(folder.to_owned())
}

fn write(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    fs::write(file, bytes).with_context(|| format!("'{}' cannot be written", file.display()))
}
