//! `PerformWebsiteBaseline` and `PerformDatabaseBaseline`: a machine puts its site into a repository of the application's
//! owner (contract 02 §2.9, 10 §2.12).
//!
//! A server's own script ends with status 0 whatever became of its push, and a database's pushes over what is there
//! already. So the repository itself is asked before and after.

mod repository;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use clap::Args;

use self::repository::{Repository, State};
use crate::ask;
use crate::command;
use crate::console;
use crate::foreign_text::{beginning, first_words, on_one_line};
use crate::names::MachineType;
use crate::patience;
use crate::reach::{BuildChoice, End, Family, Host, MachineChoice, Reach, Root};

/// The helpers.
pub const FAMILY: Family<Arguments> = Family {
    verb: "Perform",
    ending: |kind| match kind {
        MachineType::Database => "DatabaseBaseline",
        _ => "WebsiteBaseline",
    },
    about: "Has a {} put a baseline of what it has into a repository, which must be empty or not there yet, and says whether the \
            repository has it. What is not given is asked for.",
    status: "0 when the repository has the baseline, 1 when it has not or nobody can tell",
    examples: &[
        "",
        "--cloudhost linode --build prod --machine 203.0.113.7 --identifier mysite --dry-run",
        "--cloudhost linode --build prod --machine 203.0.113.7 --identifier mysite --yes",
    ],
    helper: run,
};

/// What a machine says of itself before anything is done: the name of the setting, and what it is.
const SETTINGS: [(&str, &str); 3] = [
    ("APPLICATIONREPOSITORYPROVIDER", "repository provider"),
    ("APPLICATIONREPOSITORYUSERNAME", "repository user"),
    ("APPLICATION", "application"),
];

/// Prints the value of each of the settings that are its words, a line each.
const EACH: &str = r#"for name; do value=$("$0" "$name") || exit; printf '%s\n' "$value"; done"#;

/// The longest identifier: with what follows it, it is the name of a repository everywhere.
const LONGEST_IDENTIFIER: usize = 60;

/// The command line.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    build: BuildChoice,

    #[command(flatten)]
    machine: MachineChoice,

    /// What the repository's name begins with, such as mysite; asked for when not given
    #[arg(long, value_name = "NAME", value_parser = identifier)]
    identifier: Option<String>,

    /// Do it without asking
    #[arg(long)]
    yes: bool,

    /// Look at the machine's settings and at the repository, and change nothing
    #[arg(long)]
    dry_run: bool,

    /// How long it may take, such as 30m or 2h; a bare number is seconds
    #[arg(long, value_name = "DURATION", default_value = "2h", value_parser = patience::parse_limit)]
    timeout: Duration,
}

/// Has the machine make the baseline; the status says whether the repository has it.
///
/// # Errors
/// When there is no such machine, it is not reached, it is not agreed to, or the repository is not empty.
pub fn run(kind: MachineType, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let reach = Reach::of(&arguments.build, arguments.machine.user.as_deref())?;
    let machine = reach.picked_one(kind, &arguments.machine)?;
    let root = reach.root(&machine, arguments.machine.accept_host_key)?;
    let home = format!("/home/{}", reach.scripts_user()?.as_str());
    show_settings(&root, &machine, &home)?;
    if !arguments.yes && !arguments.dry_run {
        confirmed("Press Enter if this is right, or n to leave it")?;
    }
    let identifier = match &arguments.identifier {
        Some(given) => given.clone(),
        None => asked(kind)?,
    };
    let repository = Repository::of(&reach, &format!("{identifier}-{}", ending(kind)))?;
    let before = repository.state(&reach.runner);
    ensure_free(kind, &repository, &before, arguments)?;
    if arguments.dry_run {
        console::print_lines([format!("a baseline would be put into {repository}")])?;
        return Ok(ExitCode::SUCCESS);
    }
    if !arguments.yes {
        confirmed(&format!(
            "The baseline goes into {repository}: press Enter to have it made, or n to leave it"
        ))?;
    }
    command::on_interrupt_say("stopped; the machine may go on with the baseline that it has begun");
    let script = format!("{home}/application/backupscripts/{}", script(kind));
    let command = shell_words::join([&script, &identifier]);
    let end = root.work("the baseline", &command, arguments.timeout)?;
    told(&repository, &end, &repository.state(&reach.runner))
}

/// What follows the identifier in the repository's name.
fn ending(kind: MachineType) -> &'static str {
    match kind {
        MachineType::Database => "db-baseline",
        _ => "webroot-sourcecode-baseline",
    }
}

fn script(kind: MachineType) -> &'static str {
    match kind {
        MachineType::Database => "CreateDBBaseline.sh",
        _ => "CreateWebrootBaseline.sh",
    }
}

/// Says what the machine is set to.
fn show_settings(root: &Root<'_>, machine: &Host, home: &str) -> anyhow::Result<()> {
    let name = on_one_line(&machine.name);
    console::say(format_args!("{name} ({}) is set to:", machine.address));
    let extract = format!("{home}/utilities/config/ExtractConfigValue.sh");
    let mut words = vec!["/bin/sh", "-c", EACH, extract.as_str()];
    words.extend(SETTINGS.map(|(setting, _)| setting));
    let answer = root.answer(&shell_words::join(words));
    let answer =
        answer.with_context(|| format!("{name} does not say its settings, so nothing was done"))?;
    let mut values = answer.lines();
    for (_, what) in SETTINGS {
        let value = values.next().unwrap_or_default();
        console::say(format_args!("  {what}: {}", first_words(value.trim())));
    }
    Ok(())
}

fn confirmed(question: &str) -> anyhow::Result<()> {
    ensure!(
        ask::goes_on(question)?,
        "no baseline was made, since the answer was no"
    );
    Ok(())
}

fn asked(kind: MachineType) -> anyhow::Result<String> {
    let question = format!(
        "The repository is called <identifier>-{}; it must be empty or not there yet. What is the identifier?",
        ending(kind)
    );
    identifier(ask::line(&question)?.to_string_lossy().trim())
}

/// The identifier in `text`: it becomes a part of an address and a word of a command line.
fn identifier(text: &str) -> anyhow::Result<String> {
    let is_allowed = |it: char| it.is_ascii_alphanumeric() || "._-".contains(it);
    let begins_well = text.starts_with(|it: char| it.is_ascii_alphanumeric());
    ensure!(
        begins_well && text.chars().all(is_allowed) && !text.contains(".."),
        "'{}' is no identifier; expected letters, digits, '.', '_' and '-', the first a letter or a digit",
        beginning(text)
    );
    ensure!(
        text.len() <= LONGEST_IDENTIFIER,
        "the identifier has {} characters; give one with at most {LONGEST_IDENTIFIER}",
        text.len()
    );
    Ok(text.to_owned())
}

/// Refuses a repository that has something.
fn ensure_free(
    kind: MachineType,
    repository: &Repository,
    before: &State,
    arguments: &Arguments,
) -> anyhow::Result<()> {
    match before {
        State::Filled(tip) => bail!(
            "{repository} is not empty ({tip}), so no baseline was made; empty it, rename it or delete it, or take another identifier"
        ),
        State::Empty => console::say(format_args!("{repository} is there, and empty")),
        State::Absent => console::say(format_args!(
            "{repository} is not there, or the token may not see it; the machine makes it"
        )),
        // A database's script pushes over what is there: a person must know.
        State::Unknown(why) if arguments.yes && kind == MachineType::Database => bail!(
            "{repository} could not be asked whether it is empty, and a database replaces what is there: {why}; see to that, or \
             run it without --yes and answer the questions"
        ),
        State::Unknown(why) => console::say(format_args!(
            "{repository} could not be asked whether it is empty: {why}"
        )),
    }
    Ok(())
}

/// Tells what the repository says afterwards.
fn told(repository: &Repository, end: &End, after: &State) -> anyhow::Result<ExitCode> {
    let machine = match end.status {
        0 => "the machine ended well, which it does in any case".to_owned(),
        status => format!("the machine failed with status {status}"),
    };
    let said = end.said();
    match after {
        State::Filled(tip) if end.status == 0 => {
            console::print_lines([format!("{repository} has the baseline: {tip}")])?;
            Ok(ExitCode::SUCCESS)
        }
        State::Filled(tip) => bail!(
            "{repository} has something now ({tip}), but {machine}, so it may not be the whole baseline{said}"
        ),
        State::Empty => bail!("{repository} is still empty; {machine}{said}"),
        State::Absent => {
            bail!("{repository} is not there, or the token may not see it; {machine}{said}")
        }
        State::Unknown(why) => bail!(
            "{repository} could not be asked whether it has the baseline: {why}; {machine}{said}"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_a_part_of_a_repositorys_name_and_nothing_else() {
        for good in ["mysite", "My.site_2-x", "7", &"a".repeat(60)] {
            assert_eq!(identifier(good).unwrap(), good);
        }
        for bad in [
            "",
            " ",
            "-x",
            ".x",
            "a b",
            "a/b",
            "a..b",
            "a;b",
            "a$b",
            "a'b",
            "ä",
            "a\nb",
            &"a".repeat(61),
        ] {
            assert!(identifier(bad).is_err(), "{bad:?}");
        }
    }
}
