//! `CreateServer`: a server from an operating system or from a snapshot, on the build machine and on an autoscaler
//! (contract 03 §3.4 steps 7 to 10, §3.5, 07).
//!
//! Check everything that can be checked, connect what a server is connected to, note what is about to be asked, ask once,
//! then look until the server runs. A run that is cut short leaves its note, and the next one goes on from there.
//!
//! Callers pass two words, the size and the name (contract 09); more words, and other orders, are told apart by what they
//! are.

mod blueprint;
mod guarding;
mod job;
mod report;
mod server;
mod supplies;
mod user_data;
mod wish;

use std::time::Duration;

use anyhow::{Context, bail, ensure};
use clap::Parser;

use blueprint::{Blueprint, Source};
use job::{Job, STEP, farewell};
use report::Created;
use server::Server;
use supplies::Supplies;
use wish::Wish;

use crate::build::PlannedBuild;
use crate::build::layout::{self, Layout, MakerMachine};
use crate::checking;
use crate::cloud::server::{Image, Links};
use crate::cloud::{self, Machine};
use crate::command::{self, Change, Runner};
use crate::console::{self, StatusLines};
use crate::files::{self, LockFile};
use crate::patience::{self, Look};
use crate::toolkit::build_home::BuildHome;
use crate::toolkit::pending_server::{self, PendingServer};
use crate::waiting::Wait;

/// Makes a server of the active build and waits until it runs.
///
/// The words are the size and the name, as the toolkit's scripts pass them. With a cloudhost besides, or without a size,
/// each word is told by what it is. A size that is not given is the one that the build has for the type, and a cloudhost
/// the active one. A run that was cut short is taken up where it stopped: run the same command again.
///
/// The host name goes into the type's cloud-init configuration. Where `ACTIVE_FIREWALLS` is 2 or 3 the toolkit's
/// ConfigureNativeFirewall.sh makes the firewall first (on DigitalOcean right after the droplet is there), and without
/// one no server is made, or stays.
///
/// With `BUILD_FROM_SNAPSHOT="1"` the server is built from the snapshot that is recorded for its type, and on an
/// autoscaler, which has its settings below the home that /home/homedir.dat names, from SNAPSHOTID.
#[derive(Debug, Parser)]
#[command(
    name = "CreateServer",
    version,
    after_help = "Examples:\n  CreateServer s-1vcpu-1gb ws-lon1-test-build-0-Xabc-init-1\n  CreateServer --name db-lon1-test-build-Xabc --size s-1vcpu-1gb --json\n  CreateServer --dry-run NO-1-as-lon1-test-build-Xabc"
)]
pub struct Arguments {
    /// The server's size and its name; more words in any order
    #[arg(value_name = "WORD")]
    pub words: Vec<String>,

    /// The server's name, which tells its type
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,

    /// The provider's word for the size
    #[arg(long, value_name = "SIZE")]
    pub size: Option<String>,

    /// What to build from instead: the provider's word for an operating system, or a snapshot's id
    #[arg(long, value_name = "IMAGE")]
    pub image: Option<String>,

    /// How long to wait until the server runs, such as 90s, 20m or 1h; a bare number is seconds
    #[arg(long, value_name = "DURATION", default_value = "20m", value_parser = patience::parse_limit)]
    pub timeout: Duration,

    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,

    /// Show what would be made, and make nothing
    #[arg(long)]
    pub dry_run: bool,

    /// With --dry-run, print each provider command too
    #[arg(long, short, requires = "dry_run")]
    pub verbose: bool,
}

/// Makes the server that `arguments` ask for, or finishes the one that an earlier run began.
///
/// # Errors
/// When it cannot be made, or is not there in time; the message says how to go on.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let status = StatusLines::inherited();
    let wish = Wish::of(arguments)?;
    let layout = layout::of_this_machine(wish.cloudhost)?;
    let runner =
        Runner::new(layout.redactor()?, arguments.dry_run).showing_commands(arguments.verbose);
    command::watch_for_interrupts()?;
    let cloud = cloud::open(layout.cloudhost(), &layout.account()?, &runner)?;
    let blueprint = Blueprint::of(&wish, layout.as_ref())?;
    if wish.image.is_none() {
        ensure_snapshots_fit(&wish, layout.as_ref())?;
    }
    if let (Source::Snapshot(id), false) = (&blueprint.source, arguments.dry_run) {
        let kind = blueprint.name.kind();
        status.tell(
            "CreateServer",
            &format!("Deploying {kind} machine from snapshot with ID {id}"),
        );
    }
    let job = Job {
        layout: layout.as_ref(),
        cloud: cloud.as_ref(),
        runner: &runner,
        blueprint: &blueprint,
        timeout: arguments.timeout,
    };
    let created = if arguments.dry_run {
        rehearse(&job)?
    } else {
        create(&job)?
    };
    report::print(&blueprint, layout.as_ref(), &created, arguments.json)
}

/// Makes the server, or finishes the one that an earlier run asked for.
///
/// # Errors
/// When it cannot be made, or is not there in time.
fn create(job: &Job<'_>) -> anyhow::Result<Created> {
    let (notes, name) = (job.layout.notes(), &job.blueprint.name);
    files::make_directories(&notes)?;
    let _turn = LockFile::acquire(&pending_server::lock_in(&notes, name), job.timeout, || {
        console::say(format_args!(
            "{name}: another run is making this server; waiting for it to finish"
        ));
    })?;
    let own_user_data = user_data::own_user_data(job);
    command::on_interrupt_say(format!(
        "{name}: interrupted before a server was asked for; run the same command again"
    ));
    let mut wait = Wait::new(name, job.timeout, None);
    let note = PendingServer::read(&notes, name)?;
    let was_resumed = note.is_some();
    if let Some(note) = &note {
        ensure_same_cloud(job, note)?;
        command::on_interrupt_say(farewell(job));
        console::say(format_args!(
            "{name}: an earlier run began this server; going on with it"
        ));
    }
    let mut server = Server {
        job,
        note,
        is_of_this_run: false,
        is_guarded: false,
    };
    let machine = wait.until_there(&mut server, was_resumed)?;
    let twins = server.note.map(|note| note.twins).unwrap_or_default();
    wait.say(STEP, "connecting it");
    let has_twin = !twins.is_empty() || job.layout.twins()?.has_one_of(name);
    connect(job, &machine, has_twin)?;
    let machine = with_private_address(job, machine, &mut wait)?;
    own_user_data.remove()?;
    pending_server::remove(&notes, name)?;
    Ok(Created {
        machine: Some(machine),
        was_resumed,
        twins,
    })
}

/// Shows what would be done.
///
/// # Errors
/// When it could not be done.
fn rehearse(job: &Job<'_>) -> anyhow::Result<Created> {
    server::known_before(job)?;
    let image = supplies::image(job)?;
    tell_the_plan(job, &image);
    let firewall = guarding::firewall_on_paper(job)?;
    let links = supplies::with_site(job, job.layout.key_mark().exists(), |site| {
        job.cloud.connect(site)
    })?;
    let supplies = Supplies {
        image,
        links: Links { firewall, ..links },
        console_password: String::new(),
        user_data: job.blueprint.user_data.clone(),
    };
    supplies::with_order(job, &supplies, |order| {
        match job.cloud.create_server(order, job.timeout) {
            Ok(Change::Rehearsed) => Ok(()),
            Ok(Change::Made(())) => bail!("a dry run made a server; please report this"),
            Err(failure) => Err(failure.into()),
        }
    })?;
    Ok(Created {
        machine: None,
        was_resumed: false,
        twins: Vec::new(),
    })
}

fn tell_the_plan(job: &Job<'_>, image: &Image) {
    let blueprint = job.blueprint;
    let source = match image {
        Image::Snapshot(id) => format!("the snapshot {id}"),
        Image::System(name) => format!("the image {name}"),
    };
    let shield = if blueprint.is_shielded {
        ", shielded from floods"
    } else {
        ""
    };
    console::say(format_args!(
        "would make {} of size {} in {} from {source}, in the private network {}{shield}",
        blueprint.name, blueprint.size, blueprint.region, blueprint.network
    ));
}

fn ensure_same_cloud(job: &Job<'_>, note: &PendingServer) -> anyhow::Result<()> {
    ensure!(
        note.cloudhost == job.layout.cloudhost(),
        "{} is being made at {}, not at {}; name that cloudhost, or remove its note in '{}'",
        note.name,
        note.cloudhost,
        job.layout.cloudhost(),
        job.layout.notes().display()
    );
    Ok(())
}

/// Connects a server that runs to the network that the creation could not (exoscale).
fn connect(job: &Job<'_>, machine: &Machine, has_twin: bool) -> anyhow::Result<()> {
    let connected = job.cloud.complete_server(machine, has_twin);
    connected.with_context(|| {
        format!(
            "{} is made, but could not be connected; run the same command again",
            job.blueprint.name
        )
    })
}

/// The machine with its private address, without which the build scripts would ask for it once more.
fn with_private_address(
    job: &Job<'_>,
    mut machine: Machine,
    wait: &mut Wait<'_>,
) -> anyhow::Result<Machine> {
    patience::look_until_enough(|| {
        if !machine.private_addresses.is_empty() {
            return Ok(Look::Enough(()));
        }
        let is_it = |name: &str| name == machine.name;
        let trouble = match job.cloud.network_members(&is_it) {
            Ok(members) => {
                let addresses = members
                    .items
                    .into_iter()
                    .flat_map(|member| member.addresses);
                machine.private_addresses = addresses.collect();
                "it has no private address yet".to_owned()
            }
            Err(failure) => failure.on_one_line(),
        };
        if machine.private_addresses.is_empty() {
            let pause = wait.pause(STEP, &machine.name, &trouble)?;
            return Ok(Look::AgainAfter(pause));
        }
        Ok(Look::Enough(()))
    })?;
    Ok(machine)
}

/// On a build machine, the rules of a build from snapshots for this one machine type. Whether the provider has the
/// snapshot is asked when the server is made.
fn ensure_snapshots_fit(wish: &Wish, layout: &dyn Layout) -> anyhow::Result<()> {
    if layout.made_from() != MakerMachine::BuildMachine
        || layout.variable("BUILD_FROM_SNAPSHOT")? != "1"
    {
        return Ok(());
    }
    let planned = PlannedBuild::find(BuildHome::find()?, None)?;
    let plan = planned.plan.clone().only(wish.name.kind());
    checking::ensure_fits(&planned, &plan)
}
