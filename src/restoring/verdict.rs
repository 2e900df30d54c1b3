//! What is done with a machine: nothing newer than the backup is replaced without a word from a person.

use anyhow::{bail, ensure};
use jiff::Timestamp;

use super::backups::Found;
use super::remote::Facts;
use crate::console::dated;
use crate::names::MachineType;

/// What is done with a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The backup is installed.
    Install,
    /// It serves the backup already.
    Serves,
    /// It keeps what it has; why.
    Keep(String),
}

/// What is known when it is decided.
#[derive(Debug, Clone)]
pub(super) struct Known<'a> {
    pub kind: MachineType,
    /// What the machine says.
    pub facts: &'a Facts,
    /// The backup of it.
    pub found: &'a Found,
    /// The backup that the build names, such as `hourly`.
    pub period: &'a str,
    /// Whether the build is not declared installed yet.
    pub is_building: bool,
    /// When the snapshot was taken that it is made of.
    pub snapshot: Option<Timestamp>,
    /// Whether a person said that what is newer may go.
    pub replaces_newer: bool,
}

impl Known<'_> {
    /// What is done.
    ///
    /// # Errors
    /// When the backup is not to be installed there, or nobody can tell.
    pub fn verdict(&self) -> anyhow::Result<Verdict> {
        let (facts, backup) = (self.facts, self.found.stored.modified);
        ensure!(
            facts.period == self.period,
            "its own configuration names the backup '{}' and the build '{}'; build again, or set BUILD_ARCHIVE_CHOICE of the \
             build to what its machines have",
            facts.period,
            self.period
        );
        if facts.is_changing {
            return Ok(Verdict::Install);
        }
        let serves_it = facts.restored.map(Timestamp::as_second) == Some(backup.as_second());
        if serves_it && !facts.is_new && !self.replaces_newer {
            return Ok(Verdict::Serves);
        }
        if self.replaces_newer {
            return Ok(Verdict::Install);
        }
        if !facts.is_new && !self.is_building {
            if let Some(restored) = facts.restored {
                return Ok(Verdict::Keep(format!(
                    "it got the backup of {} and has been in use since",
                    dated(restored)
                )));
            }
            bail!(
                "it has been in use since it was built, and the {} backup is from {}: what was written there since then would \
                 be lost; --replace-newer installs the backup all the same",
                self.period,
                dated(backup)
            );
        }
        match self.snapshot {
            Some(taken) if backup > taken => Ok(Verdict::Install),
            Some(taken) => Ok(Verdict::Keep(format!(
                "its snapshot of {} is newer than the backup of {}",
                dated(taken),
                dated(backup)
            ))),
            None => bail!(
                "nobody says when the snapshot was taken that this {} is made of, so it may be newer than the backup of {}; \
                 --replace-newer installs the backup, --keep keeps what it has",
                self.kind,
                dated(backup)
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datastore::StoredObject;
    use crate::datastore::backups::Backup;
    use crate::names::ArchivePeriod;

    const BACKUP: i64 = 1_800_000_000;

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn found() -> Found {
        let site = "www.testwebsite.uk".parse().unwrap();
        Found {
            backup: Backup::of_webroot(&site, ArchivePeriod::Daily).unwrap(),
            stored: StoredObject {
                modified: second(BACKUP),
                size: 7,
            },
        }
    }

    fn new_machine() -> Facts {
        Facts {
            is_held: true,
            is_new: true,
            period: "daily".to_owned(),
            ..Facts::default()
        }
    }

    fn verdict(edit: impl FnOnce(&mut Known<'_>, &mut Facts)) -> Result<Verdict, String> {
        let (found, mut facts) = (found(), new_machine());
        let blank = Facts::default();
        let mut known = Known {
            kind: MachineType::Webserver,
            facts: &blank,
            found: &found,
            period: "daily",
            is_building: false,
            snapshot: Some(second(BACKUP - 1)),
            replaces_newer: false,
        };
        edit(&mut known, &mut facts);
        let known = Known {
            facts: &facts,
            ..known
        };
        known.verdict().map_err(|why| format!("{why:#}"))
    }

    #[test]
    fn a_backup_is_installed_over_an_older_snapshot_only() {
        assert_eq!(verdict(|_, _| ()), Ok(Verdict::Install));
        for taken in [BACKUP, BACKUP + 1] {
            let kept = verdict(|known, _| known.snapshot = Some(second(taken)));
            assert!(matches!(kept, Ok(Verdict::Keep(_))), "{kept:?}");
        }
        let unknown = verdict(|known, _| known.snapshot = None).unwrap_err();
        assert!(unknown.contains("--replace-newer"), "{unknown}");
    }

    #[test]
    fn what_is_in_use_is_replaced_only_by_a_person_who_says_so() {
        let refused = verdict(|_, facts| facts.is_new = false).unwrap_err();
        assert!(refused.contains("would be lost"), "{refused}");
        for is_new in [false, true] {
            let told = verdict(|known, facts| {
                (facts.is_new, known.replaces_newer, known.snapshot) = (is_new, true, None);
            });
            assert_eq!(told, Ok(Verdict::Install));
        }
        let building = verdict(|known, facts| {
            (facts.is_new, known.is_building) = (false, true);
        });
        assert_eq!(building, Ok(Verdict::Install));
    }

    #[test]
    fn what_was_restored_and_is_in_use_keeps_what_it_has() {
        let kept = verdict(|_, facts| {
            (facts.is_new, facts.restored) = (false, Some(second(BACKUP - 7)));
        });
        assert!(matches!(kept, Ok(Verdict::Keep(_))), "{kept:?}");
    }

    #[test]
    fn what_is_installed_already_is_not_installed_again_unless_it_was_cut_off() {
        let installed = |facts: &mut Facts| {
            (facts.is_new, facts.restored) = (false, Some(second(BACKUP)));
        };
        assert_eq!(verdict(|_, facts| installed(facts)), Ok(Verdict::Serves));
        let cut_off = verdict(|_, facts| {
            installed(facts);
            facts.is_changing = true;
        });
        assert_eq!(cut_off, Ok(Verdict::Install));
    }

    #[test]
    fn a_machine_that_means_another_backup_is_left_alone() {
        let other = verdict(|known, _| known.period = "hourly").unwrap_err();
        assert!(
            other.contains("'daily'") && other.contains("'hourly'"),
            "{other}"
        );
    }
}
