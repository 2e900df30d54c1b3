//! `adt-helpers` by its own name: what there is, running a helper by naming it, and putting shims over a toolkit.

use std::ffi::{OsStr, OsString};
use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;
use std::process::ExitCode;

use bstr::ByteSlice;
use clap::CommandFactory;
use serde::Serialize;

use super::{ALL, Group, Helper, PROGRAM};
use crate::console;
use crate::foreign_text::on_one_line;
use crate::installation::{self, Shims};
use crate::start;

/// The version of what `--list --json` prints (docs/schemas).
const VERSION: u32 = 1;

/// How alike a name must be to be suggested, of 1.
const ALIKE: f64 = 0.8;

/// Machine types that a helper of a family has in its name; the overview tells such helpers in one line.
const CLASSES: [&str; 6] = [
    "Authenticator",
    "Autoscaler",
    "Database",
    "RemoteMachine",
    "ReverseProxy",
    "Webserver",
];

/// The words of the command line, and what they are for.
const COMMANDS: [(&str, &str); 9] = [
    ("<Name> …", "runs the helper of that name"),
    ("help <Name>", "explains a helper"),
    (
        "install",
        "puts shims in the place of the toolkit's scripts",
    ),
    ("uninstall", "puts every script back in its place"),
    (
        "update-toolkit",
        "renews the toolkit from its repository, beneath the shims",
    ),
    (
        "upstream-check",
        "lists the toolkit's scripts that the helpers do not know",
    ),
    (
        "--list",
        "prints each helper's name and where its scripts stand, a line each",
    ),
    ("--list --json", "prints the same as JSON"),
    ("--version", "prints the version"),
];

/// What the program does to a toolkit.
#[derive(Debug, Clone, Copy)]
pub enum Command {
    Install,
    Uninstall,
    UpdateToolkit,
    UpstreamCheck,
}

impl Command {
    /// Their command lines, under names that a manual page can have.
    pub fn lines() -> [clap::Command; 4] {
        [
            installation::Install::command().name("adt-helpers-install"),
            installation::Uninstall::command().name("adt-helpers-uninstall"),
            installation::Update::command().name("adt-helpers-update-toolkit"),
            installation::UpstreamCheck::command().name("adt-helpers-upstream-check"),
        ]
        .map(start::dressed)
    }

    /// The command of this word.
    fn named(word: &str) -> Option<Self> {
        match word {
            "install" => Some(Self::Install),
            "uninstall" => Some(Self::Uninstall),
            "update-toolkit" => Some(Self::UpdateToolkit),
            "upstream-check" => Some(Self::UpstreamCheck),
            _ => None,
        }
    }

    /// The command that the program's file name stands for, as a package has it on PATH.
    pub fn called(name: &OsStr) -> Option<Self> {
        Self::named(name.to_str()?.strip_prefix("adt-helpers-")?)
    }

    pub fn run(self, words: &[OsString]) -> ExitCode {
        match self {
            Self::Install => start::run_parsed(words, |arguments| {
                installation::install(arguments, &shims())
            }),
            Self::Uninstall => start::run_judging(
                words,
                |arguments| installation::uninstall(arguments, &shims()),
                ExitCode::FAILURE,
            ),
            Self::UpdateToolkit => start::run_parsed(words, |arguments| {
                installation::update_toolkit(arguments, &shims())
            }),
            Self::UpstreamCheck => start::run_judging(
                words,
                |arguments| installation::upstream_check(arguments, &shims()),
                ExitCode::FAILURE,
            ),
        }
    }
}

/// The shims of all helpers.
fn shims() -> Shims {
    Shims::new(ALL.iter().map(|helper| (helper.name, helper.scripts())))
}

/// Answers the words after `adt-helpers`.
pub fn run(words: &[OsString]) -> ExitCode {
    let Some((first, rest)) = words.split_first() else {
        return start::printed(PROGRAM, &(overview() + &next_step()));
    };
    let texts: Vec<Option<&str>> = rest.iter().map(|word| word.to_str()).collect();
    match (first.to_str(), texts.as_slice()) {
        (Some("--help" | "-h" | "help"), []) => start::printed(PROGRAM, &overview()),
        (Some("--version" | "-V"), []) => {
            start::printed(PROGRAM, &format!("{PROGRAM} {}\n", start::VERSION))
        }
        (Some("--list"), []) => start::printed(PROGRAM, &list()),
        (Some("--list"), [Some("--json")]) => start::status(
            PROGRAM,
            list_as_json().and_then(|text| Ok(console::print(&text)?)),
        ),
        (Some("help"), [_]) => match named(&rest[0]) {
            Some(helper) => start::printed(PROGRAM, &explained(helper)),
            None => no_helper(rest[0].as_bytes()),
        },
        (Some("--shim-of"), [_]) => match named(&rest[0]) {
            Some(helper) => start::printed(PROGRAM, &sample_shim(helper)),
            None => no_helper(rest[0].as_bytes()),
        },
        (Some(word), _) if word.starts_with('-') || word == "help" => {
            refused(&format!("'{}' cannot be understood", shown(words)))
        }
        (Some(word), _) if Command::named(word).is_some() => {
            Command::named(word).map_or(ExitCode::FAILURE, |command| command.run(rest))
        }
        _ => match named(first) {
            Some(helper) => helper.run(rest),
            None => no_helper(first.as_bytes()),
        },
    }
}

/// The shim that this repository has in `helperscripts/`.
fn sample_shim(helper: &Helper) -> String {
    installation::shim_text(&format!("/usr/local/libexec/{PROGRAM}/{}", helper.name))
}

/// Says that there is no helper of this name, and which a person may have meant.
pub fn no_helper(name: &[u8]) -> ExitCode {
    let name = on_one_line(&name.to_str_lossy());
    match nearest(&name) {
        Some(nearest) => refused(&format!(
            "there is no helper '{name}'; did you mean '{nearest}'?"
        )),
        None => refused(&format!("there is no helper '{name}'")),
    }
}

fn refused(why: &str) -> ExitCode {
    console::say(format_args!(
        "{PROGRAM}: {why}; '{PROGRAM}' lists what there is"
    ));
    ExitCode::from(start::USAGE)
}

/// The helper of this name, which may end in `.sh` as the script's does.
fn named(word: &OsString) -> Option<&'static Helper> {
    let name = word.to_str()?;
    Helper::named(name.strip_suffix(".sh").unwrap_or(name))
}

fn nearest(name: &str) -> Option<&'static str> {
    let name = name.trim_end_matches(".sh").to_lowercase();
    let likeness = |helper: &Helper| strsim::jaro_winkler(&name, &helper.name.to_lowercase());
    let rated = ALL.iter().map(|helper| (likeness(helper), helper.name));
    let (best, nearest) = rated.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best >= ALIKE).then_some(nearest)
}

fn shown(words: &[OsString]) -> String {
    let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
    on_one_line(&words.join(" "))
}

/// Name and shims, separated by tabs, for shell scripts.
fn list() -> String {
    let line = |helper: &Helper| format!("{}\t{}\n", helper.name, helper.scripts().join("\t"));
    ALL.iter().map(line).collect()
}

#[derive(Serialize)]
struct List {
    version: u32,
    command: &'static str,
    helpers: Vec<Listed>,
}

#[derive(Serialize)]
struct Listed {
    name: &'static str,
    group: &'static str,
    does: &'static str,
    scripts: Vec<String>,
}

fn list_as_json() -> anyhow::Result<Vec<u8>> {
    let listed = |helper: &Helper| Listed {
        name: helper.name,
        group: helper.group.title(),
        does: helper.does,
        scripts: helper.scripts(),
    };
    crate::json::for_a_file(&List {
        version: VERSION,
        command: "adt-helpers",
        helpers: ALL.iter().map(listed).collect(),
    })
}

/// What the manual page of a helper says.
fn explained(helper: &Helper) -> String {
    format!("{} - {}\n\n{}", helper.name, helper.does, helper.help())
}

/// What there is, on one screen.
pub fn overview() -> String {
    let mut text = String::from(
        "The helper scripts of the Agile Deployment Toolkit, as one program.\n\nUsage:\n",
    );
    for (words, what) in COMMANDS {
        let _ = writeln!(text, "  {PROGRAM} {words:<16}{what}");
    }
    for group in Group::ALL {
        let _ = writeln!(text, "\n{}:", group.title());
        for (name, does) in lines(group) {
            let _ = writeln!(text, "  {name:<37} {does}");
        }
    }
    text.push_str("\n<Machine> is Authenticator, Autoscaler, Database, ReverseProxy, Webserver or RemoteMachine (any).\n");
    text
}

/// What to do where the program was installed and no toolkit uses it.
fn next_step() -> String {
    if installation::has_shims_somewhere() {
        return String::new();
    }
    "\nNo toolkit uses these helpers yet: 'adt-helpers install' puts them in the place of its scripts.\n".to_owned()
}

/// The helpers of a group with what they do; those that differ in the machine type are one line.
fn lines(group: Group) -> Vec<(String, &'static str)> {
    let mut lines: Vec<(String, &'static str)> = Vec::new();
    for helper in ALL.iter().filter(|helper| helper.group == group) {
        let class = CLASSES.iter().find(|class| helper.name.ends_with(*class));
        let verb = class.and_then(|class| helper.name.strip_suffix(*class));
        let is_family = verb.is_some_and(|verb| {
            CLASSES
                .iter()
                .all(|class| Helper::named(&format!("{verb}{class}")).is_some())
        });
        match verb {
            Some(verb) if is_family => {
                let name = format!("{verb}<Machine>");
                if helper.name.ends_with("RemoteMachine") {
                    lines.push((name, helper.does));
                }
            }
            _ => lines.push((helper.name.to_owned(), helper.does)),
        }
    }
    lines
}
