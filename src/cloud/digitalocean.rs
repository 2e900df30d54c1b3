//! DigitalOcean, through `doctl`.
//!
//! `droplet-action snapshot` answers with an action, not with a snapshot, and the snapshot is listed only once it is
//! done. A page that fails on the way is dropped from a list without a word ([`pages`]), so a droplet's own
//! `snapshot_ids` are looked at too before anything is taken for absent.

mod answers;
mod pages;
mod server;

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use anyhow::Context;
use serde::Deserialize;

use self::answers::{Droplet, ListedAction, ListedSnapshot};
use super::rows::Rows;
use super::{Action, Cloud, Listing, Machine, NetworkMember, Receipt, Snapshot, SnapshotOrder};
use super::{access, answered, decode};
use crate::command::{Command, Failure, Output, Program, Runner, Tool};
use crate::names::{Cloudhost, SnapshotId, SnapshotKind};

/// `doctl` as the toolkit installs it.
pub(super) const DOCTL: Tool = Tool {
    names: &["doctl"],
    variable: "DOCTL",
    toolkit_path: "/usr/local/bin/doctl",
    install: "install it with the toolkit's installscripts/InstallDOCTL.sh or from DigitalOcean",
};

/// doctl answers a creation at once; it repeats a refused one for up to 31 s by itself and obeys a `Retry-After`.
const CREATE_TIMEOUT: Duration = Duration::from_secs(240);

/// How often doctl repeats a request by itself, 5 times if not said.
const RETRIES_VARIABLE: &str = "DIGITALOCEAN_HTTP_RETRY_MAX";

/// DigitalOcean's droplets and their snapshots.
#[derive(Debug)]
pub struct DigitalOcean<'a> {
    runner: &'a Runner,
    doctl: Program,
    /// Whether a list was too long for one page, so that the others may be too.
    has_several_pages: AtomicBool,
}

impl<'a> DigitalOcean<'a> {
    /// DigitalOcean through this `doctl`.
    pub fn through(doctl: Program, runner: &'a Runner) -> Self {
        Self {
            runner,
            doctl: doctl.refusing(access::of_doctl()),
            has_several_pages: AtomicBool::new(false),
        }
    }

    fn reading(&self, arguments: &[&str]) -> Command {
        Command::reading(&self.doctl, arguments)
    }

    fn changing(&self, words: &[&str], limit: Duration) -> Command {
        Command::changing(&self.doctl, words).timeout(limit.min(CREATE_TIMEOUT))
    }

    /// Asks for something new, once: by itself doctl repeats a request whose answer was lost, and two things are made.
    /// One that was turned away for its rate was not looked at, so it is repeated here as doctl would.
    fn make(&self, words: &[&str], limit: Duration) -> Result<Output, Failure> {
        let command = self.changing(words, limit).env(RETRIES_VARIABLE, "0");
        let was_turned_away = |output: &Output| output.says(": 429 ");
        let output = self
            .runner
            .output_unless_turned_away(&command, was_turned_away)?;
        answered::ensure_no_help(self.runner, &command, &output)?;
        Ok(output)
    }

    fn droplets(&self) -> Result<Listing<Droplet>, Failure> {
        self.list(&["compute", "droplet", "list", "-o", "json"])
    }

    /// A thing by its id. doctl's exit status is 1 for every error; the API's status stands in its message.
    fn by_id<T: for<'de> Deserialize<'de>>(
        &self,
        arguments: &[&str],
    ) -> Result<Option<T>, Failure> {
        let get = self.reading(arguments);
        let is_absence = |output: &Output| output.says(": 404 ");
        let found: Option<Vec<T>> = self.runner.read_if_there(&get, is_absence, decode::json)?;
        Ok(found.and_then(|found| found.into_iter().next()))
    }

    fn snapshot_list(&self) -> Result<Listing<ListedSnapshot>, Failure> {
        self.list(&["compute", "snapshot", "list", "-o", "json"])
    }

    /// The finished snapshots of a droplet that a list did not show, as far as they have the name `name`.
    fn unlisted(
        &self,
        order: &SnapshotOrder<'_>,
        listed: &[ListedSnapshot],
    ) -> Result<Vec<ListedSnapshot>, Failure> {
        let get = ["compute", "droplet", "get", order.machine_id, "-o", "json"];
        let droplet: Option<Droplet> = self.by_id(&get)?;
        let ids = droplet
            .map(|droplet| droplet.snapshot_ids)
            .unwrap_or_default();
        let mut unlisted = Vec::new();
        for id in ids.iter().map(u64::to_string) {
            if !listed.iter().any(|snapshot| snapshot.id == id) {
                unlisted.extend(self.by_id(&["compute", "snapshot", "get", &id, "-o", "json"])?);
            }
        }
        Ok(unlisted)
    }
}

impl Cloud for DigitalOcean<'_> {
    fn cloudhost(&self) -> Cloudhost {
        Cloudhost::DigitalOcean
    }

    fn machines(&self) -> Result<Listing<Machine>, Failure> {
        Ok(self.droplets()?.map(Machine::from))
    }

    fn network_members(
        &self,
        is_wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Listing<NetworkMember>, Failure> {
        Ok(self.machines()?.filter_map(|machine| {
            is_wanted(&machine.name).then_some(NetworkMember {
                name: machine.name,
                addresses: machine.private_addresses,
            })
        }))
    }

    fn public_addresses_by_private(&self, address: &str) -> Result<Vec<String>, Failure> {
        let machines = self.machines()?;
        let mut listed = machines.items.into_iter();
        match listed.find(|it| it.has_address(address)) {
            Some(machine) => Ok(machine.public_addresses),
            None => machines.completeness.nothing(self.doctl.name()),
        }
    }

    fn steps(&self) -> &'static [SnapshotKind] {
        &[SnapshotKind::Snapshot]
    }

    fn snapshots(
        &self,
        _kind: SnapshotKind,
        order: &SnapshotOrder<'_>,
    ) -> Result<Listing<Snapshot>, Failure> {
        let mut listed = self.snapshot_list()?;
        listed.items.extend(self.unlisted(order, &listed.items)?);
        listed
            .items
            .retain(|snapshot| snapshot.name == order.snapshot_name);
        Ok(listed.filter_map(ListedSnapshot::into_snapshot))
    }

    fn all_snapshots(&self, _kind: SnapshotKind) -> Result<Listing<Snapshot>, Failure> {
        Ok(self
            .snapshot_list()?
            .filter_map(ListedSnapshot::into_snapshot))
    }

    fn snapshot_by_id(
        &self,
        _kind: SnapshotKind,
        id: &SnapshotId,
    ) -> Result<Option<Snapshot>, Failure> {
        let found: Option<ListedSnapshot> =
            self.by_id(&["compute", "snapshot", "get", id.as_str(), "-o", "json"])?;
        Ok(found.and_then(ListedSnapshot::into_snapshot))
    }

    fn create(
        &self,
        _kind: SnapshotKind,
        order: &SnapshotOrder<'_>,
        _source: Option<&SnapshotId>,
        limit: Duration,
    ) -> Result<Receipt, Failure> {
        order.refuse_misleading_words(self.doctl.name())?;
        let words = [
            "compute",
            "droplet-action",
            "snapshot",
            "--snapshot-name",
            order.snapshot_name,
            order.machine_id,
            "-o",
            "json",
        ];
        let output = self.make(&words, limit)?;
        let asked = self.changing(&words, limit);
        self.runner.understand(&asked, &output, |output| {
            let actions: Vec<ListedAction> = decode::json(output)?;
            let action = actions.into_iter().next().context("it names no action")?;
            Ok(Receipt {
                id: None,
                action: Some(action.id),
            })
        })
    }

    fn delete(&self, _kind: SnapshotKind, id: &SnapshotId) -> Result<(), Failure> {
        let delete = Command::changing(
            &self.doctl,
            &["compute", "snapshot", "delete", id.as_str(), "--force"],
        );
        answered::changed(self.runner, &delete).map(drop)
    }

    fn is_at_work_on(&self, machine_id: &str) -> Result<bool, Failure> {
        let mut droplets = self.droplets()?.items.into_iter();
        Ok(droplets.any(|droplet| droplet.id == machine_id && droplet.locked))
    }

    fn actions(&self, machine_id: &str) -> Result<Vec<Action>, Failure> {
        let list = self.reading(&["compute", "droplet", "actions", machine_id, "-o", "json"]);
        let is_absence = |output: &Output| output.says(": 404 ");
        let listed: Option<Rows<ListedAction>> =
            self.runner.read_if_there(&list, is_absence, decode::json)?;
        let listed = listed.unwrap_or_default().items.into_iter();
        let snapshots = listed.filter(|action| action.kind == "snapshot");
        Ok(snapshots.map(Action::from).collect())
    }

    fn action(&self, id: &str) -> Result<Option<Action>, Failure> {
        let found: Option<ListedAction> =
            self.by_id(&["compute", "action", "get", id, "-o", "json"])?;
        Ok(found.map(Action::from))
    }
}

#[cfg(test)]
mod tests;
