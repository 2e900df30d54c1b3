//! Where the backups of a site are: what its webserver and its database write, and a build reads (contract 06, 09).
//!
//! In a secondary region of a multi-region build the machines write to a bucket whose name also ends in `-` and the
//! cloudhost, but read from the one without it, which these names are.

use anyhow::ensure;

use super::naming::{Asking, WantedBucket};
use super::{Bucket, Datastore, ObjectName, StoredObject};
use crate::command::Runner;
use crate::names::{ArchivePeriod, Cloudhost, MachineType, WebsiteUrl};

/// What follows the name of a backup's predecessor. A backup is put in place in two steps: the one that is there is
/// renamed to this, and the new one is uploaded. Where only this is there, a backup was cut off.
const PREDECESSOR: &str = ".BACKUP";

/// One kind of backup of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// The bucket that holds it.
    pub bucket: Bucket,
    /// The latest.
    pub latest: ObjectName,
    /// The one before.
    pub predecessor: ObjectName,
}

/// What a datastore has of one backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredBackup {
    /// Where it is.
    pub backup: Backup,
    /// The latest one.
    pub latest: Option<StoredObject>,
    /// The one before. It is looked for only where there is no latest one.
    pub predecessor: Option<StoredObject>,
}

impl Backup {
    /// The backup of what machines of the type `kind` have: a database its dump, the others the site's files.
    ///
    /// # Errors
    /// As [`Backup::of_database`].
    pub fn of(kind: MachineType, site: &WebsiteUrl, period: ArchivePeriod) -> anyhow::Result<Self> {
        match kind {
            MachineType::Database => Self::of_database(site, period),
            _ => Self::of_webroot(site, period),
        }
    }

    /// The backup of the site's files, which webservers make.
    ///
    /// # Errors
    /// When the site's address does not make the name of a bucket.
    pub fn of_webroot(site: &WebsiteUrl, period: ArchivePeriod) -> anyhow::Result<Self> {
        Self::called(
            "applicationsourcecode.tar.gz",
            "backup-web",
            site,
            period.as_str(),
        )
    }

    /// The backup of the site's database, which the database machine makes, in a bucket of its own.
    ///
    /// # Errors
    /// When the site's address has no second part, or does not make the name of a bucket.
    pub fn of_database(site: &WebsiteUrl, period: ArchivePeriod) -> anyhow::Result<Self> {
        Self::of_database_in(site, period.as_str())
    }

    /// The same as the database machine of a further region of a multi-region build writes it.
    ///
    /// # Errors
    /// As [`Backup::of_database`].
    pub fn of_database_in_another_region(
        site: &WebsiteUrl,
        period: ArchivePeriod,
        cloudhost: Cloudhost,
    ) -> anyhow::Result<Self> {
        Self::of_database_in(site, &format!("{period}-{cloudhost}"))
    }

    fn of_database_in(site: &WebsiteUrl, specifier: &str) -> anyhow::Result<Self> {
        let name = site.as_str().split('.').nth(1).unwrap_or_default();
        ensure!(
            !name.is_empty(),
            "WEBSITE_URL is '{site}', which has no second part to name the database's backup by; set it to an address such as \
             www.site.com"
        );
        let latest = format!("{name}-DB-backup.tar.gz");
        Self::called(&latest, "backup-db", site, specifier)
    }

    /// What `datastore` has of it.
    ///
    /// # Errors
    /// When the datastore gives no usable answer.
    pub fn stored(self, datastore: &Datastore, runner: &Runner) -> anyhow::Result<StoredBackup> {
        let look = |name| datastore.look_at(runner, &self.bucket, name);
        let latest = look(&self.latest)?;
        let predecessor = match latest {
            Some(_) => None,
            None => look(&self.predecessor)?,
        };
        Ok(StoredBackup {
            backup: self,
            latest,
            predecessor,
        })
    }

    fn called(
        latest: &str,
        kind: &str,
        site: &WebsiteUrl,
        specifier: &str,
    ) -> anyhow::Result<Self> {
        let wanted = WantedBucket {
            kind,
            specifier,
            variable: &|_| Ok(site.as_str().to_owned()),
        };
        Ok(Self {
            bucket: Bucket::of(&wanted, Asking::Get)?,
            latest: latest.parse()?,
            predecessor: format!("{latest}{PREDECESSOR}").parse()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backups_are_where_the_machines_put_them() {
        let site: WebsiteUrl = "www.testwebsite.co.uk".parse().unwrap();
        for (backup, bucket, latest) in [
            (
                Backup::of_webroot(&site, ArchivePeriod::Hourly),
                "www-testwebsite-co-uk-hourly",
                "applicationsourcecode.tar.gz",
            ),
            (
                Backup::of_database(&site, ArchivePeriod::Bimonthly),
                "www-testwebsite-co-uk-db-bimonthly",
                "testwebsite-DB-backup.tar.gz",
            ),
            (
                Backup::of_database_in_another_region(
                    &site,
                    ArchivePeriod::Daily,
                    Cloudhost::Vultr,
                ),
                "www-testwebsite-co-uk-db-daily-vultr",
                "testwebsite-DB-backup.tar.gz",
            ),
        ] {
            let backup = backup.unwrap();
            assert_eq!(backup.bucket.as_str(), bucket);
            assert_eq!(backup.latest.as_str(), latest);
            assert_eq!(backup.predecessor.as_str(), format!("{latest}.BACKUP"));
        }
    }

    #[test]
    fn no_backup_is_named_by_half_an_address() {
        for text in ["localhost", "www.", "www..uk"] {
            let Ok(site) = text.parse::<WebsiteUrl>() else {
                continue;
            };
            let why = Backup::of_database(&site, ArchivePeriod::Daily).unwrap_err();
            assert!(format!("{why}").contains("no second part"), "{why}");
        }
        for text in ["", "HOURLY", "shutdown", "virgin", "hour", " daily"] {
            let why = text.parse::<ArchivePeriod>().unwrap_err().to_string();
            assert!(why.contains("BUILD_ARCHIVE_CHOICE is '"), "{why}");
        }
        for period in ArchivePeriod::ALL {
            assert_eq!(period.to_string().parse::<ArchivePeriod>().unwrap(), period);
        }
    }
}
