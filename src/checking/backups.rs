//! The latest backups: what the datastore has of them, and what becomes of them in a build from the snapshots.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::build::stores;
use crate::command::Runner;
use crate::console::dated;
use crate::datastore::Datastore;
use crate::datastore::backups::{Backup, StoredBackup};
use crate::names::{ArchivePeriod, MachineType, WebsiteUrl};
use crate::records::{ONCE_MENDED, Verdict};
use crate::toolkit::build_environment::BuildEnvironment;
use crate::toolkit::build_home::BuildHome;
use crate::toolkit::first_boot::SWITCH;

/// The machine types whose content is backed up.
const BACKED_UP: [MachineType; 2] = [MachineType::Webserver, MachineType::Database];

/// The backups of the site that a build chooses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backups {
    /// Which of them the build chooses.
    pub period: ArchivePeriod,
    /// Whether the build installs one that is newer than the snapshots.
    pub are_restored: bool,
    /// Why the database's is never installed, where that is so.
    pub database_left_alone: Option<&'static str>,
    /// What is known of them.
    pub seen: Seen,
}

/// What is known of the backups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// Nobody was asked, by request.
    NotAsked,
    /// What the store has for each machine type, or why it did not say.
    Told(BTreeMap<MachineType, Result<StoredBackup, String>>),
}

/// What is to be said of the backup of one machine type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The machine type; or the datastore.
    pub subject: &'static str,
    /// How bad it is.
    pub result: Verdict,
    /// What was found.
    pub found: String,
    /// What to do, for each that is not ok.
    pub fix: Option<String>,
}

impl Backups {
    /// The backups that `environment` chooses, with nobody asked yet; none where it chooses no temporal backup.
    ///
    /// # Errors
    /// When a variable is not UTF-8.
    pub fn chosen(environment: &BuildEnvironment) -> anyhow::Result<Option<Self>> {
        let choice = environment.text("BUILD_ARCHIVE_CHOICE")?;
        let Ok(period) = choice.parse() else {
            return Ok(None);
        };
        Ok(Some(Self {
            period,
            are_restored: environment.text(SWITCH)? != "0",
            database_left_alone: environment.why_database_is_left_alone()?,
            seen: Seen::NotAsked,
        }))
    }

    /// Asks the first datastore of the build, from which machines get their backups, for those of `kinds`.
    #[must_use]
    pub fn looked_up(
        mut self,
        home: &BuildHome,
        site: &WebsiteUrl,
        kinds: &[MachineType],
        runner: &Runner,
    ) -> Self {
        let is_wanted = |kind: &MachineType| kinds.contains(kind) && !self.is_left_alone(*kind);
        let wanted: Vec<MachineType> = BACKED_UP.into_iter().filter(is_wanted).collect();
        let datastore = stores::first(home);
        self.seen = Seen::Told(match datastore {
            Ok(datastore) => self.told(&datastore, site, &wanted, runner),
            Err(why) => {
                let why = format!("{why:#}");
                let unknown = wanted.into_iter().map(|kind| (kind, Err(why.clone())));
                unknown.collect()
            }
        });
        self
    }

    fn told(
        &self,
        datastore: &Datastore,
        site: &WebsiteUrl,
        kinds: &[MachineType],
        runner: &Runner,
    ) -> BTreeMap<MachineType, Result<StoredBackup, String>> {
        let mut told = BTreeMap::new();
        let mut trouble: Option<String> = None;
        for kind in kinds {
            // Whatever keeps one question from being answered does so with the others, and each may take minutes.
            let stored = trouble.clone().map_or_else(
                || {
                    Backup::of(*kind, site, self.period)
                        .and_then(|backup| backup.stored(datastore, runner))
                        .map_err(|why| format!("{why:#}"))
                },
                Err,
            );
            trouble = stored.as_ref().err().cloned();
            told.insert(*kind, stored);
        }
        told
    }

    fn is_left_alone(&self, kind: MachineType) -> bool {
        kind == MachineType::Database && self.database_left_alone.is_some()
    }

    /// What is to be said of machines that are made of these snapshots, each with its date where that is known.
    pub fn remarks(&self, snapshots: &BTreeMap<MachineType, Option<Timestamp>>) -> Vec<Remark> {
        let mut remarks = Vec::new();
        match &self.seen {
            Seen::NotAsked => {
                let found = "was not asked: whether the latest backups are newer than the snapshots is not known";
                let fix = "run it without --no-datastore";
                remarks.push(warning("datastore", found.to_owned(), fix.to_owned()));
            }
            Seen::Told(told) => {
                let unanswered = told
                    .iter()
                    .filter_map(|(kind, stored)| Some((*kind, stored.as_ref().err()?)));
                let (kinds, reasons): (Vec<_>, Vec<_>) = unanswered.unzip();
                if let Some(why) = reasons.first() {
                    remarks.push(not_compared(&kinds, why));
                }
                let answered = told.iter().filter_map(|(kind, stored)| {
                    let taken = snapshots.get(kind)?;
                    self.remark(*kind, *taken, stored.as_ref().ok()?)
                });
                remarks.extend(answered);
            }
        }
        if let Some(why) = self.database_left_alone {
            let found = format!("is not restored: {why}");
            remarks.push(good(MachineType::Database.label(), found));
        }
        remarks
    }

    /// What is to be said of one backup; nothing where only the snapshot's date is missing, which is said elsewhere.
    fn remark(
        &self,
        kind: MachineType,
        taken: Option<Timestamp>,
        stored: &StoredBackup,
    ) -> Option<Remark> {
        let (label, period) = (kind.label(), self.period);
        let Some(latest) = stored.latest else {
            return Some(self.without_latest(kind, stored));
        };
        let (taken, written) = (taken?, latest.modified);
        let dates = format!("was snapshotted on {}", dated(taken));
        if written <= taken {
            let found = format!(
                "{dates}, after the latest {period} backup of {}: a build keeps what the snapshot holds",
                dated(written)
            );
            return Some(good(label, found));
        }
        let dates = format!(
            "{dates}, and the latest {period} backup is of {}",
            dated(written)
        );
        if self.are_restored {
            return Some(good(label, format!("{dates}: a build installs the backup")));
        }
        let found = format!(
            "{dates}, but {SWITCH} is 0: the machines will serve the snapshot's old site, and their first backup replaces the newer one"
        );
        let fix = format!("set {SWITCH}=\"1\" in the template, or take a new snapshot");
        Some(warning(label, found, fix))
    }

    fn without_latest(&self, kind: MachineType, stored: &StoredBackup) -> Remark {
        let (label, period) = (kind.label(), self.period);
        let Backup {
            bucket,
            latest,
            predecessor,
        } = &stored.backup;
        let consequence = if self.are_restored {
            "a build has nothing to install and stops before it is declared installed"
        } else {
            "the machines keep what the snapshot holds"
        };
        if let Some(former) = stored.predecessor {
            let end = if self.are_restored {
                ""
            } else {
                ", and their first backup deletes it"
            };
            let found = format!(
                "has only '{predecessor}' of {} in the bucket '{bucket}', since a backup is being made or came to nothing: \
                 {consequence}{end}",
                dated(former.modified)
            );
            let specifier = match kind {
                MachineType::Database => format!("db-{period}"),
                _ => period.to_string(),
            };
            let fix = format!(
                "if no backup is being made: MoveDatastoreObject backup {predecessor} {latest} local {specifier}"
            );
            return warning(label, found, fix);
        }
        let found = format!(
            "has no {period} backup: '{latest}' is not in the bucket '{bucket}', so {consequence}"
        );
        if !self.are_restored {
            return good(label, found);
        }
        let fix = format!(
            "make one, choose another with BUILD_ARCHIVE_CHOICE, or set {SWITCH}=\"0\" to keep what the snapshots hold"
        );
        warning(label, found, fix)
    }
}

fn good(subject: &'static str, found: String) -> Remark {
    Remark {
        subject,
        result: Verdict::Ok,
        found,
        fix: None,
    }
}

fn warning(subject: &'static str, found: String, fix: String) -> Remark {
    Remark {
        subject,
        result: Verdict::Warning,
        found,
        fix: Some(fix),
    }
}

/// That the store cannot be asked keeps no build from working.
fn not_compared(kinds: &[MachineType], why: &str) -> Remark {
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.label()).collect();
    let found = format!(
        "not compared with the latest backups ({}): {why}",
        kinds.join(", ")
    );
    warning("datastore", found, ONCE_MENDED.to_owned())
}
