//! The machines of a build that go down together: its autoscalers, webservers and databases (contract 02 §2.7, 2.8).
//! What they are told is the business of [`super::reboot_infrastructure`] and [`super::shutdown_infrastructure`].

use std::time::Duration;

use anyhow::{Context, ensure};
use bstr::ByteSlice;
use clap::Args;

use super::destroy_server;
use super::reach::{self, BuildChoice, Departure, Machine, Reach};
use crate::ask;
use crate::command;
use crate::console;
use crate::names::MachineType;
use crate::ssh::{self, FAILED_ITSELF, Tries};

/// The types in the order in which their machines go down: first what would start new webservers, the data last.
const KINDS: [MachineType; 3] = [
    MachineType::Autoscaler,
    MachineType::Webserver,
    MachineType::Database,
];

/// Which build, and who logs in.
#[derive(Debug, Clone, Args)]
pub struct Choice {
    #[command(flatten)]
    build: BuildChoice,

    /// Who logs in; the servers' user of the build when not given
    #[arg(long, value_name = "USER")]
    user: Option<String>,

    /// Trust the host keys that the machines show now, whatever is known of them
    #[arg(long)]
    accept_host_key: bool,

    /// Do it without asking
    #[arg(long)]
    pub yes: bool,
}

/// What every machine is told as root.
#[derive(Debug)]
pub struct Order<'a> {
    /// What is said before each machine, such as `rebooting`.
    pub doing: &'a str,
    /// What is said in the end of those that failed, such as `rebooted`.
    pub done: &'a str,
    /// How a connection is tried.
    pub tries: Tries,
    /// How long it may take on one machine.
    pub limit: Duration,
}

/// What became of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It did what it was told.
    Obeyed,
    /// The provider no longer has it.
    Gone,
    /// It failed, or was not reached.
    Failed,
}

/// A build's machines that go down together.
#[derive(Debug)]
pub struct Infrastructure {
    /// The build.
    pub reach: Reach,
    /// The machines in the order in which they go down, each at one address.
    pub machines: Vec<Machine>,
    password: Vec<u8>,
    accepts_new_keys: bool,
}

impl Infrastructure {
    /// The machines of the build that `choice` or the person names. What each of them would fail for is found out now.
    ///
    /// # Errors
    /// When there is no such build or no machine, or what opens the machines is not there.
    pub fn of(choice: &Choice) -> anyhow::Result<Self> {
        let reach = Reach::of(&choice.build, choice.user.as_deref())?;
        let build = &reach.build;
        let password = build.server_user_password()?.with_context(|| {
            format!(
                "the build {} does not say the password of its servers' user in credentials/SERVERUSERPASSWORD, without which \
                 nobody is root there; build first, or restore it from the build's backup",
                build.identifier()
            )
        })?;
        ssh::ensure_usable_key(&build.keys().join(build.key_name(&reach.environment)?))?;
        let mut machines = reach.machines(&KINDS)?;
        // linode lists a machine at its private address as well.
        machines.retain(|machine| !machine.is_repeated);
        ensure!(
            !machines.is_empty(),
            "there is no autoscaler, webserver or database of the build {} at {}; make sure that REGION in its build_environment is right",
            build.identifier(),
            build.cloudhost()
        );
        Ok(Self {
            reach,
            machines,
            password,
            accepts_new_keys: choice.accept_host_key,
        })
    }

    /// Says which machines there are, in their order.
    pub fn show(&self) {
        let build = &self.reach.build;
        console::say(format_args!(
            "The build {} at {} has these machines, in this order:",
            build.identifier(),
            build.cloudhost()
        ));
        for machine in &self.machines {
            console::say(format_args!("  {:<11} {}", machine.kind, called(machine)));
        }
        console::say(format_args!(
            "Authenticators and reverse proxies are left alone."
        ));
    }

    /// Has each machine run `command` as root, one after the other; what became of each.
    ///
    /// # Errors
    /// When interrupts cannot be watched for.
    pub fn tell_each(
        &self,
        order: &Order<'_>,
        command: impl Fn(&Machine) -> String,
    ) -> anyhow::Result<Vec<(&Machine, Fate)>> {
        command::watch_for_interrupts().context("cannot watch for interrupts")?;
        command::on_interrupt_say("stopped; no machine was touched that is not named above");
        let each = self.machines.iter();
        let fates = each.map(|machine| {
            console::say(format_args!(
                "{} the {} {}",
                order.doing,
                machine.kind,
                called(machine)
            ));
            (machine, self.tell(machine, order, &command(machine)))
        });
        Ok(fates.collect())
    }

    fn tell(&self, machine: &Machine, order: &Order<'_>, command: &str) -> Fate {
        let name = console::on_one_line(&machine.name);
        let (why, was_reached) = match self.run_as_root(machine, order, command) {
            Ok(Departure::Exited(0)) => return Fate::Obeyed,
            Ok(Departure::WithTheConnection) => {
                console::say(format_args!("{name}: the connection ended with it"));
                return Fate::Obeyed;
            }
            Ok(Departure::Exited(FAILED_ITSELF)) => ("no connection".to_owned(), false),
            Ok(Departure::Exited(status)) => (format!("failed with status {status}"), true),
            Err(why) => (format!("{why:#}"), false),
        };
        if !was_reached && self.is_gone(machine) {
            console::say(format_args!(
                "{name}: it is gone, the provider no longer lists it"
            ));
            return Fate::Gone;
        }
        console::say(format_args!("{name}: not {}: {why}", order.done));
        Fate::Failed
    }

    /// The password goes to sudo on standard input alone: a command line is for everybody to see, there and here.
    fn run_as_root(
        &self,
        machine: &Machine,
        order: &Order<'_>,
        command: &str,
    ) -> anyhow::Result<Departure> {
        let connection = self
            .reach
            .connection(machine, order.tries, self.accepts_new_keys)?;
        let line = format!("DEBIAN_FRONTEND=noninteractive /usr/bin/sudo -S -E -p '' {command}");
        let input = [&self.password[..], b"\n"].concat();
        connection.run_going_down(&line, &input, order.limit, &mut |stream, said| {
            // Nobody there to read it is no reason to stop halfway.
            let said = self.reach.runner.redact(said);
            let _ = reach::pass_on(&machine.name, stream, said.as_bytes());
        })
    }

    fn is_gone(&self, machine: &Machine) -> bool {
        let cloud = self.reach.cloud();
        cloud.is_ok_and(|cloud| {
            destroy_server::is_gone(cloud.as_ref(), |it| it.name == machine.name).unwrap_or(false)
        })
    }
}

/// A machine's name and address.
pub fn called(machine: &Machine) -> String {
    let name = console::on_one_line(&machine.name);
    format!("{name} ({})", machine.address)
}

/// Whether `question` is answered with yes. A line that is empty is not the answer yet: the script that shuts down has
/// one to be confirmed with the enter key before the question, and whoever feeds it both lines is understood.
///
/// # Errors
/// When standard input ends.
pub fn is_agreed_to(question: &str) -> anyhow::Result<bool> {
    let question = format!("{question} Y/N");
    let mut answer = ask::line(&question)?.into_encoded_bytes();
    if answer.trim().is_empty() {
        answer = ask::line(&question)?.into_encoded_bytes();
    }
    let answer = answer.trim();
    Ok(answer.eq_ignore_ascii_case(b"y") || answer.eq_ignore_ascii_case(b"yes"))
}

/// Fails if a machine did.
///
/// # Errors
/// When one did; all are named.
pub fn ensure_obeyed(fates: &[(&Machine, Fate)], order: &Order<'_>) -> anyhow::Result<()> {
    let failed: Vec<String> = fates
        .iter()
        .filter(|(_, fate)| *fate == Fate::Failed)
        .map(|(machine, _)| called(machine))
        .collect();
    ensure!(
        failed.is_empty(),
        "not {}: {}; see above why, and run the same command again",
        order.done,
        failed.join(", ")
    );
    Ok(())
}
