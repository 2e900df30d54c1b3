//! Killed at any step, on the machine or on the build machine: the latest backup survives, and the same command run again
//! brings it to its end.

use std::process::Output;
use std::time::{Duration, Instant};

use super::{assert_latest_survives, assert_restored, restore};
use crate::world::disk::Disk;
use crate::world::disks::Disks;
use crate::world::{Door, World};

/// The program's script as it is sent to a machine.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/restoring/machine.sh");

/// Runs the script and counts its commands on the way; before the command `$KILL` it is killed.
const COUNTING: &str = r#"
set -T
script=$1 count=0
shift
trap 'count=$((count + 1)); [ "$count" -ne "$KILL" ] || kill -9 $$' DEBUG
trap 'trap - DEBUG; echo "commands: $count"' EXIT
. "$script"
"#;

/// How many commands of a phase lie between two at which it is killed; all of them would take the tests too long. The
/// first is another one in each phase.
const STRIDE: usize = 13;

/// The words of a phase on a machine of the type `label`.
fn words<'a>(label: &str, phase: &'a str) -> Vec<&'a str> {
    let of_kind = if label == "database" {
        ["kind=database", "object=testwebsite-DB-backup.tar.gz"]
    } else {
        ["kind=webserver", "object=applicationsourcecode.tar.gz"]
    };
    let phase = if phase == "check" {
        "phase=check"
    } else {
        "phase=install"
    };
    let always = [
        SCRIPT,
        "carry-out",
        "period=hourly",
        "date=1795000000",
        phase,
    ];
    always.into_iter().chain(of_kind).collect()
}

fn phase(disk: &Disk<'_>, label: &str, phase: &str, kill: usize) -> Output {
    let shell = format!("KILL={kill}\n{COUNTING}");
    disk.runs(&shell, &words(label, phase))
}

fn commands(output: &Output) -> usize {
    let said = String::from_utf8_lossy(&output.stdout);
    let (_, count) = said
        .rsplit_once("commands: ")
        .unwrap_or_else(|| panic!("{output:?}"));
    count.trim().parse().unwrap()
}

/// A machine that was just made of an old snapshot, in a world with the latest backups.
fn prepared<'a>(world: &'a World, label: &str) -> Disk<'a> {
    world.machines_reach_the_datastore(&world.path("home/.s3cfg-1"), "");
    world.put_backups();
    let disk = Disk {
        world,
        folder: world.path("disk"),
    };
    disk.make(label);
    disk.holds_backups();
    disk
}

fn survives(disk: &Disk<'_>, why: &str) {
    disk.the_hour_strikes();
    let (page, dump) = disk.world.latest_backups();
    assert_eq!(page, "latest", "{why}");
    assert!(dump.contains("latest"), "{why}: {dump}");
}

/// Kills each phase at its commands, one run after the other on a machine as it was made.
fn killed_on_the_machine(label: &str) {
    let world = World::at("digitalocean");
    for (number, killed) in ["check", "install"].into_iter().enumerate() {
        let disk = prepared(&world, label);
        if killed == "install" {
            assert!(phase(&disk, label, "check", 0).status.success());
        }
        let whole = phase(&disk, label, killed, 0);
        assert!(whole.status.success(), "{whole:?}");
        let all = commands(&whole);
        assert!(all > 40, "{all}");
        for kill in (1 + number..=all).step_by(STRIDE) {
            let why = format!("{label}: {killed} killed before command {kill} of {all}");
            let disk = prepared(&world, label);
            if killed == "install" {
                assert!(phase(&disk, label, "check", 0).status.success());
            }
            let output = phase(&disk, label, killed, kill);
            assert_eq!(output.status.code(), None, "{why}: {output:?}");
            survives(&disk, &why);
            for again in ["check", "install"] {
                let output = phase(&disk, label, again, 0);
                assert!(output.status.success(), "{why}: {output:?}");
            }
            let (page, database) = (disk.page(), disk.database());
            assert!(page == "latest" || database.contains("latest"), "{why}");
            assert!(!disk.crontab().contains("ADT-HELD"), "{why}");
            survives(&disk, &why);
        }
    }
}

#[test]
fn on_a_webserver_at_any_command() {
    killed_on_the_machine("webserver");
}

#[test]
fn on_a_database_at_any_command() {
    killed_on_the_machine("database");
}

/// Waits until no machine does anything any more: what was begun goes on without the program.
pub fn all_is_quiet(disks: &Disks) {
    let began = Instant::now();
    for disk in disks.that_make_backups() {
        let lock = disk.file("var/lib/adt-helpers/restore/lock");
        while let Ok(file) = std::fs::File::open(&lock)
            && file.try_lock().is_err()
        {
            assert!(began.elapsed() < Duration::from_secs(60));
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// What a machine does at the login number `$at` of the run: the helper, or its connection, goes.
fn at_login(disks: &Disks, at: usize, what: &str) {
    let part = format!("[ \"$(grep -c . order)\" -ne {at} ] || {{ {what}; }}\n");
    for disk in disks.that_make_backups() {
        let name = disk
            .folder
            .file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        std::fs::write(disks.world().path("stage").join(name + ".part"), &part).unwrap();
    }
}

fn nothing_more_happens(disks: &Disks) {
    at_login(disks, 0, ":");
}

#[test]
fn at_the_build_machine_at_any_login() {
    // Alternately the helper is killed, and the connection of one login breaks.
    let disks = Disks::at("vultr");
    for (number, at) in [2, 5, 9].into_iter().enumerate() {
        disks.begin_anew();
        std::fs::remove_file(disks.world().path("stage/order")).unwrap_or_default();
        let kills = number % 2 == 0;
        let what = if kills {
            "kill -9 \"$(cat ../helper.pid)\""
        } else {
            "exit 255"
        };
        at_login(&disks, at, what);
        let run = disks.world().helper(Door::Binary, "RestoreLatestBackup");
        let ended = run.within("echo $$ >helper.pid; exec \"$@\"").ends();
        let why = format!("login {at}: {ended}");
        if kills {
            assert_eq!(ended.signal, Some(9), "{why}");
        }
        all_is_quiet(&disks);
        nothing_more_happens(&disks);
        assert_latest_survives(&disks, &why);
        let ended = restore(&disks, &[]);
        ended.succeeded();
        assert_restored(&disks, &ended);
        assert_latest_survives(&disks, &why);
    }
}
