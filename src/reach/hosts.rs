//! Which machines a build has, and at what addresses they are reached (P-IPS).

use std::net::IpAddr;

use anyhow::ensure;

use super::Reach;
use crate::build::Build;
use crate::cloud::{Cloud, Listing, NetworkMember};
use crate::console;
use crate::foreign_text::beginning;
use crate::names::MachineType;

/// A machine of a build at an address by which it is reached; [`crate::cloud::Machine`] is what the provider lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    pub kind: MachineType,
    pub name: String,
    pub address: IpAddr,
    /// Whether the machine has been listed with another address before (linode lists private ones too).
    pub is_repeated: bool,
}

/// The machines of the types `kinds` of exactly this build: by their private addresses where the build machine is in
/// the private network, else by the public ones.
pub fn of(reach: &Reach, kinds: &[MachineType]) -> anyhow::Result<Vec<Host>> {
    let build = &reach.build;
    let region = build.region()?;
    let cloud = reach.cloud()?;
    let cut_at = cloud.longest_name();
    let is_of =
        |kind: MachineType, name: &str| kind.names(name, &region, build.identifier(), cut_at);
    let is_wanted = |name: &str| kinds.iter().any(|kind| is_of(*kind, name));
    let members = if build.directory().is_in_private_network() {
        shown(cloud.network_members(&is_wanted)?)
    } else {
        public_members(cloud.as_ref(), &is_wanted)?
    };
    let mut machines = Vec::new();
    for kind in kinds {
        for member in members.iter().filter(|member| is_of(*kind, &member.name)) {
            machines.extend(at_each_address(*kind, member));
        }
    }
    Ok(machines)
}

fn public_members(
    cloud: &dyn Cloud,
    is_wanted: &dyn Fn(&str) -> bool,
) -> anyhow::Result<Vec<NetworkMember>> {
    let wanted = shown(cloud.machines()?).into_iter();
    let wanted = wanted.filter(|machine| is_wanted(&machine.name));
    let members = wanted.map(|machine| NetworkMember {
        name: machine.name,
        addresses: machine.public_addresses,
    });
    Ok(members.collect())
}

/// What is listed; a word says where something may be missing.
fn shown<T>(listing: Listing<T>) -> Vec<T> {
    let caveat = listing.completeness.caveat();
    if let Some(caveat) = caveat.strip_prefix("; ") {
        console::say(format_args!("some machines may not be shown: {caveat}"));
    }
    listing.items
}

fn at_each_address(kind: MachineType, member: &NetworkMember) -> Vec<Host> {
    let name = &member.name;
    let mut machines: Vec<Host> = Vec::new();
    for address in &member.addresses {
        let Ok(address) = address.parse::<IpAddr>() else {
            console::say(format_args!(
                "the provider gives {name} the address '{}', which is not an IP address",
                beginning(address)
            ));
            continue;
        };
        // A machine that is being made has none yet (vultr).
        if !address.is_unspecified() {
            machines.push(Host {
                kind,
                name: name.clone(),
                address,
                is_repeated: !machines.is_empty(),
            });
        }
    }
    machines
}

/// Refuses an empty list.
///
/// # Errors
/// When it is empty.
pub fn ensure_some(machines: &[Host], kind: MachineType, build: &Build) -> anyhow::Result<()> {
    ensure!(
        !machines.is_empty(),
        "there is no {kind} of the build {} running at {}; make sure that it is started and that REGION in its build_environment is right",
        build.identifier(),
        build.cloudhost()
    );
    Ok(())
}
