//! `VirusScan`: a scan of this machine for viruses, and the report by mail (contract 02 §2.12, 10 §2.14).

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, ensure};
use bstr::ByteSlice;
use clap::Parser;

use crate::build::Build;
use crate::build::mail::{self, Level, Mail};
use crate::command::{Command, Redactor, Runner, Tool, watch_for_interrupts};
use crate::console;
use crate::files::{self, LockFile, NewMode};
use crate::foreign_text::beginning;
use crate::toolkit::build_home::BuildHome;
use crate::toolkit::build_styles::BuildStyles;

/// What is scanned, and how, as in the script.
const SCAN: [&str; 7] = [
    "--max-filesize=2000M",
    "--max-scansize=2000M",
    "--recursive=yes",
    "--infected",
    "/var",
    "/home",
    "/tmp",
];

/// How long a scan may take: the next one begins a day after it.
const SCAN_LIMIT: Duration = Duration::from_secs(20 * 3600);

/// How long fetching the signatures may take.
const FETCH_LIMIT: Duration = Duration::from_secs(1800);

/// The exit status when something was found.
const FOUND: u8 = 3;

/// What freshclam says where its own service is at work, which keeps the signatures fresh by itself.
const SERVICE_IS_AT_WORK: &str = "Failed to lock the log file";

const FRESHCLAM: Tool = Tool {
    names: &["freshclam"],
    variable: "ADT_FRESHCLAM",
    toolkit_path: "/usr/bin/freshclam",
    install: "install the package clamav-freshclam",
};

const CLAMSCAN: Tool = Tool {
    names: &["clamscan"],
    variable: "ADT_CLAMSCAN",
    toolkit_path: "/usr/bin/clamscan",
    install: "install the package clamav",
};

/// Scans this machine for viruses with clamav, where buildstyles.dat chooses it, and mails the report.
///
/// cron runs it every day. The report is the file latest.log below runtimedata.
#[derive(Debug, Parser)]
#[command(
    name = "VirusScan",
    version,
    after_help = "Examples:\n  VirusScan\n  VirusScan --dry-run\n\nExit status:\n  0  nothing was found, or buildstyles.dat chooses no clamav\n  \
                  1  the signatures could not be fetched, nothing could be scanned or no mail sent; standard error says why\n  \
                  2  the command line cannot be understood; nothing was done\n  3  something was found"
)]
pub struct Arguments {
    /// Only show what would be run; fetch, scan and mail nothing
    #[arg(long)]
    dry_run: bool,
}

/// Fetches the signatures, scans, keeps the report and mails it; the status says what was found.
///
/// # Errors
/// When another scan is at work, or something failed that the exit status of a scan does not tell.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let home = BuildHome::find()?;
    if !BuildStyles::read(&home)?.chooses("VIRUSSCANNER", "clamav") {
        console::say(format_args!(
            "'{}' chooses no clamav, so nothing is scanned",
            home.build_styles().display()
        ));
        return Ok(ExitCode::SUCCESS);
    }
    watch_for_interrupts()?;
    let postbox = Postbox::of(&home)?;
    let runner = postbox.runner(arguments.dry_run)?;
    if arguments.dry_run {
        runner.change(&fetching()?)?;
        runner.change(&scanning()?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let report = home.virus_report();
    let folder = report.parent().unwrap_or(&report);
    files::make_directories(folder)?;
    let lock = folder.join("scan.lock");
    ensure!(
        !files::is_locked(&lock)?,
        "another scan is at work on this machine; nothing was done"
    );
    let _turn = LockFile::acquire(&lock, Duration::from_secs(1), || {})?;
    let fetched = fetch_signatures(&runner);
    if let Err(why) = &fetched {
        let what = format!("The signatures of viruses could not be fetched: {why:#}");
        postbox.post("TROUBLE UPDATING VIRUS DATABASE", &what, Level::Error)?;
    }
    match scanned(&runner) {
        Ok(scan) => tell(&scan, &report, &postbox, fetched),
        Err(why) => {
            let what = format!("This machine could not be scanned: {why:#}");
            let subject = "TROUBLE PERFORMING PRODUCING VIRUS SCAN REPORT";
            console::also(fetched);
            console::also(postbox.post(subject, &what, Level::Error));
            Err(why)
        }
    }
}

/// Keeps the report of a scan and mails it; the status says what was found, and whether the signatures were `fetched`.
fn tell(
    scan: &Scan,
    report: &Path,
    postbox: &Postbox,
    fetched: anyhow::Result<()>,
) -> anyhow::Result<ExitCode> {
    files::replace(report, &scan.log, NewMode::Plain)?;
    let machine = &postbox.machine;
    let found = scan.said();
    let log = scan.log.to_str_lossy();
    let message = format!("{found} on the machine {machine}\n\n{log}");
    let subject = format!("VIRUS SCAN REPORT FOR {machine}");
    postbox.post(&subject, &message, Level::Mandatory)?;
    console::print_lines([format!("{found}; the report is in '{}'", report.display())])?;
    if scan.infected == 0 {
        return fetched.map(|()| ExitCode::SUCCESS);
    }
    console::also(fetched);
    Ok(ExitCode::from(FOUND))
}

fn fetching() -> anyhow::Result<Command> {
    Ok(Command::changing::<&str>(&FRESHCLAM.find()?, &[]).timeout(FETCH_LIMIT))
}

fn scanning() -> anyhow::Result<Command> {
    Ok(Command::changing(&CLAMSCAN.find()?, &SCAN).timeout(SCAN_LIMIT))
}

fn fetch_signatures(runner: &Runner) -> anyhow::Result<()> {
    let fetch = fetching()?;
    let output = runner.run(&fetch)?;
    if !output.says(SERVICE_IS_AT_WORK) {
        runner.judge(&fetch, output)?;
    }
    Ok(())
}

/// A scan that went to its end.
struct Scan {
    log: Vec<u8>,
    infected: u64,
}

impl Scan {
    fn said(&self) -> String {
        match self.infected {
            0 => "no infected files".to_owned(),
            1 => "1 infected file".to_owned(),
            count => format!("{count} infected files"),
        }
    }
}

/// What clamscan found. It ends with 0 where all is clean, with 1 where something is not, and with 2 where it could not
/// scan.
fn scanned(runner: &Runner) -> anyhow::Result<Scan> {
    let scan = scanning()?;
    let mut output = runner.run(&scan)?;
    if output.status > 1 || output.status < 0 {
        // Its summary says nothing of why.
        output.stdout.clear();
        output = runner.judge(&scan, output)?;
    }
    let log = output.stdout;
    let text = log.to_str_lossy();
    let count = text
        .lines()
        .find_map(|line| line.strip_prefix("Infected files:"));
    let infected = count
        .with_context(|| format!("clamscan's report has no summary: '{}'", beginning(&text)))?
        .trim()
        .parse()
        .context("clamscan did not print how many files are infected")?;
    Ok(Scan { log, infected })
}

/// Who is written to, as the active build says.
struct Postbox {
    build: Option<Build>,
    machine: String,
}

impl Postbox {
    fn of(home: &BuildHome) -> anyhow::Result<Self> {
        let marks = [home.active_cloudhost(), home.active_build_identifier()];
        let has_build = marks.iter().all(|mark| mark.exists());
        let build = has_build.then(|| Build::active_at(home.clone()));
        Ok(Self {
            build: build.transpose()?,
            machine: mail::machine_name()?,
        })
    }

    fn runner(&self, dry_run: bool) -> anyhow::Result<Runner> {
        let redactor = self.build.as_ref().map(Build::redactor).transpose()?;
        let redactor = redactor.unwrap_or_else(Redactor::default);
        Ok(Runner::new(redactor, dry_run).showing_commands(true))
    }

    /// Sends a mail, or says that there is nobody to send it to.
    fn post(&self, subject: &str, message: &str, level: Level) -> anyhow::Result<()> {
        let account = match &self.build {
            Some(build) if mail::can_be_sent(build.environment())? => build,
            _ => {
                console::say(format_args!(
                    "no mail '{subject}' is sent: the active build has no account for mails"
                ));
                return Ok(());
            }
        };
        let mail = Mail {
            subject,
            message,
            level,
        };
        mail.send(account, &self.runner(false)?)
    }
}
