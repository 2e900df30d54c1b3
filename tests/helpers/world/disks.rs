//! Machines with disks: what they are asked for by ssh runs, on a folder each in place of their files.
//!
//! All of them are this computer, and the tests may run as root. What runs is given the folder in `ADT_MACHINE_ROOT`, and
//! in place of sudo there is a script that wants the password of the servers' user on standard input.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use super::ssh::Server;
use super::{Stage, World};

/// The home folder of the servers' user on every machine.
pub const HOME: &str = "/home/Xk3J";

/// What a login runs: what was asked for, with the machine's disk and without the right to become root.
const SCRIPT: &str = r#"
cd "${0%/*}" || exit 99
printf '%s\n' "$MACHINE" >>order
printf '%s\n' "$SSH_ORIGINAL_COMMAND" >>"$MACHINE.asked"
[ ! -f "$MACHINE.part" ] || . "./$MACHINE.part"
. ./environment
export ADT_MACHINE_ROOT="$PWD/disks/$MACHINE"
asked=$(printf '%s' "$SSH_ORIGINAL_COMMAND" | sed "s;/usr/bin/sudo -S -E -p '';$PWD/sudo;")
exec /bin/sh -c "$asked"
"#;

/// In place of sudo: the words run if standard input begins with the password.
const SUDO: &str = r#"#!/bin/sh
IFS= read -r given
if [ "$given" != "$(cat "${0%/*}/password")" ]; then
    echo 'sudo: 1 incorrect password attempt' >&2
    exit 1
fi
exec "$@"
"#;

/// Where a server has its scripts below the home folder; `server_scripts` stands in for all of them.
const SCRIPTS: [&str; 13] = [
    "utilities/config/ExtractConfigValue.sh",
    "utilities/remote/ConnectToMySQLDB.sh",
    "utilities/config/StoreConfigValue.sh",
    "utilities/processing/GetIP.sh",
    "utilities/security/EnforcePermissions.sh",
    "providerscripts/datastore/operations/GetFromDatastore.sh",
    "providerscripts/datastore/operations/AgeOfDatastoreFile.sh",
    "providerscripts/datastore/config/wrapper/ListFromDatastore.sh",
    "providerscripts/database/BackupDatabase.sh",
    "application/configuration/InitialiseConfigurationByApplication.sh",
    "application/db/InstallApplicationDB.sh",
    "application/backupscripts/Backup.sh",
    "cron/BackupFromCron.sh",
];

/// The crontab's lines that matter.
const CRONTAB: &str = "MAILTO=''
*/1 * * * * export HOME=/home/Xk3J && /home/Xk3J/utilities/processing/UpdateIPs.sh
2 * * * * export HOME=/home/Xk3J && /home/Xk3J/cron/BackupFromCron.sh 'HOURLY'
30 2 * * * export HOME=/home/Xk3J && /home/Xk3J/cron/BackupFromCron.sh 'DAILY'
";

/// The snapshots were taken then.
const TAKEN: Duration = Duration::from_secs(1_790_000_000);
/// The latest backup was made then.
const MADE: Duration = Duration::from_secs(1_795_000_000);

/// A build whose webservers and database were just made of old snapshots, while the datastore has the latest backup.
pub struct Disks {
    /// The machines.
    pub stage: Stage,
}

impl Disks {
    /// The sample build at `cloudhost`, with the simulated datastore.
    pub fn at(cloudhost: &str) -> Self {
        Self::of(World::at(cloudhost))
    }

    /// The machines of `world`.
    pub fn of(world: World) -> Self {
        world.snapshot_webserver_and_database();
        world.edit_state(|state| {
            for snapshot in &mut state.snapshots {
                let taken = u64::try_from(TAKEN.as_millis()).unwrap();
                (snapshot.created_ms, snapshot.ready_ms) = (taken, taken);
            }
        });
        world.edit_environment(|text| {
            text.replace("BUILD_FROM_SNAPSHOT=0", "BUILD_FROM_SNAPSHOT=1")
        });
        let disks = Self {
            stage: Stage::playing(world, SCRIPT),
        };
        let place = disks.world().path("stage");
        executable(&place.join("sudo"), SUDO);
        std::fs::write(place.join("password"), &disks.stage.password).unwrap();
        disks.reaches_the_datastore("/nowhere", "");
        for label in ["webserver", "database"] {
            for server in disks.stage.fleet.servers_of(label) {
                make(&disks.disk(server), label);
            }
        }
        for server in disks.stage.fleet.servers_of("autoscaler") {
            disks.make_autoscaler(&disks.disk(server));
        }
        disks.put_backups();
        disks
    }

    /// Gives a webserver the disk of its snapshot again.
    pub fn make_anew(&self, server: &Server) {
        std::fs::remove_dir_all(self.disk(server)).unwrap();
        make(&self.disk(server), "webserver");
    }

    fn make_autoscaler(&self, disk: &Path) {
        write(&disk.join("home/homedir.dat"), &format!("{HOME}\n"));
        let configuration = self.scale_ups_in(disk);
        let content = "#cloud-config\n\nruncmd:\n  - '/usr/bin/true'";
        write(&configuration, content);
        let crontab = disk.join("var/spool/cron/crontabs/root");
        write(&crontab, &format!("{UPDATE}\n"));
    }

    fn scale_ups_in(&self, disk: &Path) -> PathBuf {
        let folder = disk
            .join(&HOME[1..])
            .join("providerscripts/server/cloud-init");
        folder
            .join(self.stage.cloudhost())
            .join("webserver-by-snapshot.yaml")
    }

    /// The cloud-init configuration that an autoscaler makes webservers of a snapshot with.
    pub fn scale_ups(&self) -> PathBuf {
        self.scale_ups_in(&self.disk(self.stage.fleet.server("autoscaler")))
    }

    /// The world.
    pub fn world(&self) -> &World {
        self.stage.world()
    }

    /// The machine's tools reach the datastore with this configuration and these words.
    pub fn reaches_the_datastore(&self, config: &str, words: &str) {
        let world = self.world();
        let text = format!(
            "STORE_PATH='{}:/usr/bin:/bin'\nSIMCLOUD_DIR='{}'\nSTORE_CONFIG='{config}'\nSTORE_WORDS='{words}'\n\
             export STORE_PATH SIMCLOUD_DIR STORE_CONFIG STORE_WORDS\n",
            world.path("bin").display(),
            world.path("cloud").display()
        );
        let config = world.path("home/.s3cfg-1");
        let text = text.replace("/nowhere", &config.display().to_string());
        std::fs::write(world.path("stage/environment"), text).unwrap();
    }

    /// The folder of a machine's files.
    pub fn disk(&self, server: &Server) -> PathBuf {
        self.world().path("stage/disks").join(&server.name)
    }

    /// A file in the home folder of a machine.
    pub fn in_home(&self, server: &Server, relative: &str) -> PathBuf {
        self.disk(server).join(&HOME[1..]).join(relative)
    }

    /// The files of the site that a machine serves.
    pub fn site(&self, server: &Server, relative: &str) -> PathBuf {
        self.disk(server).join("var/www/html").join(relative)
    }

    /// The page that a webserver serves.
    pub fn page(&self, server: &Server) -> String {
        std::fs::read_to_string(self.site(server, "index.php")).unwrap_or_default()
    }

    /// What the database holds.
    pub fn database(&self) -> String {
        let server = self.stage.fleet.server("database");
        std::fs::read_to_string(self.in_home(server, "database.sql")).unwrap_or_default()
    }

    /// Has a machine do what cloud-init does first of all, with the section `bootcmd` of its configuration.
    pub fn boots(&self, server: &Server, configuration: &str) {
        let (_, section) = configuration.split_once("\nbootcmd:\n").unwrap();
        let lines = section.lines();
        for line in lines.take_while(|line| line.starts_with("- ")) {
            let (words, script) = line.split_once("-c, ").unwrap();
            assert!(words.starts_with("- [cloud-init-per, instance, adt-"));
            let script = script.strip_suffix(']').unwrap();
            let script: String = serde_json::from_str(script).unwrap();
            let disk = self.disk(server).display().to_string();
            // On the machine there is no other disk.
            let script = script
                .replace("/var/", &format!("{disk}/var/"))
                .replace("$(cat /home", &format!("{disk}$(cat {disk}/home"))
                .replace("cloud-init status --wait", ":");
            let script = format!(
                ". '{}/environment'; export ADT_MACHINE_ROOT='{disk}'; {script}",
                self.world().path("stage").display()
            );
            let status = Command::new("/bin/sh").args(["-c", &script]).status();
            assert!(status.unwrap().success(), "{script}");
        }
    }

    /// Has a machine hold its backups, as one does that `CreateServer` made of a snapshot.
    pub fn holds_backups(&self, server: &Server) {
        let held = adt_helpers::toolkit::first_boot::holding_backups();
        let section = adt_helpers::toolkit::first_boot::section(&[held]);
        self.boots(server, &format!("\n{section}"));
    }

    /// As [`Disks::holds_backups`], for all that do.
    pub fn all_hold_backups(&self) {
        for server in self.that_make_backups() {
            self.holds_backups(server);
        }
    }

    /// The machines that make backups.
    pub fn that_make_backups(&self) -> Vec<&Server> {
        let labels = ["webserver", "database"].into_iter();
        labels
            .flat_map(|label| self.stage.fleet.servers_of(label))
            .collect()
    }

    /// Puts the latest backups where they belong.
    fn put_backups(&self) {
        let work = self.world().path("work");
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
        let path = self.world().path("cloud/buckets").join(object);
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
        dated(&path, MADE);
    }

    /// Makes a backup as old as this, in seconds since 1970.
    pub fn dated(&self, object: &str, seconds: u64) {
        let path = self.world().path("cloud/buckets").join(object);
        dated(&path, Duration::from_secs(seconds));
    }

    /// The hour strikes: each machine's cron runs the lines that make backups.
    pub fn the_hour_strikes(&self) {
        for server in self.that_make_backups() {
            let crontab = self.disk(server).join("var/spool/cron/crontabs/root");
            let crontab = std::fs::read_to_string(crontab).unwrap();
            let is_due = |line: &str| !line.starts_with('#') && line.contains("'HOURLY'");
            for line in crontab.lines().filter(|line| is_due(line)) {
                assert!(line.starts_with("2 * * * * "), "{line}");
                let script = format!(
                    ". '{}/environment'; export HOME='{}'; exec \"$HOME/cron/BackupFromCron.sh\" HOURLY",
                    self.world().path("stage").display(),
                    self.in_home(server, "").display()
                );
                let status = Command::new("/bin/sh")
                    .args(["-c", &script])
                    .env("ADT_MACHINE_ROOT", self.disk(server))
                    .status()
                    .unwrap();
                assert!(status.success());
            }
        }
    }

    /// The page and the dump in the datastore's latest backups.
    pub fn latest(&self) -> (String, String) {
        let unpacked = |object: &str, name: &str| {
            let output = Command::new("tar")
                .arg("-xzOf")
                .arg(self.world().path("cloud/buckets").join(object))
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

    /// What a script of a server does before all else on this machine.
    pub fn breaks(&self, server: &Server, script: &str, part: &str) {
        write(&self.in_home(server, "breaks").join(script), part);
    }
}

/// The line of an autoscaler's crontab that fetches the toolkit's scripts anew.
pub const UPDATE: &str =
    "@reboot export HOME=/home/Xk3J && /home/Xk3J/utilities/software/UpdateInfrastructure.sh";

/// The backup of the webroot, as bucket and object.
pub const WEBROOT: &str = "www-testwebsite-uk-hourly/applicationsourcecode.tar.gz";
/// The backup of the database.
pub const DUMP: &str = "www-testwebsite-uk-db-hourly/testwebsite-DB-backup.tar.gz";

/// Makes the disk of a machine as its snapshot has it.
fn make(disk: &Path, label: &str) {
    let home = disk.join(&HOME[1..]);
    for script in SCRIPTS {
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

fn write(path: &Path, content: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, content).unwrap();
}

fn executable(path: &Path, content: &str) {
    write(path, content);
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

fn dated(path: &Path, since_1970: Duration) {
    let file = std::fs::File::options().append(true).open(path).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + since_1970)
        .unwrap();
}
