//! doctl's SSH keys, VPCs and firewalls.

use super::text::{GO, ISO, array, list};
use super::{DO, Doctl};
use crate::answer::{Answer, columns, date, go_json};
use crate::cloud::Cloud;
use crate::state::{Firewall, Key, Vpc};

impl Doctl {
    pub(super) fn create_key(&self, cloud: &mut Cloud, name: &str, public_key: &str) -> Answer {
        let Some(body) = public_key.split_whitespace().nth(1) else {
            return self.error(&self.refusal(
                422,
                "Key invalid, key should be of the format `type key [comment]`",
            ));
        };
        let has_body = |key: &&Key| key.public.split_whitespace().nth(1) == Some(body);
        if public_key
            .split(' ')
            .next()
            .is_none_or(|kind| !kind.contains('-'))
        {
            return self.error(&self.refusal(
                422,
                "Key invalid, key should be of the format `type key [comment]`",
            ));
        }
        if cloud
            .state
            .keys
            .iter()
            .filter(|k| k.provider == DO)
            .any(|k| has_body(&k))
        {
            return self.error(&self.refusal(422, "SSH Key is already in use on your account"));
        }
        let key = cloud.state.add_key(DO, name, public_key).clone();
        keys(&[&key], self.json)
    }

    /// By id or fingerprint.
    pub(super) fn delete_keys(&self, cloud: &mut Cloud, ids: &[String]) -> Answer {
        let all_found = ids.iter().all(|id| {
            let before = cloud.state.keys.len();
            let mine = |k: &Key| k.provider == DO && (k.id == *id || k.fingerprint == *id);
            cloud.state.keys.retain(|k| !mine(k));
            cloud.state.keys.len() < before
        });
        if all_found {
            Answer::default()
        } else {
            self.not_found()
        }
    }

    pub(super) fn create_vpc(
        &self,
        cloud: &mut Cloud,
        name: &str,
        region: &str,
        range: &str,
    ) -> Answer {
        if cloud
            .state
            .vpcs
            .iter()
            .any(|v| v.provider == DO && v.name == name)
        {
            return self.error(&self.refusal(422, "VPC name must be unique per team"));
        }
        let range = if range.is_empty() {
            "10.110.0.0/20"
        } else {
            range
        };
        let vpc = cloud.state.add_vpc(DO, name, region, range).clone();
        vpcs(&[&vpc], self.json)
    }

    pub(super) fn add_droplets(
        &self,
        cloud: &mut Cloud,
        firewall: &str,
        droplets: &[String],
    ) -> Answer {
        let there = cloud.firewall(DO, firewall).is_some()
            && droplets.iter().all(|id| cloud.machine(DO, id).is_some());
        if !there {
            return self.not_found();
        }
        for machine in &mut cloud.state.machines {
            let mine = machine.provider == DO && droplets.contains(&machine.id);
            if mine && !machine.firewalls.iter().any(|id| id == firewall) {
                machine.firewalls.push(firewall.to_owned());
            }
        }
        Answer::default()
    }
}

/// What `ssh-key list` and `ssh-key create` print.
pub fn keys(keys: &[&Key], json: bool) -> Answer {
    if json {
        return list(keys.iter().map(|k| {
            format!(
                "  {{\n    \"id\": {},\n    \"name\": {},\n    \"fingerprint\": {},\n    \"public_key\": {}\n  }}",
                k.id,
                go_json(&k.name),
                go_json(&k.fingerprint),
                go_json(&k.public),
            )
        }));
    }
    let row = |k: &&Key| vec![k.id.clone(), k.name.clone(), k.fingerprint.clone()];
    Answer::out(columns(
        &["ID", "Name", "FingerPrint"],
        &keys.iter().map(row).collect::<Vec<_>>(),
    ))
}

/// What `vpcs list` and `vpcs create` print.
pub fn vpcs(vpcs: &[&Vpc], json: bool) -> Answer {
    if json {
        return list(vpcs.iter().map(|v| {
            format!(
                "  {{\n    \"id\": \"{0}\",\n    \"urn\": \"do:vpc:{0}\",\n    \"name\": {1},\n    \"ip_range\": {2},\n    \
                 \"region\": {3},\n    \"created_at\": \"{4}\"{5}\n  }}",
                v.id,
                go_json(&v.name),
                go_json(&v.range),
                go_json(&v.region),
                date(v.created_ms, ISO),
                if v.is_default { ",\n    \"default\": true" } else { "" },
            )
        }));
    }
    let header = [
        "ID",
        "URN",
        "Name",
        "Description",
        "IP Range",
        "Region",
        "Created At",
        "Default",
    ];
    let row = |v: &&Vpc| {
        vec![
            v.id.clone(),
            format!("do:vpc:{}", v.id),
            v.name.clone(),
            String::new(),
            v.range.clone(),
            v.region.clone(),
            date(v.created_ms, GO),
            v.is_default.to_string(),
        ]
    };
    Answer::out(columns(&header, &vpcs.iter().map(row).collect::<Vec<_>>()))
}

/// `firewall list`; what it says of rules is made up.
pub fn firewalls(cloud: &Cloud, firewalls: &[&Firewall], json: bool) -> Answer {
    let droplets = |f: &Firewall, separator: &str| {
        let ids: Vec<_> = cloud.protected(f).map(|m| m.id.as_str()).collect();
        ids.join(separator)
    };
    if json {
        return list(firewalls.iter().map(|f| {
            let ids = droplets(f, ", ");
            format!(
                "  {{\n    \"id\": \"{}\",\n    \"name\": {},\n    \"status\": \"succeeded\",\n    \"inbound_rules\": [],\n    \
                 \"outbound_rules\": [],\n    \"created_at\": \"{}\",\n    \"droplet_ids\": {},\n    \"tags\": [],\n    \
                 \"pending_changes\": []\n  }}",
                f.id,
                go_json(&f.name),
                date(f.created_ms, ISO),
                if ids.is_empty() { "[]".to_owned() } else { array(&ids, 4) },
            )
        }));
    }
    let header = [
        "ID",
        "Name",
        "Status",
        "Created At",
        "Inbound Rules",
        "Outbound Rules",
        "Droplet IDs",
        "Tags",
        "Pending Changes",
    ];
    let row = |f: &&Firewall| {
        vec![
            f.id.clone(),
            f.name.clone(),
            "succeeded".to_owned(),
            date(f.created_ms, ISO),
            String::new(),
            String::new(),
            droplets(f, ","),
            String::new(),
            String::new(),
        ]
    };
    Answer::out(columns(
        &header,
        &firewalls.iter().map(row).collect::<Vec<_>>(),
    ))
}
