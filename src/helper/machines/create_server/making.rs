//! Making the server: ask once, then look until it runs.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};

use super::blueprint::{Blueprint, Source};
use super::report::Outcome;
use crate::build::layout::Layout;
use crate::cloud::server::{Image, Links, Maker, ServerOrder, Site};
use crate::cloud::{Cloud, Machine, SnapshotState};
use crate::command::{self, Failure, Runner};
use crate::console;
use crate::files::{self, LockFile, NewMode};
use crate::names::SnapshotId;
use crate::toolkit::pending_server::{self, PendingServer};
use crate::waiting::{Sight, Wait, Wanted};

/// What the progress calls the one thing that is made.
pub(super) const STEP: &str = "server";

/// How many looks in a row must find the server running before a CLI is stopped that has something left to do then.
const LOOKS_BEFORE_STOP: usize = 4;

/// Everything one server is made with.
pub struct Session<'a> {
    pub(super) layout: &'a dyn Layout,
    pub(super) cloud: &'a dyn Cloud,
    pub(super) runner: &'a Runner,
    pub(super) blueprint: &'a Blueprint,
    pub(super) timeout: Duration,
}

/// A server that is asked for, and the note of it.
struct Server<'a> {
    session: &'a Session<'a>,
    note: Option<PendingServer>,
    /// Whether this run asked for it, and not one before.
    is_of_this_run: bool,
    is_guarded: bool,
}

/// What a server is made from and connected to, as the provider knows it.
struct Supplies {
    image: Image,
    links: Links,
    console_password: String,
    user_data: PathBuf,
}

impl Session<'_> {
    /// Makes the server, or finishes the one that an earlier run asked for.
    ///
    /// # Errors
    /// When it cannot be made, or is not there in time.
    pub fn create(&self) -> anyhow::Result<Outcome> {
        let (notes, name) = (self.layout.notes(), &self.blueprint.name);
        files::make_directories(&notes)?;
        let _turn =
            LockFile::acquire(&pending_server::lock_in(&notes, name), self.timeout, || {
                console::say(format_args!(
                    "{name}: another run is making this server; waiting for it to finish"
                ));
            })?;
        let own_user_data = self.own_user_data();
        command::on_interrupt_say(format!(
            "{name}: interrupted before a server was asked for; run the same command again"
        ));
        let mut wait = Wait::new(name, self.timeout, None);
        let note = PendingServer::read(&notes, name)?;
        let was_resumed = note.is_some();
        if let Some(note) = &note {
            self.ensure_same_cloud(note)?;
            command::on_interrupt_say(self.farewell());
            console::say(format_args!(
                "{name}: an earlier run began this server; going on with it"
            ));
        }
        let mut server = Server {
            session: self,
            note,
            is_of_this_run: false,
            is_guarded: false,
        };
        let machine = wait.until_there(&mut server, was_resumed)?;
        let twins = server.note.map(|note| note.twins).unwrap_or_default();
        wait.say(STEP, "connecting it");
        let has_twin = !twins.is_empty() || self.layout.twins()?.has_one_of(name);
        self.connect(&machine, has_twin)?;
        let machine = self.with_private_address(machine, &mut wait)?;
        own_user_data.remove()?;
        pending_server::remove(&notes, name)?;
        Ok(Outcome {
            machine: Some(machine),
            was_resumed,
            twins,
        })
    }

    /// What is said when a signal ends the program after the server was asked for.
    fn farewell(&self) -> String {
        format!(
            "{}: interrupted; the provider goes on with what it was asked for: run the same command again to continue",
            self.blueprint.name
        )
    }

    /// Shows what would be done.
    ///
    /// # Errors
    /// When it could not be done.
    pub fn rehearse(&self) -> anyhow::Result<Outcome> {
        self.known_before()?;
        let image = self.image()?;
        self.tell_the_plan(&image);
        let firewall = self.firewall_on_paper()?;
        let links = self.with_site(self.layout.key_mark().exists(), |site| {
            self.cloud.connect(site)
        })?;
        let supplies = Supplies {
            image,
            links: Links { firewall, ..links },
            console_password: String::new(),
            user_data: self.blueprint.user_data.clone(),
        };
        self.with_order(&supplies, |order| {
            match self.cloud.create_server(order, self.timeout) {
                Err(failure) if failure.is_dry_run() => Ok(()),
                Err(failure) => Err(failure.into()),
                Ok(()) => bail!("a dry run made a server; please report this"),
            }
        })?;
        Ok(Outcome {
            machine: None,
            was_resumed: false,
            twins: Vec::new(),
        })
    }

    fn tell_the_plan(&self, image: &Image) {
        let blueprint = self.blueprint;
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

    /// Checks, connects, notes what is about to be asked, and asks. A refusal is kept for later: only the list tells
    /// whether nothing was made.
    fn ask(&self, wait: &mut Wait<'_>) -> anyhow::Result<(PendingServer, Option<Failure>)> {
        let (notes, name) = (self.layout.notes(), &self.blueprint.name);
        wait.say(STEP, "looking at what is there");
        let known = self.known_before()?;
        let mut supplies = self.supplies(wait)?;
        if let Image::Snapshot(id) = &supplies.image {
            self.layout.record_snapshot(name.kind(), id)?;
        }
        supplies.user_data = self.fill_in_user_data()?;
        let note = PendingServer::new(name, self.layout.cloudhost(), known);
        note.write(&notes, name)?;
        wait.say(STEP, "asking the provider");
        command::on_interrupt_say(self.farewell());
        match self.created(&supplies, &note, wait) {
            Ok(()) => Ok((note, None)),
            Err(failure) if failure.was_not_asked() => {
                console::also(pending_server::remove(&notes, name));
                Err(failure.into())
            }
            Err(failure) => Ok((note, Some(failure))),
        }
    }

    /// Asks for the server, and looks meanwhile how far it is.
    fn created(
        &self,
        supplies: &Supplies,
        note: &PendingServer,
        wait: &mut Wait<'_>,
    ) -> Result<(), Failure> {
        let (cloud, limit) = (self.cloud, wait.left());
        self.with_order(supplies, |order| {
            let create = || cloud.create_server(order, limit);
            wait.asked(STEP, LOOKS_BEFORE_STOP, create, || {
                self.seen_meanwhile(note)
            })
        })
    }

    /// Everything there must be before the provider can make the server.
    fn supplies(&self, wait: &mut Wait<'_>) -> anyhow::Result<Supplies> {
        let image = self.image()?;
        let console_password = self.console_password()?;
        let firewall = self.firewall(wait)?;
        let links = self.links()?;
        Ok(Supplies {
            image,
            links: Links { firewall, ..links },
            console_password,
            user_data: self.blueprint.user_data.clone(),
        })
    }

    /// The image as the provider calls it; a snapshot must be one that a server can be built from.
    fn image(&self) -> anyhow::Result<Image> {
        Ok(match &self.blueprint.source {
            Source::System(os, version) => Image::System(self.cloud.system_image(*os, version)?),
            Source::Named(name) => Image::System(name.clone()),
            Source::Snapshot(id) => {
                self.ensure_usable(id)?;
                Image::Snapshot(id.clone())
            }
        })
    }

    fn ensure_usable(&self, id: &SnapshotId) -> anyhow::Result<()> {
        let kinds = self.cloud.steps();
        let kind = kinds
            .last()
            .copied()
            .context("the provider has no snapshots")?;
        let snapshot = self.cloud.snapshot(kind, id)?.with_context(|| {
            format!("the provider does not know the {kind} {id}, so no server was made; take a new one with 'adt-helpers ObtainWholeMachineSnapshot'")
        })?;
        match snapshot.state {
            SnapshotState::Usable => Ok(()),
            SnapshotState::Pending(word) => {
                bail!(
                    "the {kind} {id} is not ready ({word}), so no server was made; try again when it is"
                )
            }
            SnapshotState::Failed(word) => {
                bail!(
                    "the {kind} {id} is of no use ({word}), so no server was made; take a new one with 'adt-helpers ObtainWholeMachineSnapshot'"
                )
            }
        }
    }

    /// One run at a time makes what all servers share.
    fn turn_for_what_is_shared(&self) -> anyhow::Result<LockFile> {
        let lock = pending_server::shared_lock_in(&self.layout.notes());
        LockFile::acquire(&lock, self.timeout, || {})
    }

    /// The password for the server's console, where the provider asks for one.
    fn console_password(&self) -> anyhow::Result<String> {
        if !self.cloud.wants_console_password() {
            return Ok(String::new());
        }
        let _turn = self.turn_for_what_is_shared()?;
        self.layout.console_password()
    }

    /// What the server is connected to.
    fn links(&self) -> anyhow::Result<Links> {
        let mark = self.layout.key_mark();
        let _turn = self.turn_for_what_is_shared()?;
        let links = self.with_site(mark.exists(), |site| self.cloud.connect(site))?;
        if links.ssh_key.is_some() && self.blueprint.public_key.is_some() {
            files::replace(&mark, b"", NewMode::Plain)?;
        }
        Ok(links)
    }

    pub(super) fn with_site<T>(&self, is_key_known: bool, used: impl FnOnce(&Site<'_>) -> T) -> T {
        let maker = match &self.blueprint.public_key {
            Some(public_key) => Maker::BuildMachine {
                public_key,
                is_key_known,
            },
            None => Maker::Autoscaler,
        };
        used(&Site {
            region: &self.blueprint.region,
            build: self.layout.build(),
            network: &self.blueprint.network,
            network_range: &self.blueprint.network_range,
            maker,
        })
    }

    fn with_order<T>(&self, supplies: &Supplies, used: impl FnOnce(&ServerOrder<'_>) -> T) -> T {
        self.with_site(true, |site| {
            used(&ServerOrder {
                site,
                name: &self.blueprint.name,
                size: &self.blueprint.size,
                image: &supplies.image,
                user_data: &supplies.user_data,
                links: &supplies.links,
                console_password: &supplies.console_password,
                is_shielded: self.blueprint.is_shielded,
            })
        })
    }
}

impl Wanted for Server<'_> {
    type Made = Machine;

    fn step(&self) -> String {
        STEP.to_owned()
    }

    fn name(&self) -> String {
        self.session.blueprint.name.to_string()
    }

    fn ask(&mut self, wait: &mut Wait<'_>) -> anyhow::Result<Option<Failure>> {
        let (note, refusal) = self.session.ask(wait)?;
        self.note = Some(note);
        self.is_of_this_run = true;
        Ok(refusal)
    }

    fn look(&mut self) -> anyhow::Result<Sight<Machine>> {
        let Some(note) = &mut self.note else {
            return Ok(Sight::NOTHING);
        };
        let (machine, sight) = self.session.look(note)?;
        if let Some(machine) = machine
            && !self.is_guarded
        {
            self.session.guard(&machine, self.is_of_this_run)?;
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
