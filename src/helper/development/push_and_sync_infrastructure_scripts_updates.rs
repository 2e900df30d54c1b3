//! `PushAndSyncInfrastructureScriptsUpdates MESSAGE [BRANCH]`, which the toolkit also copies to `/usr/sbin/push-and-sync`
//! (contract 02 §2.13).

use clap::Parser;

use crate::development::pushing::Push;
use crate::development::syncing::sync;

/// Commits all that is in the toolkit's development copy, pushes it to its repository, and copies it over the toolkit that
/// works.
///
/// What would be committed is shown before anything is asked. The scripts beneath shims are committed and copied, shims
/// are not, and stay where they are.
#[derive(Debug, Parser)]
#[command(
    name = "PushAndSyncInfrastructureScriptsUpdates",
    version,
    after_help = "Examples:\n  PushAndSyncInfrastructureScriptsUpdates 'Mend the firewall'\n  \
                  PushAndSyncInfrastructureScriptsUpdates 'Mend the firewall' dev --yes"
)]
pub struct Arguments {
    #[command(flatten)]
    push: Push,
}

/// Commits, pushes and copies.
///
/// # Errors
/// When it is not wanted, git refuses or something cannot be copied. What was not pushed is not copied.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let push = &arguments.push;
    let what =
        "The development copy is committed, pushed to its repository and copied over the toolkit";
    push.run(what, true)?;
    sync(push.development(), push.is_rehearsal())
}
