//! Files of a build that hold anything but what belongs there: never a panic, a hang, a wrong id or a command run.

use super::*;

const SNAPSHOTS: &str = "runtimedata/wholemachinebackups/www.testwebsite.uk/snapshots";

/// What a file may be damaged to.
fn damage() -> Vec<Vec<u8>> {
    let mut contents: Vec<Vec<u8>> = [
        &b""[..],
        b"\n",
        b"\0",
        b"\xff\xfe\n",
        b"a\nb\n",
        b"$(touch pwned)\n",
        b"`touch pwned`; touch pwned\n",
        b"it's \"quoted\"\n",
        b"../../../x\n",
        b"--force\n",
        b"\x1b[2J{}\n",
        b"{\"version\": 1}\n",
        b"[1, 2",
        b":::\n",
    ]
    .map(<[u8]>::to_vec)
    .to_vec();
    contents.push(vec![b'a'; 1 << 20]);
    contents.push(vec![0xff; 1 << 20]);
    contents.push("x:y\n".repeat(1 << 18).into_bytes());
    contents
}

/// Damages a file in every way and takes a snapshot, at one cloud after the other or at `only`.
#[track_caller]
fn assert_survives(only: Option<&str>, path_in: impl Fn(&World) -> std::path::PathBuf) {
    for (number, content) in damage().into_iter().enumerate() {
        let cloudhost = only.unwrap_or(CLOUDS[number % CLOUDS.len()].0);
        let world = World::at(cloudhost);
        let path = path_in(&world);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &content).unwrap();
        let around = world.names_below("");
        let words = ["--type", "webserver", "--timeout", "10s"];
        let ended = world.obtain(&words).ends();
        assert_sane(&world, &ended, &content);
        let mut names = world.names_below("");
        names.retain(|name| !around.contains(name));
        names.retain(|name| {
            !name.starts_with("./cloud/")
                && !name.starts_with("./build_home/runtimedata/wholemachine")
                && !name.ends_with("/keys/keys.tar.gz")
                && !name.ends_with("/ObtainWholeMachineSnapshot.sh")
        });
        assert_eq!(names, [""; 0], "made from '{}'", shown(&content));
    }
}

fn shown(content: &[u8]) -> String {
    content
        .get(..60)
        .unwrap_or(content)
        .escape_ascii()
        .to_string()
}

/// It succeeded with the right id, or it failed with a message; at most one snapshot was made.
#[track_caller]
fn assert_sane(world: &World, ended: &crate::world::Ended, content: &[u8]) {
    let shown = shown(content);
    let made = world.made();
    assert!(made.len() <= 1, "{shown}: {made:?}");
    let line = made.first().map(|made| format!("webserver:{}\n", made.id));
    let ids = std::fs::read(world.snapshots("snapshot_ids.dat")).unwrap_or_default();
    let ids = String::from_utf8_lossy(&ids);
    if ended.status == Some(0) {
        assert!(ids.ends_with(&line.unwrap()), "{shown}: {ids:.200}");
    } else {
        ended.gave_up();
        let is_recorded = line.is_some_and(|line| ids.ends_with(&line));
        let is_untouched =
            ids.is_empty() || ids.as_bytes() == String::from_utf8_lossy(content).as_bytes();
        assert!(is_recorded || is_untouched, "{shown}: {ids:.200}");
    }
}

#[test]
fn the_servers_user() {
    assert_survives(None, |world| world.build("credentials/SERVERUSER"));
}

#[test]
fn the_servers_users_password() {
    assert_survives(None, |world| world.build("credentials/SERVERUSERPASSWORD"));
}

#[test]
fn the_current_region() {
    assert_survives(Some("exoscale"), |world| world.build("CURRENTREGION"));
}

#[test]
fn the_token() {
    assert_survives(Some("vultr"), |world| world.build("TOKEN"));
}

#[test]
fn the_build_environment() {
    assert_survives(None, |world| world.build("build_environment"));
}

#[test]
fn the_build_styles() {
    assert_survives(None, |world| world.home("builddescriptors/buildstyles.dat"));
}

#[test]
fn the_settings_of_the_datastore() {
    assert_survives(None, |world| world.path("home/.s3cfg-1"));
}

#[test]
fn the_snapshot_ids() {
    assert_survives(None, |world| world.home(SNAPSHOTS).join("snapshot_ids.dat"));
}

#[test]
fn the_manifest() {
    assert_survives(None, |world| {
        world.home(SNAPSHOTS).join("snapshot_manifest.json")
    });
}

#[test]
fn the_candidate() {
    assert_survives(None, |world| {
        world.home(SNAPSHOTS).join("db_credentials.dat.candidate")
    });
}

#[test]
fn the_note_of_a_snapshot_under_way() {
    assert_survives(None, |world| {
        world.home(SNAPSHOTS).join("pending/webserver.json")
    });
}

#[test]
fn a_note_that_cannot_be_understood_is_named_with_what_to_do_and_kept() {
    for (cloudhost, _, _) in CLOUDS {
        for content in ["", "{}", "[]", "\0", "{\"version\": 2}"] {
            let world = World::at(cloudhost);
            let note = format!("{SNAPSHOTS}/pending/webserver.json");
            world.write(&note, content);
            let before = world.files();
            let ended = world.obtain(&["--type", "webserver"]).ends();
            let line = ended.refused();
            assert!(
                line.contains("pending/webserver.json") && line.contains("remove the note"),
                "{ended}"
            );
            assert_eq!(world.files(), before);
            assert_eq!(world.changes(), [""; 0]);
        }
    }
}

#[test]
fn a_variable_in_the_build_environment_that_is_no_text_is_named() {
    for name in ["REGION", "WEBSITE_URL"] {
        let world = World::at("digitalocean");
        world.set_variable(name, None);
        let path = world.build("build_environment");
        let mut content = std::fs::read(&path).unwrap();
        content.extend_from_slice(format!("{name}=").as_bytes());
        content.extend_from_slice(b"\xff\xfe\n");
        std::fs::write(&path, content).unwrap();
        let before = world.tree();
        let ended = world.obtain(&["--type", "webserver"]).ends();
        let named = format!("{name} in build_environment is not UTF-8");
        assert!(ended.refused().contains(&named), "{ended}");
        assert_eq!(world.tree(), before);
        assert_eq!(world.calls(), [""; 0]);
    }
}
