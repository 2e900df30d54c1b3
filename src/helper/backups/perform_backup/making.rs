//! The backups that are made, and what became of each.

use std::fmt;
use std::time::Duration;

use anyhow::Context;
use jiff::Timestamp;

use crate::build::{Build, stores};
use crate::command::Runner;
use crate::console::{self, dated};
use crate::datastore::backups::Backup;
use crate::datastore::{Datastore, StoredObject};
use crate::names::{ArchivePeriod, BuildIdentifier, MachineType};
use crate::reach::{End, Reach, Root};

/// A webserver makes no backup while the latest is younger than this.
const TOO_YOUNG: i64 = 300;

/// What became of a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    /// It would be made.
    Planned,
    /// The datastore has it, with its date and its size in bytes.
    Made(StoredObject),
    /// It was not made; why.
    NotMade(String),
    /// Nobody can tell; why.
    Unknown(String),
}

impl Fate {
    /// The word for it in JSON.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Planned => "would-make",
            Self::Made(_) => "made",
            Self::NotMade(_) => "not-made",
            Self::Unknown(_) => "unknown",
        }
    }
}

impl fmt::Display for Fate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Planned => formatter.write_str("would be made"),
            Self::Made(object) => write!(
                formatter,
                "made; the datastore has it since {}, {} bytes",
                dated(object.modified),
                object.size
            ),
            Self::NotMade(why) => write!(formatter, "not made: {why}"),
            Self::Unknown(why) => write!(formatter, "perhaps not made: {why}"),
        }
    }
}

/// The backups that a machine is to make.
#[derive(Debug)]
pub(super) struct Making {
    kind: MachineType,
    store: Option<Datastore>,
    backups: Vec<(ArchivePeriod, Backup, Fate)>,
}

impl Making {
    /// Those of the machines of the type `kind`, for each of `periods`.
    ///
    /// # Errors
    /// When the site's address does not say where its backups are.
    pub fn of(reach: &Reach, kind: MachineType, periods: &[ArchivePeriod]) -> anyhow::Result<Self> {
        let backups = periods.iter().map(|period| {
            let backup = written(&reach.build, kind, *period)?;
            Ok((*period, backup, Fate::Planned))
        });
        let store = stores::first(reach.build.home());
        Ok(Self {
            kind,
            backups: backups.collect::<anyhow::Result<_>>()?,
            store: match store {
                Ok(store) => Some(store),
                Err(why) => {
                    console::say(format_args!("the datastore cannot be looked into: {why:#}"));
                    None
                }
            },
        })
    }

    /// What is made, for the question.
    pub fn title(&self) -> String {
        let periods = self.backups.iter().map(|(period, ..)| period.as_str());
        let periods: Vec<&str> = periods.collect();
        format!("the {} backup of the {}", periods.join(", "), self.kind)
    }

    /// Each backup and what became of it.
    pub fn fates(&self) -> impl Iterator<Item = (ArchivePeriod, &Backup, &Fate)> {
        let all = self.backups.iter();
        all.map(|(period, backup, fate)| (*period, backup, fate))
    }

    /// Whether all were made, or would be.
    pub fn is_good(&self) -> bool {
        let mut fates = self.fates();
        fates.all(|(_, _, fate)| matches!(fate, Fate::Made(_) | Fate::Planned))
    }

    /// Says what would be done; nothing is.
    pub fn plan(&self) {
        for (_, backup, _) in self.fates() {
            console::say(format_args!(
                "would be replaced: '{}' in the bucket '{}'",
                backup.latest, backup.bucket
            ));
        }
    }

    /// Has `root`'s machine run `command` for each, one after the other, each for at most `limit`.
    pub fn make_each(
        &mut self,
        runner: &Runner,
        root: &Root<'_>,
        limit: Duration,
        command: impl Fn(ArchivePeriod) -> String,
    ) {
        let (kind, store) = (self.kind, self.store.as_ref());
        for (period, backup, fate) in &mut self.backups {
            let look = || match store {
                Some(store) => Ok(backup.clone().stored(store, runner)?.latest),
                None => Err(anyhow::anyhow!("the datastore cannot be looked into")),
            };
            let before = look();
            let end = root.work(&format!("the {period} backup"), &command(*period), limit);
            *fate = match end {
                Err(why) => Fate::NotMade(format!("{why:#}")),
                Ok(end) if end.status != 0 => Fate::NotMade(failed(&end)),
                Ok(end) => judged(kind, before, look(), &end),
            };
        }
    }
}

/// Where machines of the type `kind` write the backup.
fn written(build: &Build, kind: MachineType, period: ArchivePeriod) -> anyhow::Result<Backup> {
    let is = |name: &str, value: &str| -> anyhow::Result<bool> {
        Ok(build.environment().text(name)? == value)
    };
    let site = build.site()?;
    // A webserver of a second region asks its settings for a name that they do not have, so it writes as in the first.
    if kind == MachineType::Database && is("MULTI_REGION", "1")? && is("PRIMARY_REGION", "0")? {
        return Backup::of_database_in_another_region(&site, period, build.cloudhost());
    }
    Backup::of(kind, &site, period)
}

/// What became of a backup, by the machine's good end and by what the datastore had before and after.
fn judged(
    kind: MachineType,
    before: anyhow::Result<Option<StoredObject>>,
    after: anyhow::Result<Option<StoredObject>>,
    end: &End,
) -> Fate {
    let (before, after) = match (before, after) {
        (Ok(before), Ok(after)) => (before, after),
        (Err(why), _) | (_, Err(why)) => {
            return Fate::Unknown(format!(
                "the machine ended well, which it does in any case, and the datastore does not tell: {why:#}"
            ));
        }
    };
    match (before, after) {
        (Some(before), Some(after)) if after.modified > before.modified => Fate::Made(after),
        (None, Some(after)) => Fate::Made(after),
        (_, Some(kept)) => Fate::NotMade(unchanged(kind, kept, end)),
        (_, None) => Fate::NotMade(format!(
            "the datastore has none, though the machine ended well; it makes none before its build has finished{}",
            end.said()
        )),
    }
}

fn unchanged(kind: MachineType, kept: StoredObject, end: &End) -> String {
    let age = Timestamp::now().as_second() - kept.modified.as_second();
    if kind == MachineType::Webserver && (0..TOO_YOUNG).contains(&age) {
        return format!(
            "the latest, of {}, is younger than five minutes, and a webserver makes none then; run the same command again later",
            dated(kept.modified)
        );
    }
    format!(
        "the machine ended well and the datastore still has the one of {}; it makes none before its build has finished{}",
        dated(kept.modified),
        end.said()
    )
}

fn failed(end: &End) -> String {
    format!(
        "the machine failed with status {}{}",
        end.status,
        end.said()
    )
}

/// The build that the machine itself says it is of, which its script is told.
///
/// # Errors
/// When it does not say one.
pub(super) fn build_identifier(root: &Root<'_>, home: &str) -> anyhow::Result<String> {
    let command = format!("{home}/utilities/config/ExtractConfigValue.sh 'BUILDIDENTIFIER'");
    let answer = root.answer(&command)?;
    let build: BuildIdentifier = answer
        .trim()
        .parse()
        .context("the machine does not say which build it is of")?;
    Ok(build.as_str().to_owned())
}
