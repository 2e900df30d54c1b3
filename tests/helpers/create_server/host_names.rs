//! The host name: in what the provider gets, and in the file that the next machine of the type starts from (contract 09).

use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::world::{DOORS, shipped_cloud_init};

/// The host name that a configuration says.
fn host_name(text: &str) -> &str {
    let mut lines = text.lines();
    lines
        .find_map(|line| line.strip_prefix("hostname: "))
        .unwrap()
}

#[test]
fn every_machine_is_made_with_its_own_name_and_leaves_the_file_for_the_next() {
    for (cloudhost, ..) in CLOUDS {
        for label in LABELS {
            let world = World::before_servers(cloudhost);
            let shared = world.build("cloud-init").join(format!("{label}.yaml"));
            std::fs::set_permissions(&shared, std::fs::Permissions::from_mode(0o640)).unwrap();
            let first = world.machine_name(label);
            // Another machine of the type; the database of a later build has another end.
            let second = match label {
                "webserver" => first.replace("-init-1", "-init-2"),
                "database" => first.replace("Xk3J", "Xz9y"),
                _ => first.replace("NO-1-", "NO-2-"),
            };
            for name in [&first, &second] {
                let what = format!("{cloudhost} {name}");
                world.creating(&[world.size(), name]).ends().succeeded();
                let made = world.machines().pop().unwrap();
                assert_eq!(
                    (&made.name, host_name(&made.user_data)),
                    (name, name.as_str()),
                    "{what}"
                );
                let left = std::fs::read_to_string(&shared).unwrap();
                assert_eq!(left.trim_end(), made.user_data.trim_end(), "{what}");
                let token = format!("XXXX{}_HOSTNAMEXXXX", label.to_uppercase());
                assert_eq!(
                    left,
                    shipped_cloud_init(label).replace(&token, name),
                    "{what}"
                );
                assert_eq!(world.server_notes(), [""; 0], "{what}");
            }
            let mode = std::fs::metadata(&shared).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o640, "{cloudhost} {label}");
        }
    }
}

#[test]
fn servers_of_one_type_made_at_once_each_get_their_own_name() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::before_servers(cloudhost);
        let names: Vec<String> = (1..=4)
            .map(|n| {
                world
                    .machine_name("webserver")
                    .replace("init-1", &format!("init-{n}"))
            })
            .collect();
        let runs = names
            .iter()
            .map(|name| world.creating(&[world.size(), name]).starts());
        for run in runs.collect::<Vec<_>>() {
            let output = run.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{cloudhost}: {said}");
        }
        let machines = world.machines();
        assert_eq!(machines.len(), names.len(), "{cloudhost}");
        for machine in machines {
            assert_eq!(host_name(&machine.user_data), machine.name, "{cloudhost}");
            assert_eq!(machine.firewalls.len(), 1, "{cloudhost}: {machine:#?}");
        }
    }
}

#[test]
fn a_name_of_the_build_scripts_is_taken_by_every_door() {
    // However many autoscalers there are, an initial webserver belongs to number 0 (contract 10 §1.6).
    for door in DOORS {
        let world = World::before_servers("digitalocean");
        let name = "ws-lon1-test-build-0-Xk3J-init-1";
        let run = world
            .helper(door, "CreateServer")
            .args([world.size(), name]);
        let ended = run.ends();
        assert_eq!(ended.succeeded(), "", "{ended}");
        assert_eq!(world.machines()[0].name, name);
    }
}

#[test]
fn what_is_refused_leaves_the_file_as_it_is() {
    let world = World::before_servers("vultr");
    world.records_snapshots();
    world.edit_state(|state| state.snapshots.clear());
    let before = world.files();
    world.create("webserver").failed();
    assert_eq!(world.files(), before);
}

#[test]
fn a_signal_leaves_no_copy_of_the_configuration() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::before_servers(cloudhost);
        world.faults(&[world.creation_fault("interrupt-parent")]);
        let ended = world.create("webserver");
        assert_eq!(ended.signal, Some(15), "{ended}");
        let left = world.server_notes();
        assert!(left.iter().all(|name| !name.contains(".yaml")), "{left:?}");
        world.create("webserver").succeeded();
        world.only_machine("webserver", cloudhost);
    }
}

#[test]
fn a_copy_of_the_configuration_that_a_killed_run_left_goes_with_the_next_of_any_name() {
    let world = World::before_servers("linode");
    world.faults(&[world.creation_fault("kill-parent-before")]);
    let killed = world.create("webserver");
    assert_eq!(killed.signal, Some(9), "{killed}");
    let left = |ending: &str| {
        let names = world.server_notes();
        names.iter().filter(|name| name.ends_with(ending)).count()
    };
    assert_eq!((left(".yaml"), left(".json")), (1, 1));
    world.faults(&[]);
    world.create("database").succeeded();
    assert_eq!((left(".yaml"), left(".json")), (0, 1));
    // What a run that is at work needs stays.
    let other = world.machine_name("webserver");
    let notes = world.build("pending-servers");
    std::fs::write(notes.join(format!("{other}.yaml")), "in use").unwrap();
    let lock = std::fs::File::create(notes.join(format!("{other}.lock"))).unwrap();
    lock.lock().unwrap();
    world.create("autoscaler").succeeded();
    assert_eq!(left(".yaml"), 1);
}

#[test]
fn the_build_is_told_what_is_deployed_on_its_two_descriptors() {
    let world = World::before_servers("linode");
    world.records_snapshots();
    let run = world.creating(&[world.size(), &world.machine_name("database")]);
    let ended = run.within("exec \"$@\" 3>terminal 4>>log").ends();
    assert_eq!(ended.succeeded(), "");
    let line = format!(
        "Deploying database machine from snapshot with ID {}\n",
        world.snapshot_id(4)
    );
    let said = |file: &str| std::fs::read_to_string(world.path(file)).unwrap();
    assert_eq!(said("terminal"), line);
    assert_eq!(said("log"), format!("CreateServer.sh: {line}"));
    // A descriptor that is open for reading only, or a pipe without a reader, is nobody's ear.
    let world = World::before_servers("linode");
    world.records_snapshots();
    let run = world.creating(&[world.size(), &world.machine_name("database")]);
    let ended = run.within("\"$@\" 3</dev/null 4>&1 | true").ends();
    assert_eq!(ended.succeeded(), "");
}

/// The commands that a machine of a snapshot runs first of all, as its user data has them.
fn first_commands(user_data: &str) -> Option<&str> {
    Some(user_data.split_once("\nbootcmd:\n")?.1)
}

#[test]
fn what_is_made_of_a_snapshot_and_makes_backups_holds_them_from_its_first_moment_on() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::before_servers(cloudhost);
        world.records_snapshots();
        for label in LABELS {
            world.create(label).succeeded();
            let made = world.machines().pop().unwrap();
            let makes_backups = ["webserver", "database"].contains(&label);
            let commands = first_commands(&made.user_data);
            assert_eq!(commands.is_some(), makes_backups, "{cloudhost} {label}");
            assert!(commands.is_none_or(|it| it.contains("BackupFromCron")));
            // The next machine of the type starts from the file as the scripts leave it.
            let shared = world.build("cloud-init").join(format!("{label}.yaml"));
            let left = std::fs::read_to_string(shared).unwrap();
            assert_eq!(first_commands(&left), None, "{cloudhost} {label}");
        }
    }
}

#[test]
fn nothing_is_held_where_no_backup_is_to_be_installed() {
    for (before, after) in [
        (
            "BUILD_ARCHIVE_CHOICE=hourly",
            "RESTORE_LATEST_BACKUP=0\nBUILD_ARCHIVE_CHOICE=hourly",
        ),
        ("BUILD_FROM_SNAPSHOT=1", "BUILD_FROM_SNAPSHOT=0"),
    ] {
        let world = World::before_servers("linode");
        world.records_snapshots();
        world.edit_environment(|text| text.replace(before, after));
        world.create("database").succeeded();
        let made = world.machines().pop().unwrap();
        assert_eq!(first_commands(&made.user_data), None, "{after}");
    }
}
