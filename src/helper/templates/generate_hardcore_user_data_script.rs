//! `GenerateHardcoreUserDataScript [stack]`: the user data of a build machine that builds by itself, made of the toolkit's
//! script and an override of a template (contract 02 §2.11, 10 §2.6).
//!
//! The override stands between the single quotes of one `echo`, whose output the machine sources. An apostrophe in a value
//! ended those quotes; here it is written so that it stays a part of the value. The script gave the whole toolkit to the
//! user of the working directory, with mode 700; here only what is made is for its owner alone.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use bstr::ByteSlice;
use clap::Parser;

use crate::ask;
use crate::command;
use crate::console;
use crate::files::{self, NewMode};
use crate::foreign_text::beginning;
use crate::toolkit::build_home::BuildHome;

/// The marks of the toolkit's script, and what stands in their places.
const ECHO: (&str, &str) = ("#XXXECHOZZZ", "/bin/echo '");
const OVERRIDE: &str = "#XXXYYYZZZ";
const END_OF_ECHO: (&str, &str) = ("#XXXROOTENVZZZ", "  ' >> /root/Environment.env");
const FIELDS: &str = "#XXXSTACKYYY";

/// What the machine does in the end.
const LAST_LINES: &str = "cd adt-build-machine-scripts\n\n. ./HardcoreADTWrapper.sh\n";

/// Makes the user data of a build machine that builds by itself: userdatascripts/<name>.
///
/// It is made of an override of a template. Before you use it, set `BUILDMACHINE_USER`,
/// `BUILDMACHINE_PASSWORD`, `BUILDMACHINE_SSH_PORT`, `LAPTOP_IP` and SSH in it. With 'stack' it is a Linode `StackScript`, which
/// asks for its values in a form. It holds secrets, so only its owner may read it.
#[derive(Debug, Parser)]
#[command(
    name = "GenerateHardcoreUserDataScript",
    version,
    after_help = "Examples:\n  GenerateHardcoreUserDataScript\n  GenerateHardcoreUserDataScript --override linode1override.tmpl --name build-machine\n  GenerateHardcoreUserDataScript stack --override linode1override.tmpl --name stackscript"
)]
pub struct Arguments {
    /// The word 'stack': make a Linode `StackScript`
    #[arg(value_name = "stack")]
    words: Vec<String>,

    /// The name of an override in overridescripts, such as linode1override.tmpl
    #[arg(long = "override", value_name = "NAME")]
    from: Option<String>,

    /// The name of the script that is made
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// Print the script, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Makes the script that `arguments` and the person describe.
///
/// # Errors
/// When there is no such override, a name is a path, the toolkit's script lacks a mark, or standard input ends.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let home = BuildHome::find()?;
    command::watch_for_interrupts()?;
    let is_stack = arguments.words.first().is_some_and(|word| word == "stack");
    let base = home.user_data_base(is_stack);
    let base = std::fs::read(&base).with_context(|| format!("cannot read '{}'", base.display()))?;
    let from = the_override(&home.override_scripts(), arguments.from.as_deref())?;
    let name = match &arguments.name {
        Some(name) => plain_name(name)?.to_owned(),
        None => asked_until("What is the script to be called?", |answer| {
            plain_name(answer).map(str::to_owned)
        })?,
    };
    let script = if is_stack {
        stack_script(&base, &read_fields(&from)?)?
    } else {
        let content = std::fs::read(&from);
        user_data(
            &base,
            &content.with_context(|| format!("cannot read '{}'", from.display()))?,
        )?
    };
    if arguments.dry_run {
        return Ok(console::print(&script)?);
    }
    let folder = home.user_data_scripts();
    files::make_directories(&folder)?;
    let path = folder.join(name);
    files::replace(&path, &script, NewMode::SecretScript)?;
    console::say(format_args!(
        "The script is '{}'. Set what is empty at its top before you use it.",
        path.display()
    ));
    Ok(())
}

/// The file of the override called `given`, or that the person names.
fn the_override(folder: &Path, given: Option<&str>) -> anyhow::Result<PathBuf> {
    let is_override = |path: &PathBuf| path.extension().is_some_and(|it| it == "tmpl");
    let there = files::listed(folder)?.into_iter().filter(is_override);
    let names: Vec<String> = there
        .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
        .collect();
    ensure!(
        !names.is_empty(),
        "there is no override in '{}'; make one with GenerateOverrideTemplate",
        folder.display()
    );
    let found = |name: &str| {
        let path = folder.join(plain_name(name)?);
        ensure!(
            path.is_file(),
            "there is no override '{}' in '{}'; expected one of: {}",
            beginning(name),
            folder.display(),
            names.join(", ")
        );
        Ok(path)
    };
    if let Some(name) = given {
        found(name)
    } else {
        console::say(format_args!(
            "There are these overrides: {}",
            names.join(", ")
        ));
        asked_until("Which one is the script to use?", found)
    }
}

/// Asks until the answer will do, as the script does; what is wrong with one is said.
fn asked_until<T>(question: &str, take: impl Fn(&str) -> anyhow::Result<T>) -> anyhow::Result<T> {
    loop {
        let answer = ask::line(question)?;
        match take(&answer.to_string_lossy()) {
            Ok(taken) => return Ok(taken),
            Err(why) => console::say(format_args!("{why}")),
        }
    }
}

/// `name` as that of a file, and not the way to one.
fn plain_name(name: &str) -> anyhow::Result<&str> {
    let is_path = name.contains(['/', '\0']) || matches!(name, "" | "." | "..");
    ensure!(
        !is_path && !name.contains(char::is_control),
        "'{}' is not the name of a file; expected one such as build-machine",
        beginning(name)
    );
    Ok(name)
}

/// The fields of a `StackScript` that stand beside the override, without lines that would set a variable.
fn read_fields(of: &Path) -> anyhow::Result<Vec<u8>> {
    let mut path = of.to_owned().into_os_string();
    path.push(".stack");
    let Some(content) = files::read_if_there(Path::new(&path))? else {
        bail!(
            "there is no '{}', so the script would ask for nothing; make it with GenerateOverrideTemplate stack",
            Path::new(&path).display()
        );
    };
    let kept = content.lines_with_terminator();
    Ok(kept
        .filter(|line| !line.starts_with(b"export"))
        .collect::<Vec<_>>()
        .concat())
}

/// The user data of a machine that sources the override.
fn user_data(base: &[u8], settings: &[u8]) -> anyhow::Result<Vec<u8>> {
    let quoted = settings.replace("'", "'\\''");
    let script = with_words(base, ECHO)?;
    let script = with_lines(&script, OVERRIDE, &quoted)?;
    let script = with_words(&script, END_OF_ECHO)?;
    Ok([&script[..], LAST_LINES.as_bytes()].concat())
}

/// A `StackScript` with `fields`; what it would set by itself is left to the form.
fn stack_script(base: &[u8], fields: &[u8]) -> anyhow::Result<Vec<u8>> {
    let script = with_lines(base, FIELDS, fields)?;
    let lines = script.lines_with_terminator().map(|line| {
        let mark: &[u8] = if line.starts_with(b"export") {
            b"#"
        } else {
            b""
        };
        [mark, line].concat()
    });
    let script = lines.collect::<Vec<_>>().concat();
    Ok([&script[..], LAST_LINES.as_bytes()].concat())
}

/// `script` with the second in place of the first.
fn with_words(script: &[u8], (mark, words): (&str, &str)) -> anyhow::Result<Vec<u8>> {
    ensure_marked(script, mark)?;
    Ok(script.replace(mark, words))
}

/// `script` with whole lines in place of the one that has the mark.
fn with_lines(script: &[u8], mark: &str, lines: &[u8]) -> anyhow::Result<Vec<u8>> {
    ensure_marked(script, mark)?;
    let end: &[u8] = if lines.ends_with(b"\n") || lines.is_empty() {
        b""
    } else {
        b"\n"
    };
    let replaced = script.lines_with_terminator().map(|line| {
        if line.contains_str(mark) {
            [lines, end].concat()
        } else {
            line.to_owned()
        }
    });
    Ok(replaced.collect::<Vec<_>>().concat())
}

fn ensure_marked(script: &[u8], mark: &str) -> anyhow::Result<()> {
    ensure!(
        script.contains_str(mark),
        "the toolkit's script for build machines has no '{mark}' any more, so nothing can be put in its place; run 'adt-helpers update-toolkit'"
    );
    Ok(())
}
