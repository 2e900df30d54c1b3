//! What ObtainWholeMachineSnapshot uploaded comes back.

use super::*;

#[test]
fn on_every_cloud_and_through_every_tool_the_records_come_back() {
    for (cloudhost, _, _) in CLOUDS {
        for tool in TOOLS {
            let world = World::from_snapshots(cloudhost, tool);
            let ended = world.initialise();
            assert_eq!(
                ended.succeeded(),
                format!("{}\n", world.webserver_id()),
                "{cloudhost} {tool}"
            );
            world.assert_initialised(&format!("{cloudhost} {tool}"));
        }
    }
}

#[test]
fn through_every_door_the_id_is_all_that_is_printed() {
    for door in DOORS {
        let world = World::from_snapshots("linode", "s3cmd");
        let run = world.helper(door, "InitialiseSnapshots");
        let ended = run.in_private_tmp().ends();
        let id = ended.succeeded();
        assert!(id.starts_with("private/") && id.matches('\n').count() == 1);
        world.assert_initialised("a door");
    }
}

#[test]
fn each_tool_is_called_with_the_scripts_words_and_changes_nothing_in_the_bucket() {
    for (tool, look, get) in [
        (
            "s3cmd",
            "s3cmd --config=CFG --host=https://sos.example.invalid ls s3://BUCKET/NAME",
            "s3cmd --config=CFG --host=https://sos.example.invalid --force get s3://BUCKET/NAME INTO",
        ),
        (
            "s5cmd",
            "s5cmd --credentials-file CFG --endpoint-url https://sos.example.invalid ls s3://BUCKET/NAME",
            "s5cmd --credentials-file CFG --endpoint-url https://sos.example.invalid cp s3://BUCKET/NAME INTO",
        ),
        (
            "rclone",
            "rclone --config CFG --s3-endpoint https://sos.example.invalid ls s3:BUCKET/NAME",
            "rclone --config CFG --s3-endpoint https://sos.example.invalid copy s3:BUCKET/NAME INTO",
        ),
    ] {
        let world = World::from_snapshots("vultr", tool);
        let bucket = "www-testwebsite-uk-vultr-snap";
        let before = world.bucket(bucket);
        world.initialise().succeeded();
        assert_eq!(world.bucket(bucket), before);
        let mut expected = Vec::new();
        for name in OBJECTS {
            for line in [look, get] {
                expected.push(line.replace("BUCKET", bucket).replace("NAME", name));
            }
        }
        let config = match tool {
            "s3cmd" => ".s3cfg-1",
            "s5cmd" => ".s5cfg-1",
            _ => ".config/rclone/rclone.conf-1",
        };
        let config = world.path("home").join(config).display().to_string();
        let calls: Vec<String> = world
            .calls()
            .iter()
            .filter(|call| call.starts_with(tool))
            .map(|call| {
                let call = call.replace(&config, "CFG");
                match call.split_once(" /") {
                    Some((front, _)) => format!("{front} INTO"),
                    None => call,
                }
            })
            .collect();
        assert_eq!(calls, expected);
    }
}

#[test]
fn a_second_run_touches_nothing() {
    let world = World::from_snapshots("digitalocean", "s5cmd");
    let first = world.initialise().succeeded().to_owned();
    let list = "cd \"$1\" && find . -name '*.dat*' -o -path '*/keys*' -o -path '*/credentials*' | sort | xargs stat -c '%n %Y.%y %i %a'";
    let before = world.system(list, &world.home("runtimedata"));
    std::fs::set_permissions(
        world.build("keys").join(KEY),
        std::os::unix::fs::PermissionsExt::from_mode(0o700),
    )
    .unwrap();
    let second = world.initialise();
    assert_eq!(second.succeeded(), first);
    let after = world.system(list, &world.home("runtimedata"));
    assert_eq!(
        after.replace(" 700\n", " 600\n"),
        before.replace(" 700\n", " 600\n")
    );
    assert_eq!(
        world.mode(&world.build("keys").join(KEY)),
        "700",
        "equal keys stay as they are"
    );
}

#[test]
fn unless_the_build_is_from_snapshots_nothing_happens() {
    for value in [
        None,
        Some("0"),
        Some(""),
        Some("2"),
        Some("11"),
        Some("yes"),
    ] {
        let world = World::from_snapshots("exoscale", "rclone");
        world.set_variable("BUILD_FROM_SNAPSHOT", value);
        let before = world.tree();
        assert_eq!(world.initialise().succeeded_silently(), "", "{value:?}");
        assert_eq!(world.tree(), before);
        assert_eq!(world.calls(), [""; 0]);
        assert!(!world.is_stopped());
    }
    let world = World::at("exoscale");
    std::fs::remove_file(world.build("build_environment")).unwrap();
    assert_eq!(world.initialise().succeeded_silently(), "");
    assert!(!world.is_stopped());
}

#[test]
fn after_the_environment_is_dumped_anew_the_servers_user_is_still_known() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::from_snapshots(cloudhost, "rclone");
        world.initialise().succeeded();
        for name in ["SERVER_USER", "SERVER_USER_PASSWORD"] {
            world.set_variable(name, None);
        }
        for (name, value) in [
            ("SERVER_USER", "Xk3JdQ9sPzLw8RtYv2NX\n"),
            ("SERVER_USER_PASSWORD", "aB3dE5fG7hJ9kL1mN2\n"),
        ] {
            let run = world.helper(Door::Shim, "GetVariableValue").args([name]);
            assert_eq!(run.ends().succeeded_silently(), value);
        }
    }
}

#[test]
fn another_key_of_the_same_name_gives_way_and_is_closed_to_others() {
    let world = World::from_snapshots("digitalocean", "s3cmd");
    let key = world.build("keys").join(KEY);
    std::fs::create_dir(world.build("keys")).unwrap();
    std::fs::write(&key, "another key\n").unwrap();
    std::fs::write(world.build("keys/webserver_10.0.0.1keys"), "a host\n").unwrap();
    std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    let ended = world.initialise();
    ended.succeeded();
    ended.says(&format!("'{}' was another key", key.display()));
    let kept = format!("superseded-1-{}", KEY.replace("BUILD_KEY", "BUILD-KEY"));
    let kept = world.build("keys").join(kept);
    ended.says(&format!("kept in '{}'", kept.display()));
    assert_eq!(std::fs::read(&kept).unwrap(), b"another key\n");
    let mode = std::os::unix::fs::PermissionsExt::mode(&kept.metadata().unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    world.assert_initialised("another key");
    assert!(world.build("keys/webserver_10.0.0.1keys").exists());
}

#[test]
fn two_real_directories_both_get_the_records() {
    let world = World::from_snapshots("linode", "s5cmd");
    for directory in [world.snapshots(""), world.legacy_snapshots("")] {
        std::fs::create_dir_all(directory).unwrap();
    }
    world.initialise().succeeded();
    world.assert_initialised("two directories");
    assert!(!world.legacy_snapshots("").is_symlink());
}

#[test]
fn runs_at_once_take_turns() {
    let world = World::from_snapshots("vultr", "s3cmd");
    let runs: Vec<_> = (0..6)
        .map(|_| {
            let run = world.helper(Door::Binary, "InitialiseSnapshots");
            run.in_private_tmp().starts()
        })
        .collect();
    for run in runs {
        let output = run.wait_with_output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        assert_eq!(printed, format!("{}\n", world.webserver_id()));
    }
    world.assert_initialised("at once");
}
