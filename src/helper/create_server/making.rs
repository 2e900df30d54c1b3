//! Making the server: ask once, then look until it runs.

use std::time::Duration;

use anyhow::{Context, bail};

use super::blueprint::{Blueprint, Source};
use super::looking::Sight;
use super::report::Outcome;
use crate::cloud::server::{Image, Links, Maker, ServerOrder, Site};
use crate::cloud::{Cloud, Machine, SnapshotState};
use crate::command::{self, Failure};
use crate::console;
use crate::files::{self, LockFile, NewMode};
use crate::helper::progress::Progress;
use crate::names::SnapshotId;
use crate::patience::Patience;
use crate::toolkit::console_password;
use crate::toolkit::layout::Layout;
use crate::toolkit::pending_server::{self, PendingServer};

/// How many looks in a row must find nothing before a server counts as not made: some lists lag behind.
const LOOKS_BEFORE_GIVING_UP: usize = 5;

/// Everything one server is made with.
pub struct Session<'a> {
    pub(super) layout: &'a dyn Layout,
    pub(super) cloud: &'a dyn Cloud,
    pub(super) blueprint: &'a Blueprint,
    pub(super) timeout: Duration,
}

/// What a server is made from and connected to, as the provider knows it.
struct Supplies {
    image: Image,
    links: Links,
    console_password: String,
}

impl Session<'_> {
    /// Makes the server, or finishes the one that an earlier run asked for.
    ///
    /// # Errors
    /// When it cannot be made, or is not there in time.
    pub fn create(&self) -> anyhow::Result<Outcome> {
        let (notes, name) = (self.layout.notes(), &self.blueprint.name);
        std::fs::create_dir_all(&notes)
            .with_context(|| format!("cannot make the directory '{}'", notes.display()))?;
        let _turn =
            LockFile::acquire(&pending_server::lock_in(&notes, name), self.timeout, || {
                console::say(format_args!(
                    "{name}: another run is making this server; waiting for it to finish"
                ));
            })?;
        command::on_interrupt_say(format!(
            "{name}: interrupted; what was asked of the provider goes on there: run the same command again to go on from here"
        ));
        let mut patience = Patience::until(self.timeout);
        let mut progress = Progress::new(name, self.timeout);
        let note = PendingServer::read(&notes, name)?;
        let was_resumed = note.is_some();
        if let Some(note) = &note {
            self.ensure_same_cloud(note)?;
            console::say(format_args!(
                "{name}: an earlier run began this server; going on with it"
            ));
        }
        let machine = self.made(note, &mut patience, &mut progress)?;
        progress.say("server", "connecting it", &patience);
        self.connect(&machine)?;
        pending_server::remove(&notes, name)?;
        Ok(Outcome {
            machine: Some(machine),
            was_resumed,
        })
    }

    /// Shows what would be done.
    ///
    /// # Errors
    /// When it could not be done.
    pub fn rehearse(&self) -> anyhow::Result<Outcome> {
        self.known_before()?;
        let image = self.image()?;
        let links = self.with_site(self.layout.key_mark().exists(), |site| {
            self.cloud.connect(site)
        })?;
        let console_password = String::new();
        let supplies = Supplies {
            image,
            links,
            console_password,
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
        })
    }

    /// Asks for the server unless an earlier run did, and looks until it runs.
    fn made(
        &self,
        note: Option<PendingServer>,
        patience: &mut Patience,
        progress: &mut Progress,
    ) -> anyhow::Result<Machine> {
        let mut is_worth_asking_again = note.is_some();
        let (mut note, mut refusal) = match note {
            Some(note) => (note, None),
            None => self.ask(patience, progress)?,
        };
        let (mut looks_at_nothing, mut trouble) = (0, None);
        loop {
            match self.look(&note) {
                Ok(Sight::Running(machine)) => return Ok(machine),
                Ok(Sight::Starting(word)) => {
                    looks_at_nothing = 0;
                    progress.say("server", &word, patience);
                }
                Ok(Sight::Failed(word)) => bail!(
                    "the provider gave up on {} ({word}); delete it there and run the same command again",
                    self.blueprint.name
                ),
                Ok(Sight::Doubtful(why)) => progress.say(
                    "server",
                    &format!("the list may be incomplete: {why}"),
                    patience,
                ),
                Ok(Sight::Nothing) => {
                    looks_at_nothing += 1;
                    progress.say("server", "not to be seen yet", patience);
                    if looks_at_nothing >= LOOKS_BEFORE_GIVING_UP {
                        self.ensure_not_refused(refusal.as_ref())?;
                        if is_worth_asking_again {
                            // The run before was stopped before its request got through, or was told no.
                            (is_worth_asking_again, looks_at_nothing) = (false, 0);
                            (note, refusal) = self.ask(patience, progress)?;
                        }
                    }
                }
                // A call that failed is no reason to lose sight of a server; the next look may succeed.
                Err(failure) if failure.is::<Failure>() => {
                    let line = failure.to_string();
                    let line = line.lines().next().unwrap_or_default();
                    progress.say("server", &format!("no answer: {line}"), patience);
                    trouble = Some(line.to_owned());
                }
                Err(failure) => return Err(failure),
            }
            self.ensure_time_is_left(patience, trouble.as_deref())?;
            std::thread::sleep(patience.next_delay());
        }
    }

    /// Checks, connects, notes what is about to be asked, and asks. A refusal is kept for later: only the list tells
    /// whether nothing was made.
    fn ask(
        &self,
        patience: &Patience,
        progress: &mut Progress,
    ) -> anyhow::Result<(PendingServer, Option<Failure>)> {
        let (notes, name) = (self.layout.notes(), &self.blueprint.name);
        progress.say("server", "looking at what is there", patience);
        let known = self.known_before()?;
        let supplies = self.supplies()?;
        if let Image::Snapshot(id) = &supplies.image {
            self.layout.record_snapshot(name.kind(), id)?;
        }
        let note = PendingServer::new(name, self.layout.cloudhost(), known);
        note.write(&notes, name)?;
        progress.say("server", "asking the provider", patience);
        let limit = patience.left();
        match self.with_order(&supplies, |order| self.cloud.create_server(order, limit)) {
            Ok(()) => Ok((note, None)),
            Err(failure) if failure.was_not_asked() => {
                pending_server::remove(&notes, name)?;
                Err(failure.into())
            }
            Err(failure) => Ok((note, Some(failure))),
        }
    }

    /// Everything there must be before the provider can make the server.
    fn supplies(&self) -> anyhow::Result<Supplies> {
        let image = self.image()?;
        let links = self.links()?;
        let console_password = if self.cloud.wants_console_password() {
            console_password::kept_at(&self.layout.emergency_password())?
        } else {
            String::new()
        };
        Ok(Supplies {
            image,
            links,
            console_password,
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
            format!("the provider does not know the {kind} {id}, so no server was made; take a new one with ObtainWholeMachineSnapshot")
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
                    "the {kind} {id} is of no use ({word}), so no server was made; take a new one with ObtainWholeMachineSnapshot"
                )
            }
        }
    }

    /// What the server is connected to. One run at a time makes what all servers share.
    fn links(&self) -> anyhow::Result<Links> {
        let mark = self.layout.key_mark();
        let lock = pending_server::shared_lock_in(&self.layout.notes());
        let _turn = LockFile::acquire(&lock, self.timeout, || {})?;
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
            kind: self.blueprint.name.kind(),
            network: &self.blueprint.network,
            network_range: &self.blueprint.network_range,
            has_firewall: self.blueprint.has_firewall,
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
                user_data: &self.blueprint.user_data,
                links: &supplies.links,
                console_password: &supplies.console_password,
                is_shielded: self.blueprint.is_shielded,
            })
        })
    }
}
