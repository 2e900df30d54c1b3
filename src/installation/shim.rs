//! The small text file that takes a script's place and starts the program in its stead.

use std::fmt::Write;
use std::path::Path;

/// What the second line of every shim says, by which a shim knows itself.
const MARK: &str = "# adt-helpers: a shim";

/// The kernel reads this many bytes of a script's first line and no more.
const LONGEST_FIRST_LINE: usize = 255;

/// The shim that starts `program`, the program under a helper's name, in three ways.
///
/// Run by its path: the kernel starts the program with `--shim` and that path. Run as `/bin/sh <path>`: `$0` is the shim,
/// and `exec` lets the program take the shell's place, so that a signal reaches it. Sourced (`. <path>`): `$0` is somebody
/// else's, who goes on after the program and has its status, so there is no `exec`. A subshell for the look at `$0` would
/// cost a third of the start. A first line too long for the kernel is left to the shell.
pub fn text(program: &str) -> String {
    let mut first_line = format!("#!{program} --shim");
    if first_line.len() > LONGEST_FIRST_LINE {
        "#!/bin/sh".clone_into(&mut first_line);
    }
    let mut text = format!("{first_line}\n{MARK}\n# shellcheck shell=sh\n");
    let _ = writeln!(
        text,
        r#"[ -f "$0" ] && {{ read -r adt_shim && read -r adt_shim; }} 2>/dev/null <"$0" && [ "$adt_shim" = '{MARK}' ] && exec {program} --shim "$0" "$@""#
    );
    let _ = writeln!(text, "unset adt_shim\n{program} --shim \"$0\" \"$@\"");
    text
}

/// Whose shim a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It starts the program of this installation.
    Ours,
    /// It starts that of another one.
    Anothers,
    /// It is a script.
    None,
}

/// What the file with `content` is to the installation whose names are in the folder `names`. Shims of earlier versions
/// had the `exec` on their third line, and ended there.
pub fn kind(content: &[u8], names: &Path) -> Kind {
    match names_of(content) {
        Some(its) if its == names => Kind::Ours,
        Some(_) => Kind::Anothers,
        None => Kind::None,
    }
}

/// The folder of names that the shim with `content` starts its program from; none where it is no shim.
pub fn names_of(content: &[u8]) -> Option<&Path> {
    let mut lines = content
        .split(|byte| *byte == b'\n')
        .skip(2)
        .take(3)
        .filter_map(|line| std::str::from_utf8(line).ok())
        .filter(|line| *line != "# shellcheck shell=sh");
    let program = lines.find_map(started)?;
    Path::new(program).parent()
}

/// The program that a line of a shim starts.
fn started(line: &str) -> Option<&str> {
    let (before, program) = line
        .strip_suffix(r#" --shim "$0" "$@""#)?
        .rsplit_once("exec ")?;
    let is_a_shims = before.is_empty() || before.ends_with("&& ");
    (is_a_shims && program.starts_with('/')).then_some(program)
}
