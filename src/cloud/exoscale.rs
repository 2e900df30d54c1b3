//! Exoscale, through `exo`.
//!
//! A machine is built from a template, and a template is registered from a snapshot. A list that failed on the way is
//! printed short, even empty, with status 0: only a warning on standard error tells. So whatever a list says there
//! makes it doubtful. exo waits by itself until what it makes is done.

mod answers;
mod server;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use self::answers::{Instance, Lease, ListedSnapshot, ListedTemplate, Made, PrivateNetwork, doubt};
use super::rows::{Keyed, Rows};
use super::{
    Account, Cloud, Completeness, Listing, Machine, NetworkMember, Receipt, Snapshot, SnapshotOrder,
};
use super::{access, answered, decode, patient_list};
use crate::command::{Change, Command, Failure, Output, Program, Runner, Tool};
use crate::names::{Cloudhost, SnapshotId, SnapshotKind};
use crate::patience;

/// `exo` as the toolkit installs it.
pub(super) const EXO: Tool = Tool {
    names: &["exo"],
    variable: "EXO",
    toolkit_path: "/usr/bin/exo",
    install: "install it with the toolkit's installscripts or from Exoscale",
};

/// How many snapshots are no reason to list them once less.
const FEW_SNAPSHOTS: usize = 100;

/// How long a template may take from its registration until it is listed. A guess: how long it takes was not measured at
/// Exoscale, and a template that took longer would be made twice if the run that asked for it was cut off.
const REGISTRATION: Duration = Duration::from_secs(15 * 60);

/// The same where a livelier pace is asked for.
const LEAST_REGISTRATION: Duration = Duration::from_secs(1);

/// Exoscale's instances, their snapshots and the account's own templates, in one zone.
#[derive(Debug)]
pub struct Exoscale<'a> {
    runner: &'a Runner,
    exo: Program,
    zone: String,
    /// Whether the zone has many snapshots, for each of which exo makes a request to list them.
    has_many_snapshots: AtomicBool,
}

impl<'a> Exoscale<'a> {
    /// The account's zone of Exoscale through this `exo`.
    ///
    /// # Errors
    /// When the account has no zone: exo would take its own, where other machines are.
    pub fn through(exo: Program, runner: &'a Runner, account: &Account) -> anyhow::Result<Self> {
        let zone = account.zone.as_ref().context(
            "the zone of the machines is not known: the build's CURRENTREGION does not name one; build first",
        )?;
        Ok(Self {
            runner,
            exo: exo.refusing(access::of_exo()),
            zone: zone.as_str().to_owned(),
            has_many_snapshots: AtomicBool::new(false),
        })
    }

    fn reading(&self, arguments: &[&str]) -> Command {
        Command::reading(&self.exo, arguments)
    }

    /// What a list shows, tried again as long as exo says that something may be missing.
    fn listing<T: DeserializeOwned + Keyed>(
        &self,
        arguments: &[&str],
    ) -> Result<Listing<T>, Failure> {
        patient_list::listed(self.runner, &self.reading(arguments), |output, _| {
            self.doubt(output)
        })
    }

    /// What exo says went wrong on the way.
    fn doubt(&self, output: &Output) -> Option<String> {
        doubt(&self.runner.redact(&output.stderr))
    }

    /// The snapshots in the zone. exo looks up each one's machine, and goes no further than the first whose machine is
    /// gone: then asking again shows no more, and the list is cut. That it is gone is seen by its id in the list of
    /// machines.
    fn snapshot_list(&self) -> Result<Listing<ListedSnapshot>, Failure> {
        let zone = self.zone.as_str();
        let list = ["compute", "instance", "snapshot", "list", "-z", zone];
        let list = [&list[..], &["-O", "json"]].concat();
        let once = self.runner.read(&self.reading(&list), |output| {
            Ok((decode::json(output)?, self.doubt(output)))
        });
        let (rows, why): (Rows<ListedSnapshot>, Option<String>) = once?;
        if rows.listed > FEW_SNAPSHOTS {
            self.has_many_snapshots.store(true, Ordering::Relaxed);
        }
        let Some(why) = why else {
            return Ok(rows.into_listing());
        };
        let Some(machine_id) = why.split('"').nth(1).filter(|quoted| is_uuid(quoted)) else {
            return self.listing(&list);
        };
        let machines = self.machines()?;
        if !machines.is_whole()
            || machines
                .items
                .iter()
                .any(|machine| machine.id == machine_id)
        {
            return self.listing(&list);
        }
        let why = format!("exo stops at a snapshot whose machine {machine_id} is gone");
        Ok(Listing {
            items: rows.items,
            completeness: Completeness::Cut(why),
        })
    }

    fn instance_list(&self) -> [&str; 7] {
        let zone = self.zone.as_str();
        ["compute", "instance", "list", "--zone", zone, "-O", "json"]
    }

    /// A thing by its id or name, which exo quotes when it does not find it. The exit status is 1 for every error, and
    /// that a snapshot's machine is gone is another.
    fn named<T: for<'de> Deserialize<'de>>(
        &self,
        name: &str,
        arguments: &[&str],
    ) -> Result<Option<T>, Failure> {
        let quoted = format!("\"{name}\" not found in ");
        let is_absence =
            |output: &Output| output.says(&quoted) || output.says("error: resource not found in ");
        self.runner
            .read_if_there(&self.reading(arguments), is_absence, decode::json)
    }

    /// The name of the private network that the toolkit makes in each zone.
    fn network_name(&self) -> String {
        format!("adt_private_net_{}", self.zone)
    }

    /// Who has which address in the private network that the toolkit makes in each zone.
    fn leases(&self) -> Result<Listing<Lease>, Failure> {
        let zone = self.zone.as_str();
        let network = self.network_name();
        let show = ["compute", "private-network", "show", &network];
        let show = [&show[..], &["--zone", zone, "-O", "json"]].concat();
        let found: Option<PrivateNetwork> = self.named(&network, &show)?;
        let leases = found.map(|network| network.leases).unwrap_or_default();
        let has_address = |lease: &Lease| !decode::addresses([lease.ip_address.clone()]).is_empty();
        Ok(leases
            .into_listing()
            .filter_map(|lease| has_address(&lease).then_some(lease)))
    }

    /// The words that make `kind`; exo refuses nothing that is missing but takes the next word for it.
    fn creating(
        &self,
        kind: SnapshotKind,
        order: &SnapshotOrder<'_>,
        source: Option<&SnapshotId>,
    ) -> Result<Command, Failure> {
        order.refuse_misleading_words(self.exo.name())?;
        let zone = self.zone.as_str();
        if kind != SnapshotKind::Template {
            let words = ["compute", "instance", "snapshot", "create", "-z", zone];
            let words = [&words[..], &[order.machine_id, "-O", "json"]].concat();
            return Ok(Command::changing(&self.exo, &words));
        }
        let (Some(source), Some(os)) = (source, order.base_os) else {
            let why = "a template needs its snapshot and the operating system of the machine";
            return Err(Failure::not_asked(self.exo.name(), why));
        };
        let register = ["compute", "instance-template", "register"];
        let boot = ["--boot-mode", "legacy", "--disable-password"];
        let of = ["--from-snapshot", source.as_str(), "--zone", zone];
        let named = ["--username", os.as_str(), order.snapshot_name];
        let words = [&register[..], &boot, &of, &named, &["-O", "json"]].concat();
        Ok(Command::changing(&self.exo, &words))
    }
}

impl Cloud for Exoscale<'_> {
    fn cloudhost(&self) -> Cloudhost {
        Cloudhost::Exoscale
    }

    fn machines(&self) -> Result<Listing<Machine>, Failure> {
        let listed = self.listing(&self.instance_list())?;
        Ok(listed.filter_map(|instance: Instance| Some(instance.into())))
    }

    fn network_members(
        &self,
        is_wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Listing<NetworkMember>, Failure> {
        Ok(self.leases()?.filter_map(|lease| {
            is_wanted(&lease.instance).then_some(NetworkMember {
                name: lease.instance,
                addresses: vec![lease.ip_address],
            })
        }))
    }

    fn public_addresses_by_private(&self, address: &str) -> Result<Vec<String>, Failure> {
        let leases = self.leases()?;
        let mut listed = leases.items.iter();
        let Some(lease) = listed.find(|lease| lease.ip_address == address) else {
            return leases.completeness.nothing(self.exo.name());
        };
        let list = self.reading(&self.instance_list());
        let instances: Vec<Instance> =
            patient_list::whole(self.runner, &list, |output, _| self.doubt(output))?;
        let found = instances.into_iter().map(Machine::from);
        let found = found.filter(|machine| machine.name == lease.instance);
        Ok(found.flat_map(|machine| machine.public_addresses).collect())
    }

    fn steps(&self) -> &'static [SnapshotKind] {
        &[SnapshotKind::Snapshot, SnapshotKind::Template]
    }

    fn unlisted_for(&self, kind: SnapshotKind) -> Duration {
        match kind {
            SnapshotKind::Template => {
                patience::poll_override().map_or(REGISTRATION, |poll| poll.max(LEAST_REGISTRATION))
            }
            _ => Duration::ZERO,
        }
    }

    fn snapshots(
        &self,
        kind: SnapshotKind,
        order: &SnapshotOrder<'_>,
    ) -> Result<Listing<Snapshot>, Failure> {
        let name = match kind {
            SnapshotKind::Template => order.snapshot_name,
            _ => order.machine_name,
        };
        let named = |snapshot: Snapshot| (snapshot.name == name).then_some(snapshot);
        Ok(self.all_snapshots(kind)?.filter_map(named))
    }

    fn all_snapshots(&self, kind: SnapshotKind) -> Result<Listing<Snapshot>, Failure> {
        if kind != SnapshotKind::Template {
            return Ok(self
                .snapshot_list()?
                .filter_map(ListedSnapshot::into_snapshot));
        }
        let list = ["compute", "instance-template", "list", "--visibility"];
        let zone = ["private", "--zone", self.zone.as_str(), "-O", "json"];
        let listed = self.listing(&[&list[..], &zone].concat())?;
        Ok(listed.filter_map(ListedTemplate::into_snapshot))
    }

    fn snapshot_by_id(
        &self,
        kind: SnapshotKind,
        id: &SnapshotId,
    ) -> Result<Option<Snapshot>, Failure> {
        let (id, zone) = (id.as_str(), self.zone.as_str());
        if kind == SnapshotKind::Template {
            let show = ["compute", "instance-template", "show", id, "-z", zone];
            let show = [&show[..], &["--visibility", "private", "-O", "json"]].concat();
            let found: Option<ListedTemplate> = self.named(id, &show)?;
            return Ok(found.and_then(ListedTemplate::into_snapshot));
        }
        let show = ["compute", "instance", "snapshot", "show", id, "-z", zone];
        let found: Option<ListedSnapshot> =
            self.named(id, &[&show[..], &["-O", "json"]].concat())?;
        Ok(found.and_then(ListedSnapshot::into_snapshot))
    }

    fn is_list_dear(&self, kind: SnapshotKind) -> bool {
        kind != SnapshotKind::Template && self.has_many_snapshots.load(Ordering::Relaxed)
    }

    fn create(
        &self,
        kind: SnapshotKind,
        order: &SnapshotOrder<'_>,
        source: Option<&SnapshotId>,
        limit: Duration,
    ) -> Result<Change<Receipt>, Failure> {
        let create = self.creating(kind, order, source)?.timeout(limit);
        let change = self.runner.change(&create)?;
        change.try_map(|output| {
            self.runner.understand(&create, &output, |output| {
                let made: Made = decode::json(output)?;
                Receipt::of(&made.id)
            })
        })
    }

    fn delete(&self, kind: SnapshotKind, id: &SnapshotId) -> Result<Change<()>, Failure> {
        let what: &[&str] = match kind {
            SnapshotKind::Template => &["compute", "instance-template", "delete"],
            _ => &["compute", "instance", "snapshot", "delete"],
        };
        let words = [what, &["-f", "-z", self.zone.as_str(), id.as_str()]].concat();
        let delete = Command::changing(&self.exo, &words);
        answered::changed(self.runner, &delete)
    }
}

fn is_uuid(text: &str) -> bool {
    let is_uuids = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
    text.len() == 36 && text.bytes().all(is_uuids)
}

#[cfg(test)]
mod tests;
