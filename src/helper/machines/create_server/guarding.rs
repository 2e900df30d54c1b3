//! The provider's firewall: no server is made, or stays, without the one that the build asks for (contract 09, 10 §1.3).
//!
//! On the build machine the toolkit's own script makes it, since that has the rules for its ports. What the script
//! prints counts, its exit status does not: at vultr it always fails after its work is done.

use std::time::Duration;

use anyhow::{Context, bail, ensure};
use bstr::ByteSlice;

use super::job::{Job, STEP};
use crate::cloud::Machine;
use crate::cloud::server::Firewall;
use crate::command::{Command, Output, Program};
use crate::console;
use crate::files::LockFile;
use crate::patience::{self, Look, Patience};
use crate::toolkit::pending_server;
use crate::waiting::Wait;

/// How many times as long as one call of a CLI the script may take. It makes 4 to 7 calls (contract 09) and sleeps between
/// them; at DigitalOcean it waits for the droplet to be listed, without an end of its own.
const CALLS_OF_TIME: u32 = 4;

/// What stands before the firewall's id in what the script prints.
const ID_MARK: &str = "ADT_FIREWALL_ID:";

/// How often a firewall is looked for before it counts as not there: a list may lag or lack a page.
const LOOKS: usize = 5;

/// How long these looks may take.
const LOOKING_LIMIT: Duration = Duration::from_secs(120);

/// How often the script is run before the server counts as unguarded.
const ATTEMPTS: usize = 2;

/// The name of the firewall of this type's machines.
fn firewall_name(job: &Job<'_>) -> String {
    format!("{}-{}", firewall_label(job), job.layout.build())
}

/// The name of the firewall as the script is told it, without the build.
fn firewall_label(job: &Job<'_>) -> String {
    format!("adt-{}", job.blueprint.name.kind())
}

/// The firewall that the server is made with; none where the build has none, or the server is put behind it
/// afterwards.
///
/// # Errors
/// When the build has one and it is not there; nothing that costs money has happened yet.
pub(super) fn firewall(job: &Job<'_>, wait: &mut Wait<'_>) -> anyhow::Result<Option<String>> {
    let has_firewall = job.blueprint.has_firewall;
    if job.layout.firewall_script().is_none() {
        return known_id(job);
    }
    if job.cloud.guards_afterwards() {
        return Ok(None);
    }
    if has_firewall {
        wait.say(STEP, "making its firewall");
    }
    let id = configured_firewall(job)?;
    Ok(id.filter(|_| has_firewall))
}

/// What a dry run shows in place of [`firewall`].
pub(super) fn firewall_on_paper(job: &Job<'_>) -> anyhow::Result<Option<String>> {
    let Some(script) = job.layout.firewall_script() else {
        return known_id(job);
    };
    console::say(format_args!("{} {}", script.display(), firewall_label(job)));
    let is_made_with_one = job.blueprint.has_firewall && !job.cloud.guards_afterwards();
    Ok(is_made_with_one.then(|| "FIREWALL_ID".to_owned()))
}

/// The id of the firewall that the build machine has made, where the build has one.
fn known_id(job: &Job<'_>) -> anyhow::Result<Option<String>> {
    if !job.blueprint.has_firewall {
        return Ok(None);
    }
    Ok(Some(known_firewall(job)?.id))
}

/// Puts a server that is there behind its firewall, where the creation could not. `is_ours_alone` says that this run
/// asked for it, so that nobody can have begun to use it.
///
/// # Errors
/// When it is not behind one in the end. One that surely has no firewall is then deleted again, if it is ours alone.
pub(super) fn guard(job: &Job<'_>, machine: &Machine, is_ours_alone: bool) -> anyhow::Result<()> {
    if !job.cloud.guards_afterwards() {
        return Ok(());
    }
    if job.layout.firewall_script().is_none() {
        if job.blueprint.has_firewall {
            let firewall = known_firewall(job)?;
            job.cloud.guard(&firewall, machine).with_context(|| {
                format!(
                    "{} is made, but could not be put behind '{}'; run the same command again",
                    machine.name, firewall.name
                )
            })?;
        }
        return Ok(());
    }
    let mut trouble = None;
    for _ in 0..ATTEMPTS {
        let outcome = configured_firewall(job);
        if !job.blueprint.has_firewall {
            return Ok(());
        }
        trouble = outcome.err();
        match is_guarded(job, machine) {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            Err(why) => {
                let also = format!(
                    "whether {} is behind its firewall is not known: {why:#}",
                    machine.name
                );
                return Err(trouble.map_or(why, |trouble| trouble.context(also)));
            }
        }
    }
    let trouble = trouble.map_or_else(String::new, |why| format!(": {why:#}"));
    let name = firewall_name(job);
    if !is_ours_alone {
        bail!(
            "{} ({}) is not behind the firewall '{name}'; put it behind it or delete it at the provider{trouble}",
            machine.name,
            machine.id
        );
    }
    undo(job, machine).with_context(|| {
        format!(
            "{} ({}) is not behind the firewall '{name}' and could not be deleted; look at the provider{trouble}",
            machine.name, machine.id
        )
    })?;
    bail!(
        "{} was deleted again, since the firewall '{name}' did not come about; correct that and run the same command again{trouble}",
        machine.name
    )
}

/// Runs the toolkit's script for this machine type, one run at a time: two would wait for each other's firewall to
/// vanish. Gives the id that it prints, if it prints one.
///
/// # Errors
/// When the build has a firewall, and the script cannot be run or, where it prints one, prints no id.
fn configured_firewall(job: &Job<'_>) -> anyhow::Result<Option<String>> {
    let Some(script) = job.layout.firewall_script() else {
        return Ok(None);
    };
    if !job.blueprint.has_firewall && !script.exists() {
        return Ok(None);
    }
    let lock = pending_server::firewall_lock_in(&job.layout.notes(), job.blueprint.name.kind());
    let _turn = LockFile::acquire(&lock, job.timeout, || {
        console::say(format_args!(
            "{}: another run is making the firewall; waiting for it to finish",
            job.blueprint.name
        ));
    })?;
    let program = Program::at("ConfigureNativeFirewall.sh", &script);
    let command = Command::changing(&program, &[firewall_label(job)])
        .timeout(job.timeout.min(script_limit()));
    let prints_an_id = job.blueprint.has_firewall && !job.cloud.guards_afterwards();
    let made = job.runner.run(&command).and_then(|output| {
        job.runner
            .understand(&command, &output, |output| match printed_id(output)? {
                None if prints_an_id => bail!(
                    "it ended with status {} and named no firewall",
                    output.status
                ),
                id => Ok(id),
            })
    });
    match made {
        Err(_) if !job.blueprint.has_firewall => Ok(None),
        made => made.with_context(|| format!("there is no firewall '{}'", firewall_name(job))),
    }
}

/// The firewall that the build machine has made.
///
/// # Errors
/// When it is not to be seen, or the provider cannot be asked.
fn known_firewall(job: &Job<'_>) -> anyhow::Result<Firewall> {
    let name = firewall_name(job);
    let (mut found, caveat) = firewalls_seen(job, |found| !found.is_empty())?;
    found.sort_by(|one, other| one.id.cmp(&other.id));
    if found.len() > 1 {
        let ids: Vec<&str> = found.iter().map(|it| it.id.as_str()).collect();
        console::say(format_args!(
            "the provider has {} firewalls '{name}': {}; the first is used, delete the others there if nothing needs them",
            ids.len(),
            ids.join(", ")
        ));
    }
    found.into_iter().next().with_context(|| {
        format!(
            "the provider has no firewall '{name}', and ACTIVE_FIREWALLS asks for one, so no server was made; build first{caveat}"
        )
    })
}

/// Whether a list of the provider shows the machine behind its firewall.
fn is_guarded(job: &Job<'_>, machine: &Machine) -> anyhow::Result<bool> {
    let guards_it = |firewall: &Firewall| firewall.machine_ids.contains(&machine.id);
    let (found, _) = firewalls_seen(job, |found| found.iter().any(guards_it))?;
    Ok(found.iter().any(guards_it))
}

/// The firewalls of this type's name that the first list shows which is `enough`, else the last of several lists; and
/// what to say of a list that may lack some.
fn firewalls_seen(
    job: &Job<'_>,
    enough: impl Fn(&[Firewall]) -> bool,
) -> anyhow::Result<(Vec<Firewall>, String)> {
    let name = firewall_name(job);
    let mut patience = Patience::until(LOOKING_LIMIT);
    let mut looks = 0;
    patience::look_until_enough(|| {
        looks += 1;
        let listing = job.cloud.firewalls(&name)?;
        if looks == LOOKS || enough(&listing.items) {
            let caveat = listing.completeness.caveat();
            return Ok(Look::Enough((listing.items, caveat)));
        }
        Ok(Look::AgainAfter(patience.next_delay()))
    })
}

/// Deletes the machine that this run has made, after another look at which it is.
fn undo(job: &Job<'_>, machine: &Machine) -> anyhow::Result<()> {
    let listing = job.cloud.machines()?;
    let mut found = listing.items.iter();
    let is_it = found.any(|it| it.id == machine.id && it.name == job.blueprint.name.as_str());
    ensure!(is_it, "the provider's list does not show it");
    job.cloud.destroy_server(machine, script_limit())?;
    console::also(pending_server::remove(
        &job.layout.notes(),
        &job.blueprint.name,
    ));
    Ok(())
}

fn script_limit() -> Duration {
    patience::call_limit() * CALLS_OF_TIME
}

/// The id behind the last `:` of the line with the mark; none where no line has the mark or nothing follows.
fn printed_id(output: &Output) -> anyhow::Result<Option<String>> {
    let lines = output
        .stdout
        .lines()
        .filter(|line| line.contains_str(ID_MARK));
    let mut ids: Vec<&str> = Vec::new();
    for line in lines {
        let id = line.rsplit_str(":").next().unwrap_or_default().trim();
        let id = id
            .to_str()
            .ok()
            .filter(|id| !id.starts_with('-') && !id.contains(char::is_whitespace));
        match id {
            Some("") => {}
            Some(id) if ids.contains(&id) => {}
            Some(id) => ids.push(id),
            None => bail!("what follows '{ID_MARK}' is no firewall's id"),
        }
    }
    ensure!(
        ids.len() <= 1,
        "it named several firewalls: {}",
        ids.join(", ")
    );
    Ok(ids.first().map(|id| (*id).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(stdout: &str) -> anyhow::Result<Option<String>> {
        printed_id(&Output {
            status: 2,
            stdout: stdout.into(),
            stderr: Vec::new(),
        })
    }

    #[test]
    fn the_id_is_what_follows_the_last_colon_of_the_line_with_the_mark() {
        for (stdout, expected) in [
            ("", None),
            ("table\nADT_FIREWALL_ID:\n", None),
            ("ADT_FIREWALL_ID:7", Some("7")),
            (
                "{ \"id\": 8 }\n x ADT_FIREWALL_ID:a:b-c \n9:10\n",
                Some("b-c"),
            ),
            ("ADT_FIREWALL_ID:7\nADT_FIREWALL_ID:7\n", Some("7")),
        ] {
            assert_eq!(id(stdout).unwrap().as_deref(), expected, "{stdout}");
        }
        for stdout in [
            "ADT_FIREWALL_ID:1\nADT_FIREWALL_ID:2\n",
            "ADT_FIREWALL_ID:a b",
            "ADT_FIREWALL_ID:--force",
        ] {
            assert!(id(stdout).is_err(), "{stdout}");
        }
    }
}
