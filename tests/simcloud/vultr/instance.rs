//! How vultr-cli prints instances.

use super::text::{Page, list, moment, object};
use crate::answer::{Answer, go_json};
use crate::state::Machine;

/// Id, name and family; the last two are no systems that an instance can be made with.
pub const SYSTEMS: [(&str, &str, &str); 7] = [
    ("2284", "Ubuntu 24.04 LTS x64", "ubuntu"),
    ("1743", "Ubuntu 22.04 LTS x64", "ubuntu"),
    ("2136", "Debian 12 x64 (bookworm)", "debian"),
    ("2625", "Debian 13 x64 (trixie)", "debian"),
    ("1869", "Rocky Linux 9 x64", "rockylinux"),
    ("159", "Custom", "iso"),
    ("164", "Snapshot", "snapshot"),
];

/// The lines that an instance is printed in, and the field in each.
const INSTANCE_ROWS: [(&str, &str); 29] = [
    ("ID\t\t\t", "id"),
    ("OS\t\t\t", "os"),
    ("OS ID\t\t\t", "os_id"),
    ("APP ID\t\t\t", "app_id"),
    ("SNAPSHOT ID\t\t", "snapshot_id"),
    ("RAM\t\t\t", "ram"),
    ("DISK\t\t\t", "disk"),
    ("MAIN IP\t\t\t", "main_ip"),
    ("USER SCHEME\t\t", "user_scheme"),
    ("PASSWORD\t\t", "default_password"),
    ("VCPU COUNT\t\t", "vcpu_count"),
    ("REGION\t\t\t", "region"),
    ("DATE CREATED\t\t", "date_created"),
    ("STATUS\t\t\t", "status"),
    ("ALLOWED BANDWIDTH\t", "allowed_bandwidth"),
    ("NETMASK V4\t\t", "netmask_v4"),
    ("GATEWAY V4\t\t", "gateway_v4"),
    ("POWER STATUS\t\t", "power_status"),
    ("SERVER STATE\t\t", "server_status"),
    ("PLAN\t\t\t", "plan"),
    ("LABEL\t\t\t", "label"),
    ("INTERNAL IP\t\t", "internal_ip"),
    ("KVM URL\t\t\t", "kvm"),
    ("FIREWALL GROUP ID\t", "firewall_group_id"),
    ("V6 MAIN IP\t\t", "v6_main_ip"),
    ("V6 NETWORK\t\t", "v6_network"),
    ("V6 NETWORK SIZE\t\t", "v6_network_size"),
    ("FEATURES\t\t", "features"),
    ("TAGS\t\t\t", "tags"),
];

/// `instance list`.
pub fn list_of(machines: &[&Machine], page: &Page, json: bool) -> Answer {
    if json {
        return Answer::out(
            list("instances", machines.iter().map(|m| instance_json(m, 8))) + &page.meta(),
        );
    }
    let row = |m: &&Machine| {
        format!(
            "{}\t{}\t{}\t{}\t{}\t{}\t1\t1024\t25\t1\t\t[]\n",
            m.id,
            if m.is_new() { "0.0.0.0" } else { &m.public_ip },
            m.name,
            system(m).1,
            status(m),
            m.region
        )
    };
    let table = if machines.is_empty() {
        "ID\tIP\tLABEL\tOS\tSTATUS\tREGION\tCPU\tRAM\tDISK\tBANDWIDTH\tTAGS\n\
         ---\t---\t---\t---\t---\t---\t---\t---\t---\t---\t\t---\n"
            .to_owned()
    } else {
        "ID\t\t\t\t\tIP\t\tLABEL\t\tOS\t\t\t\tSTATUS\tREGION\tCPU\tRAM\tDISK\tBANDWIDTH\tTAGS\n"
            .to_owned()
            + &machines.iter().map(row).collect::<String>()
    };
    Answer::out(table + &page.footer())
}

/// What `instance get` and `instance create` print; what was created is new, and tells its password.
pub fn one(m: &Machine, is_created: bool, json: bool) -> Answer {
    let fields = fields(m, is_created);
    if json {
        let object = object(4, &fields);
        return Answer::out(format!("{{\n    \"instance\": {object}\n}}\n"));
    }
    let value = |key: &str| {
        let field = fields.iter().find(|(name, _)| name == key);
        field.map_or("", |(_, json)| json.trim_matches('"'))
    };
    let lines = INSTANCE_ROWS
        .iter()
        .map(|(title, key)| format!("{title}{}\n", value(key)));
    Answer::out("INSTANCE INFO\n".to_owned() + &lines.collect::<String>())
}

fn instance_json(m: &Machine, indent: usize) -> String {
    object(indent, &fields(m, m.is_new()))
}

fn fields(m: &Machine, is_new: bool) -> Vec<(String, String)> {
    let strings = |key: &str, value: &str| (key.to_owned(), go_json(value));
    let other = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let later = |value: &str, at_first: &str| (if is_new { at_first } else { value }).to_owned();
    let (os_id, os) = system(m);
    let plan = if m.size.is_empty() {
        "vc2-1c-1gb"
    } else {
        &m.size
    };
    let mut fields = vec![
        strings("id", &m.id),
        strings("os", os),
        other("ram", "1024"),
        other("disk", "25"),
        strings("plan", plan),
        strings("main_ip", &later(&m.public_ip, "0.0.0.0")),
        other("vpc_only", "false"),
        other("vcpu_count", "1"),
        strings("region", &m.region),
        strings("date_created", &moment(m.created_ms)),
        strings("status", &later(status(m), "pending")),
        other("allowed_bandwidth", "1"),
        strings("netmask_v4", &later("255.255.254.0", "")),
        strings("gateway_v4", &later("203.0.0.1", "0.0.0.0")),
        strings(
            "power_status",
            if m.status == OFF { OFF } else { "running" },
        ),
        strings("server_status", &later("ok", "none")),
        strings("v6_network", ""),
        strings("v6_main_ip", ""),
        other("v6_network_size", "0"),
        strings("label", &m.name),
        strings("internal_ip", &later(&m.private_ip, "")),
        strings(
            "kvm",
            &later("https://my.vultr.com/subs/vps/novnc/api.php?data=x", ""),
        ),
        other("os_id", os_id),
        other("app_id", "0"),
        strings("image_id", ""),
        strings("snapshot_id", &m.from_snapshot),
        strings("firewall_group_id", m.firewalls.first().map_or("", |id| id)),
        other("features", "[]"),
        strings("hostname", "vultr.guest"),
        other("tags", "[]"),
        strings("user_scheme", "root"),
    ];
    if is_new && m.ready_ms == u64::MAX {
        fields.insert(9, strings("default_password", "example-password"));
    }
    fields
}

/// The id and the name of the operating system.
fn system(m: &Machine) -> (&str, &str) {
    if !m.from_snapshot.is_empty() {
        return ("164", "Snapshot");
    }
    let found = SYSTEMS.iter().find(|(id, ..)| *id == m.image);
    found.map_or(("2136", "Debian 12 x64 (bookworm)"), |(id, name, _)| {
        (id, name)
    })
}

/// The power status of a machine that is switched off; its status stays what it was.
const OFF: &str = "stopped";

fn status(machine: &Machine) -> &str {
    if machine.is_new() {
        "pending"
    } else if machine.status.is_empty() || machine.status == OFF {
        "active"
    } else {
        &machine.status
    }
}

/// `instance ipv4 list`.
pub fn addresses(m: &Machine) -> Answer {
    let text = |key: &str, value: &str| (key.to_owned(), go_json(value));
    let mut rows = vec![object(
        8,
        &[
            text("ip", &m.public_ip),
            text("netmask", "255.255.254.0"),
            text("gateway", "203.0.0.1"),
            text("type", "main_ip"),
            text("reverse", &format!("{}.vultrusercontent.com", m.public_ip)),
        ],
    )];
    if !m.private_ip.is_empty() {
        rows.push(object(
            8,
            &[
                text("ip", &m.private_ip),
                text("netmask", "255.255.240.0"),
                text("type", "private"),
            ],
        ));
    }
    let page = Page::new(rows.len(), 100, "");
    Answer::out(list("ipv4s", rows.into_iter()) + &page.meta())
}
