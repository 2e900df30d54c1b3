//! `DisplayPassword [CLOUDHOST BUILD]`: the password of the servers' user of a build (contract 02 §2.11).

use anyhow::Context;
use clap::Parser;

use crate::console;
use crate::reach::BuildToShow;

/// Shows the password of the servers' user of a build.
///
/// The password alone is on standard output. What is not given is asked for.
#[derive(Debug, Parser)]
#[command(
    name = "DisplayPassword",
    version,
    after_help = "Examples:\n  DisplayPassword\n  DisplayPassword lin prod\n  DisplayPassword vultr prod"
)]
pub struct Arguments {
    #[command(flatten)]
    build: BuildToShow,
}

/// Prints the password.
///
/// # Errors
/// When there is no such build or it has no password.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let build = arguments.build.find()?;
    let password = build.server_user_password()?.with_context(|| {
        format!(
            "the build {} at {} does not say the password of its servers' user in credentials/SERVERUSERPASSWORD; build first",
            build.identifier(),
            build.cloudhost()
        )
    })?;
    console::say(format_args!("The password of the servers' user is:"));
    Ok(console::print_lines([password])?)
}
