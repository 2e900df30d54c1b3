//! The backups that the machines of a site leave in the bucket store.

use std::fs::{self, File};
use std::path::PathBuf;
use std::time::SystemTime;

use jiff::Timestamp;

use super::{URL, World};

impl World {
    /// Where the latest backup of machines of this label is, as `period` (`hourly` to `bimonthly`) has it.
    pub fn backup(&self, label: &str, period: &str) -> PathBuf {
        let site = URL.replace('.', "-");
        let (bucket, object) = match label {
            "webserver" => (format!("{site}-{period}"), "applicationsourcecode.tar.gz"),
            "database" => (
                format!("{site}-db-{period}"),
                "testwebsite-DB-backup.tar.gz",
            ),
            _ => panic!("no machine {label} is backed up"),
        };
        self.path("cloud/buckets").join(bucket).join(object)
    }

    /// Puts an hourly backup there that was written at this time.
    pub fn has_backup_of(&self, label: &str, written: &str) {
        let file = self.backup(label, "hourly");
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, label).unwrap();
        let written: Timestamp = written.parse().unwrap();
        let file = File::options().write(true).open(file).unwrap();
        file.set_modified(SystemTime::try_from(written).unwrap())
            .unwrap();
    }

    /// Puts the two hourly backups there as they are right now.
    pub fn has_backups(&self) {
        for label in ["webserver", "database"] {
            self.has_backup_of(label, &Timestamp::now().to_string());
        }
    }
}
