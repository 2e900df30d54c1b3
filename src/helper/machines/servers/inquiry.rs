//! The words of a question about machines, and what the build says about the cloud that is asked.

use std::ffi::OsString;

use anyhow::{Context, bail};

use crate::build::Build;
use crate::cloud::{self, Account, Cloud, Listing, Machine};
use crate::command::{Runner, watch_for_interrupts};
use crate::names::{BuildIdentifier, Cloudhost, NameFilter, Region};
use crate::toolkit::build_directory::BuildDirectory;
use crate::toolkit::build_home::BuildHome;
use crate::toolkit::twin_servers::TwinServers;

/// A question about machines.
#[derive(Debug)]
pub struct Inquiry {
    /// The token or address that the question is about.
    pub subject: String,
    /// The cloud that is asked.
    pub cloudhost: Cloudhost,
    account: Account,
    twins: TwinServers,
    build: Option<(Region, BuildIdentifier)>,
    runner: Runner,
}

impl Inquiry {
    /// The question in `words`: its subject, called `what` in messages, and the cloudhost. More words are ignored, as
    /// some scripts pass `BUILD_HOME` too.
    ///
    /// # Errors
    /// When one of the two is missing, or the cloudhost is unknown.
    pub fn of(words: &[OsString], what: &str, example: &str) -> anyhow::Result<Self> {
        let [subject, cloudhost, ..] = words else {
            bail!("expected {what} and a cloudhost, such as '{example} digitalocean'");
        };
        let subject = subject.to_str().with_context(|| {
            format!(
                "{what} is not UTF-8: '{}'",
                subject.as_encoded_bytes().escape_ascii()
            )
        })?;
        let cloudhost: Cloudhost = cloudhost.to_string_lossy().parse()?;
        watch_for_interrupts()?;
        let mut inquiry = Self {
            subject: subject.to_owned(),
            cloudhost,
            account: Account::default(),
            twins: TwinServers::default(),
            build: None,
            runner: Runner::default(),
        };
        // A CLI that is set up needs no build: the zone (exoscale) and the token (vultr) are taken where there is one.
        if let Ok(active) = BuildHome::find().and_then(BuildDirectory::active) {
            inquiry.take_from(&Build::as_far_as_known(active.at(cloudhost)))?;
        }
        Ok(inquiry)
    }

    fn take_from(&mut self, build: &Build) -> anyhow::Result<()> {
        self.account = build.account_as_far_as_known()?;
        self.twins = TwinServers::read(build.directory().path())?;
        let region = build.region().ok().or_else(|| self.account.zone.clone());
        self.build = region.map(|region| (region, build.identifier().clone()));
        self.runner = Runner::new(build.redactor()?, false);
        Ok(())
    }

    /// The cloud that is asked.
    ///
    /// # Errors
    /// When its CLI is not installed, or the account lacks what the CLI needs.
    pub fn cloud(&self) -> anyhow::Result<Box<dyn Cloud + '_>> {
        cloud::open(self.cloudhost, &self.account, &self.runner)
    }

    /// Which machines the subject means.
    pub fn filter(&self, cloud: &dyn Cloud) -> NameFilter {
        let build = self.build.as_ref();
        NameFilter::new(
            &self.subject,
            build.map(|(region, build)| (region, build)),
            cloud.longest_name(),
        )
    }

    /// The machines that the subject means, in the provider's order: those of exactly that name, where there are any. A
    /// machine that a creation made besides the one that is used is passed over.
    ///
    /// # Errors
    /// When the cloud cannot be asked or gives no usable answer.
    pub fn machines(&self) -> anyhow::Result<Listing<Machine>> {
        let mut listing = self.machines_and_twins()?;
        listing.items.retain(|machine| !self.twins.has(&machine.id));
        if listing
            .items
            .iter()
            .any(|machine| machine.name == self.subject)
        {
            listing.items.retain(|machine| machine.name == self.subject);
        }
        Ok(listing)
    }

    /// As [`Inquiry::machines`] with none passed over: whoever puts machines behind a firewall means all of them.
    ///
    /// # Errors
    /// As [`Inquiry::machines`].
    pub fn machines_and_twins(&self) -> anyhow::Result<Listing<Machine>> {
        let cloud = self.cloud()?;
        let filter = self.filter(cloud.as_ref());
        let mut listing = cloud.machines()?;
        listing
            .items
            .retain(|machine| filter.accepts(&machine.name));
        Ok(listing)
    }

    /// The private addresses of the machines that are passed over, as far as a list tells them.
    ///
    /// # Errors
    /// When the cloud cannot be asked or gives no usable answer.
    pub fn addresses_of_twins(&self) -> anyhow::Result<Vec<String>> {
        if self.twins.is_empty() {
            return Ok(Vec::new());
        }
        let machines = self.cloud()?.machines()?.items.into_iter();
        let twins = machines.filter(|machine| self.twins.has(&machine.id));
        Ok(twins
            .flat_map(|machine| machine.private_addresses)
            .collect())
    }
}
