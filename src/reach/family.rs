//! Helpers that do the same to different machine types: one name for each type, and one that is told the type.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, CommandFactory, Parser};

use crate::ask;
use crate::command::watch_for_interrupts;
use crate::names::MachineType;
use crate::start;

/// What the name of the helper that is told the type ends with.
const ANY: &str = "RemoteMachine";

/// The classes by the number of their answer: that of the toolkit's development tree, which is not ObtainWholeMachineSnapshot's.
const NUMBERED: [MachineType; 5] = [
    MachineType::Authenticator,
    MachineType::Autoscaler,
    MachineType::ReverseProxy,
    MachineType::Webserver,
    MachineType::Database,
];

/// Helpers with one beginning of the name.
#[derive(Debug)]
pub struct Family<A: Args> {
    /// What their names begin with, such as `ConnectTo`.
    pub verb: &'static str,
    /// How their names end for a type.
    pub ending: fn(MachineType) -> &'static str,
    /// What they do; `{}` stands for the machine.
    pub about: &'static str,
    /// What its exit status is once the machine was reached, as a line of the help.
    pub status: &'static str,
    /// What a person types after the name, for the help.
    pub examples: &'static [&'static str],
    /// What they do to machines of a type; the exit status.
    pub helper: fn(MachineType, &A) -> anyhow::Result<ExitCode>,
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

impl<A: Args> Family<A> {
    /// Runs the helper for machines of type `kind`.
    pub fn run(&self, kind: MachineType, words: &[OsString]) -> ExitCode {
        start::run_command(words, self.command(kind), |line: &OfOne<A>| {
            watch_for_interrupts()?;
            (self.helper)(kind, &line.arguments)
        })
    }

    /// Runs the helper for machines of the type that its first word tells.
    pub fn run_for_any(&self, words: &[OsString]) -> ExitCode {
        start::run_command(words, self.command_for_any(), |line: &OfAny<A>| {
            watch_for_interrupts()?;
            let kind = match line.class {
                Some(kind) => kind,
                None => asked()?,
            };
            (self.helper)(kind, &line.arguments)
        })
    }

    /// The command line of the helper for machines of type `kind`.
    pub fn command(&self, kind: MachineType) -> clap::Command {
        let name = format!("{}{}", self.verb, (self.ending)(kind));
        self.described(OfOne::<A>::command(), name, &kind.to_string(), "")
    }

    /// The command line of the helper that is told the type.
    pub fn command_for_any(&self) -> clap::Command {
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
        let help = format!(
            "Examples:{}\n\nExit status:\n  {}\n  Without it: 1, and standard error says why; 2 where the command line cannot be understood",
            examples.collect::<String>(),
            self.status
        );
        command
            .about(self.about.replace("{}", machine))
            .after_help(help)
            .name(name)
    }
}

fn asked() -> anyhow::Result<MachineType> {
    let question = "Which class of machine? 1) authenticator 2) autoscaler 3) reverseproxy 4) webserver 5) database";
    ask::choose_once(question, &NUMBERED, "class of machine").context("no machine was reached")
}
