//! Helpers that do the same to different machine types: one name for each type, and one that is told the type.

use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, CommandFactory, Parser};

use crate::ask;
use crate::command::watch_for_interrupts;
use crate::helper::{connect_to, copy_from, copy_to, execute_on};
use crate::names::MachineType;
use crate::start;

/// What the name of the helper that is told the type ends with.
const ANY: &str = "RemoteMachine";

/// Helpers with one beginning of the name.
#[derive(Debug)]
pub struct Family {
    /// What their names begin with, such as `ConnectTo`.
    pub verb: &'static str,
    /// What they do; `{}` stands for the machine.
    pub about: &'static str,
    /// What a person types after the name, for the help.
    pub examples: &'static [&'static str],
}

/// The command line of a helper for one type.
#[derive(Debug, Parser)]
#[command(version)]
struct OfOne<A: Args> {
    #[command(flatten)]
    arguments: A,
}

/// The command line of the helper for any type.
#[derive(Debug, Parser)]
#[command(version)]
struct OfAny<A: Args> {
    /// authenticator, reverseproxy, autoscaler, webserver or database; asked for when not given
    #[arg(value_name = "CLASS")]
    class: Option<MachineType>,

    #[command(flatten)]
    arguments: A,
}

impl Family {
    /// Runs the helper for machines of type `kind`.
    pub fn run<A: Args>(
        &self,
        kind: MachineType,
        helper: fn(MachineType, &A) -> anyhow::Result<ExitCode>,
    ) -> ExitCode {
        start::run_command(self.command::<A>(kind), |line: &OfOne<A>| {
            watch_for_interrupts().context("cannot watch for interrupts")?;
            helper(kind, &line.arguments)
        })
    }

    /// Runs the helper for machines of the type that its first word tells.
    pub fn run_for_any<A: Args>(
        &self,
        helper: fn(MachineType, &A) -> anyhow::Result<ExitCode>,
    ) -> ExitCode {
        start::run_command(self.command_for_any::<A>(), |line: &OfAny<A>| {
            watch_for_interrupts().context("cannot watch for interrupts")?;
            let kind = match line.class {
                Some(kind) => kind,
                None => asked()?,
            };
            helper(kind, &line.arguments)
        })
    }

    fn command<A: Args>(&self, kind: MachineType) -> clap::Command {
        let name = format!("{}{}", self.verb, kind.script_suffix());
        self.described(OfOne::<A>::command(), name, &kind.to_string(), "")
    }

    fn command_for_any<A: Args>(&self) -> clap::Command {
        let name = format!("{}{ANY}", self.verb);
        self.described(
            OfAny::<A>::command(),
            name,
            "machine of any class",
            "webserver ",
        )
    }

    fn described(
        &self,
        command: clap::Command,
        name: String,
        machine: &str,
        first_word: &str,
    ) -> clap::Command {
        let examples = self.examples.iter();
        let examples = examples
            .map(|words| format!("\n  {}", format!("{name} {first_word}{words}").trim_end()));
        let help = format!("Examples:{}", examples.collect::<String>());
        command
            .about(self.about.replace("{}", machine))
            .after_help(help)
            .name(name)
    }
}

/// Every helper's command line, for the manuals.
pub fn commands() -> Vec<clap::Command> {
    fn of<A: Args>(family: &Family) -> impl Iterator<Item = clap::Command> {
        let each = MachineType::ALL.map(|kind| family.command::<A>(kind));
        each.into_iter().chain([family.command_for_any::<A>()])
    }
    of::<connect_to::Arguments>(&connect_to::FAMILY)
        .chain(of::<copy_to::Arguments>(&copy_to::FAMILY))
        .chain(of::<copy_from::Arguments>(&copy_from::FAMILY))
        .chain(of::<execute_on::Arguments>(&execute_on::FAMILY))
        .collect()
}

fn asked() -> anyhow::Result<MachineType> {
    let question = "Which class of machine? 1) authenticator 2) reverseproxy 3) autoscaler 4) webserver 5) database";
    ask::choose_once(question, &MachineType::ALL, "class of machine")
        .context("no machine was reached")
}
