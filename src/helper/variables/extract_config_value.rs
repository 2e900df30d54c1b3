//! `ExtractConfigValue NAME`: what the settings of a server of the toolkit say (contract 03 §3.5).

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

use anyhow::Context;

use crate::console;
use crate::toolkit::server_home::ServerHome;

pub const HELP: &str = "\
Prints the value of a setting of this server: what follows the first ':' of each line 'NAME:value'.

Usage: ExtractConfigValue NAME

The settings are in runtime/autoscaler_configuration_settings.dat, or the file of another machine type, below the home
that /home/homedir.dat names; ADT_SERVER_HOME names another. A setting that is empty or not there prints nothing; that is
no error.

Example:
  ExtractConfigValue SNAPSHOTID
";

/// Prints every value of the setting that the first of `words` names, a line each.
///
/// # Errors
/// When the machine is not a server of the toolkit, or has no settings.
pub fn run(words: &[OsString]) -> anyhow::Result<()> {
    let Some(name) = words.first().filter(|name| !name.is_empty()) else {
        return Ok(());
    };
    let home = ServerHome::find()?.context(
        "this machine is not a server of the toolkit: '/home/homedir.dat' does not exist; set ADT_SERVER_HOME to the home of the servers' user",
    )?;
    let settings = home.settings()?;
    Ok(console::print_lines(settings.values(name.as_bytes()))?)
}
