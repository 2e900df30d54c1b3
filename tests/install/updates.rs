//! `adt-helpers update-toolkit`: a toolkit that git knows, renewed beneath its shims.

#![allow(
    clippy::unwrap_used,
    reason = "a stage that cannot be set up fails its test"
)]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::Output;

use crate::stage::{Stage, succeeds};
use crate::{KEPT, SHIM};

const SCRIPT: &str = "upstream/helperscripts/GetVariableValue.sh";

/// A stage whose toolkit is a clone of the repository `upstream`, with shims.
fn cloned() -> Stage {
    let stage = Stage::new();
    stage.make_toolkit("upstream");
    git(&stage, "upstream", &["init", "--quiet", "-b", "main"]);
    commit(&stage);
    fs::remove_dir_all(stage.path("home")).unwrap();
    git(&stage, "upstream", &["clone", "--quiet", ".", "../home"]);
    stage.install();
    stage
}

fn git(stage: &Stage, folder: &str, words: &[&str]) -> String {
    let folder = stage.path(folder).display().to_string();
    let mut all = vec![
        "-C",
        &folder,
        "-c",
        "user.name=x",
        "-c",
        "user.email=x@example.invalid",
    ];
    all.extend(words);
    succeeds(&stage.run("git".as_ref(), &all))
}

fn commit(stage: &Stage) {
    git(stage, "upstream", &["add", "."]);
    git(stage, "upstream", &["commit", "--quiet", "-m", "x"]);
}

fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn the_toolkit_is_renewed_beneath_its_shims() {
    let stage = cloned();
    // As a build leaves the modes.
    for file in [
        "home/ExpeditedAgileDeploymentToolkit.sh",
        "home/initscripts",
    ] {
        fs::set_permissions(stage.path(file), Permissions::from_mode(0o700)).unwrap();
    }
    fs::set_permissions(stage.path(KEPT), Permissions::from_mode(0o700)).unwrap();
    stage.write(SCRIPT, "#!/bin/sh\necho renewed\n", 0o644);
    stage.write(
        "upstream/ExpeditedAgileDeploymentToolkit.sh",
        "renewed",
        0o644,
    );
    // A script that so far only we had.
    stage.write("upstream/helperscripts/PruneSnapshots.sh", "theirs", 0o644);
    // One that the toolkit gives up.
    fs::remove_file(stage.path("upstream/helperscripts/SetVariableValue.sh")).unwrap();
    commit(&stage);
    let said = succeeds(&stage.command(&["update-toolkit"]));
    assert!(said.contains("1 new commits for '"), "{said}");
    assert!(
        said.ends_with("is renewed, and the shims are on again\n"),
        "{said}"
    );
    assert!(stage.text(SHIM).contains("--shim"));
    assert_eq!(stage.text(KEPT), "#!/bin/sh\necho renewed\n");
    assert_eq!(
        stage.text("home/ExpeditedAgileDeploymentToolkit.sh"),
        "renewed"
    );
    assert_eq!(stage.mode("home/ExpeditedAgileDeploymentToolkit.sh"), 0o700);
    assert_eq!(
        stage.text("home/helperscripts/.legacy/PruneSnapshots.sh"),
        "theirs"
    );
    let said = succeeds(&stage.command(&["update-toolkit"]));
    assert!(said.ends_with("is up to date\n"), "{said}");
    let given_up = "home/helperscripts/SetVariableValue.sh";
    assert!(stage.text(given_up).contains("--shim"));
    stage.uninstall();
    assert!(!stage.exists(given_up));
    git(&stage, "home", &["config", "core.fileMode", "false"]);
    assert_eq!(git(&stage, "home", &["status", "--porcelain"]), "");
}

#[test]
fn a_script_that_the_repository_changed_is_told_of() {
    let stage = cloned();
    // All scripts of the stage are made up, so the installation has something to say as well.
    let told = |output: &Output| {
        let home = stage.path("home").display().to_string();
        let advice = format!("'adt-helpers upstream-check {home}' lists them\n");
        let said = succeeds(output);
        assert!(said.contains(&advice), "{said}");
    };
    told(&stage.command(&["install", "--again"]));
    stage.write(SCRIPT, "#!/bin/sh\necho renewed\n", 0o644);
    commit(&stage);
    told(&stage.command(&["update-toolkit"]));
}

#[test]
fn a_clone_is_clean_after_uninstalling() {
    let stage = cloned();
    assert_ne!(git(&stage, "home", &["status", "--porcelain"]), "");
    stage.uninstall();
    assert_eq!(git(&stage, "home", &["status", "--porcelain"]), "");
}

#[test]
fn when_git_refuses_all_is_as_before_with_the_shims() {
    let stage = cloned();
    // A person changed a script that the repository changes as well.
    let changed = "ExpeditedAgileDeploymentToolkit.sh";
    stage.write(&format!("home/{changed}"), "mine", 0o700);
    stage.write(&format!("upstream/{changed}"), "theirs", 0o700);
    stage.write(SCRIPT, "#!/bin/sh\necho renewed\n", 0o644);
    commit(&stage);
    let files = |stage: &Stage| {
        let mut seen = stage.snapshot("home");
        seen.retain(|path, _| {
            !path.components().any(|part| part.as_os_str() == ".git") && !path.is_dir()
        });
        seen.into_keys()
            .map(|path| (fs::read(&path).unwrap_or_default(), path))
            .collect::<Vec<_>>()
    };
    let before = files(&stage);
    let error = refused(&stage.command(&["update-toolkit"]));
    assert!(
        error.contains("was not renewed and is as before, with its shims"),
        "{error}"
    );
    assert!(
        error.contains("ExpeditedAgileDeploymentToolkit.sh"),
        "{error}"
    );
    assert!(error.contains("shows what was changed here"), "{error}");
    assert_eq!(files(&stage), before);
}

#[test]
fn what_cannot_be_fetched_leaves_the_shims_on() {
    let stage = cloned();
    fs::rename(stage.path("upstream"), stage.path("elsewhere")).unwrap();
    let shim = stage.snapshot(SHIM);
    let error = refused(&stage.command(&["update-toolkit"]));
    assert!(
        error.contains("cannot fetch what is new; nothing was changed"),
        "{error}"
    );
    assert_eq!(stage.snapshot(SHIM), shim);
}

#[test]
fn a_toolkit_without_git_is_told_what_to_do() {
    let stage = Stage::new();
    stage.install();
    let shim = stage.snapshot(SHIM);
    let error = refused(&stage.command(&["update-toolkit"]));
    assert!(
        error.contains("is no checkout that git can renew"),
        "{error}"
    );
    assert_eq!(stage.snapshot(SHIM), shim);
    stage.uninstall();
    let error = refused(&stage.run(
        &stage.path("bin/adt-helpers"),
        &["update-toolkit", "--names", "/none"],
    ));
    assert!(error.contains("no such toolkit has shims"), "{error}");
}
