//! `AllowLaptopIP`: who may reach this build machine's ssh (contract 02 §2.10, 10 §2.2).
//!
//! The list is an object in the datastore. Every minute the toolkit's `AdjustBuildMachineFirewall` looks for the event
//! object beside it and, when that is there, fetches the list and lets its addresses in.

mod address;

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use clap::Parser;

use self::address::Address;
use crate::ask;
use crate::build::buckets::Buckets;
use crate::console;
use crate::datastore::{Asking, Bucket, Datastore, ObjectName};
use crate::files::{self, LockFile, NewMode, PrivateFolder};
use crate::reach::{self, BuildChoice};
use crate::toolkit::build_directory::BuildDirectory;
use crate::toolkit::build_home::{BuildHome, firewall_bucket};

/// The type of the list's bucket.
const BUCKET: &str = "auth";

/// The list: an address a line, sorted.
const LIST: &str = "authorised-ips.dat";

/// The empty object that tells the build machine to read the list.
const EVENT: &str = "FIREWALL-EVENT";

/// How long another change of the list may take before this one gives up.
const LOCK_LIMIT: Duration = Duration::from_secs(600);

/// The numbers of the last question.
const ADD_OR_REMOVE: [bool; 2] = [true, false];

/// Adds or removes an address in the list of those that may reach this build machine's ssh.
///
/// The firewall follows within a minute. What is not given is asked for; with --add, --remove or --list nothing is.
#[derive(Debug, Parser)]
#[command(
    name = "AllowLaptopIP",
    version,
    after_help = "An address is an IPv4 address or a network such as 203.0.113.0/24; IPv6 too where buildstyles.dat has FIREWALL:ufw.\n\
                  The last address cannot be removed, since the build machine does not act on an empty list.\n\n\
                  Examples:\n  AllowLaptopIP\n  AllowLaptopIP --add 203.0.113.7\n  AllowLaptopIP --add 203.0.113.9 --remove 203.0.113.7\n  AllowLaptopIP --list"
)]
pub struct Arguments {
    #[command(flatten)]
    build: BuildChoice,

    /// Add this address or network; may be given several times
    #[arg(long, value_name = "ADDRESS")]
    add: Vec<Address>,

    /// Remove this address or network, exactly as it is in the list; may be given several times
    #[arg(long, value_name = "ADDRESS")]
    remove: Vec<Address>,

    /// Print the list and change nothing
    #[arg(long, conflicts_with_all = ["add", "remove", "dry_run"])]
    list: bool,

    /// What the name of the list's bucket ends with; as this machine's first build noted it in /root when not given
    #[arg(long, value_name = "ID")]
    bucket: Option<String>,

    /// Show the list as it would be and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// What becomes of the list.
#[derive(Debug, Clone, Default)]
struct Changes {
    added: Vec<Address>,
    removed: Vec<Address>,
}

/// Changes the list, or shows it.
///
/// # Errors
/// When an address is not one, one to be removed is not in the list, or the datastore cannot be read or written; the list
/// is then as it was.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let home = BuildHome::find()?;
    let specifier = match &arguments.bucket {
        Some(specifier) => specifier.clone(),
        None => firewall_bucket()?,
    };
    let (build, changes) = if arguments.list {
        (None, Changes::default())
    } else {
        let (build, changes) = wanted(arguments, &home)?;
        (Some(build), changes)
    };
    ensure_the_firewall_takes(&changes.added, &home)?;
    let buckets = Buckets::new()?;
    let list = List {
        bucket: buckets.bucket(Asking::Put, BUCKET, &specifier)?,
        store: buckets.first_store()?,
        folder: PrivateFolder::temporary()?,
        buckets,
    };
    let Some(build) = build else {
        let lines = list.fetched()?.unwrap_or_default();
        return Ok(console::print_lines(lines)?);
    };
    let lock = home.runtimedata().join(format!("{LIST}.lock"));
    let _turn = LockFile::acquire(&lock, LOCK_LIMIT, || {
        console::say(format_args!("waiting for another change of the list"));
    })?;
    list.change(&changes, &build, arguments.dry_run)
}

/// The build whose folder gets a copy, and what is to be done: as the options say, or the person. The questions come in
/// the script's order.
fn wanted(arguments: &Arguments, home: &BuildHome) -> anyhow::Result<(BuildDirectory, Changes)> {
    let given = Changes {
        added: arguments.add.clone(),
        removed: arguments.remove.clone(),
    };
    let choice = &arguments.build;
    let is_given = !given.added.is_empty() || !given.removed.is_empty();
    if is_given && choice.cloudhost.is_none() && choice.build.is_none() {
        return Ok((BuildDirectory::active(home.clone())?, given));
    }
    let build = reach::build_named_first(choice)?;
    if is_given {
        return Ok((build, given));
    }
    let answer = ask::text("Which IP address? (your laptop's, as the internet sees it)")?;
    let address: Address = answer.parse()?;
    let is_to_be_added = ask::Choice {
        question: "Add or remove it? 1) Add 2) Remove",
        choices: &ADD_OR_REMOVE,
        option: "--add or --remove",
        usual: None,
    };
    let changes = if is_to_be_added.made()? {
        Changes {
            added: vec![address],
            removed: Vec::new(),
        }
    } else {
        Changes {
            added: Vec::new(),
            removed: vec![address],
        }
    };
    Ok((build, changes))
}

/// Refuses IPv6 where the build machine's firewall is not ufw: it empties its rules first, and then iptables refuses the
/// whole list.
fn ensure_the_firewall_takes(addresses: &[Address], home: &BuildHome) -> anyhow::Result<()> {
    let Some(address) = addresses.iter().find(|address| address.is_ipv6()) else {
        return Ok(());
    };
    let styles = files::read_if_there(&home.build_styles())?.unwrap_or_default();
    ensure!(
        styles
            .split(|byte| *byte == b'\n')
            .any(|line| line.trim_ascii() == b"FIREWALL:ufw"),
        "'{address}' is an IPv6 address, which only ufw takes; '{}' does not say FIREWALL:ufw, so give an IPv4 address",
        home.build_styles().display()
    );
    Ok(())
}

/// The list in its bucket.
struct List {
    buckets: Buckets,
    store: Datastore,
    bucket: Bucket,
    folder: PrivateFolder,
}

impl List {
    /// Its lines; none where there is no list.
    fn fetched(&self) -> anyhow::Result<Option<Vec<Vec<u8>>>> {
        let name: ObjectName = LIST.parse()?;
        let runner = self.buckets.runner();
        let folder = self.folder.path();
        if !self.store.download(runner, &self.bucket, &name, folder)? {
            // A first list would take the place of everybody's, so an empty listing alone is not believed.
            let stored = self.store.look_at(runner, &self.bucket, &name)?;
            ensure!(
                stored.is_none(),
                "the bucket '{}' has a list and did not show it at first, so nothing was changed; run AllowLaptopIP again",
                self.bucket
            );
            return Ok(None);
        }
        let content = files::read_if_there(&folder.join(LIST))?.unwrap_or_default();
        let lines = content.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
        let lines = lines.filter(|line| !line.is_empty()).map(<[u8]>::to_vec);
        Ok(Some(lines.collect()))
    }

    fn change(
        &self,
        changes: &Changes,
        build: &BuildDirectory,
        is_rehearsed: bool,
    ) -> anyhow::Result<()> {
        let fetched = self.fetched()?;
        let is_new = fetched.is_none();
        let lines = changes.applied_to(fetched.unwrap_or_default())?;
        let content = [lines.join(&b'\n'), vec![b'\n']].concat();
        if is_rehearsed {
            console::say(format_args!("the list in '{}' would be:", self.bucket));
            return Ok(console::print(&content)?);
        }
        if is_new {
            console::say(format_args!("there is no list yet, so this is the first"));
            self.store
                .create_bucket_if_absent(self.buckets.runner(), &self.bucket)?;
        }
        self.put(LIST, &content)?;
        build.keep_authorised_addresses(&content)?;
        self.put(EVENT, b"").context(
            "the list was changed, but the build machine was not told; run AllowLaptopIP --add with an address of the list",
        )?;
        console::say(format_args!(
            "the list in '{}' is now the following; the firewall follows within a minute:",
            self.bucket
        ));
        Ok(console::print(&content)?)
    }

    fn put(&self, name: &str, content: &[u8]) -> anyhow::Result<()> {
        let file = self.folder.path().join(name);
        files::replace(&file, content, NewMode::Plain)?;
        self.upload(&file)
    }

    fn upload(&self, file: &Path) -> anyhow::Result<()> {
        let runner = self.buckets.runner();
        self.store.upload(runner, file, &self.bucket, None)
    }
}

impl Changes {
    /// The lines with these changes, sorted as the script sorts them. Lines that are not touched stay as they are.
    fn applied_to(&self, mut lines: Vec<Vec<u8>>) -> anyhow::Result<Vec<Vec<u8>>> {
        for address in &self.removed {
            let before = lines.len();
            lines.retain(|line| !address.is_line(line));
            ensure!(
                lines.len() < before,
                "'{address}' is not in the list, so nothing was changed; AllowLaptopIP --list shows what is"
            );
        }
        for address in &self.added {
            lines.push(address.to_string().into_bytes());
        }
        lines.sort();
        lines.dedup();
        if lines.is_empty() {
            bail!(
                "the list would be empty, and the build machine does not act on an empty list; add another address at the same time"
            );
        }
        Ok(lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<Vec<u8>> {
        text.split_whitespace().map(Into::into).collect()
    }

    fn changes(added: &str, removed: &str) -> Changes {
        let addresses = |text: &str| {
            let words = text.split_whitespace();
            words.map(|it| it.parse().unwrap()).collect()
        };
        Changes {
            added: addresses(added),
            removed: addresses(removed),
        }
    }

    #[test]
    fn a_removal_takes_the_whole_line_and_no_other() {
        let before = "1.2.3.4 11.2.3.45 1.2.334 2001:db8::1 1.2.3.4";
        let after = changes("", "1.2.3.4").applied_to(lines(before)).unwrap();
        assert_eq!(after, lines("1.2.334 11.2.3.45 2001:db8::1"));
        let after = changes("", "2001:DB8:0::1").applied_to(lines(before));
        assert_eq!(after.unwrap(), lines("1.2.3.4 1.2.334 11.2.3.45"));
        for gone in ["1.2.3.5", "1.2.3.0/24"] {
            assert!(changes("", gone).applied_to(lines(before)).is_err());
        }
    }

    #[test]
    fn the_list_is_sorted_whole_and_never_empty() {
        let after = changes("9.9.9.9 10.0.0.0/8", "1.1.1.1").applied_to(lines("9.9.9.9 1.1.1.1"));
        assert_eq!(after.unwrap(), lines("10.0.0.0/8 9.9.9.9"));
        assert!(changes("", "1.1.1.1").applied_to(lines("1.1.1.1")).is_err());
    }
}
