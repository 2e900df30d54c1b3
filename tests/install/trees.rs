//! Trees other than `BUILD_HOME`: the development tree, a package's stage, and what another installation did.

#![allow(
    clippy::unwrap_used,
    reason = "a stage that cannot be set up fails its test"
)]

use std::fs;
use std::path::Path;

use crate::SHIM;
use crate::stage::{Stage, refuses, succeeds};

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
fn copies_that_the_toolkits_setup_made_before_are_told_of() {
    let stage = Stage::new();
    let copies = stage.path("sbin").display().to_string();
    let home = stage.path("home").display().to_string();
    let install = || {
        stage.install();
        succeeds(&stage.command(&["install", &home, "--copies", &copies]))
    };
    assert!(!install().contains("put the shim there"));
    fs::create_dir(stage.path("sbin")).unwrap();
    stage.write("sbin/push", "#!/bin/sh\ncat /home/buildhome.dat\n", 0o755);
    stage.write("sbin/sync", "another program", 0o755);
    let said = install();
    let shim = format!("{home}/helperscripts/PushInfrastructureScriptsUpdates.sh");
    let advice = format!("put the shim there: cp {shim} {copies}/push\n");
    assert!(said.contains(&advice), "{said}");
    assert_eq!(said.matches("put the shim there").count(), 1, "{said}");
    fs::copy(&shim, stage.path("sbin/push")).unwrap();
    assert!(!install().contains("put the shim there"));
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
fn a_package_has_the_program_and_its_names_and_touches_no_toolkit() {
    let stage = Stage::new();
    let before = stage.snapshot("home");
    let destdir = format!("DESTDIR={}", stage.path("stage").display());
    let said = succeeds(&stage.make("install", &[&destdir, "PREFIX=/usr"]));
    assert!(said.contains("'adt-helpers install'"), "{said}");
    for (link, target) in [
        ("libexec/adt-helpers/ListServerIDs", "adt-helpers"),
        ("bin/adt-helpers", "../libexec/adt-helpers/adt-helpers"),
        (
            "bin/adt-helpers-install",
            "../libexec/adt-helpers/adt-helpers",
        ),
        (
            "bin/adt-helpers-uninstall",
            "../libexec/adt-helpers/adt-helpers",
        ),
    ] {
        let link = stage.path(&format!("stage/usr/{link}"));
        assert_eq!(fs::read_link(link).unwrap(), Path::new(target));
    }
    assert_eq!(
        stage.mode("stage/usr/libexec/adt-helpers/adt-helpers"),
        0o755
    );
    assert_eq!(stage.snapshot("home"), before);
    succeeds(&stage.make("uninstall", &[&destdir, "PREFIX=/usr"]));
    assert!(fs::read_dir(stage.path("stage")).unwrap().next().is_none());
}

#[test]
fn a_toolkit_named_beside_destdir_is_refused() {
    let stage = Stage::new();
    let before = stage.snapshot("");
    let destdir = format!("DESTDIR={}", stage.path("stage").display());
    let build_home = format!("BUILD_HOME={}", stage.path("home").display());
    let error = refuses(&stage.make("install", &[&destdir, "PREFIX=/usr", &build_home]));
    assert!(
        error.contains("with DESTDIR no toolkit gets shims"),
        "{error}"
    );
    assert_eq!(stage.snapshot(""), before);
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
