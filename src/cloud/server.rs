//! Making and destroying machines: what a machine is made from and connected to, and what a provider does for it.
//!
//! As with snapshots, the answer of a creation proves nothing: a CLI may fail after the work was done, or repeat a request
//! that had worked. So whatever is made, a list decides whether it is there.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};

use super::{Listing, Machine};
use crate::command::{Change, Failure};
use crate::console;
use crate::names::{BaseOs, BuildIdentifier, Region, ServerName, SnapshotId};
use crate::patience::{self, Look, Patience};

/// How many looks in a row must miss a thing before it counts as not made: some lists lag behind.
const LOOKS_BEFORE_GIVING_UP: usize = 5;

/// How long a network or key that was asked for may take to be listed.
const PREPARATION_LIMIT: Duration = Duration::from_secs(300);

/// How long a word of a command may be, and the end that the system adds to it.
const LONGEST_WORD_BYTES: usize = 128 * 1024 - 1;

/// `word`, which has a whole cloud-init configuration in it.
///
/// # Errors
/// When no command can be given a word so long.
pub(super) fn as_one_word(tool: &str, word: String) -> Result<String, Failure> {
    if word.len() <= LONGEST_WORD_BYTES {
        return Ok(word);
    }
    let why = format_args!(
        "the server's cloud-init configuration is too long: {tool} takes it as a word of at most {LONGEST_WORD_BYTES} bytes, and \
         it has {}; make the build's cloud-init configuration of this machine type shorter",
        word.len()
    );
    Err(Failure::not_asked(tool, why))
}

/// What a machine is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Image {
    /// An operating system, by the provider's name or id for it.
    System(String),
    /// A snapshot, image or template of a machine.
    Snapshot(SnapshotId),
}

/// Where a machine is to be, and what it may be connected to.
#[derive(Debug, Clone, Copy)]
pub struct Location<'a> {
    pub region: &'a Region,
    /// The build, which the names of ssh keys end with.
    pub build: &'a BuildIdentifier,
    /// The name of the private network.
    pub network: &'a str,
    /// The addresses of the private network, such as `10.0.0.0/24`.
    pub network_range: &'a str,
    /// Who asks: an autoscaler uses what the build machine has made.
    pub maker: Maker<'a>,
}

/// Who asks for a machine. The two scripts pass their words in different orders (contract 07, `b:` and `a:`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Maker<'a> {
    /// The build machine, with the build's public ssh key.
    BuildMachine {
        /// The key, as it stands in its file.
        public_key: &'a str,
        /// Whether the build has made the key known to the provider already.
        is_key_known: bool,
    },
    Autoscaler,
}

/// What a machine is connected to, by the provider's ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// The private network or its part.
    pub network: String,
    /// The ssh key, where the provider installs one.
    pub ssh_key: Option<String>,
    /// The firewall that guards it from its first moment, where the provider can do that.
    pub firewall: Option<String>,
}

/// A firewall at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Firewall {
    /// What a creation calls it: its id, or on exoscale its name.
    pub id: String,
    /// Its name, label or description.
    pub name: String,
    /// The machines that it guards, where the provider's list tells them (DigitalOcean).
    pub machine_ids: Vec<String>,
}

/// A machine to be made. No word of it is empty.
#[derive(Debug, Clone, Copy)]
pub struct ServerOrder<'a> {
    /// Where it is to be.
    pub site: &'a Location<'a>,
    pub name: &'a ServerName,
    /// Its size, plan or type.
    pub size: &'a str,
    /// What it is made from.
    pub image: &'a Image,
    /// The file of its cloud-init configuration.
    pub user_data: &'a Path,
    /// What it is connected to.
    pub links: &'a Links,
    /// The password for its console, where the provider asks for one (linode).
    pub console_password: &'a str,
    /// Whether the provider shields it from floods of requests (vultr).
    pub is_shielded: bool,
}

/// A provider's machines, made and destroyed.
pub trait Servers: Sync {
    /// What the provider calls an operating system.
    ///
    /// # Errors
    /// When the provider has none of that name, or gives no usable answer.
    fn system_image(&self, os: BaseOs, version: &str) -> anyhow::Result<String>;

    /// Whether the provider wants a password for a machine's console.
    fn wants_console_password(&self) -> bool {
        false
    }

    /// Finds the networks and keys that a machine at `site` is connected to, and makes what is missing.
    ///
    /// # Errors
    /// When something cannot be found or made.
    fn connect(&self, site: &Location<'_>) -> anyhow::Result<Links>;

    /// Asks for a machine, once. `limit` is how long the CLI may take.
    ///
    /// # Errors
    /// When the CLI says that it failed. The machine may be there all the same.
    fn create_server(
        &self,
        order: &ServerOrder<'_>,
        limit: Duration,
    ) -> Result<Change<()>, Failure>;

    /// Connects a machine that is there to the network that the creation could not; does nothing where it is connected.
    /// `has_twin` says that another machine has the same name.
    ///
    /// # Errors
    /// When the CLI says that it failed.
    fn complete_server(&self, _machine: &Machine, _has_twin: bool) -> Result<(), Failure> {
        Ok(())
    }

    /// The firewalls of that name. A list may lag or lack a page, so one look proves no absence.
    ///
    /// # Errors
    /// When the CLI gives no usable answer.
    fn firewalls(&self, name: &str) -> Result<Listing<Firewall>, Failure>;

    /// Whether a machine is put behind its firewall once it is there, and not by the creation (DigitalOcean).
    fn guards_afterwards(&self) -> bool {
        false
    }

    /// Puts a machine that is there behind a firewall; does nothing where the creation did so.
    ///
    /// # Errors
    /// When the CLI says that it failed.
    fn guard(&self, _firewall: &Firewall, _machine: &Machine) -> Result<(), Failure> {
        Ok(())
    }

    /// The machines that have `address`, public or private, as far as the provider's scripts look (contract 07).
    ///
    /// # Errors
    /// When the CLI gives no usable answer.
    fn machines_at(&self, address: &str) -> Result<Listing<Machine>, Failure>;

    /// Asks for the end of a machine. `limit` is how long the CLI may take.
    ///
    /// # Errors
    /// When the CLI says that it failed. The machine may be gone all the same.
    fn destroy_server(&self, machine: &Machine, limit: Duration) -> Result<Change<()>, Failure>;
}

impl Location<'_> {
    /// Whether an autoscaler asks.
    pub(super) fn is_by_autoscaler(&self) -> bool {
        self.maker == Maker::Autoscaler
    }
}

/// The id of what a machine is connected to.
pub(super) enum Connected {
    To(String),
    /// A rehearsal has only shown how it would be made.
    Rehearsed,
}

impl Connected {
    /// The id, or the text that a rehearsal shows in its place.
    pub(super) fn or_shown_as(self, stand_in: &str) -> String {
        match self {
            Self::To(id) => id,
            Self::Rehearsed => stand_in.to_owned(),
        }
    }
}

/// What `find` finds, after `make` where it finds nothing.
///
/// # Errors
/// When it cannot be looked for, or is still not there after it was asked for.
pub(super) fn found_or_made(
    what: &str,
    find: impl Fn() -> anyhow::Result<Option<String>>,
    make: impl FnOnce() -> Result<Change<()>, Failure>,
) -> anyhow::Result<Connected> {
    if let Some(id) = find()? {
        return Ok(Connected::To(id));
    }
    let refusal = match make() {
        Ok(Change::Rehearsed) => return Ok(Connected::Rehearsed),
        outcome => outcome.err(),
    };
    let looks = match &refusal {
        Some(failure) if failure.is_for_good() => 1,
        _ => LOOKS_BEFORE_GIVING_UP,
    };
    let (mut patience, mut left) = (Patience::until(PREPARATION_LIMIT), looks);
    let found = patience::look_until_enough(|| {
        left -= 1;
        match find() {
            Ok(None) if left > 0 => Ok(Look::AgainAfter(patience.next_delay())),
            Ok(found) => Ok(Look::Enough(found)),
            Err(why) => {
                let refusal = refusal.clone().map(anyhow::Error::from);
                let also =
                    format!("cannot make {what}, and whether it is there is not known: {why:#}");
                Err(refusal.map_or(why, |refusal| refusal.context(also)))
            }
        }
    })?;
    if let Some(id) = found {
        return Ok(Connected::To(id));
    }
    match refusal {
        Some(failure) => Err(failure).with_context(|| format!("cannot make {what}")),
        None => bail!("{what} was asked for and is not listed; run the same command again"),
    }
}

/// The only one of `ids`, or of several the first in order, so that every server goes to the same one.
///
/// # Errors
/// When there is none in a list that may lack some: another one would be made.
pub(super) fn settled(what: &str, ids: Listing<String>) -> anyhow::Result<Option<String>> {
    let completeness = ids.completeness;
    let mut ids = ids.items;
    ids.sort();
    ids.dedup();
    if ids.len() > 1 {
        console::say(format_args!(
            "the provider has {} of {what}: {}; the first is used, delete the others there if nothing needs them",
            ids.len(),
            ids.join(", ")
        ));
    }
    match (ids.into_iter().next(), completeness.doubt()) {
        (None, Some(why)) => {
            bail!("cannot tell whether there is {what}: {why}; try again later")
        }
        (found, _) => Ok(found),
    }
}

impl Listing<Firewall> {
    /// The firewalls that are called `name`.
    pub(super) fn named(self, name: &str) -> Self {
        self.filter_map(|firewall| (firewall.name == name).then_some(firewall))
    }
}
