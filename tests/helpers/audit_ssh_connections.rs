//! `AuditSSHConnections`: one mail for each new address, and silence otherwise.

use std::fmt::Write;

use crate::world::{DOORS, Door, Ended, World};

const TRAIL: &str = "runtimedata/ssh-audit/audit_trail";
const INSTALLED: &str = "cloud/buckets/www-testwebsite-uk-config-xk3j/INSTALLED_SUCCESSFULLY";

/// A world with an installed build and a mailer, in which somebody is logged in from these addresses.
fn world(addresses: &[&str]) -> World {
    let world = World::at("linode");
    let mark = world.path(INSTALLED);
    std::fs::create_dir_all(mark.parent().unwrap()).unwrap();
    std::fs::write(mark, "").unwrap();
    world.has_a_mailer("");
    logged_in(&world, addresses);
    world
}

/// Has pinky list a session from each of these addresses, as pinky of coreutils 9.1 does, and one at the machine itself.
fn logged_in(world: &World, addresses: &[&str]) {
    let mut listing =
        "Login    Name                 TTY      Idle   When         Where\n".to_owned();
    listing.push_str("root     root                *tty1     9d     Nov 28 21:06\n");
    for address in addresses {
        let _ = writeln!(
            listing,
            "root     root                 pts/0    00:05  Nov 28 21:06 {address}"
        );
    }
    let file = world.path("sessions");
    std::fs::write(&file, listing).unwrap();
    world.tool("pinky", &format!("cat '{}'", file.display()));
}

fn audit(world: &World, words: &[&str]) -> Ended {
    let helper = world.helper(Door::Shim, "AuditSSHConnections");
    helper.args(words).ends()
}

fn trail(world: &World) -> String {
    std::fs::read_to_string(world.home(TRAIL)).unwrap_or_default()
}

/// The addresses in the trail, in order.
fn noted(world: &World) -> Vec<String> {
    let trail = trail(world);
    let lines = trail.lines().map(|line| {
        let rest = line.strip_prefix("SSH connection first initiated at ");
        let (time, address) = rest.unwrap().split_once(" from IP address ").unwrap();
        assert_eq!(time.split_whitespace().count(), 6, "{line}");
        address.to_owned()
    });
    lines.collect()
}

#[test]
fn each_new_address_is_mailed_once_and_the_trail_grows() {
    for door in DOORS {
        let world = world(&["203.0.113.5", "203.0.113.5", "2001:db8::7"]);
        let run = || world.helper(door, "AuditSSHConnections").ends();
        assert_eq!(run().succeeded_silently(), "");
        assert_eq!(noted(&world), ["203.0.113.5", "2001:db8::7"]);
        logged_in(&world, &["laptop.example.net", "2001:db8::7"]);
        assert_eq!(run().succeeded_silently(), "");
        assert_eq!(run().succeeded_silently(), "");
        assert_eq!(
            noted(&world),
            ["203.0.113.5", "2001:db8::7", "laptop.example.net"]
        );
        let mails = world.sent_mails();
        assert_eq!(mails.len(), 3);
        for ((subject, message, level), address) in mails.iter().zip(noted(&world)) {
            assert_eq!(subject, "SSH CONNECTION FROM A NEW IP ADDRESS");
            assert!(
                message.contains(&format!("over ssh from {address}, ")),
                "{message}"
            );
            assert_eq!(level, "ERROR");
        }
    }
}

#[test]
fn known_addresses_cost_no_call_and_no_word() {
    let world = world(&["203.0.113.5"]);
    // As the script leaves it: the last new address alone.
    world.write(
        TRAIL,
        "SSH connection first initiated at Sat Nov 28 21:06:00 UTC 2026 from IP address 203.0.113.5\n",
    );
    let before = trail(&world);
    assert_eq!(audit(&world, &[]).succeeded_silently(), "");
    logged_in(&world, &[]);
    assert_eq!(audit(&world, &[]).succeeded_silently(), "");
    assert!(world.calls().is_empty());
    assert_eq!((trail(&world), world.sent_mails().len()), (before, 0));
}

#[test]
fn an_address_counts_whole() {
    let world = world(&["11.2.3.45", "1.2.3.4", "1.2.334.1"]);
    audit(&world, &[]).succeeded_silently();
    assert_eq!(noted(&world), ["11.2.3.45", "1.2.3.4", "1.2.334.1"]);
    assert_eq!(world.sent_mails().len(), 3);
}

#[test]
fn nothing_is_mailed_or_noted_without_an_installed_build() {
    let untouched = |world: &World| {
        assert_eq!(world.sent_mails().len(), 0);
        assert!(!world.home("runtimedata/ssh-audit").exists());
    };
    let world = world(&["203.0.113.5"]);
    std::fs::remove_file(world.path(INSTALLED)).unwrap();
    assert_eq!(audit(&world, &[]).succeeded_silently(), "");
    untouched(&world);
    // A datastore that gives no answer is no answer.
    world.tool("s3cmd", "echo 'ERROR: no route to host' >&2; exit 1");
    let ended = audit(&world, &[]);
    assert!(
        ended
            .failed()
            .contains("cannot tell whether the build was installed"),
        "{ended}"
    );
    untouched(&world);
    std::fs::remove_file(world.build("build_environment")).unwrap();
    assert_eq!(audit(&world, &[]).succeeded_silently(), "");
    std::fs::remove_file(world.home("runtimedata/ACTIVE_CLOUDHOST")).unwrap();
    assert_eq!(audit(&world, &[]).succeeded_silently(), "");
    untouched(&world);
}

#[test]
fn an_address_whose_mail_failed_is_mailed_the_next_time() {
    let world = world(&["203.0.113.5"]);
    world.has_a_mailer("echo no mail server >&2; exit 1");
    let ended = audit(&world, &[]);
    assert!(ended.failed().contains("no mail server"), "{ended}");
    assert!(noted(&world).is_empty());
    world.has_a_mailer("");
    audit(&world, &[]).succeeded_silently();
    assert_eq!((noted(&world).len(), world.sent_mails().len()), (1, 1));
    // Without an account nobody can be told, ever.
    world.set_variable("SYSTEM_EMAIL_PASSWORD", Some(""));
    logged_in(&world, &["203.0.113.6"]);
    audit(&world, &[]).succeeded_silently();
    assert_eq!((noted(&world).len(), world.sent_mails().len()), (2, 1));
}

#[test]
fn runs_of_the_same_minute_mail_once() {
    let world = world(&["203.0.113.5"]);
    world.has_a_mailer("sleep 0.3");
    let runs = [(), (), ()].map(|()| world.helper(Door::Binary, "AuditSSHConnections").starts());
    for run in runs {
        assert!(run.wait_with_output().unwrap().status.success());
    }
    assert_eq!((noted(&world).len(), world.sent_mails().len()), (1, 1));
}

#[test]
fn a_rehearsal_of_the_audit_tells_and_changes_nothing() {
    let world = world(&["203.0.113.5"]);
    let before = world.tree();
    let ended = audit(&world, &["--dry-run"]);
    ended
        .says("would mail: a connection from 203.0.113.5")
        .succeeded();
    assert!(world.sent_mails().is_empty());
    assert_eq!(world.tree(), before);
}
