//! An account with so much of others in it that a list has more than one page.

use super::World;
use crate::simcloud_state::{Fault, Machine, Provider, Snapshot};

/// How many rows doctl asks for in one request.
pub const PAGE: usize = 200;

impl World {
    /// Puts a page of others' machines, snapshots and firewalls before what is there.
    pub fn crowd(&self) {
        assert_eq!(self.provider(), Provider::DigitalOcean);
        self.edit_state(|state| {
            let of_the_build = std::mem::take(&mut state.machines);
            state.machines = (0..PAGE).map(stranger).chain(of_the_build).collect();
            let of_the_build = std::mem::take(&mut state.snapshots);
            state.snapshots = (0..PAGE).map(souvenir).chain(of_the_build).collect();
            let of_the_build = std::mem::take(&mut state.firewalls);
            for number in 0..PAGE {
                state.add_firewall(Provider::DigitalOcean, &format!("others-{number}"));
            }
            state.firewalls.extend(of_the_build);
        });
    }

    /// From the call number `nth` of doctl's list on, `times` calls (0: all) lack every page but the first.
    pub fn drop_pages(&self, list: &str, nth: u64, times: u64) {
        self.faults(&[dropped_pages(list, nth, times)]);
    }
}

/// The fault of [`World::drop_pages`].
pub fn dropped_pages(list: &str, nth: u64, times: u64) -> Fault {
    Fault {
        tool: "doctl".into(),
        argv: vec![list.into()],
        nth,
        times,
        kind: "partial-list".into(),
        ..Fault::default()
    }
}

/// Whether a name is one of the crowd's.
pub fn is_strange(name: &str) -> bool {
    name.starts_with("others-") || name.starts_with("of-others-")
}

fn stranger(number: usize) -> Machine {
    Machine {
        provider: Provider::DigitalOcean,
        id: (300_000_000 + number).to_string(),
        name: format!("others-{number}"),
        region: "lon1".into(),
        public_ip: format!("198.18.0.{}", number + 1),
        ..Machine::default()
    }
}

fn souvenir(number: usize) -> Snapshot {
    Snapshot {
        provider: Provider::DigitalOcean,
        id: (190_000_000 + number).to_string(),
        name: format!("of-others-{number}"),
        machine_id: (300_000_000 + number).to_string(),
        region: "lon1".into(),
        ..Snapshot::default()
    }
}
