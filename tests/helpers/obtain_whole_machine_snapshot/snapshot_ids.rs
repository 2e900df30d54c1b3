//! `snapshot_ids.dat`: a line a machine type, and everybody else's lines as they are.

use super::*;

const IDS: &str = "runtimedata/wholemachinebackups/www.testwebsite.uk/snapshots/snapshot_ids.dat";

/// What the build scripts read of a machine type.
fn as_the_scripts_read_it(world: &World, label: &str) -> String {
    let line = format!("grep {label} \"$1\" | awk -F':' '{{print $NF}}'");
    world.system(&line, &world.legacy_snapshots("snapshot_ids.dat"))
}

/// What the file holds after a snapshot of the autoscaler, with `ID` for its id.
#[track_caller]
fn after_an_autoscaler(before: &[u8]) -> String {
    let world = World::at("digitalocean");
    world.write(IDS, before);
    let run = world.obtain(&["--type", "autoscaler"]);
    run.ends().succeeded();
    let id = &world.made()[0].id;
    let content = std::fs::read(world.snapshots("snapshot_ids.dat")).unwrap();
    content.escape_ascii().to_string().replace(id, "ID")
}

#[test]
fn every_type_is_read_back_with_grep_and_awk_at_every_cloud() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        for (_, label) in TYPES.iter().rev() {
            let run = world.obtain(&["--type", label, "--no-datastore"]);
            run.ends().succeeded();
        }
        let mut made = world.made();
        made.reverse();
        for ((_, label), snapshot) in TYPES.iter().zip(&made) {
            let read = as_the_scripts_read_it(&world, label);
            assert_eq!(read, format!("{}\n", snapshot.id));
            let is_private = snapshot.id.starts_with("private/");
            assert_eq!(is_private, cloudhost == "linode", "{}", snapshot.id);
        }
        let labels = world.system("cut -d: -f1 \"$1\"", &world.snapshots("snapshot_ids.dat"));
        assert_eq!(
            labels,
            "database\nwebserver\nautoscaler\nreverseproxy\nauthenticator\n"
        );
    }
}

#[test]
fn the_id_takes_the_place_of_the_old_one() {
    assert_eq!(
        after_an_autoscaler(b"database:1\nautoscaler:2\nwebserver:3\n"),
        "database:1\\nautoscaler:ID\\nwebserver:3\\n"
    );
}

#[test]
fn the_first_id_of_a_type_is_added_at_the_end() {
    assert_eq!(
        after_an_autoscaler(b"webserver:3\n"),
        "webserver:3\\nautoscaler:ID\\n"
    );
    assert_eq!(after_an_autoscaler(b""), "autoscaler:ID\\n");
}

#[test]
fn lines_that_nobody_knows_stay_byte_for_byte() {
    assert_eq!(
        after_an_autoscaler(
            b"# mine\n\n \tx\nautoscalers:7\nmy autoscaler:8\n\xff\xfe:9\nautoscaler:2\n"
        ),
        "# mine\\n\\n \\tx\\nautoscalers:7\\nmy autoscaler:8\\n\\xff\\xfe:9\\nautoscaler:ID\\n"
    );
}

#[test]
fn foreign_line_ends_and_a_missing_one_stay() {
    assert_eq!(
        after_an_autoscaler(b"database:1\r\nautoscaler:2\r\nwebserver:3"),
        "database:1\\r\\nautoscaler:ID\\nwebserver:3"
    );
    assert_eq!(
        after_an_autoscaler(b"database:1\r\nwebserver:3"),
        "database:1\\r\\nwebserver:3\\nautoscaler:ID\\n"
    );
}

#[test]
fn an_empty_id_that_the_scripts_left_is_filled_in() {
    assert_eq!(
        after_an_autoscaler(b"autoscaler:\nwebserver:3\n"),
        "autoscaler:ID\\nwebserver:3\\n"
    );
}

#[test]
fn of_several_lines_for_a_type_one_remains() {
    assert_eq!(
        after_an_autoscaler(b"autoscaler:1\nwebserver:3\nautoscaler:2\n"),
        "autoscaler:ID\\nwebserver:3\\n"
    );
}

#[test]
fn an_id_that_is_replaced_in_the_file_is_said_to_exist_still() {
    let world = World::at("digitalocean");
    world.write(IDS, "webserver:170000001\n");
    let ended = world.obtain(&["--type", "webserver"]).ends();
    ended.succeeded();
    ended
        .says("webserver: 170000001, which was recorded before, still exists if nobody deleted it");
}

#[test]
fn a_damaged_line_is_named_before_anything_is_made() {
    for line in [
        "autoscaler:a b\n",
        "autoscaler:$(id)\n",
        "autoscaler:--force\n",
    ] {
        let world = World::at("digitalocean");
        world.write(IDS, line);
        let before = world.files();
        let ended = world.obtain(&["--type", "autoscaler"]).ends();
        assert!(
            ended
                .gave_up()
                .contains("the line for autoscaler in snapshot_ids.dat is damaged"),
            "{ended}"
        );
        assert_eq!(world.changes(), [""; 0]);
        let ids = "wholemachinebackups/www.testwebsite.uk/snapshots/snapshot_ids.dat";
        assert_eq!(world.files()[ids], before[ids]);
    }
}
