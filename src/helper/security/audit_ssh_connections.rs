//! `AuditSSHConnections`: a mail for each address that somebody logs in from for the first time (contract 02 §2.12).
//!
//! cron runs it every minute. As long as all addresses are known it reads two files and starts one program; the datastore
//! is asked only when one is new.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use bstr::ByteSlice;
use clap::Parser;

use crate::build::Build;
use crate::build::buckets::Buckets;
use crate::build::mail::{self, Level, Mail};
use crate::command::{Command, Runner, Tool, watch_for_interrupts};
use crate::console;
use crate::datastore::Asking;
use crate::files::{self, DirectoryLock, NewMode};
use crate::toolkit::build_directory::BuildDirectory;
use crate::toolkit::build_home::BuildHome;

/// The object that the last step of a build leaves in its config bucket.
const INSTALLED: &str = "INSTALLED_SUCCESSFULLY";

/// What stands before the address in a line of the trail.
const BEFORE_THE_ADDRESS: &str = " from IP address ";

/// How long a run of the minute before, which may be sending its mails, is waited for.
const TURN_LIMIT: Duration = Duration::from_secs(50);

/// How long a program of this machine may take.
const LOCAL_LIMIT: Duration = Duration::from_secs(20);

const PINKY: Tool = Tool {
    names: &["pinky"],
    variable: "ADT_PINKY",
    toolkit_path: "/usr/bin/pinky",
    install: "install the package coreutils",
};

const DATE: Tool = Tool {
    names: &["date"],
    variable: "ADT_DATE",
    toolkit_path: "/usr/bin/date",
    install: "install the package coreutils",
};

/// Mails once for each address that somebody logs in to this machine from, and notes it in the audit trail.
///
/// cron runs it every minute. It says nothing, and before a build was installed it does nothing.
#[derive(Debug, Parser)]
#[command(
    name = "AuditSSHConnections",
    version,
    after_help = "Examples:\n  AuditSSHConnections\n  AuditSSHConnections --dry-run"
)]
pub struct Arguments {
    /// Only say which addresses are new; mail and note nothing
    #[arg(long)]
    dry_run: bool,
}

/// Looks who is logged in, and mails for each address that is new.
///
/// # Errors
/// When it cannot be told who is logged in or whether a build was installed, or a mail cannot be sent. The addresses
/// whose mail was not sent are new again the next time.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let home = BuildHome::find()?;
    watch_for_interrupts()?;
    let present = addresses(&Runner::default())?;
    let trail = home.ssh_audit_trail();
    if unknown(&present, &trail)?.is_empty() {
        return Ok(());
    }
    let Some(build) = installed_build(&home)? else {
        return Ok(());
    };
    if arguments.dry_run {
        for address in unknown(&present, &trail)? {
            console::say(format_args!("would mail: a connection from {address}"));
        }
        return Ok(());
    }
    let folder = trail.parent().unwrap_or(&trail);
    files::make_directories(folder)?;
    let _turn = DirectoryLock::acquire(folder, TURN_LIMIT)?;
    // The run of the minute before may have told of them meanwhile.
    for address in unknown(&present, &trail)? {
        tell(&build, &trail, &address)?;
    }
    Ok(())
}

/// The addresses that somebody is logged in from, in the order in which they are listed.
fn addresses(runner: &Runner) -> anyhow::Result<Vec<String>> {
    // The form of the times, after which the addresses stand, is the locale's.
    let look = Command::reading::<&str>(&PINKY.find()?, &[])
        .env("LC_ALL", "C")
        .timeout(LOCAL_LIMIT);
    let listing = runner.output(&look)?.stdout;
    Ok(listing
        .to_str_lossy()
        .lines()
        .skip(1)
        .filter_map(address)
        .collect())
}

/// The address in a line of pinky's: the word after the time of the login, which is the last word of its form. A session
/// at the machine itself has none, and one within tmux or screen has something else there.
fn address(line: &str) -> Option<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let time = words.iter().rposition(|word| is_time(word))?;
    let place = words.get(time + 1)?;
    if let Ok(address) = place.parse::<IpAddr>() {
        return Some(address.to_canonical().to_string());
    }
    // With a display of X11 behind it.
    let before_display = place.split_once(':').map(|(before, _)| before);
    if let Some(Ok(address)) = before_display.map(str::parse::<Ipv4Addr>) {
        return Some(address.to_string());
    }
    // sshd may note the name in place of the address.
    let is_name = place.starts_with(|first: char| first.is_ascii_alphanumeric())
        && place
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
    is_name.then(|| (*place).to_owned())
}

/// Whether a word is an hour and a minute.
fn is_time(word: &str) -> bool {
    let is_number = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    word.split_once(':')
        .is_some_and(|(hour, minute)| is_number(hour) && is_number(minute))
}

/// Those of `present` that the trail does not have, each once. An address counts whole: 1.2.3.4 is not in 11.2.3.45.
fn unknown(present: &[String], trail: &Path) -> anyhow::Result<Vec<String>> {
    let content = files::read_if_there(trail)?.unwrap_or_default();
    let content = content.to_str_lossy();
    let known = content
        .lines()
        .filter_map(|line| Some(line.rsplit_once(BEFORE_THE_ADDRESS)?.1.trim()));
    let known: BTreeSet<&str> = known.collect();
    let mut fresh = present.to_vec();
    fresh.retain(|address| !known.contains(address.as_str()));
    let mut seen = BTreeSet::new();
    fresh.retain(|address| seen.insert(address.clone()));
    Ok(fresh)
}

/// The active build, if it was installed to its end.
fn installed_build(home: &BuildHome) -> anyhow::Result<Option<Build>> {
    let marks = [home.active_cloudhost(), home.active_build_identifier()];
    if marks.iter().any(|mark| !mark.exists()) {
        return Ok(None);
    }
    let directory = BuildDirectory::active(home.clone())?;
    if directory.environment()?.is_none() {
        return Ok(None);
    }
    let cannot = "cannot tell whether the build was installed";
    let buckets = Buckets::new()?;
    let bucket = buckets.bucket(Asking::ListFrom, "config", "")?;
    let store = buckets.first_store().context(cannot)?;
    let listing = store.list(buckets.runner(), &bucket, INSTALLED);
    let is_installed = !listing.context(cannot)?.trim_ascii().is_empty();
    is_installed
        .then(|| Build::in_directory(directory))
        .transpose()
}

/// Mails that somebody is connected from `address`, and notes it in the trail. The mail goes first: where one of the two
/// fails it is better told twice than never.
fn tell(build: &Build, trail: &Path, address: &str) -> anyhow::Result<()> {
    let runner = Runner::new(build.redactor()?, false);
    // Without an account for mails the trail is all that there is.
    if mail::can_be_sent(build.environment())? {
        let machine = mail::machine_name()?;
        let message = format!(
            "Somebody is connected to the machine {machine} over ssh from {address}, which was not seen before."
        );
        Mail {
            subject: "SSH CONNECTION FROM A NEW IP ADDRESS",
            message: &message,
            level: Level::Error,
        }
        .send(build, &runner)?;
    }
    let now = Command::reading::<&str>(&DATE.find()?, &[])
        .env("LC_ALL", "C")
        .timeout(LOCAL_LIMIT);
    let now = runner.output(&now)?.stdout;
    let now = now.to_str_lossy();
    let line = format!(
        "SSH connection first initiated at {}{BEFORE_THE_ADDRESS}{address}\n",
        now.trim()
    );
    let mut content = files::read_if_there(trail)?.unwrap_or_default();
    content.extend(line.into_bytes());
    files::replace(trail, &content, NewMode::Plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As pinky of coreutils 9.1 printed it.
    const LISTING: &str = "\
Login    Name                 TTY      Idle   When         Where
root     root                ?pts/0    ?????  Nov 28 21:06 203.0.113.5
agile-user                 ??? ?pts/1    ?????  Nov 28 21:06 2001:db8::7
root     root                *tty1     9d     Nov 28 21:06
root     root                ?pts/2    00:05  Nov 28 21:06 tmux(1234).%0
averyveryverylongname                 ??? ?pts/3    ?????  Nov 28 21:06 laptop.example.net
root     root                ?pts/4    ?????  Nov 28 21:06 203.0.113.9 via mosh [77]
root     root                ?pts/5    ?????  Nov 28 21:06 192.0.2.4:10.0
root     root                 pts/6    00:05  Nov 28 21:06
";

    #[test]
    fn an_address_stands_after_the_time() {
        let found: Vec<String> = LISTING.lines().skip(1).filter_map(address).collect();
        assert_eq!(
            found,
            [
                "203.0.113.5",
                "2001:db8::7",
                "laptop.example.net",
                "203.0.113.9",
                "192.0.2.4"
            ]
        );
    }
}
