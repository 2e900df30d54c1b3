//! Whether what a CLI printed after a change is an answer at all. One that does not know a subcommand prints its help and
//! ends with status 0.

use anyhow::ensure;
use bstr::ByteSlice;

use crate::command::{Change, Command, Failure, Output, Runner};

/// A table may show no more of a name than this.
const SHOWN_CHARS: usize = 24;

/// What `command`, which changes something, answered.
///
/// # Errors
/// When it failed, or printed its help.
pub(super) fn changed(runner: &Runner, command: &Command) -> Result<Change<()>, Failure> {
    let change = runner.change(command)?;
    change.try_map(|output| ensure_no_help(runner, command, &output))
}

/// Refuses an answer that is the tool's help.
///
/// # Errors
/// When it is; the failure has the beginning of it.
pub(super) fn ensure_no_help(
    runner: &Runner,
    command: &Command,
    output: &Output,
) -> Result<(), Failure> {
    runner.understand(command, output, |output| {
        let is_usage = |line: &[u8]| line.starts_with(b"Usage:") || line.starts_with(b"usage:");
        ensure!(
            !output.stdout.lines().any(is_usage),
            "that is its help, so nothing was done"
        );
        Ok(())
    })
}

/// Asks for a machine called `name`.
///
/// # Errors
/// When `command` failed, or its answer does not show the machine.
pub(super) fn created(
    runner: &Runner,
    command: &Command,
    name: &str,
) -> Result<Change<()>, Failure> {
    runner.change(command)?.try_map(|output| {
        ensure_no_help(runner, command, &output)?;
        ensure_created(runner, command, &output, name)
    })
}

/// Refuses an answer to a creation that shows no machine called `name`.
///
/// # Errors
/// When it does not.
pub(super) fn ensure_created(
    runner: &Runner,
    command: &Command,
    output: &Output,
    name: &str,
) -> Result<(), Failure> {
    runner.understand(command, output, |output| ensure_names(output, name))
}

fn ensure_names(output: &Output, name: &str) -> anyhow::Result<()> {
    let shown: String = name.chars().take(SHOWN_CHARS).collect();
    let names_it = output.stdout.contains_str(&shown);
    ensure!(
        names_it || output.stdout.lines().any(is_row_of_ids),
        "it does not show a server called '{name}'"
    );
    Ok(())
}

/// Whether a line is a row of linode-cli's table, which cuts names in the middle and begins with an id.
fn is_row_of_ids(line: &[u8]) -> bool {
    let cells = line.strip_prefix("│".as_bytes()).map(<[u8]>::trim_start);
    cells.is_some_and(|cells| cells.first().is_some_and(u8::is_ascii_digit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::testing::Recording;

    #[test]
    fn what_was_recorded_of_creations_names_the_server_and_help_does_not() {
        let names = |stdout: &str, name: &str| {
            let output = Output {
                status: 0,
                stdout: stdout.into(),
                stderr: Vec::new(),
            };
            ensure_names(&output, name).is_ok()
        };
        for recording in [
            "doctl/droplet-create.ok",
            "doctl/droplet-create-json.ok",
            "exo/instance-create.ok",
            "linode/linodes-create.ok",
            "vultr/instance-create.ok",
        ] {
            assert!(
                names(&Recording::named(recording).stdout, "ws-new"),
                "{recording}"
            );
        }
        for help in [
            "",
            "The commands of an instance\n\nUsage:\n  exo compute instance [command]\n",
        ] {
            assert!(!names(help, "ws-new"), "{help}");
        }
    }
}
