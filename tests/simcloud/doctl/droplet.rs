//! How doctl prints droplets.

use std::collections::HashMap;

use super::text::{self, ISO, array, region};
use crate::answer::{Answer, columns, date, go_json};
use crate::cloud::{Cloud, Phase};
use crate::state::{Machine, Provider};

const REGIONS: &str =
    r#""nyc1", "nyc3", "sfo3", "ams3", "sgp1", "lon1", "fra1", "tor1", "blr1", "syd1""#;
const VPC: &str = "bbdaff43-918c-573a-b92f-4cdf10ab0b3b";

/// `droplet list` and `droplet get`.
pub fn list(cloud: &Cloud, machines: &[&Machine], json: bool) -> Answer {
    if !json {
        return Answer::out(table(machines));
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
            .map(|machine| droplet(machine, snapshots.get(machine.id.as_str()).unwrap_or(&none))),
    )
}

/// What a droplet's row says about its snapshots.
#[derive(Default)]
struct Snapshots<'a> {
    ids: Vec<&'a str>,
    is_one_in_progress: bool,
}

fn droplet(m: &Machine, snapshots: &Snapshots) -> String {
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
        if !ip.is_empty() {
            networks.push(format!(
                "        {{\n          \"ip_address\": \"{ip}\",\n          \"netmask\": \"255.255.240.0\",\n          \
                 \"gateway\": \"{gateway}\",\n          \"type\": \"{kind}\"\n        }}"
            ));
        }
    }
    format!(
        r#"  {{
    "id": {id},
    "name": {name},
    "memory": 1024,
    "vcpus": 1,
    "disk": 25,
{locked}    "region": {region},
    "image": {{
      "id": 150000002,
      "name": "12 x64",
      "type": "base",
      "distribution": "Debian",
      "slug": "debian-12-x64",
      "public": true,
      "regions": {regions},
      "min_disk_size": 7,
      "size_gigabytes": 2.6,
      "created_at": "2025-10-09T08:53:20Z",
      "description": "12 x64",
      "status": "available"
    }},
    "size": {{
      "slug": "s-1vcpu-1gb",
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
    "size_slug": "s-1vcpu-1gb",
{ids}    "features": [
      "droplet_agent",
      "private_networking"
    ],
    "status": {status},
    "networks": {{
      "v4": [
{networks}
      ]
    }},
    "created_at": "{created}",
    "volume_ids": [],
    "vpc_uuid": "{VPC}"
  }}"#,
        id = m.id,
        name = go_json(&m.name),
        region = region(&m.region),
        regions = array(REGIONS, 6),
        status = go_json(status(m)),
        networks = networks.join(",\n"),
        created = date(m.created_ms, ISO),
    )
}

fn status(machine: &Machine) -> &str {
    if machine.status.is_empty() {
        "active"
    } else {
        &machine.status
    }
}

fn table(machines: &[&Machine]) -> String {
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
        let cells = [
            &m.id,
            &m.name,
            &m.public_ip,
            &m.private_ip,
            "",
            "1024",
            "1",
            "25",
            &m.region,
            "Debian 12 x64",
            VPC,
            status(m),
            "",
            "droplet_agent,private_networking",
            "",
        ];
        cells.map(str::to_owned).to_vec()
    };
    columns(&header, &machines.iter().map(row).collect::<Vec<_>>())
}
