//! vultr-cli's firewall groups and their rules.

use super::parse::NewRule;
use super::text::{Page, list, moment, object, tabbed};
use super::{VULTR, Vultr, refusal};
use crate::answer::{Answer, go_json};
use crate::cloud::Cloud;
use crate::state::{Firewall, Rule};

const NO_GROUP: &str = "Invalid firewall group ID.";
/// How many rules a group holds.
const MAX_RULES: usize = 50;

impl Vultr {
    pub(super) fn create_group(&self, cloud: &mut Cloud, description: &str) -> Answer {
        let made = cloud.state.add_firewall(VULTR, description).clone();
        if self.json {
            return Answer::out(format!(
                "{{\n    \"firewall_group\": {}\n}}\n",
                group_json(cloud, &made, 4)
            ));
        }
        let header = [
            "ID",
            "DATE CREATED",
            "DATE MODIFIED",
            "INSTANCE COUNT",
            "RULE COUNT",
            "MAX RULE COUNT",
            "DESCRIPTION",
        ];
        let created = moment(made.created_ms);
        let row = [&made.id, &created, &created, "0", "0", "50", description];
        Answer::out(tabbed(&[&header, &row]))
    }

    pub(super) fn update_group(&self, cloud: &mut Cloud, id: &str, description: &str) -> Answer {
        match cloud.state.firewall_mut(VULTR, id) {
            Some(group) => {
                description.clone_into(&mut group.name);
                Answer::out("MESSAGE\nfirewall group has been updated\n")
            }
            None => self.error(&refusal(404, NO_GROUP)),
        }
    }

    pub(super) fn list_rules(
        &self,
        cloud: &Cloud,
        id: &str,
        per_page: usize,
        cursor: &str,
    ) -> Answer {
        let Some(group) = cloud.firewall(VULTR, id) else {
            return self.error(&refusal(404, NO_GROUP));
        };
        let page = Page::new(group.rules.len(), per_page, cursor);
        let rows = cloud.cut(page.of(&group.rules));
        let rows = rows.iter().map(|rule| rule_json(rule, 8));
        Answer::out(list("firewall_rules", rows) + &page.meta())
    }

    /// Rules have the numbers from 1 on; one that is gone leaves its number free.
    pub(super) fn create_rule(&self, cloud: &mut Cloud, id: &str, new: &NewRule) -> Answer {
        let Some(group) = cloud.state.firewall_mut(VULTR, id) else {
            return self.error(&refusal(404, NO_GROUP));
        };
        if new.ports.is_empty() && matches!(new.protocol.as_str(), "tcp" | "udp") {
            return self.error(&refusal(400, "Invalid port."));
        }
        if group.rules.len() >= MAX_RULES {
            return self.error(&refusal(400, "This firewall group has too many rules."));
        }
        let is_free = |n: &usize| group.rules.iter().all(|r| r.id != n.to_string());
        let number = (1..=MAX_RULES).find(is_free).unwrap_or(MAX_RULES);
        let rule = Rule {
            id: number.to_string(),
            protocol: new.protocol.clone(),
            ports: new.ports.clone(),
            addresses: vec![new.subnet.clone()],
            subnet_size: new.size,
            source: new.source.clone(),
            ..Rule::default()
        };
        group.rules.push(rule.clone());
        if self.json {
            return Answer::out(format!(
                "{{\n    \"firewall_rule\": {}\n}}\n",
                rule_json(&rule, 4)
            ));
        }
        let header = [
            "RULE NUMBER",
            "ACTION",
            "TYPE",
            "PROTOCOL",
            "PORT",
            "NETWORK",
            "SOURCE",
            "NOTES",
        ];
        let network = format!("{}/{}", new.subnet, new.size);
        let source = if rule.source.is_empty() {
            "anywhere"
        } else {
            &rule.source
        };
        let (protocol, ports) = (&rule.protocol, &rule.ports);
        let row = [
            &rule.id, "accept", "v4", protocol, ports, &network, source, "",
        ];
        Answer::out(tabbed(&[&header, &row]))
    }

    pub(super) fn delete_rule(&self, cloud: &mut Cloud, id: &str, number: &str) -> Answer {
        let Some(group) = cloud.state.firewall_mut(VULTR, id) else {
            return self.error(&refusal(404, NO_GROUP));
        };
        let before = group.rules.len();
        group.rules.retain(|r| r.id != number);
        if group.rules.len() < before {
            Answer::out("MESSAGE\nfirewall rule deleted\n")
        } else {
            self.error(&refusal(404, "Invalid firewall rule ID."))
        }
    }
}

/// `firewall group list`.
pub fn groups(cloud: &Cloud, groups: &[&Firewall], page: &Page) -> Answer {
    let rows = groups.iter().map(|group| group_json(cloud, group, 8));
    Answer::out(list("firewall_groups", rows) + &page.meta())
}

fn group_json(cloud: &Cloud, f: &Firewall, indent: usize) -> String {
    let created = moment(f.created_ms);
    let strings = |key: &str, value: &str| (key.to_owned(), go_json(value));
    let number = |key: &str, value: usize| (key.to_owned(), value.to_string());
    let fields = [
        strings("id", &f.id),
        strings("description", &f.name),
        strings("date_created", &created),
        strings("date_modified", &created),
        number("instance_count", cloud.protected(f).count()),
        number("rule_count", f.rules.len()),
        number("max_rule_count", MAX_RULES),
    ];
    object(indent, &fields)
}

fn rule_json(r: &Rule, indent: usize) -> String {
    let strings = |key: &str, value: &str| (key.to_owned(), go_json(value));
    let fields = [
        ("id".to_owned(), r.id.clone()),
        strings("action", "accept"),
        strings("ip_type", "v4"),
        strings("protocol", &r.protocol),
        strings("port", &r.ports),
        strings("subnet", r.addresses.first().map_or("", String::as_str)),
        ("subnet_size".to_owned(), r.subnet_size.to_string()),
        strings("source", &r.source),
        strings("notes", ""),
    ];
    object(indent, &fields)
}
