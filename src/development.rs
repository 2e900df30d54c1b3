//! The toolkit's development copy: what is written there is committed and pushed to its repository, and copied over the
//! toolkit that works (contract 02 §2.13, 10 §2.13). Shims are in no commit, and stay where they are.

pub mod branch;
pub mod pushing;
pub mod syncing;
pub mod working_copy;

use anyhow::ensure;

use crate::ask;

/// Waits for the enter key, as the scripts do. Any answer goes on, as with them, but one that says no.
///
/// # Errors
/// When standard input ends.
pub fn goes_on(what: &str) -> anyhow::Result<bool> {
    ask::goes_on(&format!("{what}; press Enter to go on, or answer n:"))
}

/// As [`goes_on`]; a no is an error.
///
/// # Errors
/// When the answer is no, or standard input ends.
pub fn ensure_goes_on(what: &str, stopped: &str) -> anyhow::Result<()> {
    ensure!(goes_on(what)?, "stopped as answered; {stopped}");
    Ok(())
}
