//! How linode-cli prints VPCs and SSH keys.

use super::LINODE;
use super::text::moment;
use crate::answer::python_json;
use crate::cloud::Cloud;
use crate::state::{Key, Vpc};

/// A row of `vpcs list`, or what `vpcs create` prints, which has its fields in another order.
pub fn vpc(cloud: &Cloud, v: &Vpc, is_created: bool) -> String {
    let created = moment(v.created_ms);
    let times = format!("\"created\": \"{created}\", \"updated\": \"{created}\"");
    let subnets = format!("\"subnets\": [{}]", subnets(cloud, v).join(", "));
    let rest = if is_created {
        format!("{subnets}, {times}")
    } else {
        format!("{times}, {subnets}")
    };
    format!(
        "{{\"id\": {}, \"label\": {}, \"description\": \"\", \"region\": {}, {rest}}}",
        v.id,
        python_json(&v.name),
        python_json(&v.region),
    )
}

/// The rows of `vpcs subnets-list`.
pub fn subnets(cloud: &Cloud, v: &Vpc) -> Vec<String> {
    if v.subnet_id.is_empty() {
        return Vec::new();
    }
    let created = moment(v.created_ms);
    let machines = &cloud.state.machines;
    let inside = machines
        .iter()
        .filter(|m| m.provider == LINODE && m.vpc == v.id);
    let linodes: Vec<_> = inside
        .map(|m| format!("{{\"id\": {}, \"interfaces\": [{{\"id\": {}, \"active\": true, \"config_id\": null}}]}}", m.id, m.id))
        .collect();
    vec![format!(
        "{{\"id\": {}, \"label\": {}, \"ipv4\": {}, \"linodes\": [{}], \"databases\": [], \"nodebalancers\": [], \
         \"created\": \"{created}\", \"updated\": \"{created}\"}}",
        v.subnet_id,
        python_json(&v.subnet_label),
        python_json(&v.range),
        linodes.join(", "),
    )]
}

/// A row of `sshkeys list`.
pub fn key(k: &Key) -> String {
    format!(
        "{{\"id\": {}, \"label\": {}, \"ssh_key\": {}, \"created\": \"{}\"}}",
        k.id,
        python_json(&k.name),
        python_json(&k.public),
        moment(k.created_ms),
    )
}
