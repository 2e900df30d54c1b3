//! `PerformWebsiteBackup` and `PerformDatabaseBackup`: a machine makes a backup now, of one period or of all (contract 02
//! §2.9, 10 §2.11).
//!
//! A server's own Backup.sh ends with status 0 whether or not it has made one. So the datastore is asked before and after:
//! a backup was made when the object there is a newer one.

mod making;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{bail, ensure};
use clap::{Args, ValueEnum};
use serde::Serialize;

use self::making::{Fate, Making};
use crate::ask::{self, Choice};
use crate::command;
use crate::console;
use crate::foreign_text::on_one_line;
use crate::json;
use crate::names::{ArchivePeriod, Cloudhost, MachineType};
use crate::patience;
use crate::reach::{BuildChoice, Family, Host, MachineChoice, Reach};

/// The helpers.
pub const FAMILY: Family<Arguments> = Family {
    verb: "Perform",
    ending: |kind| match kind {
        MachineType::Database => "DatabaseBackup",
        _ => "WebsiteBackup",
    },
    about: "Has a {} make a backup now, of one period or of all, and says whether the datastore has it. What is not given is asked \
            for.",
    status: "0 when every backup that was asked for was made, 1 when one was not or nobody can tell",
    examples: &[
        "",
        "--cloudhost vultr --build prod --machine 203.0.113.7 --period hourly --yes",
        "--cloudhost vultr --build prod --machine 203.0.113.7 --period all --yes --json",
    ],
    helper: run,
};

/// The version of the JSON's layout.
const VERSION: u32 = 1;

/// The question for the period, in the scripts' order.
const WHICH_PERIOD: &str = "Which backup is to be made? 1) hourly 2) daily 3) weekly 4) monthly 5) bimonthly 6) manual 7) all";

/// What `--period` may be, in the order of the question's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Wanted {
    Hourly,
    Daily,
    Weekly,
    Monthly,
    Bimonthly,
    /// Refused: no server knows it
    Manual,
    /// The five, one after the other
    All,
}

/// The command line.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    build: BuildChoice,

    #[command(flatten)]
    machine: MachineChoice,

    /// Which backup; asked for when not given
    #[arg(long, value_name = "PERIOD", ignore_case = true)]
    period: Option<Wanted>,

    /// Make it without asking
    #[arg(long)]
    yes: bool,

    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,

    /// Print what became of it as JSON
    #[arg(long)]
    pub json: bool,

    /// How long each backup may take, such as 30m or 2h; a bare number is seconds
    #[arg(long, value_name = "DURATION", default_value = "2h", value_parser = patience::parse_limit)]
    timeout: Duration,
}

impl Wanted {
    const ALL: [Self; 7] = [
        Self::Hourly,
        Self::Daily,
        Self::Weekly,
        Self::Monthly,
        Self::Bimonthly,
        Self::Manual,
        Self::All,
    ];

    /// The periods of which backups are made.
    fn periods(self) -> anyhow::Result<Vec<ArchivePeriod>> {
        Ok(match self {
            Self::Hourly => vec![ArchivePeriod::Hourly],
            Self::Daily => vec![ArchivePeriod::Daily],
            Self::Weekly => vec![ArchivePeriod::Weekly],
            Self::Monthly => vec![ArchivePeriod::Monthly],
            Self::Bimonthly => vec![ArchivePeriod::Bimonthly],
            Self::All => ArchivePeriod::ALL.to_vec(),
            Self::Manual => bail!(
                "nothing was done: today's servers make no manual backup, their Backup.sh knows no such period; take another \
                 period, or GenerateLocalBackups for a copy on this machine"
            ),
        })
    }
}

#[derive(Serialize)]
struct Report<'a> {
    cloudhost: Cloudhost,
    build: &'a str,
    machine: &'a str,
    address: String,
    backups: Vec<Made>,
}

#[derive(Serialize)]
struct Made {
    period: &'static str,
    bucket: String,
    object: String,
    outcome: &'static str,
    said: String,
}

/// Has the machine make the backups; the status says whether all were made.
///
/// # Errors
/// When there is no such machine, it is not reached, or it is not agreed to.
pub fn run(kind: MachineType, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if arguments.period == Some(Wanted::Manual) {
        Wanted::Manual.periods()?;
    }
    let reach = Reach::of(&arguments.build, arguments.machine.user.as_deref())?;
    let machine = reach.picked_one(kind, &arguments.machine)?;
    let wanted = match arguments.period {
        Some(wanted) => wanted,
        None => asked()?,
    };
    let periods = wanted.periods()?;
    let mut making = Making::of(&reach, kind, &periods)?;
    if arguments.dry_run {
        making.plan();
    } else {
        make(&reach, &machine, &mut making, arguments)?;
    }
    tell(&reach, &machine, &making, arguments)?;
    Ok(if making.is_good() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn asked() -> anyhow::Result<Wanted> {
    let choice = Choice {
        question: WHICH_PERIOD,
        choices: &Wanted::ALL,
        option: "--period",
        usual: None,
    };
    choice.made()
}

fn make(
    reach: &Reach,
    machine: &Host,
    making: &mut Making,
    arguments: &Arguments,
) -> anyhow::Result<()> {
    let root = reach.root(machine, arguments.machine.accept_host_key)?;
    let user = reach.scripts_user()?;
    let home = format!("/home/{}", user.as_str());
    let name = on_one_line(&machine.name);
    let build = making::build_identifier(&root, &home)?;
    console::say(format_args!(
        "{name} ({}) is of the build {build}",
        machine.address
    ));
    if !arguments.yes {
        let question = format!(
            "{}: press Enter to have it made, or n to leave it",
            making.title()
        );
        ensure!(
            ask::goes_on(&question)?,
            "no backup was made, since the answer was no"
        );
    }
    command::on_interrupt_say("stopped; the machine may go on with the backup that it has begun");
    let script = format!("{home}/application/backupscripts/Backup.sh");
    making.make_each(&reach.runner, &root, arguments.timeout, |period| {
        let period = period.as_str().to_ascii_uppercase();
        shell_words::join([&script, &period, &build])
    });
    Ok(())
}

fn tell(
    reach: &Reach,
    machine: &Host,
    making: &Making,
    arguments: &Arguments,
) -> anyhow::Result<()> {
    let build = &reach.build;
    if !arguments.json {
        let lines = making.fates().map(|(period, _, fate)| {
            let name = on_one_line(&machine.name);
            format!("{name}: the {period} backup: {fate}")
        });
        return Ok(console::print_lines(lines)?);
    }
    let report = Report {
        cloudhost: build.cloudhost(),
        build: build.identifier().as_str(),
        machine: &machine.name,
        address: machine.address.to_string(),
        backups: making.fates().map(made).collect(),
    };
    match machine.kind {
        MachineType::Database => json::print_report("PerformDatabaseBackup", VERSION, &report),
        _ => json::print_report("PerformWebsiteBackup", VERSION, &report),
    }
}

fn made(
    (period, backup, fate): (ArchivePeriod, &crate::datastore::backups::Backup, &Fate),
) -> Made {
    Made {
        period: period.as_str(),
        bucket: backup.bucket.to_string(),
        object: backup.latest.to_string(),
        outcome: fate.word(),
        said: fate.to_string(),
    }
}
