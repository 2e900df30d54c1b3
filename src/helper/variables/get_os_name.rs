//! `GetOsName`: the code name of the operating system that the active build uses (contract 02 §2.2).

use std::ffi::OsString;

use crate::console;
use crate::names::BaseOs;
use crate::toolkit::build_directory::BuildDirectory;
use crate::toolkit::build_home::BuildHome;

pub const HELP: &str = "\
Prints the code name of the active build's operating system, such as noble or trixie.

Usage: GetOsName

A system whose code name is not known prints nothing; that is no error.

Example:
  GetOsName
";

/// Prints the code name.
///
/// # Errors
/// When there is no active build or it has no `build_environment`.
pub fn run(_words: &[OsString]) -> anyhow::Result<()> {
    let build = BuildDirectory::active(BuildHome::find()?)?;
    let environment = build.required_environment()?;
    let (os, version) = (
        environment.text("BUILDOS")?,
        environment.text("BUILDOS_VERSION")?,
    );
    let os: Option<BaseOs> = os.parse().ok();
    let code_name = os.and_then(|os| os.code_name(&version));
    Ok(console::print_lines(code_name)?)
}
