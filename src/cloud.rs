//! What a cloud can do, and one file per provider: its argument lists and its JSON, which nothing else knows.
//!
//! The providers' CLIs hide trouble: lists come cut with status 0, one creation may make two snapshots, and a failed one
//! may have worked. So a list says whether it is [`Completeness::Whole`], and after a creation, whatever its outcome,
//! the caller looks at what is there.

mod access;
mod answered;
mod decode;
mod digitalocean;
mod document;
mod exoscale;
mod linode;
mod listing;
mod machine;
mod patient_list;
mod refusal;
mod rows;
pub mod server;
#[cfg(test)]
mod testing;
mod vultr;

use std::time::Duration;

use jiff::Timestamp;

pub use self::listing::{Completeness, Listing};
pub use self::machine::{Machine, NetworkMember};
pub use self::refusal::{Passing, passing};
use self::server::Servers;
use crate::command::{Change, Failure, Program, Runner};
use crate::names::{BaseOs, Cloudhost, NameFilter, Region, SnapshotId, SnapshotKind};

/// A snapshot, image or template at a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    pub id: SnapshotId,
    /// What the provider calls it.
    pub kind: SnapshotKind,
    /// Its name, label or description; an exoscale snapshot has its machine's.
    pub name: String,
    /// Whether a machine can be built from it.
    pub state: SnapshotState,
    /// The id of the machine it was made of, where the provider says so (DigitalOcean).
    pub machine_id: Option<String>,
    /// When it was made, where the provider says so.
    pub created: Option<Timestamp>,
    /// The regions a machine can be built from it in, where the provider binds it to some (DigitalOcean); else empty.
    pub regions: Vec<String>,
    /// Whether the provider lists it as one whose machines are given no cloud-init configuration (Linode).
    pub lacks_cloud_init: bool,
}

/// How far a snapshot is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SnapshotState {
    /// A machine can be built from it.
    Usable,
    /// It is being made; the provider's word.
    Pending(String),
    /// The provider has given up on it; the provider's word.
    Failed(String),
}

/// What a snapshot is to be made of, and its name.
#[derive(Debug, Clone, Copy)]
pub struct SnapshotOrder<'a> {
    pub machine_id: &'a str,
    pub machine_name: &'a str,
    /// The name, label or description that the snapshot is given.
    pub snapshot_name: &'a str,
    /// The operating system the machine is based on, where the provider must know.
    pub base_os: Option<BaseOs>,
}

/// What a creation said of what it made. Neither is proof: a list is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Receipt {
    /// The new snapshot's id.
    pub id: Option<SnapshotId>,
    /// The action that is making it (DigitalOcean).
    pub action: Option<String>,
}

/// An action of a provider on a machine (DigitalOcean).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    pub id: String,
    /// How far it is; a finished one counts as usable.
    pub state: SnapshotState,
}

/// How the toolkit is known at a provider.
#[derive(Debug, Clone, Default)]
pub struct Account {
    /// The zone that zonal CLIs are asked about (exoscale).
    pub zone: Option<Region>,
    /// The token for CLIs that take it from the environment (vultr).
    pub token: Option<Vec<u8>>,
    /// Where that token stands, for a message.
    pub token_place: Option<String>,
}

/// A provider, through its CLI.
pub trait Cloud: Servers {
    /// Which provider it is.
    fn cloudhost(&self) -> Cloudhost;

    /// How many characters of a machine's name the provider may keep.
    fn longest_name(&self) -> Option<usize> {
        None
    }

    /// All machines.
    ///
    /// # Errors
    /// When the CLI gives no usable answer.
    fn machines(&self) -> Result<Listing<Machine>, Failure>;

    /// The machines whose names `is_wanted`, and their addresses in the private network. What cannot be told of one
    /// machine makes the list doubtful.
    ///
    /// # Errors
    /// When the CLI gives no usable answer.
    fn network_members(
        &self,
        is_wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Listing<NetworkMember>, Failure>;

    /// The private addresses of the machines that `filter` accepts, a line each, as `GetServerPrivateIPAddresses`
    /// prints them; `None` for all machines.
    ///
    /// # Errors
    /// When the CLI gives no usable answer.
    fn private_addresses(&self, filter: Option<&NameFilter>) -> Result<Listing<String>, Failure> {
        let members =
            self.network_members(&|name| filter.is_none_or(|filter| filter.accepts(name)))?;
        let addresses = members.items.into_iter().flat_map(|it| it.addresses);
        Ok(Listing {
            items: addresses.collect(),
            completeness: members.completeness,
        })
    }

    /// The public addresses of the machine that has `address` in the private network; none when no machine has it.
    ///
    /// # Errors
    /// When the CLI gives no usable answer, or none that tells that no machine has it.
    fn public_addresses_by_private(&self, address: &str) -> Result<Vec<String>, Failure>;

    /// What is made, in order, so that a machine can be built from a machine; the last one's id is recorded.
    fn steps(&self) -> &'static [SnapshotKind];

    /// How long a `kind` may be in the making before a list shows it (exoscale's templates are listed when they are
    /// finished).
    fn unlisted_for(&self, _kind: SnapshotKind) -> Duration {
        Duration::ZERO
    }

    /// The snapshots that have the order's name, or on exoscale were made of its machine, in any state.
    ///
    /// # Errors
    /// When the CLI gives no usable answer.
    fn snapshots(
        &self,
        kind: SnapshotKind,
        order: &SnapshotOrder<'_>,
    ) -> Result<Listing<Snapshot>, Failure> {
        let named = |snapshot: Snapshot| (snapshot.name == order.snapshot_name).then_some(snapshot);
        Ok(self.all_snapshots(kind)?.filter_map(named))
    }

    /// All of the account's own snapshots, in any state, under whatever name.
    ///
    /// # Errors
    /// When the CLI gives no usable answer.
    fn all_snapshots(&self, kind: SnapshotKind) -> Result<Listing<Snapshot>, Failure>;

    /// A snapshot as the provider answers for its id; `None` when it does not know it.
    ///
    /// # Errors
    /// When the CLI gives no usable answer.
    fn snapshot_by_id(
        &self,
        kind: SnapshotKind,
        id: &SnapshotId,
    ) -> Result<Option<Snapshot>, Failure>;

    /// A snapshot by its id; `None` when the provider does not know it. Where a question about one thing gets no answer,
    /// such as with a token that may only list, the list is looked at.
    ///
    /// # Errors
    /// When the CLI gives no usable answer and no list shows it, which proves nothing.
    fn snapshot(&self, kind: SnapshotKind, id: &SnapshotId) -> Result<Option<Snapshot>, Failure> {
        let failure = match self.snapshot_by_id(kind, id) {
            Err(failure) => failure,
            answer => return answer,
        };
        let Ok(listed) = self.all_snapshots(kind) else {
            return Err(failure);
        };
        let mut listed = listed.items.into_iter();
        match listed.find(|snapshot| snapshot.id == *id) {
            Some(snapshot) => Ok(Some(snapshot)),
            // A list may show it yet.
            None => Err(failure.for_now()),
        }
    }

    /// A snapshot by its id where `listed`, an answer of [`Cloud::all_snapshots`], was asked for anyway; what it lacks is
    /// asked for by its id, since absence from a list proves nothing.
    ///
    /// # Errors
    /// When there was no answer to the one or the other.
    fn snapshot_in(
        &self,
        listed: &Result<Listing<Snapshot>, Failure>,
        kind: SnapshotKind,
        id: &SnapshotId,
    ) -> Result<Option<Snapshot>, Failure> {
        match listed {
            Ok(listing) => match listing.items.iter().find(|snapshot| snapshot.id == *id) {
                Some(snapshot) => Ok(Some(snapshot.clone())),
                None => self.snapshot_by_id(kind, id),
            },
            // A token that may not list may ask all the same.
            Err(failure) if failure.is_for_good() => self.snapshot_by_id(kind, id),
            Err(failure) => Err(failure.clone()),
        }
    }

    /// Whether a list of all snapshots of this kind takes a request for each of many, so that it is asked for only where
    /// nothing else will do (exoscale).
    fn is_list_dear(&self, _kind: SnapshotKind) -> bool {
        false
    }

    /// Asks for a snapshot, once. `source` is what the step before made; `limit` is how long the CLI may take.
    ///
    /// # Errors
    /// When the CLI says that it failed. The snapshot may be there all the same.
    fn create(
        &self,
        kind: SnapshotKind,
        order: &SnapshotOrder<'_>,
        source: Option<&SnapshotId>,
        limit: Duration,
    ) -> Result<Change<Receipt>, Failure>;

    /// Deletes a snapshot.
    ///
    /// # Errors
    /// When the CLI says that it failed.
    fn delete(&self, kind: SnapshotKind, id: &SnapshotId) -> Result<Change<()>, Failure>;

    /// Whether a list of all machines, which serves all who wait, shows that the provider is at work on one.
    ///
    /// # Errors
    /// When the CLI gives no usable answer.
    fn is_at_work_on(&self, _machine_id: &str) -> Result<bool, Failure> {
        Ok(false)
    }

    /// The provider's snapshot actions on a machine, where it has actions that outlast the CLI's call.
    ///
    /// # Errors
    /// When the CLI gives no usable answer.
    fn actions(&self, _machine_id: &str) -> Result<Vec<Action>, Failure> {
        Ok(Vec::new())
    }

    /// One of them.
    ///
    /// # Errors
    /// When the CLI gives no usable answer.
    fn action(&self, _id: &str) -> Result<Option<Action>, Failure> {
        Ok(None)
    }
}

/// The cloud of a build.
///
/// # Errors
/// When its CLI is not installed, or the account lacks what the CLI needs.
pub fn open<'a>(
    cloudhost: Cloudhost,
    account: &Account,
    runner: &'a Runner,
) -> anyhow::Result<Box<dyn Cloud + 'a>> {
    let tool = match cloudhost {
        Cloudhost::DigitalOcean => digitalocean::DOCTL,
        Cloudhost::Exoscale => exoscale::EXO,
        Cloudhost::Linode => linode::LINODE_CLI,
        Cloudhost::Vultr => vultr::VULTR,
    };
    through(tool.find()?, cloudhost, account, runner)
}

/// The cloud of a build, through this program.
///
/// # Errors
/// When the account lacks what the CLI needs.
pub(crate) fn through<'a>(
    program: Program,
    cloudhost: Cloudhost,
    account: &Account,
    runner: &'a Runner,
) -> anyhow::Result<Box<dyn Cloud + 'a>> {
    Ok(match cloudhost {
        Cloudhost::DigitalOcean => Box::new(digitalocean::DigitalOcean::through(program, runner)),
        Cloudhost::Exoscale => Box::new(exoscale::Exoscale::through(program, runner, account)?),
        Cloudhost::Linode => Box::new(linode::Linode::through(program, runner)),
        Cloudhost::Vultr => Box::new(vultr::Vultr::through(program, runner, account)),
    })
}

impl Receipt {
    /// What was made has this id.
    fn of(id: &str) -> anyhow::Result<Self> {
        Ok(Self {
            id: Some(id.parse()?),
            action: None,
        })
    }
}

impl SnapshotOrder<'_> {
    /// Refuses what the CLIs would misread: an empty word swallows the flag after it, and one with a dash is a flag.
    fn refuse_misleading_words(&self, tool: &str) -> Result<(), Failure> {
        for word in [self.machine_id, self.snapshot_name] {
            if word.is_empty() || word.starts_with('-') {
                let why = format_args!("'{word}' cannot be a machine's id or a snapshot's name");
                return Err(Failure::not_asked(tool, why));
            }
        }
        Ok(())
    }
}

impl SnapshotState {
    /// What the provider's word for a state means; a word in neither list is one on the way to being usable.
    fn of(word: String, usable: &[&str], failed: &[&str]) -> Self {
        match word.as_str() {
            known if usable.contains(&known) => Self::Usable,
            known if failed.contains(&known) => Self::Failed(word),
            _ => Self::Pending(word),
        }
    }

    /// Whether a machine can be built from it.
    pub fn is_usable(&self) -> bool {
        *self == Self::Usable
    }
}
