//! The commands of vultr-cli that make instances and VPCs.

use std::fs;

use super::instance::{self, SYSTEMS};
use super::parse::Wanted;
use super::{VULTR, Vultr, account, refusal};
use crate::answer::{Answer, go_reason};
use crate::cloud::{Cloud, Phase};
use crate::state::{Kind, Machine};

const REGIONS: [&str; 32] = [
    "ewr", "ord", "dfw", "sea", "lax", "atl", "ams", "lhr", "fra", "sjc", "syd", "yto", "cdg",
    "nrt", "icn", "sgp", "mia", "mex", "mad", "sto", "waw", "jnb", "hnl", "man", "tlv", "scl",
    "blr", "bom", "del", "itm", "sao", "hou",
];

impl Vultr {
    pub(super) fn create_instance(&self, cloud: &mut Cloud, wanted: &Wanted) -> Answer {
        let user_data = match &wanted.user_data_file {
            None => wanted.user_data.clone(),
            Some(file) => match fs::read(file) {
                Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
                Err(e) => {
                    let reason = go_reason(&e);
                    return Answer::err(
                        1,
                        format!(
                            "Error: error reading user data from file : error reading user data file: open {file}: {reason}\n"
                        ),
                    );
                }
            },
        };
        let is_ready = || {
            let snapshot = cloud.snapshot(VULTR, Kind::Snapshot, &wanted.snapshot);
            snapshot.is_some_and(|s| cloud.phase(s) == Phase::Ready)
        };
        let is_system = SYSTEMS[..5].iter().any(|(id, ..)| *id == wanted.os);
        let is_no_firewall =
            !wanted.firewall.is_empty() && cloud.firewall(VULTR, &wanted.firewall).is_none();
        let reason = if !REGIONS.contains(&wanted.region.as_str()) {
            "Invalid location ID."
        } else if wanted.plan.is_empty() {
            "Invalid plan."
        } else if !wanted.snapshot.is_empty() && !is_ready() {
            "Invalid snapshot ID."
        } else if wanted.snapshot.is_empty() && !is_system {
            "Invalid OS ID. You must specify os_id, snapshot_id, iso_id, app_id or image_id."
        } else if is_no_firewall {
            "Invalid firewall group ID."
        } else if wanted.vpcs.iter().any(|id| cloud.vpc(VULTR, id).is_none()) {
            "Invalid VPC ID."
        } else {
            ""
        };
        if !reason.is_empty() {
            return self.error(&refusal(400, reason));
        }
        let image = if wanted.snapshot.is_empty() {
            &wanted.os
        } else {
            &wanted.snapshot
        };
        let mut machine = cloud.boot(Machine {
            provider: VULTR,
            name: wanted.label.clone(),
            region: wanted.region.clone(),
            image: image.clone(),
            from_snapshot: wanted.snapshot.clone(),
            size: wanted.plan.clone(),
            user_data,
            vpc: wanted.vpcs.first().cloned().unwrap_or_default(),
            firewalls: [&wanted.firewall]
                .into_iter()
                .filter(|id| !id.is_empty())
                .cloned()
                .collect(),
            keys: wanted.keys.clone(),
            ..Machine::default()
        });
        // Even an instance that takes no time is printed as it was when it began.
        machine.ready_ms = u64::MAX;
        instance::one(&machine, true, self.json)
    }

    pub(super) fn create_vpc(
        &self,
        cloud: &mut Cloud,
        region: &str,
        description: &str,
        range: &str,
    ) -> Answer {
        if !REGIONS.contains(&region) {
            return self.error(&refusal(400, "Invalid location ID."));
        }
        let vpc = cloud.state.add_vpc(VULTR, description, region, range);
        account::vpc(vpc, self.json)
    }
}
