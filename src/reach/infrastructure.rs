//! The machines of a build that go down together: its autoscalers, webservers and databases (contract 02 §2.7, 2.8).
//! What they are told is the business of [`super::reboot_infrastructure`] and [`super::shutdown_infrastructure`].

use std::time::Duration;

use anyhow::ensure;
use bstr::ByteSlice;
use clap::Args;

use super::{BuildChoice, Departure, Host, Reach};
use crate::ask;
use crate::cloud::{self, Cloud};
use crate::command;
use crate::console;
use crate::foreign_text::on_one_line;
use crate::names::MachineType;
use crate::patience::{self, Look, Patience};
use crate::ssh::{FAILED_ITSELF, Tries};
use crate::waiting::ending;
use crate::waiting::progress::Progress;

/// The types in the order in which their machines go down: first what would start new webservers, the data last.
const KINDS: [MachineType; 3] = [
    MachineType::Autoscaler,
    MachineType::Webserver,
    MachineType::Database,
];

/// How long a machine may take to halt once the connection to it has ended, and its provider to see it.
const GOING_OFF: Duration = Duration::from_secs(300);

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
    /// Whether a machine that obeyed stays off. The provider is asked for it then: a connection that ends proves nothing.
    pub stays_off: bool,
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

/// What the provider says of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Power {
    On,
    Off,
    Gone,
}

/// A build's machines that go down together.
#[derive(Debug)]
pub struct Infrastructure {
    pub reach: Reach,
    /// The machines in the order in which they go down, each at one address.
    pub machines: Vec<Host>,
    password: Vec<u8>,
    accepts_new_keys: bool,
}

impl Infrastructure {
    /// The machines of the build that `choice` or the person names. What each of them would fail for is found out now.
    ///
    /// # Errors
    /// When there is no such build or no machine, or what opens the machines is not there.
    pub fn of(choice: &Choice) -> anyhow::Result<Self> {
        command::watch_for_interrupts()?;
        let reach = Reach::of(&choice.build, choice.user.as_deref())?;
        let build = &reach.build;
        let password = reach.root_password()?;
        let machines = reach.machines_once(&KINDS)?;
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
    pub fn tell_each(
        &self,
        order: &Order<'_>,
        command: impl Fn(&Host) -> String,
    ) -> Vec<(&Host, Fate)> {
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
        fates.collect()
    }

    fn tell(&self, machine: &Host, order: &Order<'_>, command: &str) -> Fate {
        let name = on_one_line(&machine.name);
        let (why, power) = match self.run_as_root(machine, order, command) {
            Ok(Departure::Exited(0)) => return Fate::Obeyed,
            Ok(Departure::WithTheConnection) if !order.stays_off => {
                console::say(format_args!("{name}: the connection ended with it"));
                return Fate::Obeyed;
            }
            Ok(Departure::WithTheConnection) => {
                let why = "the connection ended before it said that it was done";
                (why.to_owned(), Some(self.waited_for_power(machine, order)))
            }
            Ok(Departure::Exited(status)) if status != FAILED_ITSELF => {
                (format!("failed with status {status}"), None)
            }
            Ok(Departure::Exited(_)) => ("no connection".to_owned(), Some(self.power(machine))),
            Err(why) => (format!("{why:#}"), Some(self.power(machine))),
        };
        let why = match power {
            Some(Ok(Power::Gone)) => {
                console::say(format_args!(
                    "{name}: it is gone, the provider no longer lists it"
                ));
                return Fate::Gone;
            }
            Some(Ok(Power::Off)) if order.stays_off => {
                console::say(format_args!("{name}: the provider says that it is off"));
                return Fate::Obeyed;
            }
            Some(Ok(Power::On)) if order.stays_off => {
                format!("{why}, and the provider says that it is not off")
            }
            Some(Err(unknown)) => format!("{why}; the provider was asked about it: {unknown:#}"),
            Some(Ok(Power::Off | Power::On)) | None => why,
        };
        console::say(format_args!("{name}: not {}: {why}", order.done));
        Fate::Failed
    }

    /// Looks until the provider says that `machine` is off or gone, for as long as it takes a machine to halt.
    fn waited_for_power(&self, machine: &Host, order: &Order<'_>) -> anyhow::Result<Power> {
        let mut patience = Patience::until(order.limit.min(GOING_OFF));
        let name = on_one_line(&machine.name);
        let mut progress = Progress::new(&name);
        let state = "the connection ended, waiting until the provider says that it is off";
        patience::look_until_enough(|| {
            progress.say("power", state, &patience);
            let power = self.power(machine);
            if patience.is_over() || matches!(power, Ok(Power::Off | Power::Gone)) {
                return power.map(Look::Enough);
            }
            Ok(Look::AgainAfter(patience.next_delay()))
        })
    }

    fn power(&self, machine: &Host) -> anyhow::Result<Power> {
        let found = at_provider(self.reach.cloud()?.as_ref(), machine)?;
        Ok(match found {
            None => Power::Gone,
            Some(found) if found.is_off => Power::Off,
            Some(_) => Power::On,
        })
    }

    /// The password goes to sudo on standard input alone: a command line is for everybody to see, there and here.
    fn run_as_root(
        &self,
        machine: &Host,
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
            let _ = super::pass_on(&machine.name, stream, said.as_bytes());
        })
    }
}

/// The machine as the provider lists it now; none when it is gone. The name says that it is the build's; of several that
/// have it, it is the one with the address.
///
/// # Errors
/// When the provider does not answer, or its answer does not tell which machine it is or that it is gone.
pub fn at_provider(cloud: &dyn Cloud, machine: &Host) -> anyhow::Result<Option<cloud::Machine>> {
    let is_named = |it: &cloud::Machine| it.name == machine.name;
    let listing = cloud.machines()?;
    let caveat = listing.completeness.caveat();
    let mut named: Vec<cloud::Machine> = listing.items.into_iter().filter(is_named).collect();
    if named.len() > 1 {
        let address = machine.address.to_string();
        named.retain(|it| it.has_address(&address));
        ensure!(
            named.len() == 1,
            "the provider has several machines of this name, and {address} does not tell which it is"
        );
    }
    let found = named.pop();
    if found.is_none() {
        ensure!(
            ending::is_gone(cloud, is_named)?,
            "the provider does not list it{caveat}"
        );
    }
    Ok(found)
}

/// A machine's name and address.
pub fn called(machine: &Host) -> String {
    let name = on_one_line(&machine.name);
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
pub fn ensure_obeyed(fates: &[(&Host, Fate)], order: &Order<'_>) -> anyhow::Result<()> {
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
