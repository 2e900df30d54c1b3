//! A webserver that an autoscaler makes of a snapshot serves the latest backup before it says that it is ready.

use std::time::{Duration, Instant};

use super::{assert_latest_survives, restore};
use crate::world::disk::WEBROOT;
use crate::world::disks::{Disks, UPDATE};
use crate::world::ssh::Server;

/// A build that was restored, and the configuration that its autoscaler makes webservers with from now on.
fn prepared() -> (Disks, String) {
    let disks = Disks::at("linode");
    disks.all_hold_backups();
    restore(&disks, &[]).succeeded();
    let configuration = std::fs::read_to_string(disks.scale_ups()).unwrap();
    (disks, configuration)
}

/// A new webserver of the old snapshot: one of the build's becomes it, disk and all.
fn new_webserver(disks: &Disks) -> &Server {
    let server = disks.stage.fleet.servers_of("webserver")[1];
    disks.disk(server).make("webserver");
    server
}

/// Whether a webserver has all the marks by which it is put to work; to have one of them is no state.
fn is_ready(disks: &Disks, server: &Server) -> bool {
    let disk = disks.disk(server);
    let has = |mark: &str| disk.in_home("runtime").join(mark).exists();
    let marks = ["WEBSERVER_READY", "INITIAL_BUILD_WEBSERVER_ONLINE"].map(has);
    assert_eq!(marks[0], marks[1]);
    marks[0]
}

/// Waits until the machine's own run in its first boot has ended; what it says.
fn end_of_the_first_boot(disks: &Disks, server: &Server) -> String {
    let state = disks.disk(server).file("var/lib/adt-helpers/restore/state");
    let began = Instant::now();
    loop {
        let said = std::fs::read_to_string(&state).unwrap_or_default();
        if ["finished", "failed"].iter().any(|end| said.contains(end)) {
            return said;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{said}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn date_of_the_backup(disks: &Disks, server: &Server, seconds: u64) {
    let path = disks.disk(server).in_home("date-of-the-backup");
    std::fs::write(path, format!("{seconds}\n")).unwrap();
}

#[test]
fn it_installs_the_latest_backup_first() {
    let (disks, configuration) = prepared();
    let server = new_webserver(&disks);
    assert_eq!(disks.disk(server).page(), "old");
    date_of_the_backup(&disks, server, 1_795_000_000);
    disks.disk(server).boots(&configuration);
    let said = end_of_the_first_boot(&disks, server);
    assert!(said.contains("finished"), "{said}");
    assert_eq!(disks.disk(server).page(), "latest");
    assert!(is_ready(&disks, server));
    assert!(!disks.disk(server).crontab().contains("ADT-HELD"));
    assert_latest_survives(&disks, "the scale-up is at work");
}

#[test]
fn one_that_cannot_is_never_ready_and_makes_no_backup() {
    let (disks, configuration) = prepared();
    let server = new_webserver(&disks);
    date_of_the_backup(&disks, server, 1_795_000_000);
    super::cut(&disks, WEBROOT);
    disks.disk(server).boots(&configuration);
    let said = end_of_the_first_boot(&disks, server);
    assert!(said.contains("cut or damaged"), "{said}");
    assert!(!is_ready(&disks, server));
    assert_eq!(disks.disk(server).page(), "old");
    let crontab = disks.disk(server).crontab();
    // Neither does it tell the reverse proxies of its address.
    assert_eq!(crontab.matches("#ADT-HELD ").count(), 3, "{crontab}");
}

#[test]
fn where_there_is_no_backup_a_person_may_have_the_snapshots_site_served() {
    let disks = Disks::at("linode");
    disks.all_hold_backups();
    std::fs::remove_dir_all(disks.world().path("cloud/buckets")).unwrap();
    for keep in [true, false] {
        if keep {
            restore(&disks, &["--keep"]).succeeded();
        }
        let configuration = std::fs::read_to_string(disks.scale_ups()).unwrap();
        let word = if keep { "keep=yes" } else { "keep=no" };
        let configuration = configuration.replace("keep=yes", &format!("{word} seconds=0"));
        let server = new_webserver(&disks);
        disks.disk(server).boots(&configuration);
        let said = end_of_the_first_boot(&disks, server);
        assert_eq!(said.contains("finished"), keep, "{said}");
        assert_eq!(is_ready(&disks, server), keep, "{said}");
        // It makes no backups, and tells the reverse proxies of its address if it is put to work.
        let crontab = disks.disk(server).crontab();
        assert_eq!(
            crontab.matches("#ADT-HELD ").count(),
            if keep { 2 } else { 3 }
        );
    }
}

#[test]
fn a_snapshot_that_is_newer_than_the_backup_stays_as_it_is() {
    let (disks, configuration) = prepared();
    let server = new_webserver(&disks);
    date_of_the_backup(&disks, server, 1_700_000_000);
    disks.disk(server).boots(&configuration);
    let said = end_of_the_first_boot(&disks, server);
    assert!(said.contains("finished"), "{said}");
    assert_eq!(disks.disk(server).page(), "old");
    assert!(is_ready(&disks, server));
}

#[test]
fn the_autoscalers_cron_does_it_again_when_the_toolkit_put_its_own_file_back() {
    let (disks, configuration) = prepared();
    let shipped = "#cloud-config\n\nruncmd:\n  - '/usr/bin/true'\n";
    assert!(configuration.starts_with(shipped), "{configuration}");
    let disk = disks.disk_of("autoscaler").folder;
    let line = std::fs::read_to_string(disk.join("etc/cron.d/adt-scale-ups")).unwrap();
    let command = line.strip_prefix("* * * * * root ").unwrap();
    let crontab = std::fs::read_to_string(disk.join("var/spool/cron/crontabs/root")).unwrap();
    // It does not wait for the next minute after the toolkit fetched its scripts.
    assert_eq!(crontab, format!("{UPDATE}; {command}"));
    for before in [shipped, configuration.as_str()] {
        std::fs::write(disks.scale_ups(), before).unwrap();
        let output = std::process::Command::new("/bin/sh")
            .args(["-c", command])
            .env("ADT_MACHINE_ROOT", &disk)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        // cron would mail it.
        assert!(output.stdout.is_empty(), "{output:?}");
        let after = std::fs::read_to_string(disks.scale_ups()).unwrap();
        assert_eq!(after, configuration);
    }
}

#[test]
fn the_lines_are_a_configuration_that_yaml_can_read() {
    let (_disks, configuration) = prepared();
    // Each line of the section is a sequence as JSON has it, but for its first words.
    let (_, section) = configuration.split_once("\nbootcmd:\n").unwrap();
    let lines: Vec<&str> = section
        .lines()
        .filter(|line| line.starts_with("- "))
        .collect();
    assert_eq!(lines.len(), 3);
    for line in lines {
        let (words, script) = line.split_once("/bin/sh, -c, ").unwrap();
        assert!(
            words.starts_with("- [cloud-init-per, instance, adt-"),
            "{line}"
        );
        let script = script.strip_suffix(']').unwrap();
        serde_json::from_str::<String>(script).unwrap();
    }
}
