//! `PushInfrastructureScriptsUpdates MESSAGE [BRANCH]`, which the toolkit also copies to `/usr/sbin/push` (contract 02
//! §2.13).

use clap::Parser;

use crate::development::pushing::Push;

/// Commits all that is in the toolkit's development copy and pushes it to its repository.
///
/// What would be committed is shown before anything is asked. The scripts beneath shims are committed, shims are not.
#[derive(Debug, Parser)]
#[command(
    name = "PushInfrastructureScriptsUpdates",
    version,
    after_help = "Examples:\n  PushInfrastructureScriptsUpdates 'Mend the firewall'\n  \
                  PushInfrastructureScriptsUpdates 'Mend the firewall' dev --yes"
)]
pub struct Arguments {
    #[command(flatten)]
    push: Push,
}

/// Commits and pushes.
///
/// # Errors
/// When it is not wanted or git refuses.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let what = "The development copy is committed and pushed to its repository";
    arguments.push.run(what, false)
}
