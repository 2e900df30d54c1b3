//! `GetBuildMachineIP`: the address of this machine, as others see it (contract 02 §2.2).
//!
//! It is asked for every minute by what opens the firewall. So nothing but an address is ever printed: the script gives
//! out a page that says that something is wrong, or its own error, as one.

use std::ffi::OsString;
use std::net::IpAddr;
use std::time::Duration;

use anyhow::{Context, bail, ensure};

use crate::command::{Command, Runner, Tool};
use crate::console;
use crate::names::beginning;
use crate::patience;

/// What `GetBuildMachineIP --help` prints.
pub const HELP: &str = "\
Prints the address of this machine.

Usage: GetBuildMachineIP

wget and curl ask others for it, and hostname knows its own; the first answer that is an address counts.

Example:
  GetBuildMachineIP
";

/// How long one that is asked may take.
const LIMIT: Duration = Duration::from_secs(5);

/// Those who know, in the order in which they are asked, with their words.
const SOURCES: [(Tool, &[&str]); 3] = [
    (
        tool(
            &["wget"],
            "ADT_WGET",
            "/usr/bin/wget",
            "install the package wget",
        ),
        &["http://ipinfo.io/ip", "-qO", "-"],
    ),
    (
        tool(
            &["curl"],
            "ADT_CURL",
            "/usr/bin/curl",
            "install the package curl",
        ),
        &["-4", "icanhazip.com"],
    ),
    (
        tool(
            &["hostname"],
            "ADT_HOSTNAME",
            "/bin/hostname",
            "install the package hostname",
        ),
        &["-I"],
    ),
];

const fn tool(
    names: &'static [&'static str],
    variable: &'static str,
    toolkit_path: &'static str,
    install: &'static str,
) -> Tool {
    Tool {
        names,
        variable,
        toolkit_path,
        install,
    }
}

/// Prints the address.
///
/// # Errors
/// When nobody knows it.
pub fn run(_words: &[OsString]) -> anyhow::Result<()> {
    let mut reasons = Vec::new();
    for (tool, words) in SOURCES {
        match answer(&tool, words) {
            Ok(address) => return Ok(console::print_lines([address.to_string()])?),
            Err(why) => reasons.push(first_line(&format!("{why:#}"))),
        }
    }
    bail!(
        "the address of this machine is not known: {}; make sure that its network works",
        reasons.join("; ")
    )
}

/// What one of them says. Of several addresses it is the first, as in the script.
fn answer(tool: &Tool, words: &[&str]) -> anyhow::Result<IpAddr> {
    let limit = LIMIT.min(patience::call_limit());
    let ask = Command::reading(&tool.find()?, words).timeout(limit);
    let output = Runner::default().output(&ask)?;
    let text = String::from_utf8_lossy(&output.stdout);
    let name = tool.name();
    let first = text.split_whitespace().next();
    let first = first.with_context(|| format!("{name} knows none"))?;
    let address: Option<IpAddr> = first.parse().ok();
    let address = address.filter(|address| !address.is_unspecified());
    let address = address
        .with_context(|| format!("{name} says '{}', which is no address", beginning(first)))?;
    ensure!(
        text.split_whitespace()
            .all(|word| word.parse::<IpAddr>().is_ok()),
        "{name} says more than addresses: '{}'",
        beginning(text.trim())
    );
    Ok(address)
}

fn first_line(text: &str) -> String {
    console::on_one_line(text.lines().next().unwrap_or_default())
}
