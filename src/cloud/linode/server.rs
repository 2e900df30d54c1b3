//! Linodes, made and destroyed.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::Context;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::Deserialize;

use super::{CREATE_TIMEOUT, Linode, QUIETLY};
use crate::cloud::rows::{Rows, keyed_by_id};
use crate::cloud::server::{
    Connected, Firewall, Image, Links, Location, Maker, ServerOrder, Servers, as_one_word,
    found_or_made, settled,
};
use crate::cloud::{Cloud, Listing, Machine, answered, decode};
use crate::command::{Change, Command, Failure};
use crate::names::BaseOs;

/// The one subnet of the build's VPC.
const SUBNET: &str = "adt-subnet";

/// Where linode-cli looks for the value of a `--root_pass` that has none.
const PASSWORD_VARIABLE: &str = "LINODE_CLI_ROOT_PASS";

#[derive(Debug, Deserialize)]
struct Labelled {
    #[serde(deserialize_with = "decode::id")]
    id: String,
    #[serde(default, deserialize_with = "decode::text")]
    label: String,
}

keyed_by_id!(Labelled);

impl Linode<'_> {
    fn change(&self, words: &[&str], limit: Duration) -> Result<Change<()>, Failure> {
        let words = [words, &[QUIETLY]].concat();
        let change = Command::changing(&self.linode_cli, &words).timeout(limit.min(CREATE_TIMEOUT));
        answered::changed(self.runner, &change)
    }

    /// The ids of what is listed under `label`.
    fn labelled(&self, list: &[&str], label: &str) -> Result<Listing<String>, Failure> {
        let flags = ["--no-defaults", "--json", "--all-rows", QUIETLY];
        let listed: Rows<Labelled> = self.read(&[list, &flags].concat())?;
        let ours = |it: Labelled| (it.label == label).then_some(it.id);
        Ok(listed.into_listing().filter_map(ours))
    }

    /// The subnet of the build's VPC (contract 07 l73, l72, l74).
    fn subnet(&self, site: &Location<'_>) -> anyhow::Result<String> {
        let what = format!("the VPC '{}'", site.network);
        let find = || settled(&what, self.labelled(&["vpcs", "list"], site.network)?);
        let vpc = if site.is_by_autoscaler() {
            let known = find()?;
            known.with_context(|| format!("the provider does not know {what}; build first"))?
        } else {
            let create = [
                "vpcs",
                "create",
                "--no-defaults",
                "--label",
                site.network,
                "--region",
            ];
            let subnet = [
                "--subnets.label",
                SUBNET,
                "--subnets.ipv4",
                site.network_range,
            ];
            let words = [&create[..], &[site.region.as_str()], &subnet].concat();
            match found_or_made(&what, find, || self.change(&words, CREATE_TIMEOUT))? {
                Connected::To(vpc) => vpc,
                Connected::Rehearsed => return Ok("SUBNET_ID".to_owned()),
            }
        };
        let subnets = self.labelled(&["vpcs", "subnets-list", &vpc], SUBNET)?;
        let missing = || format!("{what} has no subnet '{SUBNET}'; add one at the provider");
        settled("the subnet", subnets)?.with_context(missing)
    }
}

/// The value of `--interfaces`, to the letter as the scripts have it (contract 07 l50 to l53).
fn interfaces(site: &Location<'_>, links: &Links) -> String {
    let firewall = match &links.firewall {
        Some(id) => format!("\"firewall_id\": {id}, "),
        None => String::new(),
    };
    let nat = if site.is_by_autoscaler() {
        ""
    } else {
        ", \"nat_1_1_address\": \"auto\""
    };
    let mut json = format!(
        " [ {{ \"purpose\": \"public\", {firewall}\"default_route\": {{ \"ipv4\": true }}, "
    );
    let _ = write!(
        json,
        "\"public\": {{ \"ipv4\": {{ \"addresses\": [ {{ \"address\": \"auto\", \"primary\": true{nat} }} ] }} }} }}, "
    );
    // One blank more before this key than before the others.
    let _ = write!(
        json,
        "{{ \"purpose\": \"vpc\", {firewall} \"vpc\": {{ \"ipv4\": {{ \"addresses\": [ {{ \"address\": \"auto\", \
         \"primary\": true }} ] }} , \"subnet_id\": {} }} }} ]",
        links.network
    );
    json
}

/// The words that make a linode: contract 07 l53 with a firewall and l50 without, on an autoscaler l51 and l52.
fn creation(order: &ServerOrder<'_>, user_data: &str) -> Vec<String> {
    let (site, firewall) = (order.site, order.links.firewall.as_ref());
    let mut words = vec!["linodes", "create"];
    if let (Maker::BuildMachine { public_key, .. }, None) = (site.maker, firewall) {
        words.extend(["--authorized_keys", public_key]);
    }
    let image = match order.image {
        Image::System(name) => name.as_str(),
        Image::Snapshot(id) => id.as_str(),
    };
    words.extend([
        "--root_pass",
        "--region",
        site.region.as_str(),
        "--image",
        image,
    ]);
    let guard = firewall.filter(|_| site.is_by_autoscaler());
    let guard = guard.map(|id| format!("--firewall_id={id}"));
    words.extend(guard.as_deref());
    words.extend([
        "--type",
        order.size,
        "--label",
        order.name.as_str(),
        "--no-defaults",
    ]);
    let interfaces = interfaces(site, order.links);
    words.extend([
        "--interface_generation",
        "linode",
        "--interfaces",
        &interfaces,
    ]);
    words.extend([
        "--metadata.user_data",
        user_data,
        "--disk_encryption",
        "enabled",
        QUIETLY,
    ]);
    words.into_iter().map(str::to_owned).collect()
}

impl Servers for Linode<'_> {
    fn system_image(&self, os: BaseOs, version: &str) -> anyhow::Result<String> {
        Ok(format!("linode/{os}{version}"))
    }

    fn wants_console_password(&self) -> bool {
        true
    }

    fn connect(&self, site: &Location<'_>) -> anyhow::Result<Links> {
        Ok(Links {
            network: self.subnet(site)?,
            ..Links::default()
        })
    }

    /// The password is not among the words: where `--root_pass` has no value, linode-cli takes it from the environment.
    fn create_server(
        &self,
        order: &ServerOrder<'_>,
        limit: Duration,
    ) -> Result<Change<()>, Failure> {
        let path = order.user_data.display();
        let user_data = std::fs::read(order.user_data).map_err(|why| {
            let why = format_args!("cannot read '{path}': {why}");
            Failure::not_asked(self.linode_cli.name(), why)
        })?;
        let user_data = BASE64_STANDARD.encode(&user_data);
        let user_data = as_one_word(self.linode_cli.name(), user_data)?;
        let words = creation(order, &user_data);
        let create = Command::changing(&self.linode_cli, &words)
            .timeout(limit.min(CREATE_TIMEOUT))
            .env(PASSWORD_VARIABLE, order.console_password)
            .shown_as(&user_data, format!("[{path} in base64]"));
        answered::created(self.runner, &create, order.name.as_str())
    }

    fn firewalls(&self, name: &str) -> Result<Listing<Firewall>, Failure> {
        let ids = self.labelled(&["firewalls", "list"], name)?;
        Ok(ids.map(|id| Firewall {
            id,
            name: name.to_owned(),
            machine_ids: Vec::new(),
        }))
    }

    /// By an address of its own, or else by the one in the VPC, of which a list says nothing (contract 07 l61).
    fn machines_at(&self, address: &str) -> Result<Listing<Machine>, Failure> {
        let linodes = self.machines()?;
        if linodes.items.iter().any(|it| it.has_address(address)) {
            return Ok(linodes.filter_map(|it| it.has_address(address).then_some(it)));
        }
        let with_vpc = linodes.ask_about_each(
            |machine| machine.name.clone(),
            |mut machine| {
                let vpc = self.vpc_addresses(&machine.id)?.into_iter();
                let vpc = vpc.filter_map(|it| it.address);
                machine.private_addresses.extend(vpc);
                Ok(machine)
            },
        )?;
        Ok(with_vpc.filter_map(|it| it.has_address(address).then_some(it)))
    }

    /// Contract 07 l70 and l54. A linode that cannot be shut down is deleted all the same.
    fn destroy_server(&self, machine: &Machine, limit: Duration) -> Result<Change<()>, Failure> {
        let _off_already_or_rehearsed = self.change(&["linodes", "shutdown", &machine.id], limit);
        self.change(&["linodes", "delete", &machine.id], limit)
    }
}
