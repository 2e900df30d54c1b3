//! The commands of doctl that make and delete droplets, and make their snapshots.

use std::fs;

use super::image::Image;
use super::parse::Wanted;
use super::{DO, Doctl, droplet, text};
use crate::answer::{Answer, go_reason};
use crate::cloud::Cloud;
use crate::state::{Action, Key, Kind, Machine};

impl Doctl {
    pub(super) fn create_droplets(&self, cloud: &mut Cloud, wanted: &Wanted) -> Answer {
        let user_data = match &wanted.user_data_file {
            None => wanted.user_data.clone(),
            Some(file) => match fs::read(file) {
                Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
                Err(e) => return self.error(&format!("open {file}: {}", go_reason(&e))),
            },
        };
        let Some(image) = Image::find(cloud, &wanted.image) else {
            let says = "You specified an invalid image for Droplet creation.";
            return self.error(&self.refusal(422, says));
        };
        let from_snapshot = image.snapshot_id();
        let known = |key: &&String| {
            let is_it = |k: &Key| k.provider == DO && (k.id == **key || k.fingerprint == **key);
            cloud.state.keys.iter().any(is_it)
        };
        if let Some(key) = wanted.keys.iter().find(|key| !known(key)) {
            let says = format!("{key} are invalid key identifiers for Droplet creation.");
            return self.error(&self.refusal(422, &says));
        }
        if !wanted.vpc.is_empty() && cloud.vpc(DO, &wanted.vpc).is_none() {
            let says = "You specified an invalid VPC for Droplet creation.";
            return self.error(&self.refusal(422, says));
        }
        let mut made = Vec::new();
        for name in &wanted.names {
            made.push(cloud.boot(Machine {
                provider: DO,
                name: name.clone(),
                region: wanted.region.clone(),
                image: wanted.image.clone(),
                from_snapshot: from_snapshot.clone(),
                size: wanted.size.clone(),
                user_data: user_data.clone(),
                vpc: wanted.vpc.clone(),
                keys: wanted.keys.clone(),
                ..Machine::default()
            }));
        }
        let ready_ms = cloud.now + cloud.state.config.server_ms;
        let waits = wanted.wait && !cloud.twist.errored;
        for machine in &mut made {
            // Even a droplet that takes no time is printed as it was when it began.
            machine.ready_ms = if waits { 0 } else { u64::MAX };
        }
        let answer = droplet::list(cloud, &made.iter().collect::<Vec<_>>(), self.json);
        if waits { answer.at(ready_ms) } else { answer }
    }

    /// By id or name. Nothing is deleted if a name is not that of one droplet.
    pub(super) fn delete_droplets(&self, cloud: &mut Cloud, wanted: &[String]) -> Answer {
        let mut ids = Vec::new();
        for id in wanted {
            if id.parse::<u64>().is_ok() {
                ids.push(id.clone());
                continue;
            }
            let machines = cloud.machines(DO);
            let named: Vec<_> = machines.iter().filter(|m| m.name == *id).collect();
            match named.as_slice() {
                [machine] => ids.push(machine.id.clone()),
                [] => return self.error(&format!("droplet with name \"{id}\" could not be found")),
                several => {
                    let found: Vec<_> = several.iter().map(|m| m.id.as_str()).collect();
                    return self.error(&format!(
                        "there are {} Droplets with the name \"{id}\"; please provide a specific Droplet ID. [{}]",
                        found.len(),
                        found.join(", ")
                    ));
                }
            }
        }
        if ids.iter().all(|id| cloud.delete_machine(DO, id)) {
            Answer::default()
        } else {
            self.not_found()
        }
    }

    pub(super) fn make_snapshot(
        &self,
        cloud: &mut Cloud,
        name: &str,
        droplet: &str,
        wait: bool,
    ) -> Answer {
        let Some(machine) = cloud.machine(DO, droplet).cloned() else {
            return self.not_found();
        };
        if cloud.is_busy(DO, droplet) {
            return self.error(&self.refusal(422, "Droplet already has a pending event."));
        }
        let snapshot = cloud.make(Kind::Snapshot, name, &machine);
        let action = Action {
            id: 2_600_000_000 + cloud.state.next(),
            droplet_id: droplet.to_owned(),
            kind: "snapshot".to_owned(),
            started_ms: cloud.now,
            ready_ms: snapshot.ready_ms,
            errored: snapshot.failed,
            region: machine.region,
        };
        cloud.state.actions.push(action.clone());
        if wait {
            text::actions(action.ready_ms, &[&action], self.json).at(action.ready_ms)
        } else {
            // Even an action that takes no time is printed as it was when it began.
            text::actions(0, &[&action], self.json)
        }
    }
}
