//! Instances, made and destroyed.

use std::time::Duration;

use anyhow::{Context, bail};
use serde::Deserialize;

use super::answers::{Meta, Page};
use super::{CREATE_TIMEOUT, Vultr};
use crate::cloud::rows::{Rows, keyed_by_id};
use crate::cloud::server::{
    Firewall, Image, Links, Location, ServerOrder, Servers, found_or_made, settled,
};
use crate::cloud::{Cloud, Listing, Machine, answered, decode};
use crate::command::{Change, Failure};
use crate::names::BaseOs;

#[derive(Debug, Deserialize)]
struct Systems {
    #[serde(deserialize_with = "decode::or_none")]
    os: Rows<System>,
}

#[derive(Debug, Deserialize)]
struct System {
    #[serde(deserialize_with = "decode::id")]
    id: String,
    #[serde(default, deserialize_with = "decode::text")]
    name: String,
}

#[derive(Debug, Deserialize)]
struct Vpcs {
    #[serde(deserialize_with = "decode::or_none")]
    vpcs: Rows<Vpc>,
    #[serde(default)]
    meta: Meta,
}

#[derive(Debug, Deserialize)]
struct Vpc {
    #[serde(deserialize_with = "decode::id")]
    id: String,
    #[serde(default, deserialize_with = "decode::text")]
    description: String,
    #[serde(default, deserialize_with = "decode::text")]
    region: String,
}

#[derive(Debug, Deserialize)]
struct FirewallGroups {
    #[serde(deserialize_with = "decode::or_none")]
    firewall_groups: Rows<FirewallGroup>,
    #[serde(default)]
    meta: Meta,
}

#[derive(Debug, Deserialize)]
struct FirewallGroup {
    #[serde(deserialize_with = "decode::id")]
    id: String,
    #[serde(default, deserialize_with = "decode::text")]
    description: String,
}

keyed_by_id!(System, Vpc, FirewallGroup);

impl Page for Vpcs {
    type Row = Vpc;

    fn into_rows(self) -> (Rows<Vpc>, Meta) {
        (self.vpcs, self.meta)
    }
}

impl Page for FirewallGroups {
    type Row = FirewallGroup;

    fn into_rows(self) -> (Rows<FirewallGroup>, Meta) {
        (self.firewall_groups, self.meta)
    }
}

impl Vultr<'_> {
    fn change(&self, words: &[&str], limit: Duration) -> Result<Change<()>, Failure> {
        let change = self.changing(words).timeout(limit.min(CREATE_TIMEOUT));
        answered::changed(self.runner, &change)
    }

    /// The build's VPC in its region (contract 07 v61, v60). A description need not be unique, and one in another
    /// region is of no use here.
    fn vpc(&self, site: &Location<'_>) -> anyhow::Result<String> {
        let what = format!("the VPC '{}' in {}", site.network, site.region);
        let find = || {
            let listing = self.pages::<Vpcs>(&["vpc", "list"])?;
            let is_ours =
                |vpc: &Vpc| vpc.description == site.network && vpc.region == site.region.as_str();
            settled(
                &what,
                listing.filter_map(|vpc| is_ours(&vpc).then_some(vpc.id)),
            )
        };
        let split = site.network_range.split_once('/');
        let (first, bits) = split.with_context(|| {
            format!(
                "VPC_IP_RANGE is '{}'; expected addresses such as 10.0.0.0/24",
                site.network_range
            )
        })?;
        let words = [
            format!("--region={}", site.region),
            format!("--description={}", site.network),
            format!("--subnet={first}"),
            format!("--size={bits}"),
        ];
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let create = [&["vpc", "create"], &words[..]].concat();
        let made = found_or_made(&what, find, || self.change(&create, CREATE_TIMEOUT))?;
        Ok(made.or_shown_as("VPC_ID"))
    }
}

impl Servers for Vultr<'_> {
    /// The id of the system whose name holds the scripts' words for it (contract 10 §1.4).
    fn system_image(&self, os: BaseOs, version: &str) -> anyhow::Result<String> {
        let wanted = match os {
            BaseOs::Debian => format!("Debian {version} x64"),
            BaseOs::Ubuntu => format!("Ubuntu {version} LTS x64"),
        };
        let list = self.reading(&["os", "list", "-o", "json"]);
        let listed: Systems = self.runner.read(&list, decode::json)?;
        let mut found = listed.os.items;
        found.sort_by(|one, other| one.id.cmp(&other.id));
        found.retain(|system| system.name.contains(&wanted));
        if found.len() > 1 && found.iter().any(|system| system.name == wanted) {
            found.retain(|system| system.name == wanted);
        }
        match found.as_slice() {
            [only] => Ok(only.id.clone()),
            [] => bail!("vultr has no operating system '{wanted}'; say which to use with --image"),
            [one, other, ..] => bail!(
                "vultr has several of '{wanted}', such as {} '{}' and {} '{}'; say which to use with --image",
                one.id,
                one.name,
                other.id,
                other.name
            ),
        }
    }

    fn connect(&self, site: &Location<'_>) -> anyhow::Result<Links> {
        Ok(Links {
            network: self.vpc(site)?,
            ..Links::default()
        })
    }

    /// Contract 07 v40 and v41.
    fn create_server(
        &self,
        order: &ServerOrder<'_>,
        limit: Duration,
    ) -> Result<Change<()>, Failure> {
        let user_data = self.user_data(order)?;
        let image = match order.image {
            Image::System(id) => format!("--os={id}"),
            Image::Snapshot(id) => format!("--snapshot={id}"),
        };
        let firewall = order.links.firewall.as_ref();
        let mut words = vec![
            "instance".to_owned(),
            "create".to_owned(),
            format!("--label={}", order.name),
            format!("--region={}", order.site.region),
            format!("--plan={}", order.size),
        ];
        if order.site.is_by_autoscaler() {
            words.extend(["--ipv6=false".to_owned(), image]);
            words.extend(order.is_shielded.then(|| "--ddos=true".to_owned()));
            words.extend(firewall.map(|id| format!("--firewall-group={id}")));
        } else {
            words.extend([image, "--ipv6=false".to_owned()]);
            if let Some(id) = firewall {
                words.extend(["--firewall-group".to_owned(), id.clone()]);
            }
            words.push(format!("--ddos={}", order.is_shielded));
        }
        words.push(user_data.word.clone());
        words.extend(["--vpc-enable", "--vpc-ids", &order.links.network].map(str::to_owned));
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let create = self.changing(&words).timeout(limit.min(CREATE_TIMEOUT));
        let create = create.shown_as(&user_data.word, user_data.shown);
        answered::created(self.runner, &create, order.name.as_str())
    }

    fn firewalls(&self, name: &str) -> Result<Listing<Firewall>, Failure> {
        let groups = self.pages::<FirewallGroups>(&["firewall", "group", "list"])?;
        let listing = groups.map(|group| Firewall {
            id: group.id,
            name: group.description,
            machine_ids: Vec::new(),
        });
        Ok(listing.named(name))
    }

    /// Contract 07 v47 and v48.
    fn machines_at(&self, address: &str) -> Result<Listing<Machine>, Failure> {
        let machines = self.machines()?;
        Ok(machines.filter_map(|machine| machine.has_address(address).then_some(machine)))
    }

    fn destroy_server(&self, machine: &Machine, limit: Duration) -> Result<Change<()>, Failure> {
        self.change(&["instance", "delete", &machine.id], limit)
    }
}
