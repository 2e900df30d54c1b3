//! Which machine is meant.

use anyhow::{Context, bail, ensure};

use crate::build::layout::Layout;
use crate::cloud::{Cloud, Machine};
use crate::names::MachineType;

/// A machine by its address.
pub struct Target<'a> {
    pub(super) address: &'a str,
    pub(super) layout: &'a dyn Layout,
    pub(super) cloud: &'a dyn Cloud,
}

impl Target<'_> {
    /// The one machine that has the address: the one whose public address it is, or the machine of the build that has
    /// it in its private network.
    ///
    /// # Errors
    /// When there is none, there are several, or it may belong to somebody else.
    pub fn machine(&self) -> anyhow::Result<Machine> {
        let address = self.address;
        let listing = self.cloud.machines_at(address)?;
        let caveat = listing.completeness.caveat();
        let is_public = |machine: &Machine| machine.public_addresses.iter().any(|it| it == address);
        let (public, private): (Vec<Machine>, Vec<Machine>) =
            listing.items.into_iter().partition(is_public);
        let found = if public.is_empty() {
            self.of_the_build(private)?
        } else {
            public
        };
        let named = found
            .iter()
            .map(|machine| format!("{} ({})", machine.name, machine.id));
        let named = named.collect::<Vec<_>>().join(", ");
        ensure!(
            found.len() <= 1,
            "{} machines have the address {address}, so none was destroyed: {named}; destroy the right one at the provider",
            found.len()
        );
        let only = found.into_iter().next();
        only.with_context(|| {
            format!("no machine has the address {address}, so none was destroyed{caveat}")
        })
    }

    /// Those that belong to the active build: other networks have the same addresses, and once the build's own machine is
    /// gone its address would mean another's.
    fn of_the_build(&self, machines: Vec<Machine>) -> anyhow::Result<Vec<Machine>> {
        let (region, build) = (self.layout.region()?, self.layout.build());
        let cut_at = self.cloud.longest_name();
        let is_ours = |machine: &Machine| {
            let mut kinds = MachineType::ALL.into_iter();
            kinds.any(|kind| kind.names(&machine.name, &region, build, cut_at))
        };
        let (ours, others): (Vec<Machine>, Vec<Machine>) = machines.into_iter().partition(is_ours);
        if let (true, Some(other)) = (ours.is_empty(), others.first()) {
            bail!(
                "{} has the private address {}, but is no machine of the build {build}, so it was not destroyed; give its public \
                 address",
                other.name,
                self.address
            );
        }
        Ok(ours)
    }
}
