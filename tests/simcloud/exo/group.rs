//! exo's security groups and their rules.

use super::text::{ZONES, list};
use super::{EXO, Exo};
use crate::answer::{Answer, go_json, table};
use crate::cloud::Cloud;
use crate::state::{Firewall, Rule, uuid};

/// A rule as it is asked for.
#[derive(Debug)]
pub struct NewRule {
    pub is_outbound: bool,
    pub protocol: String,
    pub network: String,
    pub port: String,
}

impl Exo {
    /// A name is there once.
    pub(super) fn create_group(&self, cloud: &mut Cloud, name: &str) -> Answer {
        let mut mine = cloud.state.firewalls.iter().filter(|g| g.provider == EXO);
        if mine.any(|g| g.name == name) {
            return Answer::err(1, "error: Conflict: Security Group already exists\n");
        }
        let group = cloud.state.add_firewall(EXO, name).clone();
        let spinner = self.spinner(&format!("Creating Security Group \"{name}\""));
        let answer = if self.quiet {
            Answer::default()
        } else {
            self.group_shown(cloud, &group)
        };
        answer.with_stderr(spinner)
    }

    pub(super) fn show_group(&self, cloud: &Cloud, id: &str) -> Answer {
        match group(cloud, id) {
            Ok(group) => self.group_shown(cloud, group),
            Err(answer) => answer,
        }
    }

    pub(super) fn add_rule(&self, cloud: &mut Cloud, id: &str, new: &NewRule) -> Answer {
        let found = match group(cloud, id) {
            Ok(group) => group.clone(),
            Err(answer) => return answer,
        };
        if let Err(why) = checked(new) {
            return Answer::err(1, format!("error: {why}\n"));
        }
        let rule = Rule {
            id: uuid(cloud.state.next()),
            is_outbound: new.is_outbound,
            protocol: new.protocol.to_lowercase(),
            ports: new.port.clone(),
            addresses: vec![new.network.clone()],
            ..Rule::default()
        };
        if let Some(group) = cloud.state.firewall_mut(EXO, &found.id) {
            group.rules.push(rule);
        }
        let doing = format!("Adding rule to Security Group \"{}\"", found.name);
        let answer = if self.quiet {
            Answer::default()
        } else {
            self.show_group(cloud, &found.id)
        };
        answer.with_stderr(self.spinner(&doing))
    }

    pub(super) fn delete_rule(&self, cloud: &mut Cloud, id: &str, rule: &str) -> Answer {
        let found = match group(cloud, id) {
            Ok(group) => group.clone(),
            Err(answer) => return answer,
        };
        if !found.rules.iter().any(|r| r.id == rule) {
            let why = format!("could not find rule \"{rule}\" in security group {id}");
            return Answer::err(1, format!("error: {why}\n"));
        }
        let mut question = String::new();
        if !self.force {
            question = format!(
                "[+] Are you sure you want to delete rule {rule} from Security Group \"{}\"? [yN]: ",
                found.name
            );
            let mut line = String::new();
            match std::io::stdin().read_line(&mut line) {
                Ok(n) if n > 0 && matches!(line.trim(), "y" | "Y" | "yes") => {}
                Ok(n) if n > 0 => return Answer::out(question),
                _ => return Answer::out(question).with_stderr("EOF\n").with_rc(1),
            }
        }
        if let Some(group) = cloud.state.firewall_mut(EXO, &found.id) {
            group.rules.retain(|r| r.id != rule);
        }
        let spinner = self.spinner(&format!("Deleting Security Group rule {rule}"));
        let mut answer = self.show_group(cloud, &found.id);
        answer.stdout = [question.into_bytes(), answer.stdout].concat();
        answer.with_stderr(spinner)
    }

    fn group_shown(&self, cloud: &Cloud, g: &Firewall) -> Answer {
        if self.json {
            group_json(cloud, g)
        } else {
            group_table(cloud, g)
        }
    }
}

/// `security-group list`.
pub fn groups(groups: &[&Firewall]) -> Answer {
    list(groups.iter().map(|g| {
        format!(
            "{{\"id\":{},\"name\":{},\"visibility\":\"private\"}}",
            go_json(&g.id),
            go_json(&g.name)
        )
    }))
}

/// The group of that id or name.
fn group<'a>(cloud: &'a Cloud, id: &str) -> Result<&'a Firewall, Answer> {
    let mut mine = cloud.state.firewalls.iter().filter(|g| g.provider == EXO);
    mine.find(|g| g.id == id || g.name == id).ok_or_else(|| {
        let why = format!("\"{id}\" not found in ListSecurityGroupsResponse: Not Found");
        Answer::err(1, format!("error: {why}\n"))
    })
}

fn checked(new: &NewRule) -> Result<(), String> {
    let protocols = ["ah", "esp", "gre", "icmp", "icmpv6", "ipip", "tcp", "udp"];
    let protocol = new.protocol.to_lowercase();
    if !protocols.contains(&protocol.as_str()) {
        return Err(format!("unsupported network protocol \"{}\"", new.protocol));
    }
    if new.network.is_empty() {
        return Err(
            "either a target network address or Security Group name/ID must be specified"
                .to_owned(),
        );
    }
    let has_port = matches!(protocol.as_str(), "tcp" | "udp");
    if has_port && new.port.is_empty() {
        return Err("a port must be specifed for tcp or udp protocol".to_owned());
    }
    let is_network = new.network.split_once('/').is_some_and(|(ip, bits)| {
        ip.parse::<std::net::IpAddr>().is_ok() && bits.parse::<u8>().is_ok()
    });
    if !is_network {
        let network = &new.network;
        return Err(format!(
            "invalid value for network \"{network}\": invalid CIDR address: {network}"
        ));
    }
    if new.port.is_empty() {
        return Ok(());
    }
    let mut ports = Vec::new();
    for part in new.port.splitn(2, '-') {
        let number: u32 = part.parse().map_err(|_| {
            let why = format!("strconv.ParseUint: parsing \"{part}\": invalid syntax");
            format!("invalid port value \"{}\": {why}", new.port)
        })?;
        if !(1..=65535).contains(&number) {
            return Err("a port value must be between 1 and 65535".to_owned());
        }
        ports.push(number);
    }
    if ports.first() > ports.last() {
        return Err("end port must be greater than start port".to_owned());
    }
    Ok(())
}

fn group_json(cloud: &Cloud, g: &Firewall) -> Answer {
    let rules = |outbound: bool| {
        let rules = g.rules.iter().filter(|r| r.is_outbound == outbound);
        rules.map(rule_json).collect::<Vec<_>>().join(",")
    };
    let instances: Vec<_> = instances(cloud, g)
        .map(|m| {
            format!(
                "{{\"name\":{},\"public_ip\":{},\"id\":{},\"zone\":{}}}",
                go_json(&m.name),
                go_json(&m.public_ip),
                go_json(&m.id),
                go_json(&m.region)
            )
        })
        .collect();
    let instances = if instances.is_empty() {
        "null".to_owned()
    } else {
        format!("[{}]", instances.join(","))
    };
    Answer::out(format!(
        "{{\"id\":{},\"name\":{},\"description\":\"\",\"external_sources\":[],\"ingress_rules\":[{}],\
         \"egress_rules\":[{}],\"instances\":{instances}}}\n",
        go_json(&g.id),
        go_json(&g.name),
        rules(false),
        rules(true),
    ))
}

/// exo leaves out the type of an ICMP rule, and numbers that are 0.
fn rule_json(r: &Rule) -> String {
    let (start, end) = r.ports.split_once('-').unwrap_or((&r.ports, &r.ports));
    let ports = if start.is_empty() {
        String::new()
    } else {
        format!(",\"start_port\":{start},\"end_port\":{end}")
    };
    format!(
        "{{\"id\":{},\"description\":\"\",\"network\":{},\"protocol\":{}{ports}}}",
        go_json(&r.id),
        go_json(r.addresses.first().map_or("", String::as_str)),
        go_json(&r.protocol),
    )
}

fn group_table(cloud: &Cloud, g: &Firewall) -> Answer {
    let rules = |outbound: bool| {
        let rules = g.rules.iter().filter(|r| r.is_outbound == outbound);
        let line = |r: &Rule| {
            let network = r.addresses.first().map_or("", String::as_str);
            let rest = if r.protocol.starts_with("icmp") {
                "ICMP code:0 type:0"
            } else {
                &r.ports
            };
            format!("{}  {}  {network}  {rest}", r.id, r.protocol.to_uppercase())
        };
        joined(&rules.map(line).collect::<Vec<_>>())
    };
    let instances = instances(cloud, g);
    let instances =
        instances.map(|m| format!("{}  {}  {}  {}", m.name, m.id, m.public_ip, m.region));
    let instances = joined(&instances.collect::<Vec<_>>());
    let (ingress, egress) = (rules(false), rules(true));
    let cells = [
        ("ID", g.id.as_str()),
        ("Name", &g.name),
        ("Description", ""),
        ("Ingress Rules", &ingress),
        ("Egress Rules", &egress),
        ("External Sources", "-"),
        ("Instances", &instances),
    ];
    // Lines of a cell stand below each other.
    let mut rows = Vec::new();
    for (key, value) in cells {
        for (n, line) in value.split('\n').enumerate() {
            let key = if n == 0 { key } else { "" };
            rows.push(vec![key.to_owned(), line.to_owned()]);
        }
    }
    Answer::out(table(&["SECURITY GROUP", ""], &rows))
}

fn joined(lines: &[String]) -> String {
    if lines.is_empty() {
        "-".to_owned()
    } else {
        lines.join("\n")
    }
}

fn instances<'a>(
    cloud: &'a Cloud,
    g: &'a Firewall,
) -> impl Iterator<Item = &'a crate::state::Machine> {
    ZONES
        .iter()
        .flat_map(move |zone| cloud.protected(g).filter(move |m| m.region == *zone))
}
