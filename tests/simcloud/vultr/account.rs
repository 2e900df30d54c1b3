//! How vultr-cli prints operating systems, VPCs and firewall groups.

use super::instance::SYSTEMS;
use super::text::{Page, list, moment, object};
use crate::answer::{Answer, go_json};
use crate::cloud::Cloud;
use crate::state::{Firewall, Vpc};

/// `os list`.
pub fn systems() -> Answer {
    let row = |(id, name, family): &(&str, &str, &str)| {
        let fields = [
            ("id".to_owned(), (*id).to_owned()),
            ("name".to_owned(), go_json(name)),
            ("arch".to_owned(), go_json("x64")),
            ("family".to_owned(), go_json(family)),
        ];
        object(8, &fields)
    };
    let page = Page::new(SYSTEMS.len(), SYSTEMS.len(), "");
    Answer::out(list("os", SYSTEMS.iter().map(row)) + &page.meta())
}

/// `vpc list`.
pub fn vpcs(vpcs: &[&Vpc], page: &Page) -> Answer {
    Answer::out(list("vpcs", vpcs.iter().map(|v| vpc_json(v, 8))) + &page.meta())
}

/// `vpc create`.
pub fn vpc(v: &Vpc, json: bool) -> Answer {
    if json {
        return Answer::out(format!("{{\n    \"vpc\": {}\n}}\n", vpc_json(v, 4)));
    }
    let (subnet, size) = v.range.split_once('/').unwrap_or((&v.range, "0"));
    Answer::out(format!(
        "ID\t\t\t\t\tREGION\tDESCRIPTION\tV4 SUBNET\tV4 SUBNET MASK\tDATE CREATED\n\
         {}\t{}\t{}\t\t{subnet}\t{size}\t\t{}\n",
        v.id,
        v.region,
        v.name,
        moment(v.created_ms),
    ))
}

fn vpc_json(v: &Vpc, indent: usize) -> String {
    let (subnet, size) = v.range.split_once('/').unwrap_or((&v.range, "0"));
    let size = if size.is_empty() { "0" } else { size };
    let fields = [
        ("id".to_owned(), go_json(&v.id)),
        ("region".to_owned(), go_json(&v.region)),
        ("description".to_owned(), go_json(&v.name)),
        ("v4_subnet".to_owned(), go_json(subnet)),
        ("v4_subnet_mask".to_owned(), size.to_owned()),
        ("date_created".to_owned(), go_json(&moment(v.created_ms))),
    ];
    object(indent, &fields)
}

/// `firewall group list`; what it says of rules is made up.
pub fn firewalls(cloud: &Cloud, firewalls: &[&Firewall], page: &Page) -> Answer {
    let row = |f: &&Firewall| {
        let created = moment(f.created_ms);
        let fields = [
            ("id".to_owned(), go_json(&f.id)),
            ("description".to_owned(), go_json(&f.name)),
            ("date_created".to_owned(), go_json(&created)),
            ("date_modified".to_owned(), go_json(&created)),
            (
                "instance_count".to_owned(),
                cloud.protected(f).count().to_string(),
            ),
            ("rule_count".to_owned(), "0".to_owned()),
            ("max_rule_count".to_owned(), "50".to_owned()),
        ];
        object(8, &fields)
    };
    Answer::out(list("firewall_groups", firewalls.iter().map(row)) + &page.meta())
}
