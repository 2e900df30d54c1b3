//! `GetBuildMachineIP`: the address of this machine, as others see it (contract 02 §2.2).
//!
//! It is asked for every minute by what opens the firewall. So nothing but an address that is this machine's alone is ever
//! printed: the script gives out a page that says that something is wrong, its own error, or a bridge's address as one.

use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use anyhow::{Context, bail};

use crate::command::{Command, Runner, Tool, watch_for_interrupts};
use crate::console;
use crate::foreign_text::{beginning, on_one_line};
use crate::patience;

pub const HELP: &str = "\
Prints the address of this machine at which other networks find it.

Usage: GetBuildMachineIP

wget and curl ask others for it, over https first, and hostname knows its own. The first answer that is an
IPv4 address counts, unless it belongs to a private network, a link or this machine itself.

Example:
  GetBuildMachineIP
";

/// How long one that is asked may take.
const LIMIT: Duration = Duration::from_secs(5);

const WGET: Tool = tool(
    &["wget"],
    "ADT_WGET",
    "/usr/bin/wget",
    "install the package wget",
);

const CURL: Tool = tool(
    &["curl"],
    "ADT_CURL",
    "/usr/bin/curl",
    "install the package curl",
);

const HOSTNAME: Tool = tool(
    &["hostname"],
    "ADT_HOSTNAME",
    "/bin/hostname",
    "install the package hostname",
);

/// Those who know, in the order in which they are asked, with their words. Anybody on the way can answer a question that
/// is asked over plain http, as the script asks it, so that comes after the ones over https.
const SOURCES: [(Tool, &[&str]); 5] = [
    (WGET, &["https://ipinfo.io/ip", "-qO", "-"]),
    (CURL, &["-4", "https://icanhazip.com"]),
    (WGET, &["http://ipinfo.io/ip", "-qO", "-"]),
    (CURL, &["-4", "icanhazip.com"]),
    (HOSTNAME, &["-I"]),
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
    watch_for_interrupts()?;
    let mut reasons = Vec::new();
    for (tool, words) in SOURCES {
        match answer(&tool, words) {
            Ok(address) => return Ok(console::print_lines([address.to_string()])?),
            Err(why) => {
                let reason = first_line(&format!("{why:#}"));
                if !reasons.contains(&reason) {
                    reasons.push(reason);
                }
            }
        }
    }
    bail!(
        "the address of this machine is not known: {}; make sure that its network works",
        reasons.join("; ")
    )
}

/// What one of them says. Of several addresses it is the first that others can reach.
fn answer(tool: &Tool, words: &[&str]) -> anyhow::Result<Ipv4Addr> {
    let limit = LIMIT.min(patience::call_limit());
    let ask = Command::reading(&tool.find()?, words).timeout(limit);
    let output = Runner::default().output(&ask)?;
    let text = String::from_utf8_lossy(&output.stdout);
    let name = tool.name();
    let mut addresses = Vec::new();
    for word in text.split_whitespace() {
        let address: Option<IpAddr> = word.parse().ok();
        addresses.push(address.with_context(|| {
            let said = beginning(text.trim());
            format!("{name} says '{said}', which is no address")
        })?);
    }
    let first = addresses.first();
    let first = first.with_context(|| format!("{name} knows none"))?;
    let seen = addresses.iter().find_map(|address| match address {
        IpAddr::V4(address) if is_public(*address) => Some(*address),
        _ => None,
    });
    seen.with_context(|| format!("{name} says '{first}', at which no other network finds it"))
}

/// Whether machines of other networks can reach `address`. The callers make a network of it with `/32`, so one of IPv6
/// is of no use to them.
fn is_public(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let is_carriers = first == 100 && second & 0xc0 == 64;
    let is_for_tests = first == 198 && second & 0xfe == 18;
    let is_for_protocols = [first, second, third] == [192, 0, 0];
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || is_carriers
        || is_for_tests
        || is_for_protocols
        || first == 0
        || first >= 224)
}

fn first_line(text: &str) -> String {
    on_one_line(text.lines().next().unwrap_or_default())
}
