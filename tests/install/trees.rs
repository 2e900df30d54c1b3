//! Trees other than `BUILD_HOME`: the development tree, a package's stage, and what another installation did.

#![allow(
    clippy::unwrap_used,
    reason = "a stage that cannot be set up fails its test"
)]

use std::fs;
use std::path::Path;

use crate::SHIM;
use crate::stage::{Stage, succeeds};

#[test]
fn the_development_tree_gets_shims_so_that_a_sync_does_not_undo_them() {
    let stage = Stage::new();
    stage.make_toolkit("development");
    let before = stage.snapshot("");
    stage.install();
    assert_eq!(
        stage.text("development/helperscripts/GetVariableValue.sh"),
        stage.text(SHIM)
    );
    let shims = stage.text(SHIM);
    sync(&stage, "development", "home");
    assert_eq!(stage.text(SHIM), shims);
    stage.uninstall();
    let restored = stage.snapshot("development");
    assert!(restored.iter().all(|(path, facts)| &before[path] == facts));
    assert_eq!(
        stage.text(SHIM),
        "#!/bin/sh\necho legacy helperscripts/GetVariableValue.sh"
    );
    assert!(!stage.exists("prefix"));
}

#[test]
fn a_development_tree_copied_from_the_toolkit_later_is_restored_too() {
    let stage = Stage::new();
    let before = stage.snapshot("home");
    stage.install();
    sync(&stage, "home", "development");
    stage.uninstall();
    assert_eq!(stage.snapshot("home"), before);
    assert!(!stage.exists("development/helperscripts/.legacy"));
    assert_eq!(
        stage.text("development/helperscripts/GetVariableValue.sh"),
        stage.text(SHIM)
    );
}

#[test]
fn a_development_tree_that_does_not_exist_is_not_made() {
    let stage = Stage::new();
    stage.install();
    assert!(!stage.exists("development"));
}

#[test]
fn a_package_without_a_toolkit_has_the_binaries_and_the_shims_for_copying() {
    let stage = Stage::new();
    let destdir = format!("DESTDIR={}", stage.path("stage").display());
    succeeds(&stage.make("install", &[&destdir, "PREFIX=/usr"]));
    let shim = stage.text("stage/usr/share/adt-helpers/providerscripts/server/ListServerIDs.sh");
    assert!(shim.starts_with("#!/usr/libexec/adt-helpers/ListServerIDs --shim\n"));
    assert_eq!(
        stage.mode("stage/usr/libexec/adt-helpers/ListServerIDs"),
        0o755
    );
    succeeds(&stage.make("uninstall", &[&destdir, "PREFIX=/usr"]));
    assert!(!stage.exists("stage/usr"));
}

#[test]
fn destdir_stands_before_what_is_written_and_not_inside_a_shim() {
    let stage = Stage::new();
    let destdir = format!("DESTDIR={}", stage.path("stage").display());
    let words = [&destdir, "PREFIX=/usr", "BUILD_HOME=/home/agile/toolkit"];
    succeeds(&stage.make("install", &words));
    let shim = stage.text("stage/home/agile/toolkit/helperscripts/GetVariableValue.sh");
    assert!(shim.starts_with("#!/usr/libexec/adt-helpers/GetVariableValue --shim\n"));
    assert!(!shim.contains("stage"), "{shim}");
    succeeds(&stage.make("uninstall", &words));
    assert!(fs::read_dir(stage.path("stage")).unwrap().next().is_none());
}

#[test]
fn another_installation_of_the_same_toolkit_is_left_alone() {
    let stage = Stage::new();
    let before = stage.snapshot("home");
    stage.install();
    let other = format!("PREFIX={}", stage.path("other").display());
    let build_home = format!("BUILD_HOME={}", stage.path("home").display());
    succeeds(&stage.make("install", &[&other, &build_home]));
    stage.uninstall();
    assert!(stage.text(SHIM).contains("/other/"));
    succeeds(&stage.make("uninstall", &[&other]));
    let after = stage.snapshot("home");
    assert_eq!(
        after.keys().collect::<Vec<_>>(),
        before.keys().collect::<Vec<_>>()
    );
    assert_eq!(after[&stage.path(SHIM)], before[&stage.path(SHIM)]);
}

/// What the toolkit's development sync does: `rsync -a from/ to`.
fn sync(stage: &Stage, from: &str, to: &str) {
    fs::create_dir_all(stage.path(to)).unwrap();
    let from = format!("{}/.", stage.path(from).display());
    let to = stage.path(to).display().to_string();
    succeeds(&stage.run(Path::new("cp"), &["-a", &from, &to]));
}
