//! How vultr-cli prints operating systems and VPCs.

use super::instance::SYSTEMS;
use super::text::{Page, list, moment, object};
use crate::answer::{Answer, go_json};
use crate::state::Vpc;

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
