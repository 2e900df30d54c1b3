//! `credentials.dat` and `db_credentials.dat`: what a build from snapshots logs in with.

use super::*;

const DIRECTORY: &str = "runtimedata/wholemachinebackups/www.testwebsite.uk/snapshots";

/// The sample build's `DB_*` variables as a file.
const FROM_VARIABLES: &str = "USERNAME:u2m5n8b4vu\nPASSWORD:p9x7c3v1bp\nDBNAME:n4f8k2lq1n\n";

fn take(world: &World, label: &str) -> crate::world::Ended {
    world.obtain(&["--type", label, "--no-datastore"]).ends()
}

fn record(world: &World, name: &str) -> String {
    std::fs::read_to_string(world.snapshots(name)).unwrap()
}

/// What both files hold, which is the same.
#[track_caller]
fn database_credentials(world: &World) -> String {
    let content = record(world, "db_credentials.dat");
    assert_eq!(record(world, "db_credentials.dat.candidate"), content);
    content
}

/// What the build scripts read of a field.
fn as_the_scripts_read_it(world: &World, file: &str, field: &str) -> String {
    let line = format!("grep {field} \"$1\" | awk -F':' '{{print $NF}}'");
    world.system(&line, &world.legacy_snapshots(file))
}

#[test]
fn the_servers_user_and_password_are_two_lines() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        take(&world, "webserver").succeeded();
        assert_eq!(
            record(&world, "credentials.dat"),
            "USERNAME:Xk3JdQ9sPzLw8RtYv2NX\nPASSWORD:aB3dE5fG7hJ9kL1mN2\n"
        );
        for (field, value) in [
            ("USERNAME", "Xk3JdQ9sPzLw8RtYv2NX\n"),
            ("PASSWORD", "aB3dE5fG7hJ9kL1mN2\n"),
        ] {
            assert_eq!(
                as_the_scripts_read_it(&world, "credentials.dat", field),
                value
            );
        }
    }
}

#[test]
fn without_credentials_files_the_variables_say_them() {
    let world = World::at("digitalocean");
    world.set_variable("SERVER_USER", Some("XfromvariableX"));
    world.set_variable("SERVER_USER_PASSWORD", Some("also-from-a-variable"));
    std::fs::remove_dir_all(world.build("credentials")).unwrap();
    take(&world, "webserver").succeeded();
    assert_eq!(
        record(&world, "credentials.dat"),
        "USERNAME:XfromvariableX\nPASSWORD:also-from-a-variable\n"
    );
}

#[test]
fn without_either_the_missing_file_is_named_before_anything_happens() {
    for (file, variable) in [
        ("SERVERUSER", "SERVER_USER"),
        ("SERVERUSERPASSWORD", "SERVER_USER_PASSWORD"),
    ] {
        let world = World::at("digitalocean");
        world.set_variable(variable, None);
        std::fs::remove_file(world.build("credentials").join(file)).unwrap();
        let before = world.tree();
        let ended = take(&world, "webserver");
        let named = format!("credentials/{file}' does not exist");
        assert!(ended.refused().contains(&named), "{ended}");
        assert_eq!(world.tree(), before);
        assert_eq!(world.calls(), [""; 0]);
    }
}

#[test]
fn the_databases_credentials_come_from_the_builds_variables() {
    for (cloudhost, _, _) in CLOUDS {
        for label in ["webserver", "database"] {
            let world = World::at(cloudhost);
            take(&world, label).succeeded();
            assert_eq!(database_credentials(&world), FROM_VARIABLES);
        }
    }
}

#[test]
fn a_candidate_that_the_databases_build_wrote_comes_first() {
    let world = World::at("digitalocean");
    let candidate = "USERNAME:other\nPASSWORD:other-password\nDBNAME:other-name\n";
    let path = format!("{DIRECTORY}/db_credentials.dat.candidate");
    world.write(&path, candidate);
    for label in ["webserver", "database"] {
        let ended = take(&world, label);
        ended.succeeded();
        assert_eq!(database_credentials(&world), candidate);
        ended.says(
            "db_credentials.dat.candidate does not agree with DB_USERNAME, DB_PASSWORD and DB_NAME",
        );
        assert!(!ended.stderr().contains("other-password"), "{ended}");
    }
}

#[test]
fn a_candidate_that_agrees_is_not_worth_a_word() {
    let world = World::at("digitalocean");
    let path = format!("{DIRECTORY}/db_credentials.dat.candidate");
    world.write(&path, FROM_VARIABLES);
    let ended = take(&world, "webserver");
    ended.succeeded();
    assert!(!ended.stderr().contains("candidate"), "{ended}");
}

#[test]
fn a_candidate_of_our_own_does_not_outlive_the_variables_of_a_later_build() {
    let world = World::at("digitalocean");
    take(&world, "webserver").succeeded();
    world.set_variable("DB_PASSWORD", Some("another-password"));
    let ended = take(&world, "database");
    ended.succeeded();
    let expected = FROM_VARIABLES.replace("p9x7c3v1bp", "another-password");
    assert_eq!(database_credentials(&world), expected);
    assert!(!ended.stderr().contains("does not agree"), "{ended}");
}

#[test]
fn what_was_recorded_stays_when_a_later_build_has_lost_the_variables() {
    let world = World::at("digitalocean");
    take(&world, "database").succeeded();
    for name in ["DB_USERNAME", "DB_PASSWORD", "DB_NAME"] {
        world.set_variable(name, None);
    }
    take(&world, "webserver").succeeded();
    assert_eq!(database_credentials(&world), FROM_VARIABLES);
}

#[test]
fn a_candidate_that_somebody_changed_after_us_is_theirs() {
    let world = World::at("digitalocean");
    take(&world, "webserver").succeeded();
    let candidate = "USERNAME:theirs\nPASSWORD:their-password\nDBNAME:their-name\n";
    let path = format!("{DIRECTORY}/db_credentials.dat.candidate");
    world.write(&path, candidate);
    take(&world, "database").succeeded();
    assert_eq!(database_credentials(&world), candidate);
}

#[test]
fn a_user_in_three_parts_is_written_whole_and_read_by_its_last() {
    let world = World::at("digitalocean");
    world.set_variable("DB_USERNAME", Some("admin:::app"));
    take(&world, "database").succeeded();
    assert_eq!(
        database_credentials(&world),
        FROM_VARIABLES.replace("u2m5n8b4vu", "admin:::app")
    );
    let read = as_the_scripts_read_it(&world, "db_credentials.dat", "USERNAME");
    assert_eq!(read, "app\n");
}

#[test]
fn a_password_that_the_scripts_would_cut_is_said_without_showing_it() {
    let world = World::at("digitalocean");
    world.set_variable("DB_PASSWORD", Some("left-part:right-part"));
    let ended = take(&world, "database");
    ended.succeeded();
    ended.says("DB_PASSWORD has a ':'");
    assert!(!ended.stderr().contains("part"), "{ended}");
}

#[test]
fn a_build_without_a_database_records_empty_fields() {
    for kind in [Some("None"), Some("none"), Some("NONE"), Some(""), None] {
        let world = World::at("digitalocean");
        world.set_variable("DATABASE_INSTALLATION_TYPE", kind);
        for name in ["DB_USERNAME", "DB_PASSWORD", "DB_NAME"] {
            world.set_variable(name, None);
        }
        take(&world, "webserver").succeeded();
        assert_eq!(
            database_credentials(&world),
            "USERNAME:\nPASSWORD:\nDBNAME:\n"
        );
    }
}

#[test]
fn a_build_with_a_database_but_no_variables_records_the_id_and_says_what_is_missing() {
    for name in ["DB_USERNAME", "DB_PASSWORD", "DB_NAME"] {
        let world = World::at("linode");
        world.set_variable(name, None);
        let ended = take(&world, "database");
        let line = ended.gave_up();
        assert!(
            line.contains("set them with 'adt-helpers SetVariableValue'"),
            "{ended}"
        );
        let id = world.made()[0].id.clone();
        assert!(line.contains(&id), "{ended}");
        ended.says("something will be missing from the records");
        assert_eq!(world.ids(), format!("database:{id}\n"));
        world.set_variable(name, Some("given-later"));
        take(&world, "database").succeeded();
        assert_eq!(world.made().len(), 1);
        assert_eq!(world.ids(), format!("database:{}\n", world.made()[0].id));
        assert_eq!(world.pending(), [""; 0]);
    }
}
