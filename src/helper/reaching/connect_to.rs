//! `ConnectToAuthenticator` and its like: a session on a machine of a build (contract 02 §2.3).

use std::process::ExitCode;

use anyhow::bail;
use clap::Args;

use crate::names::MachineType;
use crate::reach::{BuildChoice, Family, MachineChoice, Picked, Reach};
use crate::ssh::QUICK;

/// The helpers.
pub const FAMILY: Family<Arguments> = Family {
    verb: "ConnectTo",
    ending: MachineType::script_suffix,
    about: "Opens an ssh session on a {}. What is not given is asked for.",
    status: "the session's, or 255 from ssh itself",
    examples: &[
        "",
        "--cloudhost digitalocean --build prod --machine 203.0.113.7",
        "--cloudhost linode --build prod --machine 203.0.113.7 --accept-host-key",
    ],
    helper: run,
};

/// The command line.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    build: BuildChoice,

    #[command(flatten)]
    machine: MachineChoice,
}

/// Opens the session and hands back its exit status.
///
/// # Errors
/// When the machine cannot be found or reached.
pub fn run(kind: MachineType, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let choice = &arguments.machine;
    let reach = Reach::of(&arguments.build, choice.user.as_deref())?;
    match reach.picked(kind, choice)? {
        Picked::One(machine) => reach
            .connection(&machine, QUICK, choice.accept_host_key)?
            .session(),
        Picked::All(_) => {
            bail!(
                "a session is on one machine; give the address or the name of a {kind}, not 'all'"
            )
        }
    }
}
