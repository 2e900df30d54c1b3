//! The server that is asked for: noted, asked for once, and looked for until it runs.

use anyhow::{bail, ensure};

use super::guarding;
use super::job::{Job, STEP, farewell, is_it, may_be_it};
use super::supplies::{Supplies, supplies, with_order};
use super::user_data;
use crate::cloud::Machine;
use crate::cloud::server::Image;
use crate::command::{self, Change, Failure};
use crate::console;
use crate::toolkit::pending_server::{self, PendingServer};
use crate::waiting::{Awaited, Meanwhile, Sight, Wait};

/// How many looks in a row must find the server running before a CLI is stopped that has something left to do then.
const LOOKS_BEFORE_STOP: usize = 4;

/// How often a list that may be incomplete is asked for again.
const LOOKS_FOR_A_WHOLE_LIST: usize = 3;

/// A server that is asked for, and the note of it.
pub struct Server<'a> {
    pub(super) job: &'a Job<'a>,
    pub(super) note: Option<PendingServer>,
    /// Whether this run asked for it, and not one before.
    pub(super) is_of_this_run: bool,
    pub(super) is_guarded: bool,
}

/// Checks, connects, notes what is about to be asked, and asks. A refusal is kept for later: only the list tells
/// whether nothing was made.
fn ask(job: &Job<'_>, wait: &mut Wait<'_>) -> anyhow::Result<(PendingServer, Option<Failure>)> {
    let (notes, name) = (job.layout.notes(), &job.blueprint.name);
    wait.say(STEP, "looking at what is there");
    let known = known_before(job)?;
    let mut supplies = supplies(job, wait)?;
    if let Image::Snapshot(id) = &supplies.image {
        job.layout.record_snapshot(name.kind(), id)?;
    }
    supplies.user_data = user_data::fill_in_user_data(job)?;
    let note = PendingServer::new(name, job.layout.cloudhost(), known);
    note.write(&notes, name)?;
    wait.say(STEP, "asking the provider");
    command::on_interrupt_say(farewell(job));
    match created(job, &supplies, &note, wait) {
        Ok(_) => Ok((note, None)),
        Err(failure) if failure.was_not_asked() => {
            console::also(pending_server::remove(&notes, name));
            Err(failure.into())
        }
        Err(failure) => Ok((note, Some(failure))),
    }
}

/// Asks for the server, and looks meanwhile how far it is.
fn created(
    job: &Job<'_>,
    supplies: &Supplies,
    note: &PendingServer,
    wait: &mut Wait<'_>,
) -> Result<Change<()>, Failure> {
    let (cloud, limit) = (job.cloud, wait.left());
    with_order(job, supplies, |order| {
        let create = || cloud.create_server(order, limit);
        wait.asked(STEP, LOOKS_BEFORE_STOP, create, || {
            seen_meanwhile(job, note)
        })
    })
}

impl Awaited for Server<'_> {
    type Made = Machine;

    fn step(&self) -> String {
        STEP.to_owned()
    }

    fn name(&self) -> String {
        self.job.blueprint.name.to_string()
    }

    fn ask(&mut self, wait: &mut Wait<'_>) -> anyhow::Result<Option<Failure>> {
        let (note, refusal) = ask(self.job, wait)?;
        self.note = Some(note);
        self.is_of_this_run = true;
        Ok(refusal)
    }

    fn look(&mut self) -> anyhow::Result<Sight<Machine>> {
        let Some(note) = &mut self.note else {
            return Ok(Sight::NOTHING);
        };
        let (machine, sight) = look(self.job, note)?;
        if let Some(machine) = machine
            && !self.is_guarded
        {
            guarding::guard(self.job, &machine, self.is_of_this_run)?;
            self.is_guarded = true;
        }
        Ok(sight)
    }

    fn ensure_it_may_come(
        &mut self,
        refusal: Option<&Failure>,
        _hidden_by: Option<&str>,
    ) -> anyhow::Result<()> {
        if let Some(failure) = refusal {
            bail!(
                "{} could not be made; run the same command again to try again: {failure}",
                self.name()
            );
        }
        Ok(())
    }
}

/// Looks once. Hands back the machine too, however far it is.
///
/// # Errors
/// When the list cannot be had, or shows several that cannot be told apart, or one that the provider has given up on.
pub(super) fn look(
    job: &Job<'_>,
    note: &mut PendingServer,
) -> anyhow::Result<(Option<Machine>, Sight<Machine>)> {
    let listing = job.cloud.machines()?;
    let is_new = |machine: &Machine| !note.known_before.contains(&machine.id);
    let mut new: Vec<Machine> = listing.items;
    new.retain(|machine| may_be_it(job, machine) && is_new(machine));
    let exact = new.iter().filter(|machine| is_it(job, machine)).count();
    if exact > 0 {
        new.retain(|machine| is_it(job, machine));
    }
    if exact > 1 {
        choose(job, note, &mut new)?;
    }
    ensure_one(&new, job.blueprint.name.as_str())?;
    let Some(machine) = new.pop() else {
        let doubt = listing.completeness.doubt();
        return Ok((None, doubt.map_or(Sight::NOTHING, Sight::Doubtful)));
    };
    let sight = match machine.status.as_str() {
        _ if has_failed(&machine) => bail!(
            "the provider gave up on {} ({}); delete it there and run the same command again",
            job.blueprint.name,
            machine.status
        ),
        _ if machine.is_ready() => Sight::There(machine.clone()),
        _ if machine.is_running() => Sight::UnderWay("it has no address yet".to_owned()),
        word => Sight::UnderWay(word.to_owned()),
    };
    Ok((Some(machine), sight))
}

/// Leaves one of `machines`, which one creation made because the CLI repeated its request, and notes the others: a
/// search by name must find one. Nothing is deleted.
fn choose(
    job: &Job<'_>,
    note: &mut PendingServer,
    machines: &mut Vec<Machine>,
) -> anyhow::Result<()> {
    if machines.iter().all(|it| note.twins.contains(&it.id)) {
        note.twins.clear();
    }
    let rank = |it: &Machine| {
        (
            note.twins.contains(&it.id),
            has_failed(it),
            !it.is_running(),
            it.id.clone(),
        )
    };
    machines.sort_by_key(rank);
    let twins: Vec<String> = machines.drain(1..).map(|twin| twin.id).collect();
    if let Some(used) = machines.first()
        && twins.iter().any(|id| !note.twins.contains(id))
    {
        let name = &job.blueprint.name;
        note.twins.clone_from(&twins);
        note.write(&job.layout.notes(), name)?;
        job.layout.note_twins(name, &twins)?;
        console::say(format_args!(
            "{name}: the provider made several machines of this name: {} is used; delete {} at the provider, which nothing uses",
            used.id,
            twins.join(" and ")
        ));
    }
    Ok(())
}

/// What a list shows of the server while its creation has not been answered. This look only tells how far it is; the
/// ones that count come after the answer.
pub(super) fn seen_meanwhile(job: &Job<'_>, note: &PendingServer) -> Meanwhile {
    let Ok(listing) = job.cloud.machines() else {
        return Meanwhile::Nothing;
    };
    let is_new = |it: &&Machine| may_be_it(job, it) && !note.known_before.contains(&it.id);
    let mut new = listing.items.iter().filter(is_new);
    match (new.next(), new.next()) {
        (Some(only), None) if only.is_ready() => Meanwhile::There,
        (Some(only), None) => Meanwhile::UnderWay(only.status.clone()),
        _ => Meanwhile::Nothing,
    }
}

/// The machines that could be taken for the one to be made and are there already.
///
/// # Errors
/// When a machine of the name is among them, or the list may be incomplete: a second server costs money.
pub(super) fn known_before(job: &Job<'_>) -> anyhow::Result<Vec<String>> {
    let mut machines = all_machines(job)?;
    let name = &job.blueprint.name;
    let twins = job.layout.twins()?;
    let is_in_the_way = |machine: &&Machine| is_it(job, machine) && !twins.has(&machine.id);
    if let Some(there) = machines.iter().find(is_in_the_way) {
        bail!(
            "a machine {name} exists already at the provider ({}); nothing was made",
            there.id
        );
    }
    machines.retain(|machine| may_be_it(job, machine));
    Ok(machines.into_iter().map(|machine| machine.id).collect())
}

/// Every machine, from two lists: one alone may lag behind.
fn all_machines(job: &Job<'_>) -> anyhow::Result<Vec<Machine>> {
    let mut machines = whole_list(job)?;
    for machine in whole_list(job)? {
        if !machines.iter().any(|known| known.id == machine.id) {
            machines.push(machine);
        }
    }
    Ok(machines)
}

fn whole_list(job: &Job<'_>) -> anyhow::Result<Vec<Machine>> {
    let mut doubt = String::new();
    for _ in 0..LOOKS_FOR_A_WHOLE_LIST {
        let listing = job.cloud.machines()?;
        match listing.completeness.doubt() {
            None => return Ok(listing.items),
            Some(why) => doubt = why,
        }
    }
    bail!("cannot tell which machines there are, so nothing was made: {doubt}; try again later")
}

/// Whether the provider has given up on a machine.
fn has_failed(machine: &Machine) -> bool {
    matches!(machine.status.as_str(), "error" | "failed")
}

/// Refuses to guess which of several is the one: every search by name would find both.
fn ensure_one(new: &[Machine], name: &str) -> anyhow::Result<()> {
    let ids: Vec<&str> = new.iter().map(|machine| machine.id.as_str()).collect();
    ensure!(
        new.len() <= 1,
        "{} machines are called {name}: {}; delete all but one at the provider and run the same command again",
        new.len(),
        ids.join(", ")
    );
    Ok(())
}
