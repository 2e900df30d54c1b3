//! How doctl prints droplets.

use std::collections::HashMap;

use super::image::{Image, REGIONS};
use super::text::{self, ISO, array, region};
use crate::answer::{Answer, columns, date, go_json};
use crate::cloud::{Cloud, Phase};
use crate::state::{Machine, Provider};

/// The default VPC of lon1.
const VPC: &str = "bbdaff43-918c-573a-b92f-4cdf10ab0b3b";

/// What `droplet list`, `droplet get` and `droplet create` print.
pub fn list(cloud: &Cloud, machines: &[&Machine], json: bool) -> Answer {
    if !json {
        return Answer::out(table(cloud, machines));
    }
    let mut snapshots: HashMap<&str, Snapshots> = HashMap::new();
    for snapshot in &cloud.state.snapshots {
        if snapshot.provider == Provider::DigitalOcean {
            let of_this = snapshots.entry(&snapshot.machine_id).or_default();
            match cloud.phase(snapshot) {
                Phase::Pending => of_this.is_one_in_progress = true,
                Phase::Ready => of_this.ids.push(&snapshot.id),
                Phase::Failed => (),
            }
        }
    }
    let none = Snapshots::default();
    text::list(
        machines
            .iter()
            .map(|m| droplet(cloud, m, snapshots.get(m.id.as_str()).unwrap_or(&none))),
    )
}

/// What a droplet's row says about its snapshots.
#[derive(Default)]
struct Snapshots<'a> {
    ids: Vec<&'a str>,
    is_one_in_progress: bool,
}

fn droplet(cloud: &Cloud, m: &Machine, snapshots: &Snapshots) -> String {
    let locked = if snapshots.is_one_in_progress {
        "    \"locked\": true,\n"
    } else {
        ""
    };
    let ids = if snapshots.ids.is_empty() {
        String::new()
    } else {
        format!(
            "    \"snapshot_ids\": {},\n",
            array(&snapshots.ids.join(", "), 4)
        )
    };
    let mut networks = Vec::new();
    for (kind, ip, gateway) in [
        ("private", &m.private_ip, "10.0.0.1"),
        ("public", &m.public_ip, "203.0.0.1"),
    ] {
        if !ip.is_empty() && !m.is_new() {
            networks.push(format!(
                "        {{\n          \"ip_address\": \"{ip}\",\n          \"netmask\": \"255.255.240.0\",\n          \
                 \"gateway\": \"{gateway}\",\n          \"type\": \"{kind}\"\n        }}"
            ));
        }
    }
    let networks = if networks.is_empty() {
        "{}".to_owned()
    } else {
        format!(
            "{{\n      \"v4\": [\n{}\n      ]\n    }}",
            networks.join(",\n")
        )
    };
    format!(
        r#"  {{
    "id": {id},
    "name": {name},
    "memory": 1024,
    "vcpus": 1,
    "disk": 25,
{locked}    "region": {region},
    "image": {image},
    "size": {{
      "slug": {size},
      "memory": 1024,
      "vcpus": 1,
      "disk": 25,
      "price_monthly": 6,
      "price_hourly": 0.00893,
      "regions": {regions},
      "available": true,
      "transfer": 1,
      "description": "Basic"
    }},
    "size_slug": {size},
{ids}    "features": [
      "droplet_agent",
      "private_networking"
    ],
    "status": {status},
    "networks": {networks},
    "created_at": "{created}",
    "volume_ids": [],
    "vpc_uuid": "{vpc}"
  }}"#,
        id = m.id,
        name = go_json(&m.name),
        region = region(&m.region),
        regions = array(REGIONS, 6),
        status = go_json(status(m)),
        image = Image::of(cloud, m).json(4),
        size = go_json(size(m)),
        vpc = vpc(m),
        created = date(m.created_ms, ISO),
    )
}

fn size(machine: &Machine) -> &str {
    if machine.size.is_empty() {
        "s-1vcpu-1gb"
    } else {
        &machine.size
    }
}

fn vpc(machine: &Machine) -> &str {
    if machine.vpc.is_empty() {
        VPC
    } else {
        &machine.vpc
    }
}

fn status(machine: &Machine) -> &str {
    if machine.is_new() {
        "new"
    } else if machine.status.is_empty() {
        "active"
    } else {
        &machine.status
    }
}

fn table(cloud: &Cloud, machines: &[&Machine]) -> String {
    let header = [
        "ID",
        "Name",
        "Public IPv4",
        "Private IPv4",
        "Public IPv6",
        "Memory",
        "VCPUs",
        "Disk",
        "Region",
        "Image",
        "VPC UUID",
        "Status",
        "Tags",
        "Features",
        "Volumes",
    ];
    let row = |m: &&Machine| {
        let address = |ip| if m.is_new() { "" } else { ip };
        let cells = [
            &m.id,
            &m.name,
            address(&m.public_ip),
            address(&m.private_ip),
            "",
            "1024",
            "1",
            "25",
            &m.region,
            &Image::of(cloud, m).title(),
            vpc(m),
            status(m),
            "",
            "droplet_agent,private_networking",
            "",
        ];
        cells.map(str::to_owned).to_vec()
    };
    columns(&header, &machines.iter().map(row).collect::<Vec<_>>())
}
