//! Which of the machines (P-PICK): the scripts show one after the other and take the first that is agreed to.

use std::net::IpAddr;

use anyhow::{bail, ensure};

use super::hosts::{self, Host};
use super::{MachineChoice, Reach};
use crate::ask;
use crate::console;
use crate::foreign_text::{beginning, on_one_line};
use crate::names::MachineType;

/// The word for every machine.
const ALL: &str = "all";

/// What was picked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Picked {
    One(Host),
    /// Every machine, at one address each.
    All(Vec<Host>),
}

impl Reach {
    /// The machines of type `kind` that `choice` or the person picks.
    ///
    /// # Errors
    /// When there is none, the one that is named is not there, an answer is neither yes nor no, or no is the answer to each.
    pub fn picked(&self, kind: MachineType, choice: &MachineChoice) -> anyhow::Result<Picked> {
        let machines = self.machines(&[kind])?;
        hosts::ensure_some(&machines, kind, &self.build)?;
        match choice.machine.as_deref() {
            Some(ALL) => Ok(Picked::All(at_one_address_each(machines))),
            Some(wanted) => named(wanted, kind, machines).map(Picked::One),
            None => asked(kind, machines),
        }
    }

    /// The one machine of type `kind` that `choice` or the person picks.
    ///
    /// # Errors
    /// As [`Reach::picked`], and when all are named.
    pub fn picked_one(&self, kind: MachineType, choice: &MachineChoice) -> anyhow::Result<Host> {
        match self.picked(kind, choice)? {
            Picked::One(machine) => Ok(machine),
            Picked::All(_) => bail!(
                "this is for one machine; give the address or the name of a {kind}, not 'all'"
            ),
        }
    }
}

fn at_one_address_each(machines: Vec<Host>) -> Vec<Host> {
    let firsts = machines.into_iter().filter(|machine| !machine.is_repeated);
    firsts.collect()
}

fn named(wanted: &str, kind: MachineType, machines: Vec<Host>) -> anyhow::Result<Host> {
    let address: Option<IpAddr> = wanted.parse().ok();
    let is_it = |machine: &Host| machine.name == wanted || Some(machine.address) == address;
    let known: Vec<String> = machines
        .iter()
        .take(10)
        .map(|machine| format!("{} ({})", machine.name, machine.address))
        .collect();
    let Some(found) = machines.into_iter().find(is_it) else {
        bail!(
            "--machine '{}' is no {kind} of the build; there are: {}",
            beginning(wanted),
            known.join(", ")
        );
    };
    Ok(found)
}

/// Shows the machines one by one until one is agreed to. The scripts go on without any address when the last answer is
/// not exactly `N`; here whatever is neither yes nor no is an error in the end.
fn asked(kind: MachineType, machines: Vec<Host>) -> anyhow::Result<Picked> {
    console::say(format_args!("Which {kind} do you want to reach?"));
    let mut refusal = String::new();
    for (number, machine) in machines.into_iter().enumerate() {
        console::say(format_args!(
            "{}:   {}   {}",
            number + 1,
            machine.address,
            on_one_line(&machine.name)
        ));
        let answer = ask::line("Is it this one? Y/N")?;
        let answer = answer.to_string_lossy();
        if answer.trim().eq_ignore_ascii_case("y") {
            return Ok(Picked::One(machine));
        }
        refusal = answer.into_owned();
    }
    ensure!(
        refusal.trim().eq_ignore_ascii_case("n"),
        "'{}' is neither Y nor N, so no {kind} is picked",
        beginning(&refusal)
    );
    bail!("there is no other {kind}, so nothing was done")
}
