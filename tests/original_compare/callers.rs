//! Every caller's form of every helper: who calls it, with which words, and what it reads.

mod buckets;
mod build;
mod cron;
mod people;
mod queries;
mod variables;

use std::path::Path;

use crate::scenario::Scenario;

const CLOUDS: [&str; 4] = ["digitalocean", "exoscale", "linode", "vultr"];

/// All scenarios. What the checkout asks GetVariableValue for is read from it.
pub fn scenarios(checkout: &Path) -> Vec<Scenario> {
    let mut all = variables::scenarios(checkout);
    all.extend(queries::scenarios());
    all.extend(build::scenarios());
    all.extend(people::scenarios());
    all.extend(buckets::scenarios());
    all.extend(cron::scenarios());
    all
}
