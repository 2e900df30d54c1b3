//! What the build scripts ask about machines by name or address, one file a question (contract 05, 07).
//!
//! Each captures standard output and takes nothing for "there is none", so nothing is printed on an error, and a list
//! in which something may be missing ends with a status other than 0.

pub mod get_server_ip_addresses;
pub mod get_server_name;
pub mod get_server_private_ip_addresses;
pub mod get_server_public_ip_address_by_ip;
mod inquiry;
pub mod is_instance_running;
pub mod list_server_ids;
pub mod number_of_servers;

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
