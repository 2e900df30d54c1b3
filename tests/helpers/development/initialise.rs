//! `InitialiseToolkitForDevelopment`: the copy on its branch.

use super::{OWN, Workshop, refused};
use crate::world::DOORS;

const HELPER: &str = "InitialiseToolkitForDevelopment";

#[test]
fn the_copy_is_put_on_its_branch_and_forward() {
    for door in DOORS {
        let shop = Workshop::new();
        shop.through(door, HELPER, &[]).ends().succeeded();
        let on = || shop.git("development", &["symbolic-ref", "--short", "HEAD"]);
        assert_eq!(on(), "dev");
        assert_eq!(
            shop.read(&format!("development/{OWN}")),
            "#!/bin/sh\necho dev\n"
        );
        // Somebody else goes on.
        shop.write(&format!("seed/{OWN}"), "further\n");
        shop.commits("seed", "further");
        shop.git("seed", &["push", "-q", &shop.origin(), "dev"]);
        shop.through(door, HELPER, &["dev"]).ends().succeeded();
        assert_eq!(shop.read(&format!("development/{OWN}")), "further\n");
        // A branch that nobody has yet begins here.
        let ended = shop.through(door, HELPER, &["mine"]).ends();
        ended.says("has no branch 'mine' yet").succeeded();
        assert_eq!(on(), "mine");
        // Told once, however often it runs.
        let safe = shop.git(
            "development",
            &["config", "--global", "--get-all", "safe.directory"],
        );
        assert_eq!(safe.lines().count(), 1, "{safe}");
    }
}

#[test]
fn shims_of_the_copy_stay_and_stand_for_the_branchs_scripts() {
    let shop = Workshop::new();
    shop.write("seed/helperscripts/GetVariableValue.sh", "newer\n");
    shop.commits("seed", "newer");
    shop.git("seed", &["push", "-q", &shop.origin(), "dev"]);
    shop.shim("development");
    shop.run(HELPER, &[]).ends().succeeded();
    assert_eq!(shop.beneath("development"), "newer\n");
}

#[test]
fn what_the_branch_would_overwrite_stays_and_is_named() {
    let shop = Workshop::new();
    shop.shim("development");
    shop.write(&format!("development/{OWN}"), "mine\n");
    let ended = shop.run(HELPER, &[]).ends();
    refused(&ended, OWN);
    assert_eq!(shop.read(&format!("development/{OWN}")), "mine\n");
    assert_eq!(shop.beneath("development"), "#!/bin/sh\necho original\n");
}

#[test]
fn without_a_copy_nothing_is_done_anywhere() {
    let shop = Workshop::new();
    let run = shop.world.helper(crate::world::Door::Shim, HELPER);
    let ended = run.args(["--development", "/nowhere"]).ends();
    refused(&ended, "there is no development copy in '/nowhere'");
    // A folder of a working copy is not the working copy.
    let folder = shop.path("development/helperscripts");
    let run = shop.world.helper(crate::world::Door::Shim, HELPER);
    let ended = run.args(["--development", folder.to_str().unwrap()]).ends();
    refused(&ended, "is a folder within the working copy");
}

#[test]
fn a_repository_that_cannot_be_reached_changes_nothing() {
    let shop = Workshop::new();
    std::fs::rename(shop.path("origin.git"), shop.path("elsewhere")).unwrap();
    let ended = shop.run(HELPER, &[]).ends();
    refused(&ended, "git fetch failed with exit status");
    assert_eq!(
        shop.git("development", &["symbolic-ref", "--short", "HEAD"]),
        "main"
    );
}

#[test]
fn a_rehearsal_shows_what_git_would_be_told() {
    let shop = Workshop::new();
    let before = shop.state();
    let ended = shop.run(HELPER, &["--dry-run"]).ends();
    ended.says("checkout -b dev FETCH_HEAD").succeeded();
    assert_eq!(shop.state(), before);
}
