//! What the build scripts ask about machines by name or address, one module a question (contract 05, 07).
//!
//! Each captures standard output and takes nothing for "there is none", so nothing is printed on an error, and a list
//! in which something may be missing ends with a status other than 0.

mod inquiry;

use anyhow::bail;

use crate::cloud::Completeness;
use crate::console;

/// Refuses an answer that would be wrong if the list lacked a machine. Nothing has been printed yet, so that a caller who
/// looks at standard output alone takes nothing for an answer.
fn ensure_all_was_seen(completeness: &Completeness) -> anyhow::Result<()> {
    match completeness {
        Completeness::Whole => Ok(()),
        Completeness::Doubtful(why) => bail!(
            "the provider's list of machines may be incomplete: {why}; nothing is printed, try again later"
        ),
        Completeness::Cut(why) => {
            bail!("the provider's CLI does not list every machine ({why}), so nothing is printed")
        }
    }
}

/// Ends an answer that stands on a list: a doubtful list is an error, so that nobody takes absence for truth.
fn vouch_for(completeness: &Completeness) -> anyhow::Result<()> {
    match completeness {
        Completeness::Whole => {}
        Completeness::Doubtful(why) => bail!(
            "the provider's list of machines may be incomplete: {why}; what it shows is printed, try again later"
        ),
        Completeness::Cut(why) => console::say(format_args!(
            "the provider's CLI does not list every machine ({why}); the others were not looked at"
        )),
    }
    Ok(())
}

/// `GetServerIPAddresses TOKEN CLOUDHOST`: the public addresses of the machines whose names hold the token.
pub mod get_server_ip_addresses {
    use std::ffi::OsString;

    use super::inquiry::Inquiry;
    use super::vouch_for;
    use crate::console;

    pub const HELP: &str = "\
Prints the public addresses of the machines whose names hold TOKEN, a line each, in the provider's order.

Usage: GetServerIPAddresses TOKEN CLOUDHOST

A token of a machine type, a region and a build finds the machines of exactly that build.
CLOUDHOST is digitalocean, exoscale, linode or vultr. No machine is no error and prints nothing.

Example:
  GetServerIPAddresses ws-lon1-prod digitalocean
";

    /// Prints the addresses.
    ///
    /// # Errors
    /// When the provider cannot be asked, or something may be missing in its answer.
    pub fn run(words: &[OsString]) -> anyhow::Result<()> {
        let machines =
            Inquiry::of(words, "a part of a machine's name", "ws-lon1-prod")?.machines()?;
        let found = machines.items.iter();
        console::print_lines(found.flat_map(|machine| &machine.public_addresses))?;
        vouch_for(&machines.completeness)
    }
}

/// `GetServerName IP CLOUDHOST`: the name of the machine that has an address.
pub mod get_server_name {
    use std::ffi::OsString;

    use super::inquiry::Inquiry;
    use super::vouch_for;
    use crate::cloud::Machine;
    use crate::console;
    use crate::names::Cloudhost;

    pub const HELP: &str = "\
Prints the name of the machine that has the public address IP; on digitalocean a private one will do.

Usage: GetServerName IP CLOUDHOST

CLOUDHOST is digitalocean, exoscale, linode or vultr. No machine is no error and prints nothing.

Example:
  GetServerName 203.0.113.7 digitalocean
";

    /// Prints the name.
    ///
    /// # Errors
    /// When the provider cannot be asked, or something may be missing in its answer.
    pub fn run(words: &[OsString]) -> anyhow::Result<()> {
        // AdjustBuildMachineFirewall, which cron starts each minute, asks so and ignores the answer (contract 09, 10 §1.5); what
        // is said on standard error would be mailed each minute. Without an address, its one word is the empty cloudhost.
        if words.len() <= 2 && words.last().is_some_and(|cloudhost| cloudhost.is_empty()) {
            return Ok(());
        }
        let inquiry = Inquiry::of(words, "an address", "203.0.113.7")?;
        let machines = inquiry.cloud()?.machines()?;
        let address = inquiry.subject.as_str();
        // Private addresses repeat from network to network, so the scripts look at them on DigitalOcean only (contract 07).
        let has_it = |machine: &&Machine| match inquiry.cloudhost {
            Cloudhost::DigitalOcean => machine.has_address(address),
            _ => machine
                .public_addresses
                .iter()
                .any(|known| known == address),
        };
        let found = machines.items.iter().filter(has_it);
        let names = found.map(|machine| &machine.name);
        console::print_lines(names.filter(|name| !name.is_empty()))?;
        vouch_for(&machines.completeness)
    }
}

/// `GetServerPrivateIPAddresses TOKEN CLOUDHOST`: the private addresses of the machines whose names hold the token.
pub mod get_server_private_ip_addresses {
    use std::ffi::OsString;

    use super::inquiry::Inquiry;
    use super::vouch_for;
    use crate::console;
    use crate::names::Cloudhost;

    pub const HELP: &str = "\
Prints the private addresses of the machines whose names hold TOKEN, a line each, on linode all on one line.

Usage: GetServerPrivateIPAddresses TOKEN CLOUDHOST

A token of a machine type, a region and a build finds the machines of exactly that build; on vultr
NOT_SET finds all machines. CLOUDHOST is digitalocean, exoscale, linode or vultr. No machine is no
error and prints nothing.

Example:
  GetServerPrivateIPAddresses ws-lon1-prod digitalocean
";

    /// The token that means every machine on vultr (contract 05).
    const EVERY_MACHINE: &str = "NOT_SET";

    /// Prints the addresses.
    ///
    /// # Errors
    /// When the provider cannot be asked.
    pub fn run(words: &[OsString]) -> anyhow::Result<()> {
        let inquiry = Inquiry::of(words, "a part of a machine's name", "ws-lon1-prod")?;
        let cloud = inquiry.cloud()?;
        let is_every = inquiry.cloudhost == Cloudhost::Vultr && inquiry.subject == EVERY_MACHINE;
        let filter = (!is_every).then(|| inquiry.filter(cloud.as_ref()));
        let listing = cloud.private_addresses(filter.as_ref())?;
        let mut addresses = listing.items;
        let passed_over = inquiry.addresses_of_twins()?;
        addresses.retain(|address| !passed_over.contains(address));
        if inquiry.cloudhost == Cloudhost::Linode && !addresses.is_empty() {
            // The script's list has blanks between the addresses (contract 05).
            addresses = vec![addresses.join(" ")];
        }
        console::print_lines(addresses)?;
        vouch_for(&listing.completeness)
    }
}

/// `GetServerPublicIPAddressByIP IP CLOUDHOST`: the public address of the machine that has a private one.
pub mod get_server_public_ip_address_by_ip {
    use std::ffi::OsString;

    use super::inquiry::Inquiry;
    use crate::console;

    pub const HELP: &str = "\
Prints the public address of the machine that has the address IP in the private network.

Usage: GetServerPublicIPAddressByIP IP CLOUDHOST

CLOUDHOST is digitalocean, exoscale, linode or vultr. No machine is no error and prints nothing.

Example:
  GetServerPublicIPAddressByIP 10.0.0.3 digitalocean
";

    /// Prints the address.
    ///
    /// # Errors
    /// When the provider cannot be asked.
    pub fn run(words: &[OsString]) -> anyhow::Result<()> {
        let inquiry = Inquiry::of(words, "an address", "10.0.0.3")?;
        let addresses = inquiry
            .cloud()?
            .public_addresses_by_private(&inquiry.subject)?;
        Ok(console::print_lines(addresses)?)
    }
}

/// `IsInstanceRunning TOKEN CLOUDHOST`: whether the machine whose name holds the token runs (contract 09, 10 §1.1).
///
/// The build scripts and the autoscaler wait until it prints the word `running`, and look at nothing else.
pub mod is_instance_running {
    use std::ffi::OsString;

    use super::ensure_all_was_seen;
    use super::inquiry::Inquiry;
    use crate::console;

    pub const HELP: &str = "\
Prints 'running' when the one machine whose name holds TOKEN runs, else 'not running'.

Usage: IsInstanceRunning TOKEN CLOUDHOST

A machine of exactly that name is the one that is meant. Several machines are 'not running'. Nothing is
printed when the provider gives no answer, or one in which the machine may be missing.
CLOUDHOST is digitalocean, exoscale, linode or vultr.

Example:
  IsInstanceRunning db-lon1-prod-Xabc digitalocean
";

    /// Prints `running` or `not running`.
    ///
    /// # Errors
    /// When the provider cannot be asked, or its answer may lack the machine.
    pub fn run(words: &[OsString]) -> anyhow::Result<()> {
        let machines = Inquiry::of(words, "a machine's name", "db-lon1-prod-Xabc")?.machines()?;
        let runs = match machines.items.as_slice() {
            [] => {
                ensure_all_was_seen(&machines.completeness)?;
                false
            }
            [only] => only.is_running(),
            [one, other, ..] => {
                console::say(format_args!(
                    "IsInstanceRunning: cannot tell which machine is meant, {} ({}) or {} ({}); name one",
                    one.name, one.id, other.name, other.id
                ));
                false
            }
        };
        Ok(console::print_lines([if runs {
            "running"
        } else {
            "not running"
        }])?)
    }
}

/// `ListServerIDs TOKEN CLOUDHOST`: the ids of the machines whose names hold the token.
pub mod list_server_ids {
    use std::ffi::OsString;

    use super::inquiry::Inquiry;
    use super::vouch_for;
    use crate::console;

    pub const HELP: &str = "\
Prints the ids of the machines whose names hold TOKEN, a line each, in the provider's order.

Usage: ListServerIDs TOKEN CLOUDHOST

A token of a machine type, a region and a build finds the machines of exactly that build.
CLOUDHOST is digitalocean, exoscale, linode or vultr. No machine is no error and prints nothing.

Example:
  ListServerIDs ws-lon1-prod digitalocean
";

    /// Prints the ids.
    ///
    /// # Errors
    /// When the provider cannot be asked, or something may be missing in its answer.
    pub fn run(words: &[OsString]) -> anyhow::Result<()> {
        let inquiry = Inquiry::of(words, "a part of a machine's name", "ws-lon1-prod")?;
        let machines = inquiry.machines_and_twins()?;
        console::print_lines(machines.items.iter().map(|machine| &machine.id))?;
        vouch_for(&machines.completeness)
    }
}

/// `NumberOfServers TOKEN CLOUDHOST`: how many machines have names that hold the token.
pub mod number_of_servers {
    use std::ffi::OsString;

    use super::ensure_all_was_seen;
    use super::inquiry::Inquiry;
    use crate::console;

    pub const HELP: &str = "\
Prints how many machines there are whose names hold TOKEN.

Usage: NumberOfServers TOKEN CLOUDHOST

A token of a machine type, a region and a build counts the machines of exactly that build.
Nothing is printed when some may be missing. CLOUDHOST is digitalocean, exoscale, linode or vultr.

Example:
  NumberOfServers ws-lon1-prod digitalocean
";

    /// Prints the number.
    ///
    /// # Errors
    /// When the provider cannot be asked, or something may be missing in its answer.
    pub fn run(words: &[OsString]) -> anyhow::Result<()> {
        let inquiry = Inquiry::of(words, "a part of a machine's name", "ws-lon1-prod")?;
        let mut machines = inquiry.machines()?;
        if machines.items.is_empty() && machines.is_whole() {
            // A build goes on when there is none, and one list may lag behind.
            machines = inquiry.machines()?;
        }
        ensure_all_was_seen(&machines.completeness)?;
        Ok(console::print_lines([machines.items.len().to_string()])?)
    }
}
