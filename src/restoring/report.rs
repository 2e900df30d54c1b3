//! What a run tells its caller: lines for people, or JSON for programs.

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;

use super::Arguments;
use super::backups::Backups;
use super::remote::Server;
use super::subject::Subject;
use super::verdict::Verdict;
use crate::console::dated;
use crate::json;
use crate::names::{Cloudhost, MachineType};

/// The version of the JSON's layout.
const VERSION: u32 = 1;

/// What became of a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    /// It serves the backup of this date since this run.
    Restored(Timestamp),
    /// The backup would be installed.
    WouldBeRestored,
    /// It served the latest backup already.
    Serves,
    /// It keeps what it has; why.
    Kept(String),
    /// A scale-up's webserver will serve the latest backup before it is put to work.
    Prepared,
    /// It failed; why.
    Failed(String),
}

impl Fate {
    /// What becomes of a machine when this was carried out; a backup that was installed has a date.
    pub fn done(verdict: &Verdict) -> Self {
        Self::planned(verdict)
    }

    /// What would become of a machine.
    pub fn planned(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Install => Self::WouldBeRestored,
            Verdict::Serves => Self::Serves,
            Verdict::Keep(why) => Self::Kept(why.clone()),
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Restored(_) => "restored",
            Self::WouldBeRestored => "would-restore",
            Self::Serves => "serves",
            Self::Kept(_) => "kept",
            Self::Prepared => "prepared",
            Self::Failed(_) => "failed",
        }
    }
}

impl fmt::Display for Fate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Restored(date) => write!(formatter, "serves the backup of {} now", dated(*date)),
            Self::WouldBeRestored => formatter.write_str("the backup would be installed"),
            Self::Serves => formatter.write_str("serves the latest backup already"),
            Self::Kept(why) => write!(formatter, "keeps what it has: {why}"),
            Self::Prepared => formatter.write_str("its new webservers install the latest backup"),
            Self::Failed(why) => formatter.write_str(why),
        }
    }
}

/// The outcome of a run.
#[derive(Debug)]
pub(super) struct Report {
    website_url: String,
    cloudhost: Cloudhost,
    build: String,
    period: String,
    webroot: Option<JsonBackup>,
    database: Option<JsonBackup>,
    machines: Vec<(Server, Fate)>,
}

#[derive(Serialize)]
struct JsonReport<'a> {
    website_url: &'a str,
    cloudhost: Cloudhost,
    build: &'a str,
    period: &'a str,
    webroot: Option<&'a JsonBackup>,
    database: Option<&'a JsonBackup>,
    machines: Vec<JsonMachine<'a>>,
}

#[derive(Debug, Serialize)]
struct JsonBackup {
    bucket: String,
    object: String,
    modified: Timestamp,
    size: u64,
}

#[derive(Serialize)]
struct JsonMachine<'a> {
    #[serde(rename = "type")]
    machine_type: MachineType,
    name: &'a str,
    address: String,
    outcome: &'static str,
    said: String,
}

impl Report {
    /// An empty report about `subject`.
    pub fn of(subject: &Subject) -> Self {
        Self {
            website_url: subject.website_url.to_string(),
            cloudhost: subject.cloudhost(),
            build: subject.build().identifier().to_string(),
            period: subject.period.to_string(),
            webroot: None,
            database: None,
            machines: Vec::new(),
        }
    }

    /// Notes the backups that were found.
    pub fn note(&mut self, backups: &Backups) {
        let of = |kind| {
            let found = backups.of(kind).ok()?;
            Some(JsonBackup {
                bucket: found.backup.bucket.to_string(),
                object: found.backup.latest.to_string(),
                modified: found.stored.modified,
                size: found.stored.size,
            })
        };
        self.webroot = of(MachineType::Webserver);
        self.database = of(MachineType::Database);
    }

    /// Adds what became of a machine.
    pub fn add(&mut self, server: &Server, fate: Fate) {
        self.machines.push((server.clone(), fate));
    }

    /// Whether nothing failed.
    pub fn is_good(&self) -> bool {
        let is_bad = |it: &(Server, Fate)| matches!(it.1, Fate::Failed(_));
        !self.machines.iter().any(is_bad)
    }

    /// Prints it as JSON if `arguments` ask for it.
    ///
    /// # Errors
    /// When standard output cannot be written to.
    pub fn print(&self, arguments: &Arguments) -> anyhow::Result<()> {
        if arguments.json {
            print_json(&self.json())?;
        }
        Ok(())
    }

    fn json(&self) -> JsonReport<'_> {
        let machines = self.machines.iter().map(|(server, fate)| JsonMachine {
            machine_type: server.machine.kind,
            name: &server.machine.name,
            address: server.machine.address.to_string(),
            outcome: fate.word(),
            said: fate.to_string(),
        });
        JsonReport {
            website_url: &self.website_url,
            cloudhost: self.cloudhost,
            build: &self.build,
            period: &self.period,
            webroot: self.webroot.as_ref(),
            database: self.database.as_ref(),
            machines: machines.collect(),
        }
    }
}

fn print_json(report: &JsonReport<'_>) -> anyhow::Result<()> {
    json::print_report("RestoreLatestBackup", VERSION, report)
}
