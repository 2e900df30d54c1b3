//! Vultr, through `vultr` (`vultr-cli`).
//!
//! A list shows 100 rows and only its `meta` tells that there are more. Instances can be asked for page by page,
//! snapshots cannot, so a snapshot past the first 100 is found only by its id. A new snapshot is listed at once, as
//! pending.

mod answers;
mod server;
mod user_data;

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::time::Duration;

use serde::Deserialize;

use self::answers::{
    Address, Addresses, Instance, Instances, ListedSnapshot, OneSnapshot, Page, Snapshots, counted,
};
use super::rows::Rows;
use super::{Account, Cloud, Listing, Machine, NetworkMember, Receipt, Snapshot, SnapshotOrder};
use super::{access, answered, decode};
use crate::command::{Change, Command, Failure, Output, Program, Runner, Tool};
use crate::names::{Cloudhost, SnapshotId, SnapshotKind};

/// `vultr` as the toolkit installs it; upstream calls it `vultr-cli`.
pub(super) const VULTR: Tool = Tool {
    names: &["vultr", "vultr-cli"],
    variable: "VULTR",
    toolkit_path: "/usr/bin/vultr",
    install: "install it with the toolkit's installscripts or from Vultr",
};

/// vultr answers a creation at once; it repeats a refused one for 3 s by itself and obeys a `Retry-After`.
const CREATE_TIMEOUT: Duration = Duration::from_secs(240);

/// The most rows that one page holds.
const PAGE_ROWS: &str = "500";

/// How many characters of a label the scripts count on (contract 05).
const LONGEST_LABEL: usize = 32;

/// Vultr's instances and their snapshots.
#[derive(Debug)]
pub struct Vultr<'a> {
    runner: &'a Runner,
    cli: Program,
    token: Option<OsString>,
}

impl<'a> Vultr<'a> {
    /// Vultr through this `vultr`, with the account's token, or without one with what vultr finds in its own
    /// configuration.
    pub fn through(cli: Program, runner: &'a Runner, account: &Account) -> Self {
        Self {
            runner,
            cli: cli.refusing(access::of_vultr(account.token_place.clone())),
            token: account.token.clone().map(OsString::from_vec),
        }
    }

    fn with_token(&self, command: Command) -> Command {
        match &self.token {
            Some(token) => command.env("VULTR_API_KEY", token),
            None => command,
        }
    }

    fn reading(&self, arguments: &[&str]) -> Command {
        self.with_token(Command::reading(&self.cli, arguments))
    }

    fn changing(&self, arguments: &[&str]) -> Command {
        self.with_token(Command::changing(&self.cli, arguments))
    }

    /// All rows of a list that comes in pages, until there is no next one or a page leads nowhere new.
    fn pages<P: Page>(&self, list: &[&str]) -> Result<Listing<P::Row>, Failure> {
        let list = [list, &["-o", "json", "--per-page", PAGE_ROWS]].concat();
        let (mut rows, mut cursors) = (Rows::default(), Vec::<String>::new());
        loop {
            let words = match cursors.last() {
                Some(cursor) => [&list[..], &["--cursor", cursor]].concat(),
                None => list.clone(),
            };
            let page: P = self.runner.read(&self.reading(&words), decode::json)?;
            let (more, meta) = page.into_rows();
            rows.append(more);
            let next = meta.links.next;
            if next.is_empty() || cursors.contains(&next) {
                return Ok(counted(rows, meta.total));
            }
            cursors.push(next);
        }
    }

    fn instances(&self) -> Result<Listing<Instance>, Failure> {
        self.pages::<Instances>(&["instance", "list"])
    }

    fn read_if_there<T: for<'de> Deserialize<'de>>(
        &self,
        arguments: &[&str],
    ) -> Result<Option<T>, Failure> {
        let is_absence = |output: &Output| output.says("\"status\":404");
        self.runner
            .read_if_there(&self.reading(arguments), is_absence, decode::json)
    }

    /// An instance's addresses; none when it has gone since it was listed.
    fn addresses(&self, instance_id: &str) -> Result<Vec<Address>, Failure> {
        let list = ["instance", "ipv4", "list", instance_id, "-o", "json"];
        let found: Option<Addresses> = self.read_if_there(&list)?;
        Ok(found.map(|found| found.ipv4s).unwrap_or_default())
    }
}

impl Cloud for Vultr<'_> {
    fn cloudhost(&self) -> Cloudhost {
        Cloudhost::Vultr
    }

    fn longest_name(&self) -> Option<usize> {
        Some(LONGEST_LABEL)
    }

    fn machines(&self) -> Result<Listing<Machine>, Failure> {
        let instances = self.instances()?;
        Ok(instances.map(Machine::from))
    }

    fn network_members(
        &self,
        is_wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Listing<NetworkMember>, Failure> {
        let wanted = self
            .machines()?
            .filter_map(|it| is_wanted(&it.name).then_some(it));
        wanted.ask_about_each(
            |machine| machine.name.clone(),
            |machine| {
                let mut addresses = machine.private_addresses;
                if addresses.is_empty() {
                    let asked = self.addresses(&machine.id)?.into_iter();
                    let private = asked.filter(|address| address.scope == "private");
                    addresses = decode::addresses(private.map(|address| address.ip));
                }
                Ok(NetworkMember {
                    name: machine.name,
                    addresses,
                })
            },
        )
    }

    fn public_addresses_by_private(&self, address: &str) -> Result<Vec<String>, Failure> {
        let machines = self.machines()?;
        let mut told = machines.items.iter();
        if let Some(machine) = told.find(|machine| machine.has_address(address)) {
            return Ok(machine.public_addresses.clone());
        }
        machines.first_of(self.cli.name(), |machine| {
            let mut asked = self.addresses(&machine.id)?.into_iter();
            let has_it = asked.any(|known| known.ip == address);
            Ok(has_it.then_some(machine.public_addresses))
        })
    }

    fn steps(&self) -> &'static [SnapshotKind] {
        &[SnapshotKind::Snapshot]
    }

    fn all_snapshots(&self, _kind: SnapshotKind) -> Result<Listing<Snapshot>, Failure> {
        let list = self.reading(&["snapshot", "list", "-o", "json"]);
        let listed: Snapshots = self.runner.read(&list, decode::json)?;
        let listing = counted(listed.snapshots, listed.meta.total);
        Ok(listing.filter_map(ListedSnapshot::into_snapshot))
    }

    fn snapshot_by_id(
        &self,
        _kind: SnapshotKind,
        id: &SnapshotId,
    ) -> Result<Option<Snapshot>, Failure> {
        let get = ["snapshot", "get", id.as_str(), "-o", "json"];
        let found: Option<OneSnapshot> = self.read_if_there(&get)?;
        Ok(found.and_then(|found| found.snapshot.into_snapshot()))
    }

    fn create(
        &self,
        _kind: SnapshotKind,
        order: &SnapshotOrder<'_>,
        _source: Option<&SnapshotId>,
        limit: Duration,
    ) -> Result<Change<Receipt>, Failure> {
        order.refuse_misleading_words(self.cli.name())?;
        let create = ["snapshot", "create", "-i", order.machine_id, "-d"];
        let words = [&create[..], &[order.snapshot_name, "-o", "json"]].concat();
        let create = self.changing(&words).timeout(limit.min(CREATE_TIMEOUT));
        let change = self.runner.change(&create)?;
        change.try_map(|output| {
            self.runner.understand(&create, &output, |output| {
                let made: OneSnapshot = decode::json(output)?;
                Receipt::of(&made.snapshot.id)
            })
        })
    }

    fn delete(&self, _kind: SnapshotKind, id: &SnapshotId) -> Result<Change<()>, Failure> {
        let delete = self.changing(&["snapshot", "delete", id.as_str()]);
        answered::changed(self.runner, &delete)
    }
}

#[cfg(test)]
mod tests;
