//! `GetVariableValue NAME`: what the active build's `build_environment` says (contract 02 §2.1).
//!
//! A build calls it thousands of times, so nothing here reads more than it must.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

use crate::console;
use crate::toolkit::build_directory::BuildDirectory;
use crate::toolkit::build_home::BuildHome;

pub const HELP: &str = "\
Prints the value of a variable of the active build, without the quotes.

Usage: GetVariableValue NAME

A variable that is not set prints nothing; that is no error.

Example:
  GetVariableValue WEBSITE_URL
";

/// Prints every value of the variable that the first of `words` names, a line each.
///
/// # Errors
/// When there is no active build. A missing `build_environment` is only said: callers count on status 0 (contract 08).
pub fn run(words: &[OsString]) -> anyhow::Result<()> {
    let Some(name) = words.first().filter(|name| !name.is_empty()) else {
        return Ok(());
    };
    let name = name.as_bytes();
    let build = BuildDirectory::active(BuildHome::find()?)?;
    let mut values: Vec<Vec<u8>> = Vec::new();
    match build.environment()? {
        Some(environment) => values.extend(environment.values(name)),
        None => console::say(format_args!(
            "GetVariableValue: '{}' does not exist, so nothing is set; build first",
            build.build_environment().display()
        )),
    }
    if values.iter().all(Vec::is_empty)
        && let Some(kept) = build.kept_elsewhere(name)?
    {
        values = vec![kept];
    }
    Ok(console::print_lines(values)?)
}
