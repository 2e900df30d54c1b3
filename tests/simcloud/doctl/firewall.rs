//! doctl's firewalls.

use serde::Serialize;

use super::text::{ISO, list};
use super::{DO, Doctl};
use crate::answer::{Answer, columns, date};
use crate::cloud::Cloud;
use crate::state::{Firewall, Rule};

#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    name: &'a str,
    status: &'a str,
    inbound_rules: Vec<Inbound<'a>>,
    outbound_rules: Vec<Outbound<'a>>,
    droplet_ids: Vec<u64>,
    tags: [&'a str; 0],
    created_at: String,
    pending_changes: [&'a str; 0],
}

#[derive(Serialize)]
struct Inbound<'a> {
    protocol: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    ports: &'a str,
    sources: Addresses<'a>,
}

#[derive(Serialize)]
struct Outbound<'a> {
    protocol: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    ports: &'a str,
    destinations: Addresses<'a>,
}

#[derive(Serialize)]
struct Addresses<'a> {
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    addresses: &'a [String],
}

impl Doctl {
    /// The account has one firewall of a name.
    pub(super) fn create_firewall(&self, cloud: &mut Cloud, name: &str, rules: &[Rule]) -> Answer {
        let mut mine = cloud.state.firewalls.iter().filter(|f| f.provider == DO);
        if mine.any(|f| f.name == name) {
            return self.error(&self.refusal(409, "duplicate name"));
        }
        if let Some(answer) = self.refused_rules(rules) {
            return answer;
        }
        let firewall = cloud.state.add_firewall(DO, name);
        rules.clone_into(&mut firewall.rules);
        let firewall = firewall.clone();
        firewalls(cloud, &[&firewall], "waiting", self.json)
    }

    pub(super) fn delete_firewalls(&self, cloud: &mut Cloud, ids: &[String]) -> Answer {
        for id in ids {
            if cloud.firewall(DO, id).is_none() {
                return self.not_found();
            }
            let firewalls = &mut cloud.state.firewalls;
            firewalls.retain(|f| f.provider != DO || f.id != *id);
            for machine in &mut cloud.state.machines {
                machine.firewalls.retain(|of| of != id);
            }
        }
        Answer::default()
    }

    /// Rules that it has already are no trouble.
    pub(super) fn add_rules(&self, cloud: &mut Cloud, id: &str, rules: &[Rule]) -> Answer {
        if let Some(answer) = self.refused_rules(rules) {
            return answer;
        }
        let Some(firewall) = cloud.state.firewall_mut(DO, id) else {
            return self.not_found();
        };
        for rule in rules {
            if !firewall.rules.contains(rule) {
                firewall.rules.push(rule.clone());
            }
        }
        Answer::default()
    }

    pub(super) fn add_droplets(
        &self,
        cloud: &mut Cloud,
        firewall: &str,
        droplets: &[String],
    ) -> Answer {
        let there = cloud.firewall(DO, firewall).is_some()
            && droplets.iter().all(|id| cloud.machine(DO, id).is_some());
        if !there {
            return self.not_found();
        }
        for machine in &mut cloud.state.machines {
            let mine = machine.provider == DO && droplets.contains(&machine.id);
            if mine && !machine.firewalls.iter().any(|id| id == firewall) {
                machine.firewalls.push(firewall.to_owned());
            }
        }
        Answer::default()
    }

    fn refused_rules(&self, rules: &[Rule]) -> Option<Answer> {
        let lacks_ports = |r: &Rule| r.ports.is_empty() && r.protocol != "icmp";
        let is_twin = |(n, rule): (usize, &Rule)| rules[..n].contains(rule);
        let why = if rules.iter().any(lacks_ports) {
            "You must specify a positive value for ports."
        } else if rules.iter().enumerate().any(is_twin) {
            "duplicate rules"
        } else {
            return None;
        };
        Some(self.error(&self.refusal(422, why)))
    }
}

/// The rules of `--inbound-rules` or `--outbound-rules`, or doctl's own refusal.
pub fn rules(text: &str, is_outbound: bool) -> Result<Vec<Rule>, String> {
    let rule = |words: &str| {
        let mut rule = Rule {
            is_outbound,
            ..Rule::default()
        };
        for word in words.split(',') {
            match word.split_once(':') {
                None => {
                    return Err(format!(
                        "Unexpected input value [[{word}]], must be a key:value pair"
                    ));
                }
                Some(("protocol", value)) => value.clone_into(&mut rule.protocol),
                Some(("ports", value)) => value.clone_into(&mut rule.ports),
                Some(("address", value)) => rule.addresses.push(value.to_owned()),
                Some(_) => {}
            }
        }
        Ok(rule)
    };
    if text.is_empty() {
        return Ok(Vec::new());
    }
    text.split(' ').map(rule).collect()
}

/// What `firewall list` and `firewall create` print.
pub fn firewalls(cloud: &Cloud, firewalls: &[&Firewall], status: &str, json: bool) -> Answer {
    if json {
        return list(firewalls.iter().map(|f| firewall_json(cloud, f, status)));
    }
    let header = [
        "ID",
        "Name",
        "Status",
        "Created At",
        "Inbound Rules",
        "Outbound Rules",
        "Droplet IDs",
        "Tags",
        "Pending Changes",
    ];
    let row = |f: &&Firewall| {
        let ids: Vec<_> = cloud.protected(f).map(|m| m.id.as_str()).collect();
        vec![
            f.id.clone(),
            f.name.clone(),
            status.to_owned(),
            date(f.created_ms, ISO),
            text_of(f, false),
            text_of(f, true),
            ids.join(","),
            String::new(),
            String::new(),
        ]
    };
    Answer::out(columns(
        &header,
        &firewalls.iter().map(row).collect::<Vec<_>>(),
    ))
}

fn firewall_json(cloud: &Cloud, f: &Firewall, status: &str) -> String {
    let rules = |outbound: bool| f.rules.iter().filter(move |r| r.is_outbound == outbound);
    let inbound = rules(false).map(|r| Inbound {
        protocol: &r.protocol,
        ports: &r.ports,
        sources: Addresses {
            addresses: &r.addresses,
        },
    });
    let outbound = rules(true).map(|r| Outbound {
        protocol: &r.protocol,
        ports: &r.ports,
        destinations: Addresses {
            addresses: &r.addresses,
        },
    });
    let row = Row {
        id: &f.id,
        name: &f.name,
        status,
        inbound_rules: inbound.collect(),
        outbound_rules: outbound.collect(),
        droplet_ids: cloud
            .protected(f)
            .filter_map(|m| m.id.parse().ok())
            .collect(),
        tags: [],
        created_at: date(f.created_ms, ISO),
        pending_changes: [],
    };
    // Only text that cannot be UTF-8 fails, and this is.
    let text = serde_json::to_string_pretty(&row).unwrap_or_default();
    let text = text
        .replace('&', "\\u0026")
        .replace('<', "\\u003c")
        .replace('>', "\\u003e");
    format!("  {}", text.replace('\n', "\n  "))
}

fn text_of(f: &Firewall, outbound: bool) -> String {
    let rules = f.rules.iter().filter(|r| r.is_outbound == outbound);
    let text = rules.map(|r| {
        let ports = if r.protocol == "icmp" {
            String::new()
        } else {
            format!("ports:{},", r.ports)
        };
        let addresses: Vec<_> = r.addresses.iter().map(|a| format!("address:{a}")).collect();
        format!("protocol:{},{ports}{}", r.protocol, addresses.join(","))
    });
    text.collect::<Vec<_>>().join(" ")
}
