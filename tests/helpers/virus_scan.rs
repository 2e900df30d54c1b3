//! `VirusScan`: the stand-ins print what freshclam and clamscan 1.4.6 print.

use crate::world::{DOORS, Door, Ended, World};

const REPORT: &str = "runtimedata/virus_report/latest.log";

const CLEAN: &str = "
----------- SCAN SUMMARY -----------
Known viruses: 1
Engine version: 1.4.6
Scanned directories: 1
Scanned files: 1
Infected files: 0
Data scanned: 0.00 MB
Data read: 0.00 MB (ratio 0.00:1)
Time: 0.023 sec (0 m 0 s)
Start Date: 2026:11:28 21:27:45
End Date:   2026:11:28 21:27:45
";

/// A world that is told to use clamav and has a mailer; clamscan says `said` and ends with `status` after `first`.
fn world(said: &str, status: u8, first: &str) -> World {
    let world = World::at("linode");
    world.write(
        "builddescriptors/buildstyles.dat",
        "DATASTORETOOL:s3cmd\nVIRUSSCANNER:clamav:daily\n",
    );
    world.has_a_mailer("");
    world.tool("freshclam", "echo freshclam >>asked");
    clamscan(&world, said, status, first);
    world
}

fn clamscan(world: &World, said: &str, status: u8, first: &str) {
    let file = world.path("said");
    std::fs::write(&file, said).unwrap();
    let script = format!(
        "echo clamscan \"$@\" >>asked\n{first}\ncat '{}'\nexit {status}",
        file.display()
    );
    world.tool("clamscan", &script);
}

fn infected() -> String {
    "/tmp/bad.txt: Eicar-Test.UNOFFICIAL FOUND\n".to_owned()
        + &CLEAN.replace("Infected files: 0", "Infected files: 1")
}

fn scan(world: &World) -> Ended {
    world.helper(Door::Shim, "VirusScan").ends()
}

fn report(world: &World) -> String {
    std::fs::read_to_string(world.home(REPORT)).unwrap_or_default()
}

fn asked(world: &World) -> String {
    std::fs::read_to_string(world.path("asked")).unwrap_or_default()
}

fn subjects(world: &World) -> Vec<String> {
    world.sent_mails().into_iter().map(|mail| mail.0).collect()
}

#[test]
fn the_report_is_kept_and_mailed() {
    for door in DOORS {
        let world = world(CLEAN, 0, "");
        let ended = world.helper(door, "VirusScan").ends();
        assert!(
            ended.succeeded().starts_with("no infected files; "),
            "{ended}"
        );
        assert_eq!(report(&world), CLEAN);
        assert_eq!(
            asked(&world),
            "freshclam\nclamscan --max-filesize=2000M --max-scansize=2000M --recursive=yes --infected /var /home /tmp\n"
        );
        let [(subject, message, level)] = &world.sent_mails()[..] else {
            panic!("{:?}", world.sent_mails());
        };
        assert!(subject.starts_with("VIRUS SCAN REPORT FOR "), "{subject}");
        assert!(
            message.starts_with("no infected files on the machine "),
            "{message}"
        );
        assert!(message.contains("Scanned files: 1 \\n"), "{message}");
        assert_eq!(level, "MANDATORY");
        assert!(!world.home("runtimedata/virus_report/scan.lock").exists());
    }
}

#[test]
fn a_scan_that_failed_is_told_apart_from_one_that_found_something() {
    let world = world(&infected(), 1, "");
    let ended = scan(&world);
    assert_eq!(ended.status, Some(3), "{ended}");
    assert!(ended.stdout().starts_with("1 infected file; "), "{ended}");
    assert_eq!(report(&world), infected());
    assert!(
        world.sent_mails()[0]
            .1
            .contains("/tmp/bad.txt: Eicar-Test.UNOFFICIAL FOUND")
    );
    // Without signatures clamscan prints a summary all the same.
    clamscan(
        &world,
        CLEAN,
        2,
        "echo 'LibClamAV Error: cli_loaddbdir: No supported database files found' >&2",
    );
    let ended = scan(&world);
    assert!(
        ended.failed().contains("No supported database files found"),
        "{ended}"
    );
    assert_eq!(report(&world), infected(), "the report before it");
    let (subject, message, level) = &world.sent_mails()[1];
    assert_eq!(subject, "TROUBLE PERFORMING PRODUCING VIRUS SCAN REPORT");
    assert!(
        message.contains("No supported database files found"),
        "{message}"
    );
    assert_eq!(level, "ERROR");
    // A report without its summary is not one that found nothing.
    clamscan(&world, "", 0, "");
    assert!(scan(&world).failed().contains("has no summary"));
}

#[test]
fn without_clamav_nothing_is_run() {
    let world = world(CLEAN, 0, "");
    for styles in [
        "# VIRUSSCANNER:clamav:daily\n",
        "VIRUSSCANNER:other:daily\n",
    ] {
        world.write("builddescriptors/buildstyles.dat", styles);
        let ended = scan(&world);
        ended.says("chooses no clamav").succeeded();
        assert_eq!(
            (asked(&world), world.sent_mails().len()),
            (String::new(), 0)
        );
    }
}

#[test]
fn signatures_that_cannot_be_fetched_are_mailed_and_the_scan_goes_on() {
    let world = world(CLEAN, 0, "");
    world.tool("freshclam", "echo 'ERROR: Update failed.' >&2; exit 11");
    let ended = scan(&world);
    assert_eq!(ended.status, Some(1), "{ended}");
    ended.says("ERROR: Update failed.");
    assert_eq!(report(&world), CLEAN);
    let subjects = subjects(&world);
    assert_eq!(subjects[0], "TROUBLE UPDATING VIRUS DATABASE");
    assert!(subjects[1].starts_with("VIRUS SCAN REPORT FOR "));
}

#[test]
fn signatures_that_a_service_fetches_are_no_trouble() {
    let world = world(CLEAN, 0, "");
    world.tool(
        "freshclam",
        "echo 'ERROR: Failed to lock the log file /var/log/clamav/freshclam.log: Resource temporarily unavailable'\n\
         echo 'ERROR: Problem with internal logger (UpdateLogFile = /var/log/clamav/freshclam.log).' >&2; exit 2",
    );
    scan(&world).succeeded();
    assert_eq!(subjects(&world).len(), 1);
}

#[test]
fn a_second_scan_is_refused() {
    let world = world(
        CLEAN,
        0,
        "touch begun; while [ ! -e go-on ]; do sleep 0.02; done",
    );
    let first = world.helper(Door::Binary, "VirusScan").starts();
    while !world.path("begun").exists() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert!(scan(&world).refused().contains("another scan is at work"));
    std::fs::write(world.path("go-on"), "").unwrap();
    assert!(first.wait_with_output().unwrap().status.success());
    assert_eq!(world.sent_mails().len(), 1);
}

#[test]
fn without_an_account_for_mails_the_report_is_kept() {
    let world = world(CLEAN, 0, "");
    world.set_variable("SYSTEM_TOEMAIL_ADDRESS", Some(""));
    let ended = scan(&world);
    ended
        .says("the active build has no account for mails")
        .succeeded();
    assert_eq!(
        (report(&world).as_str(), world.sent_mails().len()),
        (CLEAN, 0)
    );
}

#[test]
fn a_rehearsal_of_a_scan_shows_what_would_be_run() {
    let world = world(CLEAN, 0, "");
    let before = world.tree();
    let ended = world
        .helper(Door::Binary, "VirusScan")
        .args(["--dry-run"])
        .ends();
    ended
        .says("bin/clamscan '--max-filesize=2000M'")
        .succeeded();
    assert_eq!((asked(&world), world.tree()), (String::new(), before));
}
