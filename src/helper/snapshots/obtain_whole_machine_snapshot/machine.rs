//! Finding the machine to snapshot, and seeing whether it is still there.

use std::fmt;

use anyhow::{Context, ensure};

use super::job::Job;
use crate::build::DeployedBuild;
use crate::cloud::{Listing, Machine};
use crate::console;
use crate::foreign_text::beginning;
use crate::names::MachineType;
use crate::waiting::ending;

/// The machine to snapshot: the one asked for, or the first of those whose name is exactly this type's and build's.
pub(super) fn machine(job: &Job<'_>) -> anyhow::Result<Machine> {
    let (build, region) = (job.subject.build.identifier(), &job.subject.region);
    let listing = match job.machines {
        Some(listed) => listed.clone(),
        None => job.cloud.machines().context("cannot list the machines")?,
    };
    let cut_at = job.cloud.longest_name();
    let mut matching: Vec<Machine> = listing
        .items
        .into_iter()
        .filter(|machine| job.kind.names(&machine.name, region, build, cut_at))
        .collect();
    let Some(wanted) = job.wanted_machine else {
        ensure!(
            !matching.is_empty(),
            "there is no {} of the build '{build}' in {region} at {}{}",
            job.kind,
            job.cloud.cloudhost(),
            listing.completeness.caveat()
        );
        let first = matching.swap_remove(0);
        if !matching.is_empty() {
            console::say(format_args!(
                "{}: {} machines match; taking the first, {} ({}); --machine picks another",
                job.kind,
                matching.len() + 1,
                first.name,
                first.id
            ));
        }
        return Ok(first);
    };
    let names: Vec<String> = matching
        .iter()
        .take(10)
        .map(|machine| machine.name.clone())
        .collect();
    matching
        .into_iter()
        .find(|machine| machine.id == wanted || machine.name == wanted)
        .with_context(|| {
            format!(
                "--machine '{}' is no {} of the build '{build}' in {region}; there {}{}",
                beginning(wanted),
                job.kind,
                if names.is_empty() {
                    "is none".to_owned()
                } else {
                    format!("are {}", names.join(", "))
                },
                listing.completeness.caveat()
            )
        })
}

/// The machine types that the active build has, as its machines' names tell, and those whose snapshot is under way.
///
/// # Errors
/// When there is none.
pub fn types_in(
    listing: &Listing<Machine>,
    subject: &DeployedBuild,
    cut_at: Option<usize>,
    is_under_way: impl Fn(MachineType) -> bool,
) -> anyhow::Result<Vec<MachineType>> {
    let (build, region) = (subject.build.identifier(), &subject.region);
    let has = |kind: &MachineType| {
        let mut names = listing.items.iter().map(|machine| &machine.name);
        names.any(|name| kind.names(name, region, build, cut_at)) || is_under_way(*kind)
    };
    let types: Vec<MachineType> = MachineType::ALL.into_iter().filter(has).collect();
    ensure!(
        !types.is_empty(),
        "the build '{build}' has no machine in {region} at {}{}",
        subject.cloudhost(),
        listing.completeness.caveat()
    );
    Ok(types)
}

/// The machine of a note is gone, and nothing came of what was asked for.
#[derive(Debug)]
pub struct MachineIsGone;

impl std::error::Error for MachineIsGone {}

impl fmt::Display for MachineIsGone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the machine of the unfinished snapshot is gone")
    }
}

/// Refuses to ask for a snapshot of a machine that is gone.
///
/// # Errors
/// [`MachineIsGone`] when several lists in a row are whole and lack it.
pub(super) fn ensure_machine_is_there(job: &Job<'_>, machine_id: &str) -> anyhow::Result<()> {
    let is_gone = ending::is_gone(job.cloud, |machine| machine.id == machine_id);
    if is_gone.context("cannot list the machines")? {
        return Err(MachineIsGone.into());
    }
    Ok(())
}
