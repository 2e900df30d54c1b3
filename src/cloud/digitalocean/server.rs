//! Droplets, made and destroyed.

use std::time::Duration;

use anyhow::Context;
use serde::Deserialize;

use super::DigitalOcean;
use crate::cloud::rows::keyed_by_id;
use crate::cloud::server::{
    Firewall, Image, Links, Location, Maker, ServerOrder, Servers, found_or_made, settled,
};
use crate::cloud::{Cloud, Listing, Machine, answered, decode};
use crate::command::{Change, Failure};
use crate::names::BaseOs;

/// A key in a list.
#[derive(Debug, Deserialize)]
struct Named {
    #[serde(deserialize_with = "decode::id")]
    id: String,
    #[serde(default, deserialize_with = "decode::text")]
    name: String,
}

#[derive(Debug, Deserialize)]
struct Vpc {
    #[serde(deserialize_with = "decode::id")]
    id: String,
    #[serde(default, deserialize_with = "decode::text")]
    name: String,
    #[serde(default, deserialize_with = "decode::text")]
    region: String,
}

/// A firewall in a list.
#[derive(Debug, Deserialize)]
struct ListedFirewall {
    #[serde(deserialize_with = "decode::id")]
    id: String,
    #[serde(default, deserialize_with = "decode::text")]
    name: String,
    #[serde(default)]
    droplet_ids: Option<Vec<u64>>,
}

keyed_by_id!(Named, Vpc, ListedFirewall);

impl DigitalOcean<'_> {
    fn change(&self, words: &[&str]) -> Result<Change<()>, Failure> {
        self.make(words, Duration::MAX)?.try_map(|_| Ok(()))
    }

    /// The VPC of the build (contract 07 d61, d60). A name is unique in the account, so one elsewhere is in the way.
    fn vpc(&self, site: &Location<'_>) -> anyhow::Result<String> {
        let what = format!("the VPC '{}' in {}", site.network, site.region);
        let find = || {
            let vpcs: Listing<Vpc> = self.list(&["vpcs", "list", "-o", "json"])?;
            let is_ours =
                |vpc: &Vpc| vpc.name == site.network && vpc.region == site.region.as_str();
            settled(
                &what,
                vpcs.filter_map(|vpc| is_ours(&vpc).then_some(vpc.id)),
            )
        };
        if site.is_by_autoscaler() {
            return find()?
                .with_context(|| format!("the provider does not know {what}; build first"));
        }
        let create = ["vpcs", "create", "--name", site.network, "--region"];
        let range = [site.region.as_str(), "--ip-range", site.network_range];
        let made = found_or_made(&what, find, || self.change(&[&create[..], &range].concat()))?;
        Ok(made.or_shown_as("VPC_ID"))
    }

    /// The id of the build's ssh key. A build makes its key known anew, since an earlier build of the same name had
    /// another one (contract 07 d43, d42, d41, d44).
    fn ssh_key(&self, site: &Location<'_>) -> anyhow::Result<String> {
        let name = format!("AGILE_TOOLKIT_PUBLIC_KEY-{}", site.build);
        let what = format!("the ssh key '{name}'");
        let ids = || -> anyhow::Result<Listing<String>> {
            let keys: Listing<Named> = self.list(&["compute", "ssh-key", "list", "-o", "json"])?;
            Ok(keys.filter_map(|key| (key.name == name).then_some(key.id)))
        };
        let Maker::BuildMachine {
            public_key,
            is_key_known,
        } = site.maker
        else {
            return settled(&what, ids()?)?
                .with_context(|| format!("the provider does not know {what}; build first"));
        };
        let mut old = Vec::new();
        if !is_key_known {
            old = ids()?.items;
            for id in &old {
                let delete = ["compute", "ssh-key", "delete", id.as_str(), "--force"];
                self.change(&delete)
                    .with_context(|| format!("cannot replace {what}"))?;
            }
        }
        let find = || {
            let new = ids()?.filter_map(|id| (!old.contains(&id)).then_some(id));
            settled(&what, new)
        };
        let create = [
            "compute",
            "ssh-key",
            "create",
            &name,
            "--public-key",
            public_key,
        ];
        let made = found_or_made(&what, find, || self.change(&create))?;
        Ok(made.or_shown_as("SSH_KEY_ID"))
    }
}

impl Servers for DigitalOcean<'_> {
    fn system_image(&self, os: BaseOs, version: &str) -> anyhow::Result<String> {
        Ok(format!("{os}-{}-x64", version.replace('.', "-")))
    }

    fn connect(&self, site: &Location<'_>) -> anyhow::Result<Links> {
        Ok(Links {
            ssh_key: Some(self.ssh_key(site)?),
            network: self.vpc(site)?,
            firewall: None,
        })
    }

    /// Contract 07 d21 and d22. The autoscaler's script hands over the configuration itself; it holds passwords, so here
    /// doctl reads it from its file.
    fn create_server(
        &self,
        order: &ServerOrder<'_>,
        limit: Duration,
    ) -> Result<Change<()>, Failure> {
        let image = match order.image {
            Image::System(slug) => slug.as_str(),
            Image::Snapshot(id) => id.as_str(),
        };
        let user_data = order.user_data.to_string_lossy();
        let key = order.links.ssh_key.as_deref().unwrap_or_default();
        let key = ["--ssh-keys", key];
        let plan = [
            "--size",
            order.size,
            "--image",
            image,
            "--region",
            order.site.region.as_str(),
        ];
        let name = ["compute", "droplet", "create", order.name.as_str()];
        let rest = [
            "--vpc-uuid",
            &order.links.network,
            "--user-data-file",
            &user_data,
        ];
        let words = if order.site.is_by_autoscaler() {
            [&name[..], &["-o", "json"], &plan, &key, &rest].concat()
        } else {
            [&name[..], &key, &plan, &rest].concat()
        };
        let change = self.make(&words, limit)?;
        let asked = self.changing(&words, limit);
        change.try_map(|output| {
            answered::ensure_created(self.runner, &asked, &output, order.name.as_str())
        })
    }

    /// Contract 07 d35.
    fn firewalls(&self, name: &str) -> Result<Listing<Firewall>, Failure> {
        let list = ["-o", "json", "compute", "firewall", "list"];
        let listed: Listing<ListedFirewall> = self.list(&list)?;
        let firewalls = listed.map(|it| {
            let droplets = it.droplet_ids.unwrap_or_default();
            Firewall {
                id: it.id,
                name: it.name,
                machine_ids: droplets.iter().map(u64::to_string).collect(),
            }
        });
        Ok(firewalls.named(name))
    }

    fn guards_afterwards(&self) -> bool {
        true
    }

    /// Contract 07 d5; a droplet that is behind the firewall already stays there.
    fn guard(&self, firewall: &Firewall, machine: &Machine) -> Result<(), Failure> {
        let add = ["compute", "firewall", "add-droplets", &firewall.id];
        self.change(&[&add[..], &["--droplet-ids", &machine.id]].concat())
            .map(drop)
    }

    fn machines_at(&self, address: &str) -> Result<Listing<Machine>, Failure> {
        let machines = self.machines()?;
        Ok(machines.filter_map(|machine| machine.has_address(address).then_some(machine)))
    }

    /// Contract 07 d2, whose `-force` before the command works by accident only.
    fn destroy_server(&self, machine: &Machine, limit: Duration) -> Result<Change<()>, Failure> {
        let words = [
            "compute",
            "droplet",
            "delete",
            machine.id.as_str(),
            "--force",
        ];
        answered::changed(self.runner, &self.changing(&words, limit))
    }
}
