//! `RunServiceCommand SERVICE ACTION`: what `service` does on the systems of the Debian family (contract 02 §2.2).

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, ensure};
use bstr::ByteSlice;
use clap::Parser;

use crate::command::{Command, Runner, Tool, watch_for_interrupts};
use crate::console;
use crate::files;
use crate::foreign_text::beginning;
use crate::start;

/// Where a system says which one it is.
const OS_RELEASE: &str = "/etc/os-release";

/// How long a service may take to start or stop; systemd gives it a minute and a half.
const LIMIT: Duration = Duration::from_secs(300);

/// The service whose units are read anew before anything is done with it: ssh is started by a socket whose unit a build
/// writes.
const READ_ANEW: &str = "ssh";

const SERVICE: Tool = Tool {
    names: &["service"],
    variable: "ADT_SERVICE",
    toolkit_path: "/usr/sbin/service",
    install: "install the package init-system-helpers",
};

const SYSTEMCTL: Tool = Tool {
    names: &["systemctl"],
    variable: "ADT_SYSTEMCTL",
    toolkit_path: "/usr/bin/systemctl",
    install: "install the package systemd",
};

/// Starts, stops or restarts a service of this machine, on Debian, Ubuntu and their like.
#[derive(Debug, Parser)]
#[command(
    name = "RunServiceCommand",
    version,
    after_help = "Examples:\n  RunServiceCommand ssh restart\n  RunServiceCommand cron stop\n\nExit status:\n  that of service; 1 also where it could not be run; \
                  2 also where the command line cannot be understood"
)]
pub struct Arguments {
    /// The service, such as ssh
    #[arg(value_name = "SERVICE")]
    service: String,

    /// What to do with it, such as restart
    #[arg(value_name = "ACTION")]
    action: String,
}

/// Runs `service` on our own streams and hands back its exit status.
///
/// # Errors
/// When a word is empty, the system is another one, or `service` is not installed or does not end.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Arguments { service, action } = arguments;
    ensure!(
        !service.is_empty() && !action.is_empty(),
        "a service and an action are needed, such as 'ssh restart'"
    );
    ensure_debian(Path::new(OS_RELEASE))?;
    watch_for_interrupts()?;
    let runner = Runner::default();
    if service == READ_ANEW
        && let Err(why) = read_units_anew(&runner)
    {
        // As in the script: without systemd there is nothing to read, and service works all the same.
        console::say(format_args!("the units were not read anew: {why:#}"));
    }
    let command = Command::changing(&SERVICE.find()?, &[service, action]).timeout(LIMIT);
    let status = runner.hand_over(&command)?;
    Ok(start::passed_on(status))
}

fn read_units_anew(runner: &Runner) -> anyhow::Result<()> {
    let reload = Command::changing(&SYSTEMCTL.find()?, &["daemon-reload"]).timeout(LIMIT);
    runner.output(&reload)?;
    Ok(())
}

/// Refuses a system that is neither Debian nor like it.
fn ensure_debian(os_release: &Path) -> anyhow::Result<()> {
    let content = files::read_if_there(os_release)?.with_context(|| {
        format!(
            "'{}' does not exist, so it cannot be told what system this is; expected Debian or Ubuntu",
            os_release.display()
        )
    })?;
    let content = content.to_str_lossy();
    let (id, like) = (value(&content, "ID="), value(&content, "ID_LIKE="));
    let is_debian = std::iter::once(id.as_str())
        .chain(like.split_whitespace())
        .any(|word| word == "debian");
    ensure!(
        is_debian,
        "this system is '{}', and how it runs services is not known; expected Debian or Ubuntu",
        beginning(&id)
    );
    Ok(())
}

/// The value of a line, which is quoted as for a shell; empty when there is no such line.
fn value(content: &str, name: &str) -> String {
    let written = content.lines().find_map(|line| line.strip_prefix(name));
    let words = shell_words::split(written.unwrap_or_default()).unwrap_or_default();
    words.into_iter().next().unwrap_or_default()
}
