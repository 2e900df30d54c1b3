//! What there must be at the provider before a server can be made: its image, its firewall, its network and key.

use std::path::PathBuf;

use anyhow::{Context, bail};

use super::blueprint::Source;
use super::guarding;
use super::job::Job;
use crate::cloud::SnapshotState;
use crate::cloud::server::{Image, Links, Location, Maker, ServerOrder};
use crate::files::{self, LockFile, NewMode};
use crate::names::SnapshotId;
use crate::toolkit::pending_server;
use crate::waiting::Wait;

/// What a server is made from and connected to, as the provider knows it.
pub(super) struct Supplies {
    pub image: Image,
    pub links: Links,
    pub console_password: String,
    pub user_data: PathBuf,
}

/// Everything there must be before the provider can make the server.
pub(super) fn supplies(job: &Job<'_>, wait: &mut Wait<'_>) -> anyhow::Result<Supplies> {
    let image = image(job)?;
    let console_password = console_password(job)?;
    let firewall = guarding::firewall(job, wait)?;
    let links = links(job)?;
    Ok(Supplies {
        image,
        links: Links { firewall, ..links },
        console_password,
        user_data: job.blueprint.user_data.clone(),
    })
}

/// The image as the provider calls it; a snapshot must be one that a server can be built from.
pub(super) fn image(job: &Job<'_>) -> anyhow::Result<Image> {
    Ok(match &job.blueprint.source {
        Source::System(os, version) => Image::System(job.cloud.system_image(*os, version)?),
        Source::Named(name) => Image::System(name.clone()),
        Source::Snapshot(id) => {
            ensure_usable(job, id)?;
            Image::Snapshot(id.clone())
        }
    })
}

fn ensure_usable(job: &Job<'_>, id: &SnapshotId) -> anyhow::Result<()> {
    let kinds = job.cloud.steps();
    let kind = kinds
        .last()
        .copied()
        .context("the provider has no snapshots")?;
    let snapshot = job.cloud.snapshot(kind, id)?.with_context(|| {
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
fn turn_for_what_is_shared(job: &Job<'_>) -> anyhow::Result<LockFile> {
    let lock = pending_server::shared_lock_in(&job.layout.notes());
    LockFile::acquire(&lock, job.timeout, || {})
}

/// The password for the server's console, where the provider asks for one.
fn console_password(job: &Job<'_>) -> anyhow::Result<String> {
    if !job.cloud.wants_console_password() {
        return Ok(String::new());
    }
    let _turn = turn_for_what_is_shared(job)?;
    job.layout.console_password()
}

/// What the server is connected to.
pub(super) fn links(job: &Job<'_>) -> anyhow::Result<Links> {
    let mark = job.layout.key_mark();
    let _turn = turn_for_what_is_shared(job)?;
    let links = with_site(job, mark.exists(), |site| job.cloud.connect(site))?;
    if links.ssh_key.is_some() && job.blueprint.public_key.is_some() {
        files::replace(&mark, b"", NewMode::Plain)?;
    }
    Ok(links)
}

pub(super) fn with_site<T>(
    job: &Job<'_>,
    is_key_known: bool,
    used: impl FnOnce(&Location<'_>) -> T,
) -> T {
    let maker = match &job.blueprint.public_key {
        Some(public_key) => Maker::BuildMachine {
            public_key,
            is_key_known,
        },
        None => Maker::Autoscaler,
    };
    used(&Location {
        region: &job.blueprint.region,
        build: job.layout.build(),
        network: &job.blueprint.network,
        network_range: &job.blueprint.network_range,
        maker,
    })
}

pub(super) fn with_order<T>(
    job: &Job<'_>,
    supplies: &Supplies,
    used: impl FnOnce(&ServerOrder<'_>) -> T,
) -> T {
    with_site(job, true, |site| {
        used(&ServerOrder {
            site,
            name: &job.blueprint.name,
            size: &job.blueprint.size,
            image: &supplies.image,
            user_data: &supplies.user_data,
            links: &supplies.links,
            console_password: &supplies.console_password,
            is_shielded: job.blueprint.is_shielded,
        })
    })
}
