//! The commands of linode-cli that make something.

use std::env;
use std::io;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::Value;

use super::parse::{RootPass, Wanted};
use super::{LINODE, Linode, PUBLIC_IMAGES, account, table, text};
use crate::answer::Answer;
use crate::cloud::{Cloud, Phase};
use crate::state::{Kind, Machine};

/// The text of `data`, whatever line breaks there are; none if it is no base64.
fn decoded(data: &str) -> Option<String> {
    let data: String = data.split_ascii_whitespace().collect();
    let bytes = BASE64_STANDARD.decode(data).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

impl Linode {
    pub(super) fn create_linode(&self, cloud: &mut Cloud, wanted: &Wanted) -> Answer {
        let has_root_pass = match wanted.root_pass {
            RootPass::Nowhere => false,
            RootPass::Argument => true,
            RootPass::Elsewhere if env::var_os("LINODE_CLI_ROOT_PASS").is_some() => true,
            RootPass::Elsewhere => match io::stdin().read_line(&mut String::new()) {
                Ok(n) if n > 0 => true,
                _ => return Answer::err(1, "Traceback (most recent call last):\nEOFError\n"),
            },
        };
        let user_data = decoded(&wanted.user_data);
        let image = Self::image(cloud, &wanted.image);
        let subnet = subnet(&wanted.interfaces);
        let vpc = cloud
            .state
            .vpcs
            .iter()
            .find(|v| v.provider == LINODE && subnet.as_ref() == Some(&v.subnet_id));
        let firewalls = firewalls(wanted);
        let taken = |m: &Machine| m.provider == LINODE && m.name == wanted.label;
        let (field, reason) = if wanted.region.is_empty() {
            ("region", "region is not valid")
        } else if wanted.kind.is_empty() {
            ("type", "type is not valid")
        } else if cloud.state.machines.iter().any(taken) {
            ("label", "Label must be unique among your linodes")
        } else if image.is_none() {
            ("image", "image is not valid")
        } else if user_data.is_none() {
            ("metadata.user_data", "user_data must be base64 encoded")
        } else if subnet.is_some() && vpc.is_none() {
            ("interfaces[1].vpc.subnet_id", "subnet_id is not valid")
        } else if firewalls
            .iter()
            .any(|id| cloud.firewall(LINODE, id).is_none())
        {
            ("firewall_id", "firewall_id is not valid")
        } else {
            ("", "")
        };
        if !reason.is_empty() {
            return self.field_refused(400, field, reason);
        }
        let vpc = vpc.map(|v| v.id.clone()).unwrap_or_default();
        let mut machine = cloud.boot(Machine {
            provider: LINODE,
            name: wanted.label.clone(),
            region: wanted.region.clone(),
            image: wanted.image.clone(),
            from_snapshot: image.unwrap_or_default(),
            size: wanted.kind.clone(),
            user_data: user_data.unwrap_or_default(),
            vpc,
            firewalls,
            keys: wanted.keys.clone(),
            has_root_pass,
            interfaces: wanted.interfaces.trim().to_owned(),
            ..Machine::default()
        });
        // Even a linode that takes no time is printed as it was when it began.
        machine.ready_ms = u64::MAX;
        if self.json {
            self.one(Some(text::linode(&machine)))
        } else {
            Answer::out(text::created(&machine))
        }
    }

    /// The id of the private image, empty if it is a public one; None if there is none that can be used.
    fn image(cloud: &Cloud, wanted: &str) -> Option<String> {
        if PUBLIC_IMAGES.iter().any(|image| image.0 == wanted) {
            return Some(String::new());
        }
        cloud
            .snapshot(LINODE, Kind::Image, wanted)
            .filter(|s| cloud.phase(s) == Phase::Ready)
            .map(|s| s.id.clone())
    }

    pub(super) fn make_image(
        &self,
        cloud: &mut Cloud,
        disk: &str,
        label: &str,
        cloud_init: bool,
    ) -> Answer {
        let owner = |m: &&Machine| {
            m.provider == LINODE && text::disks(m).iter().any(|d| d.id.to_string() == disk)
        };
        let Some(machine) = cloud.state.machines.iter().find(owner).cloned() else {
            return self.status(404);
        };
        if cloud.is_busy(LINODE, &machine.id) {
            return self.refusal(400, "Linode busy.");
        }
        let mut made = cloud.make(Kind::Image, label, &machine);
        made.no_cloud_init = !cloud_init;
        for snapshot in &mut cloud.state.snapshots {
            if snapshot.id == made.id {
                snapshot.no_cloud_init = !cloud_init;
            }
        }
        self.one(Some(text::image(&made, "creating")))
    }

    pub(super) fn create_vpc(
        &self,
        cloud: &mut Cloud,
        label: &str,
        region: &str,
        subnet: &str,
        range: &str,
    ) -> Answer {
        let taken = cloud
            .state
            .vpcs
            .iter()
            .any(|v| v.provider == LINODE && v.name == label);
        let (field, reason) = if region.is_empty() {
            ("region", "region is not valid")
        } else if taken {
            ("label", "Label must be unique among your VPCs")
        } else {
            ("", "")
        };
        if !reason.is_empty() {
            return self.field_refused(400, field, reason);
        }
        let vpc = cloud.state.add_vpc(LINODE, label, region, range);
        subnet.clone_into(&mut vpc.subnet_label);
        let vpc = vpc.clone();
        if self.json {
            return self.one(Some(account::vpc(cloud, &vpc, true)));
        }
        let header = ["id", "label", "description", "region", "vpc_type"];
        let row = [&vpc.id, &vpc.name, "", &vpc.region, ""];
        Answer::out(table::boxed(
            &header,
            &[row.map(str::to_owned).to_vec()],
            None,
        ))
    }
}

/// The subnet that an interface is in.
fn subnet(interfaces: &str) -> Option<String> {
    let interfaces: Vec<Value> = serde_json::from_str(interfaces).unwrap_or_default();
    let id = interfaces
        .iter()
        .find_map(|interface| interface.get("vpc")?.get("subnet_id"))?;
    Some(id.as_str().map_or_else(|| id.to_string(), str::to_owned))
}

/// The firewalls of the linode and of its interfaces.
fn firewalls(wanted: &Wanted) -> Vec<String> {
    let interfaces: Vec<Value> = serde_json::from_str(&wanted.interfaces).unwrap_or_default();
    let of_interfaces = interfaces
        .iter()
        .filter_map(|interface| interface.get("firewall_id"))
        .map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned));
    let mut ids: Vec<String> = of_interfaces.chain([wanted.firewall.clone()]).collect();
    ids.retain(|id| !id.is_empty() && id != "null" && id != "-1");
    ids.sort();
    ids.dedup();
    ids
}
