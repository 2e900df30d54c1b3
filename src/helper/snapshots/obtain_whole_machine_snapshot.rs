//! `ObtainWholeMachineSnapshot`: a snapshot of a machine, recorded where the build from snapshots finds it (contract 03 §3.1).
//!
//! For each machine type: find the machine, see what snapshots of it there are, note what is about to be asked, ask,
//! wait until a machine could be built from it, record the id and what belongs to it, upload the records. A run that is
//! cut short at any point leaves its note, and the next one goes on from there.

mod arguments;
mod existing;
mod job;
mod machine;
mod obtaining;
mod recording;
mod rehearsal;
mod replacing;
mod report;
mod step;
mod taking_up;
mod uploading;

use anyhow::{Context, bail, ensure};

pub use arguments::Arguments;
use arguments::Existing;
use job::Job;
use report::{Obtained, Report};

use crate::ask::{self, Choice};
use crate::build::DeployedBuild;
use crate::cloud;
use crate::command::{self, Runner};
use crate::names::{BaseOs, Cloudhost, MachineType};
use crate::patience::Rounds;
use crate::records::pending;
use crate::records::replacement::Replacement;
use crate::waiting::at_a_time;

/// Takes the snapshots that `arguments`, or the answers on standard input, ask for.
///
/// # Errors
/// When one of them could not be made, recorded or uploaded; the message says how to go on.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let subject = DeployedBuild::active()?;
    let mut runner =
        Runner::new(subject.redactor()?, arguments.dry_run).showing_commands(arguments.verbose);
    if arguments.at_a_time() > 1 {
        runner = runner.sharing_reads();
    }
    command::watch_for_interrupts()?;
    if arguments.upload_only {
        return uploading::upload_alone(&subject, &runner, arguments.timeout);
    }
    let (mut types, was_asked) = machine_types(arguments)?;
    let base_os = base_os(arguments, &subject, was_asked)?;
    let cloud = cloud::open(subject.cloudhost(), &subject.account()?, &runner)?;
    let mut machines = None;
    if arguments.all {
        let listing = cloud.machines().context("cannot list the machines")?;
        let pending = subject.snapshot_directory()?.pending();
        let is_under_way = |kind| pending::path_in(&pending, kind).exists();
        types = machine::types_in(&listing, &subject, cloud.longest_name(), is_under_way)?;
        machines = Some(listing);
    }
    let replacement = replacement(arguments, &subject, &types)?;
    command::on_interrupt_say("interrupted before the provider was asked for anything");
    let rounds = Rounds::of(arguments.at_a_time().min(types.len()));
    let job = |kind: MachineType| {
        let cloud = cloud.as_ref();
        let mut job = Job::new(&subject, cloud, &runner, arguments, kind, base_os, &rounds);
        job.machines = machines.as_ref();
        job.replacement = replacement.as_ref();
        job
    };
    let results = at_a_time(arguments.at_a_time(), &types, |kind| {
        obtaining::obtain(&job(*kind))
    });
    // Once for all of them: the ids go last, and no reader sees one without what belongs to it.
    let is_any_new = results.iter().flatten().any(Obtained::is_to_be_uploaded);
    let uploaded = if is_any_new && !arguments.no_datastore {
        uploading::upload_found(&subject, &runner, arguments.timeout)
    } else {
        Ok(())
    };
    let mut report = Report::new(&subject);
    let mut is_through = true;
    for (kind, result) in types.into_iter().zip(results) {
        let finished = result.and_then(|mut obtained| {
            if let Err(why) = &uploaded
                && obtained.is_to_be_uploaded()
            {
                bail!("{why:#}");
            }
            obtaining::finish(&job(kind), &mut obtained)?;
            Ok(obtained)
        });
        is_through &= finished.is_ok();
        report.add(kind, finished);
    }
    if replacement.is_some() && !arguments.dry_run && is_through {
        let directory = subject.snapshot_directory()?;
        Replacement::end(&directory.pending())?;
    }
    report.finish(arguments.json, arguments.dry_run)
}

/// The run that replaces the snapshots of several machine types, which a repetition goes on with.
fn replacement(
    arguments: &Arguments,
    subject: &DeployedBuild,
    types: &[MachineType],
) -> anyhow::Result<Option<Replacement>> {
    if arguments.existing() != Existing::Replace || !(arguments.all || types.len() > 1) {
        return Ok(None);
    }
    let directory = subject.snapshot_directory()?;
    let (cloudhost, build) = (subject.cloudhost(), subject.build.identifier());
    let build = format!("{build} in {} at {cloudhost}", subject.region);
    let named = if arguments.all { &[] } else { types };
    Replacement::of(&directory.pending(), build, named.to_vec()).map(Some)
}

/// The machine types that the arguments name, or the one that is asked for, and whether it was asked.
fn machine_types(arguments: &Arguments) -> anyhow::Result<(Vec<MachineType>, bool)> {
    let mut types: Vec<MachineType> = Vec::new();
    for kind in &arguments.types {
        if !types.contains(kind) {
            types.push(*kind);
        }
    }
    if types.is_empty() && !arguments.all {
        let kind = Choice {
            question: "Which machine type shall be snapshotted: 1) authenticator 2) reverse proxy 3) autoscaler 4) webserver 5) database?",
            choices: &MachineType::ALL,
            option: "--type",
            usual: None,
        };
        return Ok((vec![kind.made()?], true));
    }
    ensure!(
        !matches!(arguments.adopt, Some(Some(_))) || !arguments.all && types.len() <= 1,
        "--adopt=ID records one id, so it goes with one --type"
    );
    ensure!(
        arguments.machine.is_none() || types.len() <= 1,
        "--machine names one machine, so it goes with one --type, not with {}",
        types.len()
    );
    Ok((types, false))
}

/// The operating system an exoscale template is registered for: as the arguments say, else as answered, else `BUILDOS`.
/// It is settled before anything is made, since the provider asks for it only after the snapshot.
fn base_os(
    arguments: &Arguments,
    subject: &DeployedBuild,
    was_asked: bool,
) -> anyhow::Result<Option<BaseOs>> {
    if subject.cloudhost() != Cloudhost::Exoscale {
        return Ok(None);
    }
    if let Some(os) = arguments.os {
        return Ok(Some(os));
    }
    // Input is read only where somebody is there to give it: an open pipe that says nothing would be waited on for ever.
    if was_asked || ask::somebody_is_there() {
        let os = Choice {
            question: "Which operating system is the machine based on: 1) ubuntu 2) debian?",
            choices: &BaseOs::ALL,
            option: "--os",
            // Where the build does not say it, there is no usual answer; that is no error while a person answers.
            usual: subject.build_os().ok(),
        };
        if let Some(os) = os.made_or_end()? {
            return Ok(Some(os));
        }
    }
    subject.build_os().map(Some)
}
