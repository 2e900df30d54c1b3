//! Copying the development copy over the toolkit that works, around its shims.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, ensure};
use bstr::ByteSlice;

use crate::command::{Command, Program, Redactor, Runner, Tool, watch_for_interrupts};
use crate::console;
use crate::files::{self, NewMode};
use crate::installation::{is_shim, is_toolkit, kept_script, renew_beneath, shims_in};
use crate::toolkit::build_home::BuildHome;

/// What is the toolkit's own and no copy's: git's folder, what builds write, and what is kept beneath shims.
const NEVER_COPIED: &str = ".git\n/runtimedata\n.legacy\n.adt-new-*\n";

/// How long a copy may take.
const LIMIT: Duration = Duration::from_secs(1800);

const RSYNC: Tool = Tool {
    names: &["rsync"],
    variable: "ADT_RSYNC",
    toolkit_path: "/usr/bin/rsync",
    install: "install the package rsync",
};

const CHOWN: Tool = Tool {
    names: &["chown"],
    variable: "ADT_CHOWN",
    toolkit_path: "/bin/chown",
    install: "install the package coreutils",
};

/// Copies `development` over the toolkit; a rehearsal only tells what would be copied.
///
/// # Errors
/// When one of the two is not a toolkit's folder, or something cannot be copied.
pub fn sync(development: &Path, is_rehearsal: bool) -> anyhow::Result<()> {
    let home = BuildHome::find()?;
    let home = home.path();
    for folder in [development, home] {
        ensure!(
            is_toolkit(folder),
            "'{}' is not a folder of the toolkit's scripts; nothing was copied",
            folder.display()
        );
    }
    let (development, home) = (development.canonicalize()?, home.canonicalize()?);
    ensure!(
        development != home,
        "'{}' is the toolkit itself; nothing was copied",
        home.display()
    );
    watch_for_interrupts()?;
    let runner = Runner::new(Redactor::default(), false);
    let rsync = rsync(&runner, &home, is_rehearsal)?;
    let shims: BTreeSet<PathBuf> = shims_in(&home)?
        .into_iter()
        .chain(shims_in(&development)?)
        .collect();
    copied(&runner, &rsync, &development, &home, &shims, is_rehearsal)?;
    for path in &shims {
        beneath(&development, &home, path, is_rehearsal)?;
    }
    if !is_rehearsal && rustix::process::geteuid().is_root() {
        let give = Command::changing(
            &CHOWN.find()?,
            &["-R".as_ref(), "root:root".as_ref(), home.as_os_str()],
        );
        runner.output(&give.timeout(LIMIT))?;
    }
    Ok(())
}

/// rsync, installed by the toolkit's script where it is missing.
fn rsync(runner: &Runner, home: &Path, is_rehearsal: bool) -> anyhow::Result<Program> {
    let missing = match RSYNC.find() {
        Ok(rsync) => return Ok(rsync),
        Err(missing) => missing,
    };
    let script = home.join("installscripts/InstallRsync.sh");
    if is_rehearsal || !script.is_file() {
        return Err(missing);
    }
    let issue = files::read_if_there(Path::new("/etc/issue"))?.unwrap_or_default();
    let issue = issue.to_str_lossy().to_lowercase();
    let system = ["ubuntu", "debian"]
        .into_iter()
        .find(|it| issue.contains(it));
    let shell = Program::at("InstallRsync.sh", Path::new("/bin/sh"));
    let words = [script.as_os_str(), system.unwrap_or_default().as_ref()];
    runner.output(&Command::changing(&shell, &words).timeout(LIMIT))?;
    RSYNC.find()
}

/// Copies all but what is never copied and the places of shims. A file that is there keeps its mode: the toolkit makes its
/// scripts runnable, and git does not.
fn copied(
    runner: &Runner,
    rsync: &Program,
    development: &Path,
    home: &Path,
    shims: &BTreeSet<PathBuf>,
    is_rehearsal: bool,
) -> anyhow::Result<()> {
    let mut excluded = NEVER_COPIED.to_owned();
    for path in shims {
        let _ = writeln!(excluded, "/{}", path.display());
    }
    let mut from = development.as_os_str().to_owned();
    from.push("/");
    let mut words = ["-a", "--no-perms", "--exclude-from=-"]
        .map(OsStr::new)
        .to_vec();
    if is_rehearsal {
        words.extend(["--dry-run", "--itemize-changes"].map(OsStr::new));
    }
    words.extend([from.as_os_str(), home.as_os_str()]);
    let copy = Command::changing(rsync, &words)
        .input(excluded)
        .timeout(LIMIT);
    let output = runner.output(&copy)?;
    if is_rehearsal {
        console::print(&output.stdout)?;
    }
    Ok(())
}

/// Takes over the script of the development copy at a place where one of the two has a shim: beneath the toolkit's shim,
/// or to its place where the toolkit has none.
fn beneath(development: &Path, home: &Path, path: &Path, is_rehearsal: bool) -> anyhow::Result<()> {
    let mut source = development.join(path);
    if is_shim(&source)? {
        source = kept_script(&source);
    }
    let Some(content) = files::read_if_there(&source)? else {
        return Ok(());
    };
    let place = home.join(path);
    let has_shim = is_shim(&place)?;
    let target = if has_shim { kept_script(&place) } else { place };
    if files::read_if_there(&target)?.as_deref() == Some(&*content) {
        return Ok(());
    }
    if is_rehearsal {
        return Ok(console::print_lines([format!(
            ">f beneath the shim: {}",
            path.display()
        )])?);
    }
    let taken_over = if has_shim {
        renew_beneath(home, path, &content)
    } else {
        files::replace(&target, &content, NewMode::Plain)
    };
    taken_over.with_context(|| format!("cannot copy '{}'", path.display()))
}
