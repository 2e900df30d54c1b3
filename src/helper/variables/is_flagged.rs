//! `IsHardcoreBuild` and `IsParameterBuild`: whether a flag file exists (contract 02 §2.2).

use std::ffi::OsString;
use std::path::Path;

use crate::console;
use crate::toolkit::build_home::is_hardcore_build;

pub const HARDCORE_HELP: &str = "\
Prints 1 when this is a hardcore build, else 0.

Usage: IsHardcoreBuild

Example:
  [ \"$(IsHardcoreBuild)\" = 1 ] && echo hardcore
";

pub const PARAMETER_HELP: &str = "\
Prints 1 when this is a build from parameters, else 0.

Usage: IsParameterBuild

Example:
  [ \"$(IsParameterBuild)\" = 1 ] && echo parameters
";

/// Prints `1` when `/root/HARDCORE` is a file, else `0`.
///
/// # Errors
/// When standard output cannot be written to.
pub fn hardcore(_words: &[OsString]) -> anyhow::Result<()> {
    say_whether(is_hardcore_build())
}

/// Prints `1` when `/root/PARAMETER` is a file, else `0`.
///
/// # Errors
/// When standard output cannot be written to.
pub fn parameter(_words: &[OsString]) -> anyhow::Result<()> {
    say_whether(Path::new("/root/PARAMETER").is_file())
}

fn say_whether(it_is: bool) -> anyhow::Result<()> {
    let answer: &[u8] = if it_is { b"1\n" } else { b"0\n" };
    Ok(console::print(answer)?)
}
