//! How exo prints instances, snapshots and templates.

use crate::answer::{Answer, date, go_json, table};
use crate::state::{Machine, Snapshot};

pub const ZONES: [&str; 7] = [
    "at-vie-1", "at-vie-2", "bg-sof-1", "ch-dk-2", "ch-gva-2", "de-fra-1", "de-muc-1",
];

const GO: &str = "%Y-%m-%d %H:%M:%S +0000 UTC";

pub const PUBLIC_TEMPLATES: [(&str, &str); 5] = [
    (
        "a82823ee-8e0c-5432-accc-306042a20a13",
        "Linux Debian 12 (Bookworm) 64-bit",
    ),
    (
        "786a2560-ec1c-5c18-8d02-92e0d738358e",
        "Linux Debian 13 (Trixie) 64-bit",
    ),
    (
        "1ad1b998-4e71-5276-8f69-c6e9df77e9ba",
        "Linux Rocky Linux 9 64-bit",
    ),
    (
        "3536f305-0160-573d-a381-c2ab1e5cfa24",
        "Linux Ubuntu 22.04 LTS 64-bit",
    ),
    (
        "f880d66c-8cee-57f8-9b0b-dbe334a9f11c",
        "Linux Ubuntu 24.04 LTS 64-bit",
    ),
];

/// `instance list`.
pub fn instances(machines: &[&Machine], json: bool) -> Answer {
    if json {
        return list(machines.iter().map(|m| {
            format!(
                "{{\"id\":{},\"name\":{},\"zone\":{},\"type\":{},\"ip_address\":{},\"ipv6_address\":\"-\",\"state\":{}}}",
                go_json(&m.id),
                go_json(&m.name),
                go_json(&m.region),
                go_json(kind(m)),
                go_json(&m.public_ip),
                go_json(state(m)),
            )
        }));
    }
    if machines.is_empty() {
        return Answer::default();
    }
    let header = [
        "ID",
        "NAME",
        "ZONE",
        "TYPE",
        "IP ADDRESS",
        "IPV6 ADDRESS",
        "STATE",
    ];
    let row = |m: &&Machine| {
        [
            &m.id,
            &m.name,
            &m.region,
            kind(m),
            &m.public_ip,
            "-",
            state(m),
        ]
        .map(str::to_owned)
        .to_vec()
    };
    Answer::out(table(
        &header,
        &machines.iter().map(row).collect::<Vec<_>>(),
    ))
}

/// What `instance show`, `instance create` and `private-network attach` print.
pub fn instance(m: &Machine, names: &Names, json: bool) -> Answer {
    let key = m.keys.first().map_or("-", |key| key);
    let created = date(m.created_ms, GO);
    if json {
        return Answer::out(format!(
            "{{\"id\":{},\"name\":{},\"creation_date\":\"{created}\",\"instance_type\":{},\"template\":{},\"zone\":{},\
             \"anti_affinity_groups\":[],\"deploy_target\":\"-\",\"security_groups\":[{}],\"private-instance\":\"No\",\
             \"private_networks\":[{}],\"elastic_ips\":[],\"public-ip\":\"inet4\",\"ip_address\":{},\"ipv6_address\":\"-\",\
             \"ssh_key\":{},\"disk_size\":\"50 GiB\",\"state\":{},\"labels\":{{}},\"secureboot\":false,\"tpm\":false,\
             \"reverse_dns\":\"\",\"application_consistent_snapshot_enabled\":false}}\n",
            go_json(&m.id),
            go_json(&m.name),
            go_json(kind(m)),
            go_json(&names.template),
            go_json(&m.region),
            quoted(&names.groups),
            quoted(&names.networks),
            go_json(&m.public_ip),
            go_json(key),
            go_json(state(m)),
        ));
    }
    let listed = |names: &[String]| {
        if names.is_empty() {
            "n/a".to_owned()
        } else {
            names.join("\n")
        }
    };
    let (groups, networks) = (listed(&names.groups), listed(&names.networks));
    let rows = [
        ("ID", m.id.as_str()),
        ("Name", &m.name),
        ("Creation Date", &created),
        ("Instance Type", kind(m)),
        ("Template", &names.template),
        ("Zone", &m.region),
        ("Anti-Affinity Groups", "n/a"),
        ("Deploy Target", "-"),
        ("Security Groups", &groups),
        ("Private Instance", "No"),
        ("Private Networks", &networks),
        ("Elastic IPs", "n/a"),
        ("Public IP", "inet4"),
        ("IP Address", &m.public_ip),
        ("IPv6 Address", "-"),
        ("SSH Key", key),
        ("Disk Size", "50 GiB"),
        ("State", state(m)),
        ("Labels", "n/a"),
        ("Secure Boot", "false"),
        ("Tpm", "false"),
        ("Reverse DNS", ""),
        ("Application-Consistent Snapshot enabled", "false"),
    ];
    Answer::out(table(
        &["COMPUTE INSTANCE", ""],
        &rows.map(|(key, value)| vec![key.to_owned(), value.to_owned()]),
    ))
}

/// The names of what an instance has to do with.
pub struct Names {
    pub template: String,
    pub groups: Vec<String>,
    pub networks: Vec<String>,
}

/// `status`: whatever the credentials.
pub fn status() -> Answer {
    let zones = [
        "ch-gva-2", "ch-dk-2 ", "de-fra-1", "de-muc-1", "at-vie-1", "at-vie-2", "bg-sof-1",
    ];
    let titles = std::iter::once("Services").chain(std::iter::repeat(""));
    let mut rows: Vec<Vec<String>> = titles
        .zip(zones)
        .map(|(title, zone)| vec![title.to_owned(), format!("  {zone}   operational  ")])
        .collect();
    for (title, text) in [("", ""), ("Incidents", "n/a"), ("Maintenances", "n/a")] {
        rows.push(vec![title.to_owned(), text.to_owned()]);
    }
    Answer::out(table(&["EXOSCALE STATUS", ""], &rows))
}

fn quoted(names: &[String]) -> String {
    let names: Vec<_> = names.iter().map(|name| go_json(name)).collect();
    names.join(",")
}

fn kind(machine: &Machine) -> &str {
    if machine.size.is_empty() {
        "standard.small"
    } else {
        &machine.size
    }
}

fn state(machine: &Machine) -> &str {
    if machine.is_new() {
        "starting"
    } else if machine.status.is_empty() {
        "running"
    } else {
        &machine.status
    }
}

/// What `snapshot create` and `snapshot show` print.
pub fn snapshot(s: &Snapshot, state: &str, json: bool) -> Answer {
    let size = if s.size == 0 { 50 } else { s.size };
    let created = date(s.created_ms, GO);
    if json {
        return Answer::out(format!(
            "{{\"id\":{},\"name\":{},\"creation_date\":\"{created}\",\"state\":\"{state}\",\"size\":{size},\"instance\":{},\"zone\":{},\
             \"application_consistent_snapshot\":false}}\n",
            go_json(&s.id),
            go_json(&s.name),
            go_json(&s.machine_name),
            go_json(&s.region),
        ));
    }
    let size = size.to_string();
    let rows = [
        ("ID", s.id.as_str()),
        ("Name", &s.name),
        ("Creation Date", &created),
        ("State", state),
        ("Size (GB)", &size),
        ("Instance", &s.machine_name),
        ("Zone", &s.region),
        ("Application Consistent Snapshot", "false"),
    ];
    Answer::out(table(
        &["SNAPSHOT", ""],
        &rows.map(|(key, value)| vec![key.to_owned(), value.to_owned()]),
    ))
}

/// `snapshot list`.
pub fn snapshots(rows: &[(&Snapshot, &str)]) -> Answer {
    list(rows.iter().map(|(s, state)| {
        format!(
            "{{\"id\":{},\"creation_date\":\"{}\",\"instance\":{},\"state\":\"{state}\",\"zone\":{}}}",
            go_json(&s.id),
            date(s.created_ms, GO),
            go_json(&s.machine_name),
            go_json(&s.region),
        )
    }))
}

/// What `template register` and `template show` print.
pub fn template(t: &Snapshot) -> Answer {
    let size = if t.size == 0 { 53_687_091_200 } else { t.size };
    Answer::out(format!(
        "{{\"id\":{},\"zone\":{},\"name\":{},\"description\":\"\",\"family\":\"\",\"creation_date\":\"{}\",\"visibility\":\"private\",\
         \"size\":{size},\"version\":\"\",\"build\":\"\",\"maintainer\":\"\",\"default_user\":{},\"ssh_key_enabled\":true,\
         \"password_enabled\":false,\"boot_mode\":\"legacy\",\"checksum\":\"64b6beede10d072832e91b9cc363f0a1\",\
         \"application_consistent_snapshot_enabled\":false}}\n",
        go_json(&t.id),
        go_json(&t.region),
        go_json(&t.name),
        date(t.created_ms, GO),
        go_json(&t.user),
    ))
}

/// `template list`: the private ones or the public ones.
pub fn templates(private: bool, registered: &[&Snapshot]) -> Answer {
    let row = |id: &str, name: &str, family: &str, created: &str| {
        format!(
            "{{\"id\":{},\"name\":{},\"family\":{},\"creation_date\":\"{created}\"}}",
            go_json(id),
            go_json(name),
            go_json(family)
        )
    };
    if private {
        return list(
            registered
                .iter()
                .map(|t| row(&t.id, &t.name, "", &date(t.created_ms, GO))),
        );
    }
    list(
        PUBLIC_TEMPLATES
            .iter()
            .map(|(id, name)| row(id, name, name, "2025-10-09 08:53:20 +0000 UTC")),
    )
}

pub fn list(rows: impl Iterator<Item = String>) -> Answer {
    Answer::out(format!("[{}]\n", rows.collect::<Vec<_>>().join(",")))
}
