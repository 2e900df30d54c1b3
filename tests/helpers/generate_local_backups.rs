//! `GenerateLocalBackups`: a site's files and its database, from machines with disks, by real ssh, scp and tar.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::world::disk::{executable, write};
use crate::world::disks::Disks;
use crate::world::ssh::{Server, user};
use crate::world::{DOORS, Door, Ended};

/// The script of a database that dumps it, which is given the archive's name.
const DUMPS: &str = "#!/bin/sh\necho 'CREATE TABLE x' >applicationDB.sql\ntar cvfz \"$1\" applicationDB.sql\nrm applicationDB.sql\n";

/// What a login does first: files are fetched by sftp.
const SFTP: &str =
    "case $SSH_ORIGINAL_COMMAND in internal-sftp) exec /usr/lib/openssh/sftp-server ;; esac\n";

/// Machines that can make the archives.
fn disks() -> Disks {
    let disks = Disks::at("digitalocean");
    for server in disks.stage.servers() {
        disks.stage.plays(server, SFTP);
    }
    script(
        &disks,
        "database",
        "providerscripts/database/BackupDatabase.sh",
        DUMPS,
    );
    disks
}

/// Gives the first machine of a type a script.
fn script(disks: &Disks, label: &str, path: &str, content: &str) {
    let place = format!("home/{}/{path}", user());
    executable(&disks.disk_of(label).file(&place), content);
}

fn server<'a>(disks: &'a Disks, label: &str) -> &'a Server {
    disks.stage.fleet.server(label)
}

fn backups(disks: &Disks) -> PathBuf {
    disks.world().home("localbackups")
}

fn copy(disks: &Disks, words: &[&str]) -> Ended {
    let run = disks.world().helper(Door::Binary, "GenerateLocalBackups");
    run.args(["--cloudhost", "digitalocean", "--build", "test-build"])
        .args(["--webserver", &server(disks, "webserver").name])
        .args(["--database", &server(disks, "database").name])
        .args(words)
        .ends()
}

/// The files below `localbackups`, without the name of the folder that tells when it was made.
fn files(disks: &Disks) -> Vec<String> {
    let folders = std::fs::read_dir(backups(disks)).into_iter().flatten();
    let mut names = Vec::new();
    for folder in folders.map(|entry| entry.unwrap().path()) {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        let stamp = folder.file_name().unwrap().to_string_lossy().into_owned();
        assert!(
            stamp.starts_with("20") && stamp.ends_with('Z') && stamp.len() == 20,
            "{stamp}"
        );
        names
            .extend(entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()));
    }
    names.sort();
    names
}

fn only_folder(disks: &Disks) -> PathBuf {
    let mut folders = std::fs::read_dir(backups(disks)).unwrap();
    folders
        .find(|entry| entry.as_ref().unwrap().path().is_dir())
        .unwrap()
        .unwrap()
        .path()
}

fn content(archive: &Path, member: &str) -> String {
    let output = Command::new("tar")
        .arg("-xzOf")
        .arg(archive)
        .arg(member)
        .output();
    String::from_utf8(output.unwrap().stdout).unwrap()
}

/// No machine has a folder of ours left.
fn assert_clean(disks: &Disks) {
    for server in disks.stage.servers() {
        let asked = disks.stage.asked(server).0;
        let removed = asked
            .lines()
            .filter(|line| line.contains("/bin/rm -rf -- /tmp/adt-local-backup."));
        for line in removed {
            let folder = line.rsplit(' ').next().unwrap();
            assert!(!Path::new(folder).exists(), "{folder}");
        }
    }
}

#[test]
fn the_answers_of_the_script_copy_both_to_a_folder_of_that_moment() {
    for door in DOORS {
        let disks = disks();
        let run = disks.world().helper(door, "GenerateLocalBackups");
        let ended = run.stdin("1\ntest-build\nY\nN\ndbuser\n\nY\nN\n").ends();
        let said = ended.succeeded();
        let names = [
            "test-build-applicationsourcecode.tar.gz",
            "test-build-database.tar.gz",
        ];
        assert_eq!(files(&disks), names, "{ended}");
        let folder = only_folder(&disks);
        assert_eq!(content(&folder.join(names[0]), "./index.php"), "old");
        assert_eq!(
            content(&folder.join(names[1]), "applicationDB.sql"),
            "CREATE TABLE x\n"
        );
        for name in names {
            assert_eq!(disks.world().mode(&folder.join(name)), "600");
        }
        assert!(said.contains("made by tar of "), "{ended}");
        assert!(
            said.contains("providerscripts/database/BackupDatabase.sh"),
            "{ended}"
        );
        assert!(!ended.to_string().contains(&disks.stage.password));
        assert_clean(&disks);
    }
}

#[test]
fn a_machine_that_has_the_old_scripts_uses_them() {
    let disks = disks();
    let archive = |what: &str| {
        format!(
            "#!/bin/sh\ncd \"$(mktemp -d)\" || exit; echo {what} >x; tar -czf /tmp/{}-{what}.tar.gz x\n",
            std::process::id()
        )
    };
    let bundle = "application/processing/BundleSourcecodeByApplication.sh";
    script(
        &disks,
        "webserver",
        bundle,
        &archive("applicationsourcecode"),
    );
    let dump = "providerscripts/git/utilities/BackupDatabase.sh";
    script(&disks, "database", dump, &archive("database"));
    let ended = copy(&disks, &["--yes"]);
    ended.succeeded();
    let folder = only_folder(&disks);
    for what in ["applicationsourcecode", "database"] {
        let archive = folder.join(format!("test-build-{what}.tar.gz"));
        assert_eq!(content(&archive, "x"), format!("{what}\n"), "{ended}");
    }
    assert_clean(&disks);
}

#[test]
fn what_a_machine_lacks_is_said_and_nothing_half_is_kept() {
    let dump = "providerscripts/database/BackupDatabase.sh";
    let disks = disks();
    for (content, why) in [
        (
            "#!/bin/sh\necho 'the tables are not there'\n",
            "it made no archive (status 74); it said last: ",
        ),
        (
            "#!/bin/sh\necho half >\"$1\"\n",
            "the archive did not arrive whole: it is no",
        ),
        (
            "#!/bin/sh\nhead -c 9000 /dev/urandom >x; tar -cz x | head -c 5000 >\"$1\"\n",
            "the archive did not arrive whole: it is no whole",
        ),
    ] {
        script(&disks, "database", dump, content);
        let ended = copy(&disks, &["--yes"]);
        let said = ended.failed();
        assert!(said.contains(why), "{why}: {ended}");
        assert!(said.contains("only the site's files are here"), "{ended}");
        assert_eq!(
            files(&disks),
            ["test-build-applicationsourcecode.tar.gz"],
            "{ended}"
        );
        std::fs::remove_dir_all(backups(&disks)).unwrap();
    }
    std::fs::remove_dir_all(disks.disk_of("database").file("home")).unwrap();
    std::fs::remove_dir_all(disks.disk_of("webserver").file("var/www/html")).unwrap();
    let ended = copy(&disks, &["--yes"]);
    let said = ended.failed();
    assert!(
        said.contains("it has no way to make the archive: there is neither "),
        "{ended}"
    );
    assert!(!backups(&disks).exists());
    assert_clean(&disks);
}

#[test]
fn an_archive_that_changes_on_the_way_is_not_kept() {
    let disks = disks();
    let other = disks.world().path("stage/programs/sha256sum");
    executable(&other, "#!/bin/sh\necho 0123 -\n");
    let part = format!("PATH=$PWD/programs:$PATH\n{SFTP}");
    disks.stage.plays(server(&disks, "webserver"), &part);
    let ended = copy(&disks, &["--yes"]);
    let said = ended.failed();
    assert!(
        said.contains("the SHA-256 is ") && said.contains("on the machine it was"),
        "{ended}"
    );
    assert_eq!(files(&disks), [""; 0]);
}

#[test]
fn archives_from_elsewhere_are_copied_and_no_machine_is_reached() {
    let disks = disks();
    let work = disks.world().path("elsewhere");
    write(&work.join("x"), "x");
    std::fs::create_dir_all(backups(&disks)).unwrap();
    for name in ["applicationwebroot.tar.gz", "applicationdb.tar.gz"] {
        let status = Command::new("tar")
            .arg("-czf")
            .arg(backups(&disks).join(name))
            .arg("-C")
            .arg(&work)
            .arg("x")
            .status();
        assert!(status.unwrap().success());
    }
    copy(&disks, &["--dry-run"]).succeeded();
    assert_eq!(files(&disks), [""; 0]);
    let ended = copy(&disks, &[]);
    ended.succeeded();
    let names = [
        "migration-applicationsourcecode.tar.gz",
        "migration-database.tar.gz",
    ];
    assert_eq!(files(&disks), names, "{ended}");
    std::fs::remove_dir_all(only_folder(&disks)).unwrap();
    write(&backups(&disks).join("applicationdb.tar.gz"), "damaged");
    let ended = copy(&disks, &[]);
    assert!(ended.failed().contains("is no whole archive"), "{ended}");
    assert_eq!(disks.stage.order(), [""; 0]);
}

#[test]
fn a_dry_run_and_an_end_of_input_copy_nothing() {
    let disks = disks();
    let ended = copy(&disks, &["--dry-run"]);
    assert_eq!(
        ended.succeeded().matches("would be copied to").count(),
        2,
        "{ended}"
    );
    for answers in [
        "",
        "1\n",
        "1\ntest-build\n",
        "1\ntest-build\nN\nN\n",
        "1\ntest-build\nY\n",
    ] {
        let run = disks.world().helper(Door::Binary, "GenerateLocalBackups");
        let ended = run.stdin(answers).ends();
        ended.failed();
    }
    assert_eq!(disks.stage.order(), [""; 0]);
    assert!(!backups(&disks).exists());
}

#[test]
fn another_cloud_than_the_active_one_stays_unasked_and_the_active_build_as_it_was() {
    let disks = disks();
    disks
        .world()
        .write("runtimedata/ACTIVE_CLOUDHOST", "vultr\n");
    let run = disks.world().helper(Door::Shim, "GenerateLocalBackups");
    let ended = run
        .args(["--dry-run"])
        .stdin("1\ntest-build\nY\nY\n")
        .ends();
    ended.succeeded();
    assert_eq!(disks.world().files()["ACTIVE_CLOUDHOST"], b"vultr\n");
}

#[test]
fn a_person_at_a_terminal_copies_both() {
    use expectrl::Expect;
    let disks = disks();
    let helper = disks.world().helper(Door::Shim, "GenerateLocalBackups");
    let mut session = helper.on_a_terminal();
    for (question, answer) in [
        ("4) Vultr", "1"),
        ("name of the build?", "test-build"),
        ("Y/N", "y"),
        ("host keys", "n"),
        ("database's user?", ""),
        ("Enter to begin", ""),
        ("Y/N", "y"),
        ("host keys", "n"),
    ] {
        session.expect(question).unwrap();
        session.send_line(answer).unwrap();
    }
    session.expect("test-build-database.tar.gz").unwrap();
}
