//! The files of one machine, and the scripts of a server that stand on them.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

use adt_helpers::toolkit::first_boot;

use super::World;

/// The home folder of the servers' user on every machine.
pub const HOME: &str = "/home/Xk3J";

/// The backup of the webroot, as bucket and object.
pub const WEBROOT: &str = "www-testwebsite-uk-hourly/applicationsourcecode.tar.gz";
/// The backup of the database.
pub const DUMP: &str = "www-testwebsite-uk-db-hourly/testwebsite-DB-backup.tar.gz";

/// The latest backup was made then.
const MADE: Duration = Duration::from_secs(1_795_000_000);

/// Where a server has its scripts below the home folder; `server_scripts` stands in for all of them.
const SCRIPTS: &str = include_str!("server_scripts.list");

/// The crontab's lines that matter.
const CRONTAB: &str = "MAILTO=''
*/1 * * * * export HOME=/home/Xk3J && /home/Xk3J/utilities/processing/UpdateIPs.sh
2 * * * * export HOME=/home/Xk3J && /home/Xk3J/cron/BackupFromCron.sh 'HOURLY'
30 2 * * * export HOME=/home/Xk3J && /home/Xk3J/cron/BackupFromCron.sh 'DAILY'
";

/// A machine's files, whether or not anybody can log in to it.
pub struct Disk<'a> {
    /// The world that has its datastore.
    pub world: &'a World,
    /// The folder.
    pub folder: PathBuf,
}

impl Disk<'_> {
    /// A file.
    pub fn file(&self, relative: &str) -> PathBuf {
        self.folder.join(relative)
    }

    /// A file in the home folder.
    pub fn in_home(&self, relative: &str) -> PathBuf {
        self.folder.join(&HOME[1..]).join(relative)
    }

    /// A file of the site that the machine serves.
    pub fn site(&self, relative: &str) -> PathBuf {
        self.folder.join("var/www/html").join(relative)
    }

    /// The page that it serves.
    pub fn page(&self) -> String {
        std::fs::read_to_string(self.site("index.php")).unwrap_or_default()
    }

    /// What its database holds.
    pub fn database(&self) -> String {
        std::fs::read_to_string(self.in_home("database.sql")).unwrap_or_default()
    }

    /// Root's crontab.
    pub fn crontab(&self) -> String {
        std::fs::read_to_string(self.file("var/spool/cron/crontabs/root")).unwrap()
    }

    /// What a script of a server does before all else on this machine.
    pub fn breaks(&self, script: &str, part: &str) {
        write(&self.in_home("breaks").join(script), part);
    }

    /// Gives it the files of its snapshot.
    pub fn make(&self, label: &str) {
        let _ = std::fs::remove_dir_all(&self.folder);
        make(&self.folder, label);
    }

    /// Runs `shell` with the machine's files and its datastore.
    pub fn runs(&self, shell: &str, words: &[&str]) -> Output {
        let stage = self.world.path("stage");
        let script = format!(". '{}/environment'; {shell}", stage.display());
        Command::new("bash")
            .args(["-c", &script, "bash"])
            .args(words)
            .env("ADT_MACHINE_ROOT", &self.folder)
            .output()
            .unwrap()
    }

    /// Does what cloud-init does first of all, with the section `bootcmd` of its configuration.
    pub fn boots(&self, configuration: &str) {
        let (_, section) = configuration.split_once("\nbootcmd:\n").unwrap();
        let lines = section.lines();
        for line in lines.take_while(|line| line.starts_with("- ")) {
            let (words, script) = line.split_once("-c, ").unwrap();
            assert!(words.starts_with("- [cloud-init-per, instance, adt-"));
            let script = script.strip_suffix(']').unwrap();
            let script: String = serde_json::from_str(script).unwrap();
            // On the machine there is no other disk.
            let folder = self.folder.display().to_string();
            let script = script
                .replace("/var/", &format!("{folder}/var/"))
                .replace("$(cat /home", &format!("{folder}$(cat {folder}/home"))
                .replace("cloud-init status --wait", ":");
            let output = self.runs(&script, &[]);
            assert!(output.status.success(), "{output:?}");
        }
    }

    /// Holds its backups, as one does that `CreateServer` made of a snapshot.
    pub fn holds_backups(&self) {
        let section = first_boot::section(&[first_boot::holding_backups()]);
        self.boots(&format!("\n{section}"));
    }

    /// The hour strikes: its cron runs the lines that make backups.
    pub fn the_hour_strikes(&self) {
        let crontab = self.crontab();
        let is_due = |line: &str| !line.starts_with('#') && line.contains("'HOURLY'");
        for line in crontab.lines().filter(|line| is_due(line)) {
            assert!(line.starts_with("2 * * * * "), "{line}");
            let script = "export HOME=\"$1\"; exec \"$HOME/cron/BackupFromCron.sh\" HOURLY";
            let output = self.runs(script, &[self.in_home("").to_str().unwrap()]);
            assert!(output.status.success(), "{output:?}");
        }
    }
}

impl World {
    /// The tools of its machines reach the datastore with this configuration of s3cmd and these words.
    pub fn machines_reach_the_datastore(&self, config: &Path, words: &str) {
        let text = format!(
            "STORE_PATH='{}:/usr/bin:/bin'\nSIMCLOUD_DIR='{}'\nSTORE_CONFIG='{}'\nSTORE_WORDS='{words}'\n\
             export STORE_PATH SIMCLOUD_DIR STORE_CONFIG STORE_WORDS\n",
            self.path("bin").display(),
            self.path("cloud").display(),
            config.display()
        );
        write(&self.path("stage/environment"), &text);
    }

    /// Puts the latest backups where they belong.
    pub fn put_backups(&self) {
        let work = self.path("work");
        for (file, content) in [
            ("site/index.php", "latest"),
            ("site/new-since.php", "latest"),
            ("site/dba.dat", "WORDPRESS\n"),
            ("site/dbp.dat", "adt1_\n"),
            ("site/XXXXXX-DO_NOT_REMOVE", ""),
            (
                "dump/applicationDB.sql",
                "CREATE TABLE `adt1_posts` ( latest );\nCREATE TABLE `zzzz` ( x );\n",
            ),
        ] {
            write(&work.join(file), content);
        }
        self.put_backup(WEBROOT, &work.join("site"), ".");
        self.put_backup(DUMP, &work.join("dump"), "applicationDB.sql");
    }

    /// Packs `what` of a folder and puts it in place of a backup.
    pub fn put_backup(&self, object: &str, folder: &Path, what: &str) {
        let path = self.path("cloud/buckets").join(object);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let status = Command::new("tar")
            .arg("-czf")
            .arg(&path)
            .arg("-C")
            .arg(folder)
            .arg(what)
            .status()
            .unwrap();
        assert!(status.success());
        self.backup_is_of(object, MADE.as_secs());
    }

    /// Makes a backup as old as this, in seconds since 1970.
    pub fn backup_is_of(&self, object: &str, seconds: u64) {
        let path = self.path("cloud/buckets").join(object);
        let file = std::fs::File::options().append(true).open(path).unwrap();
        let modified = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        file.set_modified(modified).unwrap();
    }

    /// The page and the dump in the datastore's latest backups.
    pub fn latest_backups(&self) -> (String, String) {
        let unpacked = |object: &str, name: &str| {
            let output = Command::new("tar")
                .arg("-xzOf")
                .arg(self.path("cloud/buckets").join(object))
                .arg(name)
                .output()
                .unwrap();
            String::from_utf8(output.stdout).unwrap()
        };
        (
            unpacked(WEBROOT, "./index.php"),
            unpacked(DUMP, "applicationDB.sql"),
        )
    }
}

/// Makes the disk of a machine as its snapshot has it.
fn make(disk: &Path, label: &str) {
    let home = disk.join(&HOME[1..]);
    for script in SCRIPTS.lines() {
        let script = home.join(script);
        std::fs::create_dir_all(script.parent().unwrap()).unwrap();
        symlink(stand_in(), script).unwrap();
    }
    let settings = format!(
        "WEBSITEURL:{}\nBUILDARCHIVECHOICE:hourly\nAPPLICATION:wordpress\nDATABASEINSTALLATIONTYPE:Maria\n\
         PERSISTASSETSTODATASTORE:2\nIPMASK:\n",
        super::URL
    );
    let place = format!("runtime/{label}_configuration_settings.dat");
    write(&home.join(place), &settings);
    write(&disk.join("home/homedir.dat"), &format!("{HOME}\n"));
    write(&disk.join("var/spool/cron/crontabs/root"), CRONTAB);
    if label == "database" {
        write(&home.join("runtime/DATABASE_READY"), "");
        write(&home.join("runtime/DB_INITIALISED"), "");
        write(&home.join("runtime/DB_APPLICATION_INSTALLED"), "");
        let table = "CREATE TABLE `adt1_posts` ( old );\n";
        write(&home.join("database.sql"), table);
        write(&home.join("zzzz"), "");
        return;
    }
    write(&home.join("runtime/WEBSERVER_READY"), "");
    write(&home.join("runtime/INITIAL_BUILD_WEBSERVER_ONLINE"), "");
    write(&home.join("runtime/INITIAL_CONFIG_SET"), "");
    let application =
        "EXCLUDE_FROM_BACKUP:logs:wp-config.php\nCONFIG_FILE:/var/www/html/wp-config.php\n";
    write(&home.join("runtime/application.dat"), application);
    write(&home.join("databaseip"), "10.0.3.4\n");
    let site = disk.join("var/www/html");
    for (file, content) in [
        ("index.php", "old"),
        ("deleted-since.php", "old"),
        ("dba.dat", "WORDPRESS\n"),
        ("dbp.dat", "adt1_\n"),
        ("logs/today", "kept"),
    ] {
        write(&site.join(file), content);
    }
    write(&disk.join("var/www/html1/index.php"), "old");
}

fn stand_in() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/helpers/world/server_scripts")
}

/// Writes a file, and the folders that it is in.
pub fn write(path: &Path, content: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, content).unwrap();
}

/// Writes a script.
pub fn executable(path: &Path, content: &str) {
    write(path, content);
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}
