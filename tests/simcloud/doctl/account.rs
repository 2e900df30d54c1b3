//! doctl's SSH keys and VPCs.

use super::text::{GO, ISO, list};
use super::{DO, Doctl};
use crate::answer::{Answer, columns, date, go_json};
use crate::cloud::Cloud;
use crate::state::{Key, Vpc};

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
