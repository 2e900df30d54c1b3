//! Records that will not do: all of them are named, the build is ended, and what was good on this machine stays.

use super::*;

/// What may be wrong with an object: its content (none: it is not there), and what is said of it.
const DAMAGES: [(&str, Option<&[u8]>, &str); 21] = [
    ("snapshot_ids.dat", None, "it is missing"),
    ("snapshot_ids.dat", Some(b""), "it is empty"),
    ("snapshot_ids.dat", Some(b"\n"), "it holds no id"),
    ("snapshot_ids.dat", Some(b"webserver:\n"), "it holds no id"),
    ("snapshot_ids.dat", Some(b"\xff\xfe\0"), "it holds no id"),
    (
        "snapshot_ids.dat",
        Some(b"webserver:1 2\n"),
        "the line for webserver in snapshot_ids.dat is damaged",
    ),
    (
        "snapshot_ids.dat",
        Some(b"webserver:1\ndatabase:$(id)\n"),
        "the line for database in snapshot_ids.dat is damaged",
    ),
    (
        "snapshot_ids.dat",
        Some(b"database:1\n"),
        "it has no id for webserver",
    ),
    ("credentials.dat", None, "it is missing"),
    ("credentials.dat", Some(b""), "it is empty"),
    (
        "credentials.dat",
        Some(b"USERNAME:XabcX\n"),
        "it has no line PASSWORD:value",
    ),
    (
        "credentials.dat",
        Some(b"USERNAME:\nPASSWORD:s3cretvalue\n"),
        "it has no line USERNAME:value",
    ),
    (
        "credentials.dat",
        Some(b"USERNAME:XabcX\nPASSWORD:$(reboot)\n"),
        "its value for PASSWORD has blanks, quotes",
    ),
    (
        "credentials.dat",
        Some(b"USERNAME:X a\nPASSWORD:s3cretvalue\n"),
        "its value for USERNAME has blanks, quotes",
    ),
    (
        "db_credentials.dat",
        Some(b""),
        "it has no line USERNAME:value",
    ),
    (
        "db_credentials.dat",
        Some(b"USERNAME:u\nPASSWORD:s3cretvalue\n"),
        "it has no line DBNAME:value",
    ),
    (
        "db_credentials.dat.candidate",
        Some(b"USERNAME:u\nPASSWORD:\nDBNAME:n\n"),
        "and not of all",
    ),
    ("keys.tar.gz", None, "it is missing"),
    ("keys.tar.gz", Some(b""), "it is no whole gzip file"),
    (
        "keys.tar.gz",
        Some(b"\x1f\x8b\x08"),
        "it is no whole gzip file",
    ),
    (
        "keys.tar.gz",
        Some(b"webserver:1\n"),
        "it is no whole gzip file",
    ),
];

pub fn damage(world: &World, name: &str, content: Option<&[u8]>) {
    match content {
        Some(content) => std::fs::write(world.object(name), content).unwrap(),
        None => std::fs::remove_file(world.object(name)).unwrap(),
    }
}

/// The build was ended with a message, and nothing on this machine changed.
#[track_caller]
pub fn assert_stopped(world: &World, name: &str, expected: &str) {
    let before = world.tree();
    let ended = world.initialise();
    assert_eq!(world.tree(), before, "{ended}");
    let line = ended.refused();
    assert!(
        line.starts_with("InitialiseSnapshots: the build is stopped: "),
        "{ended}"
    );
    assert!(line.contains(&format!("{name}: ")), "'{name}' in {ended}");
    assert!(line.contains(expected), "'{expected}' in {ended}");
    assert!(!line.contains("s3cretvalue"), "{ended}");
    assert!(world.is_stopped(), "{ended}");
}

#[test]
fn a_damaged_record_is_named_and_the_build_ends_with_nothing_changed() {
    for (number, (name, content, expected)) in DAMAGES.into_iter().enumerate() {
        let (cloudhost, _, _) = CLOUDS[number % CLOUDS.len()];
        let world = World::from_snapshots(cloudhost, TOOLS[number % TOOLS.len()]);
        // Good records of an earlier run; but keys would make up for those that are missing.
        world.initialise().succeeded();
        if name == "keys.tar.gz" {
            std::fs::remove_file(world.build("keys").join(KEY)).unwrap();
            std::fs::remove_file(world.snapshots("keys.tar.gz")).unwrap();
        }
        damage(&world, name, content);
        assert_stopped(&world, name, expected);
    }
}

#[test]
fn every_damaged_record_is_named_at_once() {
    let world = World::from_snapshots("linode", "rclone");
    world.initialise().succeeded();
    for name in OBJECTS {
        damage(&world, name, Some(b"rubbish"));
    }
    for name in OBJECTS {
        let _ = std::fs::remove_file(world.path("tmp/END_IT_ALL"));
        assert_stopped(&world, name, "take the snapshots again");
    }
}

#[test]
fn a_record_larger_than_any_is_not_read() {
    for name in OBJECTS {
        let world = World::from_snapshots("vultr", "s3cmd");
        world.initialise().succeeded();
        damage(&world, name, Some(&vec![b'x'; (1 << 20) + 1]));
        let before = world.tree();
        let ended = world.initialise();
        let line = ended.refused();
        assert!(
            line.contains(&format!("{name} in the bucket has 1048577 bytes")),
            "{ended}"
        );
        assert_eq!(world.tree(), before);
        assert!(world.is_stopped());
    }
}

#[test]
fn a_datastore_that_does_not_answer_ends_the_build() {
    for (number, kind) in ["403", "500", "refused", "garbage-stdout"]
        .into_iter()
        .enumerate()
    {
        let tool = TOOLS[number % TOOLS.len()];
        let world = World::from_snapshots("digitalocean", tool);
        world.faults(&[crate::simcloud_state::Fault {
            tool: tool.into(),
            kind: kind.into(),
            ..Default::default()
        }]);
        let ended = world.initialise();
        let said = ended.failed();
        assert!(said.starts_with("InitialiseSnapshots: "), "{ended}");
        assert!(world.is_stopped(), "{ended}");
        assert!(!world.snapshots("snapshot_ids.dat").exists());
        assert_eq!(world.pending(), [""; 0]);
    }
}

#[test]
fn a_build_without_a_datastore_tool_or_a_dns_choice_ends() {
    let world = World::from_snapshots("digitalocean", "s3cmd");
    world.write("builddescriptors/buildstyles.dat", "DATASTORETOOL:none\n");
    let ended = world.initialise();
    assert!(
        ended.refused().contains("names no datastore tool"),
        "{ended}"
    );
    assert!(world.is_stopped());
    let world = World::from_snapshots("digitalocean", "s3cmd");
    world.set_variable("DNS_CHOICE", None);
    let ended = world.initialise();
    assert!(ended.refused().contains("DNS_CHOICE"), "{ended}");
    assert!(world.is_stopped());
}

#[test]
fn a_flag_that_is_there_already_is_enough() {
    let world = World::from_snapshots("digitalocean", "s3cmd");
    world.initialise().succeeded();
    damage(&world, "credentials.dat", None);
    std::fs::write(world.path("tmp/END_IT_ALL"), "mine").unwrap();
    assert_stopped(&world, "credentials.dat", "it is missing");
    assert_eq!(
        std::fs::read(world.path("tmp/END_IT_ALL")).unwrap(),
        b"mine"
    );
}
