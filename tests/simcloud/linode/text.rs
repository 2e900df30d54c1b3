//! How linode-cli prints linodes, disks, addresses and images.

use super::table::boxed;
use crate::answer::{date, python_json};
use crate::state::{Disk, Machine, Snapshot};

/// Id, label and vendor.
pub const PUBLIC_IMAGES: [(&str, &str, &str); 8] = [
    ("linode/ubuntu24.04", "Ubuntu 24.04 LTS", "Ubuntu"),
    ("linode/ubuntu22.04", "Ubuntu 22.04 LTS", "Ubuntu"),
    ("linode/debian12", "Debian 12", "Debian"),
    ("linode/debian13", "Debian 13", "Debian"),
    ("linode/almalinux9", "AlmaLinux 9", "AlmaLinux"),
    ("linode/rocky9", "Rocky Linux 9", "Rocky"),
    ("linode/fedora42", "Fedora 42", "Fedora"),
    ("linode/alpine3.21", "Alpine 3.21", "Alpine"),
];

pub const IMAGES_CREATE_USAGE: &str = "\
usage: linode-cli images create [-h] [--cloud_init cloud_init]
                                [--description description]
                                [--disk_id disk_id] [--label label]
                                [--tags tags]
linode-cli images create: ";

pub const DISKS_LIST_USAGE: &str = "\
usage: linode-cli linodes disks-list [-h] [--label label] [--size size]
                                     [--order-by {label,size}]
                                     [--order {asc,desc}]
                                     linodeId
linode-cli linodes disks-list: ";

pub const LINODES_CREATE_USAGE: &str = include_str!("usage/linodes-create.txt");

pub const RULES_UPDATE_USAGE: &str = "\
usage: linode-cli firewalls rules-update [-h] [--inbound inbound]
                                         [--inbound_policy inbound_policy]
                                         [--outbound outbound]
                                         [--outbound_policy outbound_policy]
                                         firewallId
linode-cli firewalls rules-update: ";

pub const SUBNETS_LIST_USAGE: &str = "\
usage: linode-cli vpcs subnets-list [-h] [--created created] [--id id]
                                    [--label label] [--updated updated]
                                    [--vpc_type vpc_type]
                                    [--order-by {created,id,label,updated,vpc_type}]
                                    [--order {asc,desc}]
                                    vpcId
linode-cli vpcs subnets-list: ";

pub const ACCOUNT: &str = "\
┌────────────┬───────────┬──────────────────┬─────────┬────────────────────┐
│ first_name │ last_name │ email            │ balance │ balance_uninvoiced │
├────────────┼───────────┼──────────────────┼─────────┼────────────────────┤
│ Mock       │ User      │ ops@example.test │ 0       │ 0                  │
└────────────┴───────────┴──────────────────┴─────────┴────────────────────┘
";

/// A row of `linodes list` and `linodes view`.
pub fn linode(m: &Machine) -> String {
    let status = if m.is_new() {
        "provisioning"
    } else if m.status.is_empty() {
        "running"
    } else {
        &m.status
    };
    let created = moment(m.created_ms);
    let addresses = std::iter::once(&m.public_ip).chain(&m.more_addresses);
    let addresses: Vec<String> = addresses.map(|address| python_json(address)).collect();
    format!(
        "{{\"id\": {}, \"label\": {}, \"group\": \"\", \"status\": {}, \"created\": \"{created}\", \"updated\": \"{created}\", \
         \"type\": {}, \"ipv4\": [{}], \"ipv6\": \"2600:3c00::f03c:1/128\", \"image\": {}, \
         \"region\": {}, \"site_type\": \"core\", \"specs\": {{\"disk\": 25600, \"memory\": 1024, \"vcpus\": 1, \"gpus\": 0, \
         \"transfer\": 1000, \"accelerated_devices\": 0}}, \"alerts\": {{\"cpu\": 90, \"io\": 10000, \"network_in\": 10, \
         \"network_out\": 10, \"transfer_quota\": 80}}, \"backups\": {{\"enabled\": false, \"available\": false, \"schedule\": \
         {{\"day\": null, \"window\": null}}, \"last_successful\": null}}, \"hypervisor\": \"kvm\", \"watchdog_enabled\": true, \
         \"tags\": [], \"host_uuid\": \"0000000000000000000000000000000000000000\", \"has_user_data\": {}, \
         \"disk_encryption\": \"enabled\", \"lke_cluster_id\": null, \"locks\": [], \"capabilities\": [\"Block Storage Encryption\"], \
         \"maintenance_policy\": \"linode/migrate\", \"interface_generation\": \"{}\"}}",
        m.id,
        python_json(&m.name),
        python_json(status),
        python_json(kind(m)),
        addresses.join(", "),
        python_json(image_of(m)),
        python_json(&m.region),
        !m.user_data.is_empty(),
        generation(m),
    )
}

/// What `linodes create` prints without `--json`: on a terminal of 80 columns every cell loses its end.
pub fn created(m: &Machine) -> String {
    let header = [
        "id",
        "label",
        "region",
        "type",
        "image",
        "status",
        "ipv4",
        "disk_encryption",
        "interface_generation",
        "placement_group.id",
    ];
    let row = [
        &m.id,
        &m.name,
        &m.region,
        kind(m),
        image_of(m),
        "provisioning",
        &m.public_ip,
        "enabled",
        generation(m),
        "",
    ];
    let widths = [5, 5, 5, 5, 5, 5, 5, 5, 4, 5];
    boxed(&header, &[row.map(str::to_owned).to_vec()], Some(&widths))
}

fn kind(m: &Machine) -> &str {
    if m.size.is_empty() {
        "g6-nanode-1"
    } else {
        &m.size
    }
}

fn image_of(m: &Machine) -> &str {
    if m.image.is_empty() {
        "linode/debian12"
    } else {
        &m.image
    }
}

fn generation(m: &Machine) -> &'static str {
    if m.interfaces.is_empty() {
        "legacy_config"
    } else {
        "linode"
    }
}

/// The machine's disks: those given, or a root and a swap disk.
pub fn disks(m: &Machine) -> Vec<Disk> {
    if !m.disks.is_empty() {
        return m.disks.clone();
    }
    let first = m.id.parse::<u64>().unwrap_or_default() * 2;
    let disk = |id, label: &str, filesystem: &str, size| Disk {
        id,
        label: label.to_owned(),
        filesystem: filesystem.to_owned(),
        size,
    };
    vec![
        disk(first, "Debian 12 Disk", "ext4", 25088),
        disk(first + 1, "512 MB Swap Image", "swap", 512),
    ]
}

/// A row of `linodes disks-list`.
pub fn disk(disk: &Disk, machine: &Machine) -> String {
    let created = moment(machine.created_ms);
    format!(
        "{{\"id\": {}, \"label\": {}, \"filesystem\": {}, \"size\": {}, \"status\": \"ready\", \"created\": \"{created}\", \
         \"updated\": \"{created}\", \"disk_encryption\": \"enabled\"}}",
        disk.id,
        python_json(&disk.label),
        python_json(&disk.filesystem),
        disk.size,
    )
}

/// `linodes ips-list`; the address in the VPC is the machine's private one, and its NAT the public one.
pub fn ips(m: &Machine) -> String {
    let region = python_json(&m.region);
    let tail = |kind: &str| {
        format!(
            "\"gateway\": null, \"subnet_mask\": \"255.255.255.0\", \"prefix\": 24, \"type\": \"{kind}\", \"public\": true, \
             \"rdns\": null, \"linode_id\": {}, \"region\": {region}, \"interface_id\": null",
            m.id
        )
    };
    let vpc = if m.private_ip.is_empty() {
        String::new()
    } else {
        format!(
            "{{\"address\": {}, \"gateway\": \"10.0.0.1\", \"linode_id\": {}, \"region\": {region}, \"prefix\": 24, \
             \"subnet_mask\": \"255.255.255.0\", \"vpc_id\": {}, \"subnet_id\": 1, \"config_id\": 1, \"interface_id\": 1, \
             \"address_range\": null, \"active\": true, \"nat_1_1\": {}}}",
            python_json(&m.private_ip),
            m.id,
            if m.vpc.is_empty() { "1" } else { &m.vpc },
            python_json(&m.public_ip),
        )
    };
    format!(
        "{{\"ipv4\": {{\"public\": [{{\"address\": {}, {}}}], \"private\": [], \"shared\": [], \"reserved\": [], \"vpc\": [{vpc}]}}, \
         \"ipv6\": {{\"slaac\": {{\"address\": \"2600:3c00::f03c:1\", {}}}, \"global\": []}}}}",
        python_json(&m.public_ip),
        tail("ipv4"),
        tail("ipv6"),
    )
}

/// A row of `images list` that the provider made.
pub fn public_image((id, label, vendor): &(&str, &str, &str)) -> String {
    format!(
        "{{\"id\": \"{id}\", \"label\": \"{label}\", \"vendor\": \"{vendor}\", \"type\": \"manual\", \"is_public\": true, \
         \"size\": 3500, \"total_size\": 3500, \"created\": \"2025-10-09T08:53:20\", \"updated\": \"2025-10-09T08:53:20\", \
         \"created_by\": \"linode\", \"deprecated\": false, \"description\": \"\", \"expiry\": null, \"eol\": null, \
         \"status\": \"available\", \"capabilities\": [\"cloud-init\", \"distributed-sites\"], \"tags\": [], \"regions\": []}}"
    )
}

/// A row of `images list` made from a disk.
pub fn image(s: &Snapshot, status: &str) -> String {
    let created = moment(s.created_ms);
    let available = status == "available";
    let sort = if s.sort.is_empty() { "manual" } else { &s.sort };
    let size = match (available, s.size) {
        (false, _) => 0,
        (true, 0) => 1900,
        (true, size) => size,
    };
    let regions = if available && !s.region.is_empty() {
        format!(
            "{{\"region\": {}, \"status\": \"available\"}}",
            python_json(&s.region)
        )
    } else {
        String::new()
    };
    let capabilities = if s.no_cloud_init {
        ""
    } else {
        "\"cloud-init\""
    };
    format!(
        "{{\"id\": {}, \"label\": {}, \"description\": \"\", \"created\": \"{created}\", \"updated\": \"{created}\", \
         \"type\": \"{sort}\", \"is_public\": false, \"is_shared\": false, \"size\": {size}, \"total_size\": {size}, \
         \"created_by\": \"mockuser\", \"vendor\": null, \"deprecated\": false, \"expiry\": null, \"eol\": null, \
         \"status\": \"{status}\", \"capabilities\": [{capabilities}], \"tags\": [], \"regions\": [{regions}], \"image_sharing\": null}}",
        python_json(&s.id),
        python_json(&s.name),
    )
}

/// What Python prints when nothing listens.
pub fn refused(path: &str, verb: &str) -> String {
    requested(
        &include_str!("traceback/refused.txt").replace("{path}", path),
        verb,
    )
}

/// What Python prints when the answer ends early.
pub fn cut(verb: &str) -> String {
    requested(include_str!("traceback/cut.txt"), verb)
}

/// The tracebacks are those of a GET; other requests differ in three lines.
fn requested(traceback: &str, verb: &str) -> String {
    let (line, call) = match verb {
        "post" => (
            134,
            r#"request("post", url, data=data, json=json, **kwargs)"#,
        ),
        "delete" => (180, r#"request("delete", url, **kwargs)"#),
        _ => return traceback.to_owned(),
    };
    let marked = |call: &str| format!("return {call}\n           {}\n", "^".repeat(call.len()));
    let get = r#"request("get", url, params=params, **kwargs)"#;
    traceback
        .replace("line 87, in get", &format!("line {line}, in {verb}"))
        .replace(&marked(get), &marked(call))
}

/// A moment as linode-cli prints it.
pub fn moment(ms: u64) -> String {
    date(ms, "%Y-%m-%dT%H:%M:%S")
}
