//! `ExtractConfigValue`.

use crate::world::{DOORS, World};

#[test]
fn a_setting_is_printed_by_the_scripts_rules() {
    let world = World::on_an_autoscaler(
        "linode",
        "SNAPSHOTID:private/12\nDB:a:b:c\nEMPTY:\nTWICE:1\nTWICE:2\nRAW:\u{7}x \n",
    );
    for (name, printed) in [
        ("SNAPSHOTID", "private/12\n"),
        ("DB", "a:b:c\n"),
        ("EMPTY", ""),
        ("TWICE", "1\n2\n"),
        ("RAW", "\u{7}x \n"),
        ("SNAPSHOT", ""),
        ("APSHOTID", ""),
        ("T.ICE", ""),
        ("", ""),
    ] {
        for door in DOORS {
            let run = world.helper(door, "ExtractConfigValue").args([name]);
            let ended = run.env("ADT_SERVER_HOME", world.path("server_home")).ends();
            assert_eq!(ended.succeeded(), printed, "{name}");
            assert_eq!(ended.stderr(), "", "{name}");
        }
    }
}

#[test]
fn elsewhere_it_says_where_settings_are() {
    let world = World::at("linode");
    let run = world.at_this_machine("ExtractConfigValue", &["REGION"]);
    let ended = run.env("ADT_SERVER_HOME", world.path("nowhere")).ends();
    assert!(ended.failed().contains("has no settings in"), "{ended}");
}

#[test]
fn the_home_is_the_one_that_its_file_names() {
    // In a name space of its own, where /home is a directory of this test.
    let world = World::on_an_autoscaler("linode", "SNAPSHOTID:private/12\n");
    let home = world.path("fake_home");
    std::fs::create_dir_all(&home).unwrap();
    let named = format!("{}\n", world.path("server_home").display());
    std::fs::write(home.join("homedir.dat"), named).unwrap();
    let script = format!(
        "exec unshare --user --map-root-user --mount /bin/sh -c 'mount --bind \"$1\" /home && shift && exec \"$@\"' sh '{}' \"$@\"",
        home.display()
    );
    let probe = std::process::Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "true"])
        .status();
    if !probe.is_ok_and(|status| status.success()) {
        return;
    }
    let run = world.at_this_machine("ExtractConfigValue", &["SNAPSHOTID"]);
    let ended = run.without_env("ADT_SERVER_HOME").within(&script).ends();
    assert_eq!(ended.succeeded(), "private/12\n");
}
