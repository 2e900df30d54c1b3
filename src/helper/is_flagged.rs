//! `IsHardcoreBuild` and `IsParameterBuild`: whether a flag file exists (contract 02 §2.2).

use std::ffi::OsString;
use std::path::Path;

use crate::console;

/// What `IsHardcoreBuild --help` prints.
pub const HARDCORE_HELP: &str = "\
Prints 1 when this is a hardcore build, else 0.

Usage: IsHardcoreBuild

Example:
  [ \"$(IsHardcoreBuild)\" = 1 ] && echo hardcore
";

/// What `IsParameterBuild --help` prints.
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
    say_whether_there(Path::new("/root/HARDCORE"))
}

/// Prints `1` when `/root/PARAMETER` is a file, else `0`.
///
/// # Errors
/// When standard output cannot be written to.
pub fn parameter(_words: &[OsString]) -> anyhow::Result<()> {
    say_whether_there(Path::new("/root/PARAMETER"))
}

fn say_whether_there(flag: &Path) -> anyhow::Result<()> {
    let answer: &[u8] = if flag.is_file() { b"1\n" } else { b"0\n" };
    Ok(console::print(answer)?)
}
