//! `keys.tar.gz`: the active build's ssh keys, as a build from snapshots unpacks them.

use super::*;

const KEY: &str = "id_ed25519_AGILE_DEPLOYMENT_BUILD_KEY_test-build";

fn take(world: &World, label: &str) -> crate::world::Ended {
    world.obtain(&["--type", label]).ends()
}

#[test]
fn the_archive_has_the_two_keys_at_its_top_and_nothing_else() {
    for (cloudhost, _, _) in CLOUDS {
        let world = World::at(cloudhost);
        std::fs::write(world.build("keys/webserver_10.0.0.1keys"), "known").unwrap();
        take(&world, "webserver").succeeded();
        let archive = world.build("keys/keys.tar.gz");
        assert_eq!(
            world.system("tar tzf \"$1\"", &archive),
            format!("{KEY}\n{KEY}.pub\n")
        );
        let unpack = "cd \"${1%/*}\" && mkdir x && tar xzf \"$1\" -C x && cmp x/*KEY_test-build ./*KEY_test-build && cmp x/*.pub ./*.pub";
        world.system(unpack, &archive);
    }
}

#[test]
fn the_keys_are_those_of_the_active_build() {
    let world = World::at("digitalocean");
    let build = world.home("runtimedata/digitalocean/prod2");
    std::fs::rename(world.build(""), &build).unwrap();
    world.write("runtimedata/ACTIVE_BUILD_IDENTIFIER", "prod2\n");
    world.edit_state(|state| {
        for machine in &mut state.machines {
            machine.name = machine.name.replace("test-build", "prod2");
        }
    });
    std::fs::rename(
        build.join("keys").join(KEY),
        build.join("keys/id_rsa_BUILD_KEY_prod2"),
    )
    .unwrap();
    take(&world, "webserver").succeeded();
    assert_eq!(
        world.system("tar tzf \"$1\"", &build.join("keys/keys.tar.gz")),
        format!("{KEY}.pub\nid_rsa_BUILD_KEY_prod2\n")
    );
}

#[test]
fn an_archive_of_another_build_is_replaced() {
    let world = World::at("digitalocean");
    std::fs::write(world.build("keys/keys.tar.gz"), "old").unwrap();
    take(&world, "webserver").succeeded();
    let listing = world.system("tar tzf \"$1\"", &world.build("keys/keys.tar.gz"));
    assert_eq!(listing.lines().count(), 2, "{listing}");
}

#[test]
fn without_keys_the_id_is_recorded_and_the_run_can_be_repeated_once_they_are_back() {
    for (cloudhost, _, _) in CLOUDS {
        for is_directory_there in [true, false] {
            let world = World::at(cloudhost);
            std::fs::rename(world.build("keys"), world.path("away")).unwrap();
            if is_directory_there {
                std::fs::create_dir(world.build("keys")).unwrap();
            }
            let ended = take(&world, "webserver");
            let line = ended.gave_up();
            assert!(
                line.contains("the id is recorded, but the ssh keys are not packed"),
                "{ended}"
            );
            assert!(line.contains("/test-build/keys'"), "{ended}");
            let recorded = format!("webserver:{}\n", world.made()[0].id);
            assert_eq!(world.ids(), recorded);
            assert!(!world.build("keys/keys.tar.gz").exists());
            let changes = world.changes();
            if is_directory_there {
                std::fs::remove_dir(world.build("keys")).unwrap();
            }
            std::fs::rename(world.path("away"), world.build("keys")).unwrap();
            take(&world, "webserver").succeeded();
            assert!(world.build("keys/keys.tar.gz").is_file());
            assert_eq!(world.ids(), recorded);
            assert_eq!(world.changes(), changes, "something was made again");
            assert_eq!(world.pending(), [""; 0]);
        }
    }
}
