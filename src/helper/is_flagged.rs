//! `IsHardcoreBuild` and `IsParameterBuild`: whether a flag file exists (contract 02 §2.2).

use std::ffi::OsString;
use std::path::Path;

use crate::console;

/// The flag of a hardcore build, one without the questions of an expedited one.
pub const HARDCORE_FLAG: &str = "/root/HARDCORE";

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
    say_whether(is_hardcore_build())
}

/// Prints `1` when `/root/PARAMETER` is a file, else `0`.
///
/// # Errors
/// When standard output cannot be written to.
pub fn parameter(_words: &[OsString]) -> anyhow::Result<()> {
    say_whether(Path::new("/root/PARAMETER").is_file())
}

/// Whether [`HARDCORE_FLAG`] is a file.
pub fn is_hardcore_build() -> bool {
    Path::new(HARDCORE_FLAG).is_file()
}

fn say_whether(it_is: bool) -> anyhow::Result<()> {
    let answer: &[u8] = if it_is { b"1\n" } else { b"0\n" };
    Ok(console::print(answer)?)
}
