//! Linode, through `linode-cli`.
//!
//! A machine is built from an image of its root disk. A list shows one page of 100 rows and nothing tells, unless all
//! rows are asked for; then it fails as a whole when a page does. A creation whose answer is lost fails with status 2
//! while the image is being made.

mod server;

use std::time::Duration;

use anyhow::Context;
use serde::Deserialize;

use super::rows::{Rows, keyed_by_id};
use super::{
    Cloud, Listing, Machine, NetworkMember, Receipt, Snapshot, SnapshotOrder, SnapshotState,
};
use super::{access, answered, decode};
use crate::command::{Change, Command, Failure, Output, Program, Runner, Tool};
use crate::names::{Cloudhost, SnapshotId, SnapshotKind};

/// `linode-cli` as the toolkit installs it.
pub(super) const LINODE_CLI: Tool = Tool {
    names: &["linode-cli"],
    variable: "LINODE_CLI",
    toolkit_path: "/usr/local/bin/linode-cli",
    install: "install it with the toolkit's installscripts/InstallLinodeCLI.sh or with pip",
};

/// linode-cli answers a creation at once.
const CREATE_TIMEOUT: Duration = Duration::from_secs(240);

/// The file system of a root disk; the other disks of a linode are swap or raw.
const ROOT_FILE_SYSTEM: &str = "ext4";

/// Says of an image that a machine made from it reads its user data, as the build's machines do (Linode's documentation
/// asks it of every image that is given some).
const TAKES_USER_DATA: [&str; 2] = ["--cloud_init", "true"];

/// What such an image is listed with.
const CLOUD_INIT: &str = "cloud-init";

/// Keeps linode-cli from looking for a newer self on the network with every call.
const QUIETLY: &str = "--suppress-warnings";

/// Linode's linodes and the account's own images.
#[derive(Debug)]
pub struct Linode<'a> {
    runner: &'a Runner,
    linode_cli: Program,
}

#[derive(Debug, Deserialize)]
struct Instance {
    #[serde(deserialize_with = "decode::id")]
    id: String,
    #[serde(deserialize_with = "decode::text")]
    label: String,
    #[serde(default, deserialize_with = "decode::text")]
    status: String,
    #[serde(default, deserialize_with = "decode::or_none")]
    ipv4: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Disk {
    #[serde(deserialize_with = "decode::id")]
    id: String,
    #[serde(default, deserialize_with = "decode::text")]
    label: String,
    #[serde(default, deserialize_with = "decode::text")]
    filesystem: String,
}

#[derive(Debug, Deserialize)]
struct Image {
    #[serde(deserialize_with = "decode::id")]
    id: String,
    #[serde(default, deserialize_with = "decode::text")]
    label: String,
    #[serde(default)]
    is_public: bool,
    /// Who made it: the user (`manual`), or Linode, of a linode that was deleted (`automatic`).
    #[serde(rename = "type")]
    origin: Option<String>,
    #[serde(default, deserialize_with = "decode::text")]
    status: String,
    created: Option<String>,
    capabilities: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
struct Addresses {
    ipv4: Ipv4,
}

#[derive(Debug, Deserialize)]
struct Ipv4 {
    #[serde(default, deserialize_with = "decode::or_none")]
    vpc: Vec<VpcAddress>,
}

/// An address in a VPC; a range has none.
#[derive(Debug, Deserialize)]
struct VpcAddress {
    address: Option<String>,
    nat_1_1: Option<String>,
}

keyed_by_id!(Instance, Disk, Image);

impl<'a> Linode<'a> {
    /// Linode through this `linode-cli`.
    pub fn through(linode_cli: Program, runner: &'a Runner) -> Self {
        Self {
            runner,
            linode_cli: linode_cli.refusing(access::of_linode_cli()),
        }
    }

    fn read<T: for<'de> Deserialize<'de>>(&self, arguments: &[&str]) -> Result<T, Failure> {
        let list = Command::reading(&self.linode_cli, arguments);
        self.runner.read(&list, decode::json)
    }

    fn linodes(&self) -> Result<Listing<Instance>, Failure> {
        let list = ["linodes", "list", "--no-defaults", "--json", "--all-rows"];
        let rows: Rows<Instance> = self.read(&[&list[..], &[QUIETLY]].concat())?;
        Ok(rows.into_listing())
    }

    /// A linode's addresses in VPCs; none when it has gone since it was listed.
    fn vpc_addresses(&self, linode_id: &str) -> Result<Vec<VpcAddress>, Failure> {
        let list = ["linodes", "ips-list", linode_id, "--no-defaults", "--json"];
        let found: Option<Vec<Addresses>> =
            self.read_if_there(&[&list[..], &[QUIETLY]].concat())?;
        let found = found.unwrap_or_default().into_iter();
        Ok(found.flat_map(|addresses| addresses.ipv4.vpc).collect())
    }

    fn read_if_there<T: for<'de> Deserialize<'de>>(
        &self,
        arguments: &[&str],
    ) -> Result<Option<T>, Failure> {
        let get = Command::reading(&self.linode_cli, arguments);
        let is_absence = |output: &Output| output.says("Request failed: 404");
        self.runner.read_if_there(&get, is_absence, decode::json)
    }

    /// The one disk that an image of the linode is made of.
    fn root_disk(&self, linode_id: &str) -> Result<String, Failure> {
        let list = ["linodes", "disks-list", linode_id];
        let disks: Rows<Disk> =
            self.read(&[&list[..], &["--no-defaults", "--json", QUIETLY]].concat())?;
        let is_root = |disk: &Disk| disk.filesystem == ROOT_FILE_SYSTEM;
        let roots: Vec<Disk> = disks.items.into_iter().filter(is_root).collect();
        if let [root] = roots.as_slice() {
            return Ok(root.id.clone());
        }
        let named = roots
            .iter()
            .map(|disk| format!("{} '{}'", disk.id, disk.label));
        let found = match named.collect::<Vec<_>>().join(" and ") {
            none if none.is_empty() => "none".to_owned(),
            several => several,
        };
        let why = format!(
            "linode {linode_id} must have one {ROOT_FILE_SYSTEM} disk to make an image of, and it has {found}"
        );
        Err(Failure::not_asked(self.linode_cli.name(), why))
    }
}

impl Cloud for Linode<'_> {
    fn cloudhost(&self) -> Cloudhost {
        Cloudhost::Linode
    }

    fn machines(&self) -> Result<Listing<Machine>, Failure> {
        Ok(self.linodes()?.map(Machine::from))
    }

    /// The scripts print all addresses on one line, separated by blanks (contract 05).
    fn network_members(
        &self,
        is_wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Listing<NetworkMember>, Failure> {
        let wanted = self
            .linodes()?
            .filter_map(|it| is_wanted(&it.label).then_some(it));
        wanted.ask_about_each(
            |linode| linode.label.clone(),
            |linode| {
                let vpc = self.vpc_addresses(&linode.id)?.into_iter();
                Ok(NetworkMember {
                    name: linode.label,
                    addresses: decode::addresses(vpc.filter_map(|vpc| vpc.address)),
                })
            },
        )
    }

    fn public_addresses_by_private(&self, address: &str) -> Result<Vec<String>, Failure> {
        self.linodes()?.first_of(self.linode_cli.name(), |linode| {
            let mut vpc = self.vpc_addresses(&linode.id)?.into_iter();
            let found = vpc.find(|vpc| vpc.address.as_deref() == Some(address));
            Ok(found.map(|found| {
                let public = decode::addresses(found.nat_1_1);
                if public.is_empty() {
                    decode::addresses(linode.ipv4)
                } else {
                    public
                }
            }))
        })
    }

    fn steps(&self) -> &'static [SnapshotKind] {
        &[SnapshotKind::Image]
    }

    fn all_snapshots(&self, _kind: SnapshotKind) -> Result<Listing<Snapshot>, Failure> {
        let list = ["images", "list", "--is_public", "false", "--json"];
        let images: Rows<Image> = self.read(&[&list[..], &["--all-rows", QUIETLY]].concat())?;
        Ok(images.into_listing().filter_map(Image::into_snapshot))
    }

    fn snapshot_by_id(
        &self,
        _kind: SnapshotKind,
        id: &SnapshotId,
    ) -> Result<Option<Snapshot>, Failure> {
        let view = ["images", "view", id.as_str(), "--json", QUIETLY];
        let found: Option<Vec<Image>> = self.read_if_there(&view)?;
        let found = found.and_then(|images| images.into_iter().next());
        Ok(found.and_then(Image::into_snapshot))
    }

    fn create(
        &self,
        _kind: SnapshotKind,
        order: &SnapshotOrder<'_>,
        _source: Option<&SnapshotId>,
        limit: Duration,
    ) -> Result<Change<Receipt>, Failure> {
        order.refuse_misleading_words(self.linode_cli.name())?;
        let disk = self.root_disk(order.machine_id)?;
        let create = ["images", "create", "--disk_id", &disk, "--label"];
        let words = [
            &create[..],
            &[order.snapshot_name],
            &TAKES_USER_DATA,
            &["--no-defaults", "--json", QUIETLY],
        ]
        .concat();
        let create = Command::changing(&self.linode_cli, &words).timeout(limit.min(CREATE_TIMEOUT));
        let change = self.runner.change(&create)?;
        change.try_map(|output| {
            self.runner.understand(&create, &output, |output| {
                let images: Vec<Image> = decode::json(output)?;
                let image = images.into_iter().next().context("it names no image")?;
                Receipt::of(&image.id)
            })
        })
    }

    fn delete(&self, _kind: SnapshotKind, id: &SnapshotId) -> Result<Change<()>, Failure> {
        let words = ["images", "delete", id.as_str(), "--json", QUIETLY];
        let delete = Command::changing(&self.linode_cli, &words);
        answered::changed(self.runner, &delete)
    }
}

impl From<Instance> for Machine {
    fn from(linode: Instance) -> Self {
        Self {
            id: linode.id,
            name: linode.label,
            is_off: linode.status == "offline",
            status: linode.status,
            public_addresses: decode::addresses(linode.ipv4),
            private_addresses: Vec::new(),
        }
    }
}

impl Image {
    /// None for what is not the account's own, and for what Linode made by itself, which it also deletes by itself.
    fn into_snapshot(self) -> Option<Snapshot> {
        let is_by_the_user = self.origin.is_none_or(|told| told == "manual");
        if self.is_public || !is_by_the_user || !self.id.starts_with("private/") {
            return None;
        }
        Some(Snapshot {
            id: self.id.parse().ok()?,
            kind: SnapshotKind::Image,
            name: self.label,
            state: SnapshotState::of(self.status, &["available"], &["failed", "error", "deleted"]),
            machine_id: None,
            created: self.created.as_deref().and_then(decode::time),
            regions: Vec::new(),
            lacks_cloud_init: self
                .capabilities
                .is_some_and(|it| !it.iter().any(|it| it == CLOUD_INIT)),
        })
    }
}

#[cfg(test)]
mod tests;
