//! Looking at the provider: which machine is the one that was asked for.

use anyhow::{bail, ensure};

use super::making::Session;
use crate::cloud::Machine;
use crate::console;
use crate::toolkit::pending_server::PendingServer;
use crate::waiting::{Meanwhile, Sight};

/// How often a list that may be incomplete is asked for again.
const LOOKS_FOR_A_WHOLE_LIST: usize = 3;

impl Session<'_> {
    /// Looks once. Hands back the machine too, however far it is.
    ///
    /// # Errors
    /// When the list cannot be had, or shows several that cannot be told apart, or one that the provider has given up on.
    pub(super) fn look(
        &self,
        note: &mut PendingServer,
    ) -> anyhow::Result<(Option<Machine>, Sight<Machine>)> {
        let listing = self.cloud.machines()?;
        let is_new = |machine: &Machine| !note.known_before.contains(&machine.id);
        let mut new: Vec<Machine> = listing.items;
        new.retain(|machine| self.may_be_it(machine) && is_new(machine));
        let exact = new.iter().filter(|machine| self.is_it(machine)).count();
        if exact > 0 {
            new.retain(|machine| self.is_it(machine));
        }
        if exact > 1 {
            self.choose(note, &mut new)?;
        }
        ensure_one(&new, self.blueprint.name.as_str())?;
        let Some(machine) = new.pop() else {
            let doubt = listing.completeness.doubt();
            return Ok((None, doubt.map_or(Sight::NOTHING, Sight::Doubtful)));
        };
        let sight = match machine.status.as_str() {
            _ if has_failed(&machine) => bail!(
                "the provider gave up on {} ({}); delete it there and run the same command again",
                self.blueprint.name,
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
    fn choose(&self, note: &mut PendingServer, machines: &mut Vec<Machine>) -> anyhow::Result<()> {
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
            let name = &self.blueprint.name;
            note.twins.clone_from(&twins);
            note.write(&self.layout.notes(), name)?;
            self.layout.note_twins(name, &twins)?;
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
    pub(super) fn seen_meanwhile(&self, note: &PendingServer) -> Meanwhile {
        let Ok(listing) = self.cloud.machines() else {
            return Meanwhile::Nothing;
        };
        let is_new = |it: &&Machine| self.may_be_it(it) && !note.known_before.contains(&it.id);
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
    pub(super) fn known_before(&self) -> anyhow::Result<Vec<String>> {
        let mut machines = self.all_machines()?;
        let name = &self.blueprint.name;
        let twins = self.layout.twins()?;
        let is_in_the_way = |machine: &&Machine| self.is_it(machine) && !twins.has(&machine.id);
        if let Some(there) = machines.iter().find(is_in_the_way) {
            bail!(
                "a machine {name} exists already at the provider ({}); nothing was made",
                there.id
            );
        }
        machines.retain(|machine| self.may_be_it(machine));
        Ok(machines.into_iter().map(|machine| machine.id).collect())
    }

    /// Every machine, from two lists: one alone may lag behind.
    fn all_machines(&self) -> anyhow::Result<Vec<Machine>> {
        let mut machines = self.whole_list()?;
        for machine in self.whole_list()? {
            if !machines.iter().any(|known| known.id == machine.id) {
                machines.push(machine);
            }
        }
        Ok(machines)
    }

    fn whole_list(&self) -> anyhow::Result<Vec<Machine>> {
        let mut doubt = String::new();
        for _ in 0..LOOKS_FOR_A_WHOLE_LIST {
            let listing = self.cloud.machines()?;
            match listing.completeness.doubt() {
                None => return Ok(listing.items),
                Some(why) => doubt = why,
            }
        }
        bail!("cannot tell which machines there are, so nothing was made: {doubt}; try again later")
    }

    fn is_it(&self, machine: &Machine) -> bool {
        machine.name == self.blueprint.name.as_str()
    }

    /// Whether it has the name, or what a provider that cuts names may have left of it.
    fn may_be_it(&self, machine: &Machine) -> bool {
        let is_cut = self
            .cloud
            .longest_name()
            .is_some_and(|longest| machine.name.chars().count() == longest);
        self.is_it(machine)
            || is_cut
                && self
                    .blueprint
                    .name
                    .as_str()
                    .starts_with(machine.name.as_str())
    }
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
