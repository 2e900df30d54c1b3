//! exo's private networks.

use super::text::{ZONES, list};
use super::{EXO, Exo, unknown};
use crate::answer::{Answer, go_json, table};
use crate::cloud::Cloud;
use crate::state::{Machine, Vpc, uuid};

impl Exo {
    pub(super) fn list_networks(&self, cloud: &Cloud) -> Answer {
        let zones = ZONES
            .iter()
            .filter(|z| self.zone.as_ref().is_none_or(|zone| zone == *z));
        let networks = zones
            .flat_map(|zone| in_zone(cloud, zone))
            .filter(|n| cloud.is_listed(n.created_ms))
            .collect();
        list(cloud.cut(networks).iter().map(|n| {
            format!(
                "{{\"id\":{},\"name\":{},\"zone\":{}}}",
                go_json(&n.id),
                go_json(&n.name),
                go_json(&n.region)
            )
        }))
    }

    pub(super) fn show_network(&self, cloud: &Cloud, id: &str) -> Answer {
        match self.network(cloud, id) {
            Some(network) => network_json(&network, &leases(cloud, &network)),
            None => unknown(id, "ListPrivateNetworksResponse"),
        }
    }

    pub(super) fn create_network(
        &self,
        cloud: &mut Cloud,
        name: &str,
        ips: [&String; 3],
    ) -> Answer {
        let network = cloud.state.add_vpc(EXO, name, self.zone(), "");
        let [start_ip, end_ip, netmask] = ips.map(String::clone);
        (network.start_ip, network.end_ip, network.netmask) = (start_ip, end_ip, netmask);
        let network = network.clone();
        let spinner = self.spinner(&format!("Creating Private Network \"{name}\""));
        let answer = if self.quiet {
            Answer::default()
        } else if self.json {
            network_json(&network, "")
        } else {
            network_table(&network)
        };
        answer.with_stderr(spinner)
    }

    pub(super) fn attach(&self, cloud: &mut Cloud, instance: &str, network: &str) -> Answer {
        let machine = match self.instance(cloud, instance) {
            Ok(machine) => machine,
            Err(answer) => return answer,
        };
        let Some(found) = self.network(cloud, network) else {
            return unknown(network, "ListPrivateNetworksResponse");
        };
        if of(cloud, &machine).is_some_and(|n| n.id == found.id) {
            return Answer::err(
                1,
                "error: Conflict: Instance is already attached to the Private Network\n",
            );
        }
        let address = cloud.state.free_address(&found);
        let mut attached = machine.clone();
        for m in &mut cloud.state.machines {
            if m.provider == EXO && m.id == machine.id {
                found.id.clone_into(&mut m.vpc);
                address.clone_into(&mut m.private_ip);
                attached = m.clone();
            }
        }
        let doing = format!("Attaching instance \"{instance}\" to Private Network \"{network}\"");
        let answer = if self.quiet {
            Answer::default()
        } else {
            self.shown(cloud, &attached)
        };
        answer.with_stderr(self.spinner(&doing))
    }

    /// The zone's network of that id or name.
    fn network(&self, cloud: &Cloud, id: &str) -> Option<Vpc> {
        let mut networks = in_zone(cloud, self.zone()).into_iter();
        networks.find(|n| n.id == id || n.name == id)
    }
}

/// The network that the instance is in.
pub fn of(cloud: &Cloud, machine: &Machine) -> Option<Vpc> {
    let mut networks = in_zone(cloud, &machine.region).into_iter();
    networks.find(|n| is_in(machine, n))
}

/// The zone's networks. One of its machines with a private address is enough for the toolkit's network to be there.
fn in_zone(cloud: &Cloud, zone: &str) -> Vec<Vpc> {
    let state = &cloud.state;
    let made = state
        .vpcs
        .iter()
        .filter(|v| v.provider == EXO && v.region == zone);
    let mut networks: Vec<Vpc> = made.cloned().collect();
    let usual = usual_network(zone);
    let has_machine = state
        .machines
        .iter()
        .any(|m| m.provider == EXO && is_in(m, &usual));
    if has_machine && !networks.iter().any(|n| n.name == usual.name) {
        networks.insert(0, usual);
    }
    networks
}

fn usual_network(zone: &str) -> Vpc {
    let index = ZONES.iter().position(|z| *z == zone).unwrap_or(0);
    Vpc {
        provider: EXO,
        id: uuid(900 + u64::try_from(index).unwrap_or(0)),
        name: format!("adt_private_net_{zone}"),
        region: zone.to_owned(),
        start_ip: "10.0.0.20".to_owned(),
        end_ip: "10.0.0.200".to_owned(),
        netmask: "255.255.255.0".to_owned(),
        ..Vpc::default()
    }
}

fn is_in(machine: &Machine, network: &Vpc) -> bool {
    let is_usual = network.name == format!("adt_private_net_{}", network.region);
    machine.region == network.region
        && !machine.private_ip.is_empty()
        && (machine.vpc == network.id || (machine.vpc.is_empty() && is_usual))
}

fn leases(cloud: &Cloud, network: &Vpc) -> String {
    let machines = cloud.machines(EXO);
    let leases = machines.iter().filter(|m| is_in(m, network)).map(|m| {
        format!(
            "{{\"instance\":{},\"ip_address\":{}}}",
            go_json(&m.name),
            go_json(&m.private_ip)
        )
    });
    leases.collect::<Vec<_>>().join(",")
}

fn network_json(n: &Vpc, leases: &str) -> Answer {
    let leases = if leases.is_empty() {
        String::new()
    } else {
        format!("\"leases\":[{leases}],")
    };
    Answer::out(format!(
        "{{\"id\":{},\"name\":{},\"description\":\"\",\"zone\":{},\"type\":\"managed\",\"start_ip\":{},\"end_ip\":{},\
         \"netmask\":{},{leases}\"options\":{{\"routers\":null,\"dns-servers\":null,\"ntp-servers\":null,\
         \"domain-search\":null}}}}\n",
        go_json(&n.id),
        go_json(&n.name),
        go_json(&n.region),
        go_json(&n.start_ip),
        go_json(&n.end_ip),
        go_json(&n.netmask),
    ))
}

fn network_table(n: &Vpc) -> Answer {
    let rows = [
        ("ID", n.id.as_str()),
        ("Name", &n.name),
        ("Description", ""),
        ("Zone", &n.region),
        ("Type", "managed"),
        ("Start IP", &n.start_ip),
        ("End IP", &n.end_ip),
        ("Netmask", &n.netmask),
        ("Leases", "-"),
        ("Options", "-"),
    ];
    Answer::out(table(
        &["PRIVATE NETWORK", ""],
        &rows.map(|(key, value)| vec![key.to_owned(), value.to_owned()]),
    ))
}
