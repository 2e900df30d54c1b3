//! linode-cli's firewalls.

use std::fmt::Write;

use serde_json::Value;

use super::parse::Rules;
use super::table::boxed;
use super::text::moment;
use super::{LINODE, Linode};
use crate::answer::{Answer, python_json};
use crate::cloud::Cloud;
use crate::state::{Firewall, Rule};

/// What the API calls the rules' state; made up.
const FINGERPRINT: &str = "00000000";

impl Linode {
    /// A label is there once.
    pub(super) fn create_firewall(
        &self,
        cloud: &mut Cloud,
        label: &str,
        policies: [&String; 2],
    ) -> Answer {
        let firewalls = &cloud.state.firewalls;
        let mut mine = firewalls.iter().filter(|f| f.provider == LINODE);
        if mine.any(|f| f.name == label) {
            let says = "Label must be unique among your Cloud Firewalls";
            return self.field_refused(400, "label", says);
        }
        for (policy, field) in policies.iter().zip(["inbound_policy", "outbound_policy"]) {
            if policy.is_empty() {
                let field = format!("rules.{field}");
                return self.field_refused(400, &field, "Must be one of ACCEPT, DROP");
            }
        }
        let made = cloud.state.add_firewall(LINODE, label);
        let [inbound, outbound] = policies.map(String::clone);
        (made.inbound_policy, made.outbound_policy) = (inbound, outbound);
        let made = made.clone();
        Answer::out(format!("[{}]\n", firewall(cloud, &made)))
    }

    /// What is given replaces what was there.
    pub(super) fn update_rules(&self, cloud: &mut Cloud, id: &str, rules: &Rules) -> Answer {
        let Some(firewall) = cloud.state.firewall_mut(LINODE, id) else {
            return self.status(404);
        };
        for (given, is_outbound) in [(&rules.inbound, false), (&rules.outbound, true)] {
            let Some(given) = given else { continue };
            firewall.rules.retain(|r| r.is_outbound != is_outbound);
            let read = given.iter().map(|rule| read_rule(rule, is_outbound));
            firewall.rules.extend(read);
        }
        for (given, policy) in [
            (&rules.inbound_policy, &mut firewall.inbound_policy),
            (&rules.outbound_policy, &mut firewall.outbound_policy),
        ] {
            if let Some(given) = given {
                given.clone_into(policy);
            }
        }
        let firewall = firewall.clone();
        Answer::out(if self.json {
            format!("[{}]\n", rules_json(&firewall))
        } else {
            tables(&firewall)
        })
    }
}

/// A row of `firewalls list`.
pub fn firewall(cloud: &Cloud, f: &Firewall) -> String {
    let created = moment(f.created_ms);
    let entities: Vec<_> = cloud
        .protected(f)
        .map(|m| {
            format!(
                "{{\"id\": {0}, \"type\": \"linode\", \"label\": {1}, \"url\": \"/v4/linode/instances/{0}\"}}",
                m.id,
                python_json(&m.name)
            )
        })
        .collect();
    format!(
        "{{\"id\": {}, \"label\": {}, \"status\": \"enabled\", \"created\": \"{created}\", \"updated\": \"{created}\", \
         \"rules\": {}, \"tags\": [], \"entities\": [{}]}}",
        f.id,
        python_json(&f.name),
        rules_json(f),
        entities.join(", "),
    )
}

fn read_rule(rule: &Value, is_outbound: bool) -> Rule {
    let text = |key: &str| rule[key].as_str().unwrap_or_default().to_owned();
    let networks = |family: &str| {
        let listed = rule["addresses"][family].as_array().into_iter().flatten();
        listed.filter_map(Value::as_str).map(str::to_owned)
    };
    Rule {
        is_outbound,
        protocol: text("protocol").to_lowercase(),
        ports: text("ports"),
        addresses: networks("ipv4").chain(networks("ipv6")).collect(),
        action: text("action"),
        ..Rule::default()
    }
}

fn rules_json(f: &Firewall) -> String {
    let listed = |outbound: bool| {
        let rules = f.rules.iter().filter(|r| r.is_outbound == outbound);
        rules.map(rule_json).collect::<Vec<_>>().join(", ")
    };
    format!(
        "{{\"inbound\": [{}], \"inbound_policy\": {}, \"outbound\": [{}], \"outbound_policy\": {}, \"version\": 1, \
         \"fingerprint\": \"{FINGERPRINT}\"}}",
        listed(false),
        python_json(&f.inbound_policy),
        listed(true),
        python_json(&f.outbound_policy),
    )
}

fn rule_json(r: &Rule) -> String {
    let ports = if r.ports.is_empty() {
        String::new()
    } else {
        format!("\"ports\": {}, ", python_json(&r.ports))
    };
    let addresses: Vec<_> = r.addresses.iter().map(|a| python_json(a)).collect();
    format!(
        "{{\"action\": {}, \"protocol\": {}, {ports}\"addresses\": {{\"ipv4\": [{}]}}}}",
        python_json(&r.action),
        python_json(&r.protocol.to_uppercase()),
        addresses.join(", "),
    )
}

/// What `rules-update` prints without `--json`: a table of the policies, and one for each direction.
fn tables(f: &Firewall) -> String {
    let policies = [
        FINGERPRINT.to_owned(),
        f.inbound_policy.clone(),
        f.outbound_policy.clone(),
        "1".to_owned(),
    ];
    let header = [
        "fingerprint",
        "inbound_policy",
        "outbound_policy",
        "version",
    ];
    let mut text = boxed(&header, &[policies.to_vec()], None);
    for (title, outbound) in [("inbound", false), ("outbound", true)] {
        let row = |r: &Rule| {
            let cells = [&r.action, "", &r.protocol.to_uppercase(), &r.ports, "", ""];
            cells.map(str::to_owned).to_vec()
        };
        let rules = f.rules.iter().filter(|r| r.is_outbound == outbound);
        let rows: Vec<_> = rules.map(row).collect();
        let header = [
            "action",
            "label",
            "protocol",
            "ports",
            "ruleset",
            "description",
        ];
        let table = boxed(&header, &rows, None);
        let width = table.lines().next().map_or(0, |line| line.chars().count());
        let _ = write!(text, "{title:width$}\n{}", lined(&table));
    }
    text
}

/// A table of more than one row has a line between them here.
fn lined(table: &str) -> String {
    let lines: Vec<_> = table.lines().collect();
    let between = lines.get(2).copied().unwrap_or_default();
    let mut text = String::new();
    for (n, line) in lines.iter().enumerate() {
        if n > 3 && line.starts_with('│') {
            text += between;
            text.push('\n');
        }
        text += line;
        text.push('\n');
    }
    text
}
