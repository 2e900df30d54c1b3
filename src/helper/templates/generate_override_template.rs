//! `GenerateOverrideTemplate [stack]`: a template of one's own, made of one of the toolkit's by answering a question a
//! variable, and beside it the fields of a Linode `StackScript` (contract 02 §2.11, 10 §2.8).
//!
//! The script writes its last answer into every variable that is not asked about, and what a shell or an unquoted echo
//! makes of a value. Here a value that is kept is written as it stands in the template, and one that is typed so that a
//! shell reads it back as it was typed.

mod asking;
mod fields;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use bstr::ByteSlice;
use clap::Parser;

use crate::ask;
use crate::command::{self, Command, Program, Runner};
use crate::console;
use crate::files::{self, NewMode};
use crate::foreign_text::beginning;
use crate::names::Cloudhost;
use crate::toolkit::build_home::BuildHome;
use crate::toolkit::template::Template;
use crate::toolkit::template::exports::{Export, Need, exports};

/// How long the toolkit's own check of a template may take.
const CHECK_LIMIT: Duration = Duration::from_secs(120);

/// What stands between the variables that a build needs and the others.
const SEPARATOR: [u8; 78] = [b'#'; 78];

/// Makes a template of your own out of one of the toolkit's: overridescripts/<cloud><number>override.tmpl.
///
/// Each variable is explained and asked for: nothing keeps its value, 'reset' empties it. The variables that a build needs
/// come first; whether the others are asked for too is a question. Beside the template stand its fields for a Linode
/// `StackScript` (.stack). Answers come from a terminal or from standard input. A template of the same name is kept under
/// the name with the process number at its end.
#[derive(Debug, Parser)]
#[command(
    name = "GenerateOverrideTemplate",
    version,
    after_help = "Examples:\n  GenerateOverrideTemplate\n  GenerateOverrideTemplate --cloudhost linode --template 1\n  GenerateOverrideTemplate stack --cloudhost linode --template 3 --values /root/mine.tmpl --yes"
)]
pub struct Arguments {
    /// The word 'stack': the template is for a Linode `StackScript`
    #[arg(value_name = "stack")]
    words: Vec<String>,

    /// The cloud that the template is for: digitalocean, exoscale, linode or vultr
    #[arg(long, value_name = "CLOUD")]
    cloudhost: Option<Cloudhost>,

    /// The number of the toolkit's template, as its menu tells it
    #[arg(long, value_name = "NUMBER")]
    template: Option<usize>,

    /// A file of lines NAME="value", such as an earlier override; what it sets is not asked for
    #[arg(long, value_name = "FILE")]
    values: Option<PathBuf>,

    /// Ask nothing: what --values does not set keeps its value
    #[arg(long, short, requires_all = ["cloudhost", "template"])]
    yes: bool,

    /// Do not run the toolkit's check of the new template
    #[arg(long)]
    no_check: bool,

    /// Print the names and values that would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Makes the template that `arguments` and the person describe.
///
/// # Errors
/// When an answer is not one of the choices, the template cannot be read, standard input ends, or a file cannot be
/// written; nothing is written then.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let home = BuildHome::find()?;
    command::watch_for_interrupts()?;
    let is_stack = arguments.words.first().is_some_and(|word| word == "stack");
    pause(
        arguments,
        "What you enter is checked only when a build uses it, and the files will hold secrets. Press enter to go on",
    )?;
    let cloudhost = match arguments.cloudhost {
        Some(cloudhost) => cloudhost,
        None => ask::choose_once(
            "Which cloud is the template for? 1) DigitalOcean 2) Exoscale 3) Linode 4) Vultr",
            &Cloudhost::ALL,
            "cloud",
        )?,
    };
    let number = number(&home, cloudhost, arguments.template)?;
    let template = home
        .templates(cloudhost)
        .join(format!("{cloudhost}{number}.tmpl"));
    let exports = exports(&read(&template)?);
    ensure!(
        exports.iter().any(|it| it.need == Need::Mandatory),
        "'{}' has no line 'export NAME=\"value\" #MANDATORY', so it is not a template of the toolkit",
        template.display()
    );
    let known = match &arguments.values {
        Some(file) => Template::parse(&read(file)?),
        None => Template::default(),
    };
    ensure_known(&known, &exports)?;
    pause(arguments, "Press enter to begin")?;
    let specification = files::read_if_there(&home.specification())?.unwrap_or_default();
    let questions = asking::Questions {
        known: &known,
        specification: &String::from_utf8_lossy(&specification),
        asks_nothing: arguments.yes,
    };
    let (needed, others) = questions.answered(&exports)?;
    let name = format!("{cloudhost}{number}override.tmpl");
    let made = Made::of(&needed, &others, is_stack);
    if arguments.dry_run {
        return Ok(console::print(&made.template)?);
    }
    let path = made.put_into(&home.override_scripts(), &name)?;
    console::say(format_args!(
        "The template is '{}', its fields for a StackScript are beside it (.stack). Look through it before you build by it.",
        path.display()
    ));
    if arguments.no_check {
        return Ok(());
    }
    pause(arguments, "Press enter to have it checked")?;
    check(&home, &path)
}

/// Waits for the enter key, as the script does, unless nothing is to be asked.
fn pause(arguments: &Arguments, question: &str) -> anyhow::Result<()> {
    if !arguments.yes {
        ask::line(&format!("{question}."))?;
    }
    Ok(())
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read '{}'", path.display()))
}

/// The number of a template: there are as many as the menu has lines.
fn number(home: &BuildHome, cloudhost: Cloudhost, given: Option<usize>) -> anyhow::Result<usize> {
    let menu = read(&home.templates(cloudhost).join("templatemenu.md"))?;
    let last = menu.lines().count();
    let number = if let Some(number) = given {
        Some(number)
    } else {
        console::say(format_args!(
            "{}",
            String::from_utf8_lossy(menu.trim_ascii_end())
        ));
        let answer = ask::line(&format!(
            "Which template do you want to override? Enter a number from 1 to {last} (--template answers this too):"
        ))?;
        let answer = answer.to_string_lossy().into_owned();
        let number = answer.trim().parse().ok();
        ensure!(
            number.is_some(),
            "'{}' is not the number of a template; expected one from 1 to {last}",
            beginning(&answer)
        );
        number
    };
    match number {
        Some(number) if (1..=last).contains(&number) => Ok(number),
        number => bail!(
            "there is no template {} for {cloudhost}; expected a number from 1 to {last}",
            number.unwrap_or_default()
        ),
    }
}

/// Refuses values that cannot be read; says which ones the template has no place for.
fn ensure_known(known: &Template, exports: &[Export]) -> anyhow::Result<()> {
    let names: Vec<&str> = known.names().collect();
    known.ensure_readable(&names)?;
    let is_used = |name: &&str| {
        let mut wanted = exports.iter().filter(|it| it.need != Need::None);
        wanted.any(|it| it.name == **name)
    };
    let unused: Vec<&str> = names.into_iter().filter(|name| !is_used(name)).collect();
    if !unused.is_empty() {
        console::say(format_args!(
            "left out, since the template does not ask for it: {}",
            unused.join(", ")
        ));
    }
    Ok(())
}

/// The two files.
struct Made {
    template: Vec<u8>,
    fields: Vec<u8>,
}

impl Made {
    fn of(needed: &[Export], others: &[Export], is_stack: bool) -> Self {
        let separator = [&SEPARATOR[..], b"\n"].concat();
        let lines = |exports: &[Export]| -> Vec<u8> {
            exports
                .iter()
                .flat_map(crate::toolkit::template::exports::Export::line)
                .collect()
        };
        let (in_template, in_fields) = if is_stack {
            (Vec::new(), separator)
        } else {
            (separator, Vec::new())
        };
        Self {
            template: [lines(needed), in_template, lines(others)].concat(),
            fields: [
                fields::needed(needed).into_bytes(),
                in_fields,
                fields::with_defaults(others).into_bytes(),
            ]
            .concat(),
        }
    }

    /// Puts both into `folder`; a template that is there is kept under another name. The path of the new one.
    fn put_into(&self, folder: &Path, name: &str) -> anyhow::Result<PathBuf> {
        files::make_directories(folder)?;
        let path = folder.join(name);
        let fields = folder.join(format!("{name}.stack"));
        files::replace(&fields, &self.fields, NewMode::Secret)?;
        if path.exists() {
            let kept = folder.join(format!("{name}.{}", std::process::id()));
            std::fs::hard_link(&path, &kept)
                .with_context(|| format!("cannot keep '{}'", path.display()))?;
            console::say(format_args!(
                "The template that was there is '{}' now.",
                kept.display()
            ));
        }
        files::replace(&path, &self.template, NewMode::Secret)?;
        Ok(path)
    }
}

/// Runs the toolkit's own check, which tells in its own words what it finds; its status says nothing.
fn check(home: &BuildHome, template: &Path) -> anyhow::Result<()> {
    let script = home.template_check();
    let shell = Program::at("sh", Path::new("/bin/sh"));
    let words = [
        script.as_os_str(),
        template.as_os_str(),
        home.path().as_os_str(),
    ];
    ensure!(
        script.is_file(),
        "the template is written, but it cannot be checked: there is no '{}'",
        script.display()
    );
    let check = Command::reading(&shell, &words).timeout(CHECK_LIMIT);
    Runner::default()
        .hand_over(&check)
        .context("the template is written, but its check did not end")?;
    Ok(())
}
