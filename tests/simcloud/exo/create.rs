//! How exo makes an instance.

use std::fs;

use super::make::failed_operation;
use super::parse::Wanted;
use super::text::{self, Names, PUBLIC_TEMPLATES};
use super::{EXO, Exo, unknown};
use crate::answer::Answer;
use crate::cloud::{Cloud, Phase};
use crate::state::{Kind, Machine, Snapshot};

const FAMILIES: [&str; 5] = ["standard", "cpu", "memory", "storage", "gpu"];
const SIZES: [&str; 11] = [
    "micro",
    "tiny",
    "small",
    "medium",
    "large",
    "extra-large",
    "huge",
    "mega",
    "titan",
    "jumbo",
    "colossus",
];

impl Exo {
    pub(super) fn create_instance(&self, cloud: &mut Cloud, wanted: &Wanted) -> Answer {
        let (family, size) = wanted
            .kind
            .split_once('.')
            .unwrap_or(("standard", &wanted.kind));
        if !FAMILIES.contains(&family) || !SIZES.contains(&size) {
            let kind = &wanted.kind;
            return Answer::err(
                1,
                format!("error: error retrieving instance type {kind}: not found\n"),
            );
        }
        let mut groups = Vec::new();
        for group in &wanted.groups {
            match Self::group_id(cloud, group) {
                Some(id) => groups.push(id),
                None => return unknown(group, "ListSecurityGroupsResponse"),
            }
        }
        let user_data = match &wanted.cloud_init {
            None => String::new(),
            Some(file) => match fs::read(file) {
                Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
                Err(_) => {
                    return Answer::err(
                        1,
                        format!(
                            "error: error parsing cloud-init user data: open {file}: no such file or directory\n"
                        ),
                    );
                }
            },
        };
        let keys = if wanted.keys.is_empty() {
            vec![format!("{}-{}", wanted.name, cloud.now / 1000)]
        } else {
            wanted.keys.clone()
        };
        let Some(from_snapshot) = self.template_id(cloud, wanted) else {
            if wanted.keys.is_empty() {
                // The key for this one instance was registered first, and is left behind.
                cloud.state.add_key(EXO, &keys[0], "");
            }
            return Answer::err(
                1,
                format!(
                    "error: no template \"{}\" found with visibility {} in zone {}\n",
                    wanted.template,
                    wanted.visibility,
                    self.zone()
                ),
            );
        };
        let mut machine = cloud.boot(Machine {
            provider: EXO,
            name: wanted.name.clone(),
            region: self.zone().to_owned(),
            image: wanted.template.clone(),
            from_snapshot,
            size: format!("{family}.{size}"),
            user_data,
            firewalls: groups,
            keys,
            ..Machine::default()
        });
        let spinner = self.spinner(&format!("Creating instance \"{}\"", wanted.name));
        if cloud.twist.errored {
            return failed_operation(cloud, "instance", &machine.id, spinner);
        }
        let ready_ms = machine.ready_ms;
        machine.ready_ms = 0;
        let answer = if self.quiet {
            Answer::default()
        } else {
            self.shown(cloud, &machine)
        };
        answer.with_stderr(spinner).at(ready_ms)
    }

    /// An instance as it is shown.
    pub(super) fn shown(&self, cloud: &Cloud, machine: &Machine) -> Answer {
        let public = |wanted: &str| {
            let found = PUBLIC_TEMPLATES.iter().find(|(id, _)| *id == wanted);
            found.map_or_else(|| wanted.to_owned(), |(_, name)| (*name).to_owned())
        };
        let template = if machine.image.is_empty() {
            PUBLIC_TEMPLATES[0].1.to_owned()
        } else {
            let private = cloud.snapshot(EXO, Kind::Template, &machine.from_snapshot);
            private.map_or_else(|| public(&machine.image), |t| t.name.clone())
        };
        let group = |id: &String| {
            let found = cloud.firewall(EXO, id);
            found.map_or_else(|| id.clone(), |group| group.name.clone())
        };
        let groups = if machine.firewalls.is_empty() {
            vec!["default".to_owned()]
        } else {
            machine.firewalls.iter().map(group).collect()
        };
        let networks = super::network::of(cloud, machine).map(|n| n.name);
        let names = Names {
            template,
            groups,
            networks: networks.into_iter().collect(),
        };
        text::instance(machine, &names, self.json)
    }

    /// The id of a security group by its id or name; every account has the one called default.
    fn group_id(cloud: &Cloud, wanted: &str) -> Option<String> {
        let mut mine = cloud.state.firewalls.iter().filter(|g| g.provider == EXO);
        let found = mine.find(|g| g.id == wanted || g.name == wanted);
        match found {
            Some(group) => Some(group.id.clone()),
            None if wanted == "default" => Some(wanted.to_owned()),
            None => None,
        }
    }

    /// The id of the private template, empty if it is a public one; None if there is none, or several of that name.
    fn template_id(&self, cloud: &Cloud, wanted: &Wanted) -> Option<String> {
        let asked = wanted.template.as_str();
        if wanted.visibility != "private" {
            let mut public = PUBLIC_TEMPLATES.iter();
            return public
                .any(|(id, name)| *id == asked || *name == asked)
                .then(String::new);
        }
        let mine = |t: &&Snapshot| {
            t.provider == EXO
                && t.kind == Kind::Template
                && t.region == self.zone()
                && cloud.phase(t) == Phase::Ready
                && (t.id == asked || t.name == asked)
        };
        let mut found = cloud.state.snapshots.iter().filter(mine);
        match (found.next(), found.next()) {
            (Some(template), None) => Some(template.id.clone()),
            _ => None,
        }
    }
}
