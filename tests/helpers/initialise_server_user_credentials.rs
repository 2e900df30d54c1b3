//! `InitialiseServerUserCredentials`: new ones, or those of the snapshots.

use crate::world::{CLOUDS, DOORS, Door, Ended, World};

fn initialise(world: &World) -> Ended {
    world
        .helper(Door::Binary, "InitialiseServerUserCredentials")
        .ends()
}

fn kept(world: &World, name: &str) -> String {
    std::fs::read_to_string(world.build("credentials").join(name)).unwrap()
}

#[track_caller]
fn assert_given(world: &World, user: &str, password: &str) {
    assert_eq!(kept(world, "SERVERUSER"), format!("{user}\n"));
    assert_eq!(kept(world, "SERVERUSERPASSWORD"), format!("{password}\n"));
    assert_eq!(world.variable("SERVER_USER"), [user]);
    assert_eq!(world.variable("SERVER_USER_PASSWORD"), [password]);
}

#[test]
fn a_normal_build_gets_a_user_and_a_password_that_nobody_can_guess() {
    for (cloudhost, _, region) in CLOUDS {
        for door in DOORS {
            let world = World::at(cloudhost);
            world.begin_anew();
            world.set_variable("BUILD_FROM_SNAPSHOT", Some("0"));
            std::fs::remove_file(world.build("CURRENTREGION")).unwrap();
            let run = world.helper(door, "InitialiseServerUserCredentials");
            assert_eq!(run.ends().succeeded_silently(), "");
            let user = kept(&world, "SERVERUSER");
            let password = kept(&world, "SERVERUSERPASSWORD");
            let (user, password) = (user.trim_end(), password.trim_end());
            assert_given(&world, user, password);
            let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric());
            assert!(user.starts_with('X') && user.ends_with('X') && user.len() == 20);
            assert!(password.len() == 18 && is_plain(password) && is_plain(user));
            let path = world.build("credentials/SERVERUSERPASSWORD");
            assert_eq!(world.mode(&path), "600");
            let current = std::fs::read_to_string(world.build("CURRENTREGION")).unwrap();
            assert_eq!(current, format!("{region}\n"));
        }
    }
}

#[test]
fn every_build_gets_others() {
    let world = World::at("linode");
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..5 {
        initialise(&world).succeeded_silently();
        seen.insert(kept(&world, "SERVERUSER"));
        seen.insert(kept(&world, "SERVERUSERPASSWORD"));
    }
    assert_eq!(seen.len(), 10);
}

#[test]
fn a_build_from_snapshots_gets_the_snapshots_user_under_either_name() {
    for (cloudhost, _, _) in CLOUDS {
        for is_legacy in [false, true] {
            let world = World::at(cloudhost);
            world.begin_anew();
            let path = if is_legacy {
                world.legacy_snapshots("credentials.dat")
            } else {
                world.snapshots("credentials.dat")
            };
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "USERNAME:XoldX\nPASSWORD:oldpassword\n").unwrap();
            initialise(&world).succeeded_silently();
            assert_given(&world, "XoldX", "oldpassword");
        }
    }
}

#[test]
fn the_first_line_and_its_last_field_count_as_in_the_scripts() {
    let world = World::at("vultr");
    world.begin_anew();
    std::fs::create_dir_all(world.snapshots("")).unwrap();
    let content = "USERNAME:a:XoldX\nUSERNAME:second\nPASSWORD:oldpassword\nPASSWORD:second\n";
    std::fs::write(world.snapshots("credentials.dat"), content).unwrap();
    initialise(&world).succeeded_silently();
    assert_given(&world, "XoldX", "oldpassword");
}

#[test]
fn a_build_from_snapshots_without_records_gets_new_ones() {
    let world = World::at("exoscale");
    world.begin_anew();
    initialise(&world).succeeded_silently();
    assert!(kept(&world, "SERVERUSER").starts_with('X'));
    assert!(!world.snapshots("").exists(), "nothing is made");
}

#[test]
fn a_normal_build_takes_nothing_from_records() {
    let world = World::at("digitalocean");
    std::fs::create_dir_all(world.snapshots("")).unwrap();
    std::fs::write(
        world.snapshots("credentials.dat"),
        "USERNAME:XoldX\nPASSWORD:oldpassword\n",
    )
    .unwrap();
    initialise(&world).succeeded_silently();
    assert_ne!(kept(&world, "SERVERUSER"), "XoldX\n");
}

#[test]
fn damaged_records_and_missing_variables_change_nothing() {
    for content in ["", "USERNAME:u\n", "USERNAME:u\nPASSWORD:`reboot`\n"] {
        let world = World::at("linode");
        world.begin_anew();
        std::fs::create_dir_all(world.snapshots("")).unwrap();
        std::fs::write(world.snapshots("credentials.dat"), content).unwrap();
        let before = world.tree();
        let ended = initialise(&world);
        let line = ended.refused();
        let path = world.snapshots("credentials.dat");
        assert!(line.contains(&path.display().to_string()), "{ended}");
        assert!(line.contains("InitialiseSnapshots fetches it anew"));
        assert!(!line.contains("reboot"));
        assert_eq!(world.tree(), before);
    }
    let world = World::at("linode");
    world.set_variable("REGION", None);
    let before = world.tree();
    assert!(initialise(&world).refused().contains("REGION is not set"));
    assert_eq!(world.tree(), before);
}
