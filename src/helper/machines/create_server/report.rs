//! What a run tells a program that asks for JSON. Otherwise nothing is printed, as the script prints nothing.

use serde::Serialize;

use super::blueprint::Blueprint;
use crate::build::layout::Layout;
use crate::cloud::Machine;
use crate::json;
use crate::names::{Cloudhost, MachineType};

/// The version of the JSON's layout.
const VERSION: u32 = 1;

/// What became of a server.
#[derive(Debug)]
pub struct Created {
    /// The machine; none in a dry run.
    pub machine: Option<Machine>,
    /// Whether an earlier run began it.
    pub was_resumed: bool,
    /// The ids of machines that the provider made besides it, under the same name.
    pub twins: Vec<String>,
}

#[derive(Serialize)]
struct Report<'a> {
    cloudhost: Cloudhost,
    region: &'a str,
    name: &'a str,
    #[serde(rename = "type")]
    machine_type: MachineType,
    size: &'a str,
    outcome: &'static str,
    id: Option<&'a str>,
    public_addresses: &'a [String],
    private_addresses: &'a [String],
    twins: &'a [String],
}

/// Prints the outcome, when it is asked for.
pub fn print(
    blueprint: &Blueprint,
    layout: &dyn Layout,
    created: &Created,
    as_json: bool,
) -> anyhow::Result<()> {
    if !as_json {
        return Ok(());
    }
    let machine = created.machine.as_ref();
    let report = Report {
        cloudhost: layout.cloudhost(),
        region: blueprint.region.as_str(),
        name: blueprint.name.as_str(),
        machine_type: blueprint.name.kind(),
        size: &blueprint.size,
        outcome: match created {
            Created { machine: None, .. } => "would-make",
            Created {
                was_resumed: true, ..
            } => "resumed",
            Created { .. } => "made",
        },
        id: machine.map(|machine| machine.id.as_str()),
        public_addresses: machine.map_or(&[], |machine| &machine.public_addresses),
        private_addresses: machine.map_or(&[], |machine| &machine.private_addresses),
        twins: &created.twins,
    };
    json::print_report("CreateServer", VERSION, &report)
}
