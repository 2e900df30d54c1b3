//! Two builds of one site at once, and two sites on one build machine.

use super::notes::switch_to;
use super::*;
use crate::world::URL;

const WORDS: [&str; 4] = ["--type", "webserver", "--os", "debian"];

/// Makes a build `other-build` of `site` beside the active one. Each build has a servers' user of its own.
fn make_other_build(world: &World, site: &str) {
    switch_to(world, "other-build");
    let user = std::fs::read_to_string(world.build("credentials/SERVERUSER")).unwrap();
    let user = user.trim_end();
    let other_user = format!("{}Other", &user[..4]);
    let directory = world.build("").with_file_name("other-build");
    for file in ["build_environment", "credentials/SERVERUSER"] {
        let path = directory.join(file);
        let content = std::fs::read_to_string(&path).unwrap();
        let content = content.replace(user, &other_user).replace(URL, site);
        std::fs::write(path, content).unwrap();
    }
    switch_to(world, "test-build");
}

/// Starts a run for the active build and waits until it has asked for a snapshot.
fn started(world: &World, site: &str) -> std::process::Child {
    let mut run = world
        .helper(Door::Binary, "ObtainWholeMachineSnapshot")
        .args(WORDS)
        .starts();
    let note = of_site(world, site).join("pending/webserver.json");
    while !note.exists() {
        let is_over = run.try_wait().unwrap().is_some();
        assert!(!is_over, "it ended before it asked for anything");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    run
}

fn of_site(world: &World, site: &str) -> std::path::PathBuf {
    let sites = world.home("runtimedata/wholemachinebackups");
    sites.join(site).join("snapshots")
}

/// The id of the webserver's snapshot that is recorded for a site, and the machine it was made of.
fn recorded(world: &World, site: &str) -> (String, String) {
    let ids = of_site(world, site).join("snapshot_ids.dat");
    let ids = std::fs::read_to_string(ids).unwrap();
    let id = ids
        .trim_end()
        .strip_prefix("webserver:")
        .unwrap()
        .to_owned();
    let made = world.made().into_iter().find(|made| made.id == id);
    (id, made.unwrap().machine_name)
}

fn said(run: std::process::Child) -> (bool, String) {
    let output = run.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.success(), said)
}

#[test]
fn of_two_builds_of_a_site_at_once_the_second_waits_and_names_what_it_takes_the_place_of() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::at(cloudhost);
        world.edit_state(|state| state.config.snapshot_ms = 600);
        make_other_build(&world, URL);
        let first = started(&world, URL);
        switch_to(&world, "other-build");
        let second = world.obtain(&WORDS).ends();
        let (is_done, first) = said(first);
        assert!(is_done, "{cloudhost}: {first}");
        second
            .says("another run is taking this snapshot")
            .succeeded();
        let (id, machine) = recorded(&world, URL);
        let own = world.machine_name("webserver");
        assert_eq!(machine, own.replace("test-build", "other-build"));
        let made = world.made();
        let others: Vec<_> = made.iter().filter(|made| made.id != id).collect();
        assert_eq!(others.len(), 1, "{second}");
        assert_eq!(others[0].machine_name, own, "{second}");
        second.says(&format!(
            "{}, which was recorded before, still exists",
            others[0].id
        ));
        assert!(
            !world.pending().contains(&"webserver.json".to_owned()),
            "{second}"
        );
    }
}

#[test]
fn two_sites_at_once_have_nothing_to_do_with_each_other() {
    for (cloudhost, ..) in CLOUDS {
        let world = World::at(cloudhost);
        world.edit_state(|state| state.config.snapshot_ms = 400);
        let site = "www.anothersite.org";
        make_other_build(&world, site);
        let first = started(&world, URL);
        switch_to(&world, "other-build");
        let second = started(&world, site);
        for run in [first, second] {
            let (is_done, said) = said(run);
            assert!(is_done, "{cloudhost}: {said}");
        }
        let name = world.machine_name("webserver");
        assert_eq!(recorded(&world, URL).1, name);
        let name = name.replace("test-build", "other-build");
        assert_eq!(recorded(&world, site).1, name);
        assert_eq!(world.made().len(), 2);
    }
}
